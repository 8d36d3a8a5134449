"""Memory that is used again: from the system it comes page by page, each of which takes time."""

from __future__ import annotations

import threading
import weakref

import numpy as np
from numpy.typing import NDArray

MOST_KEPT = 64 * 2**20
"""Bytes that wait to be used again, at most; what came back first is let go first."""
_TOO_LARGE = 2
"""Times what is needed that a piece may have."""


class Room:
    """Lends memory to any thread and takes it back once no array lies in it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a piece may come back while one is lent, in one thread
        self._free: list[NDArray[np.uint8]] = []

    @property
    def kept(self) -> int:
        """Bytes that wait to be used again."""
        with self._lock:
            return sum(map(len, self._free))

    def lend(self, size: int) -> NDArray[np.uint8]:
        """Return `size` bytes of any content, which are free again once nothing refers to them."""
        with self._lock:
            fitting = [at for at in self._free if size <= len(at) <= _TOO_LARGE * size]
            piece = min(fitting, key=len, default=None)
            if piece is not None:
                self._free = [at for at in self._free if at is not piece]
        if piece is None:
            piece = np.empty(size, np.uint8)
        # Of another class than the piece's, or what lies in it would hold on to the piece alone.
        lent = np.frombuffer(piece.data[:size], np.uint8)
        weakref.finalize(lent, self._take_back, piece).atexit = False
        return lent

    def _take_back(self, piece: NDArray[np.uint8]) -> None:
        with self._lock:
            self._free.append(piece)
            while self.kept > MOST_KEPT:
                del self._free[0]
