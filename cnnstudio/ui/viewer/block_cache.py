"""The maps of the blocks looked at last, for one answer of the engine."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 48 * 2**20


class BlockCache:
    """Maps by block uid; the ones not used longest go first when it is full."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._maps: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def __contains__(self, block: str) -> bool:
        return block in self._maps

    def put(self, block: str, values: NDArray[np.float32]) -> None:
        """Keep a block's maps, in whose favour others go; those of one block are always kept."""
        self._maps.pop(block, None)
        self._maps[block] = values
        while len(self._maps) > 1 and sum(v.nbytes for v in self._maps.values()) > self._most:
            self._maps.popitem(last=False)

    def get(self, block: str) -> NDArray[np.float32] | None:
        """Return a block's maps, None if they are not kept."""
        if block in self._maps:
            self._maps.move_to_end(block)
        return self._maps.get(block)

    def clear(self) -> None:
        """Forget everything."""
        self._maps.clear()
