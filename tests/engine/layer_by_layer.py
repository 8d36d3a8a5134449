"""Keras's layers called one by one, each on the map that is before it: what the maps should be."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import (
    BatchNormalization,
    Family,
    Group,
    GroupNormalization,
    Input,
    LayerNormalization,
    Parallel,
    Repeat,
)
from cnnstudio.core.network import Network

if TYPE_CHECKING:
    from cnnstudio.core.network import PlacedBlock, Row

Array = NDArray[np.float32]

SHARE = 1e-5
"""By which float32 may be off, see `test_right_everywhere`."""
TINY = float(np.finfo(np.float32).tiny)


class Oracle:
    """Calls Keras's layers one by one, each on the map that is before it."""

    def __init__(self, built: Any, maps: dict[str, Array], *, trains: bool) -> None:
        self._model, self._maps, self._trains = built.model, maps, trains
        self._times: Counter[str] = Counter()
        self._compared: set[str] = set()
        self._last: dict[str, Array] = {}

    def row(self, row: Row, entered: Array) -> Array:
        for node in row:
            if node.muted:
                for _path, inner in Network((node,)).walk():
                    self._expect(inner, entered)
            elif not isinstance(node.block, Input):
                entered = self._block(node, entered)
        return entered

    def _block(self, node: PlacedBlock, entered: Array) -> Array:
        match node.block:
            case Repeat(count=count):
                out = entered
                for _copy in range(count):
                    out = self.row(node.lanes[0], out)
            case Parallel():
                ends = [self.row(lane, entered) for lane in node.lanes]
                out = self._called(node, ends)
            case Group():
                out = self.row(node.lanes[0], entered)
            case _:
                out = self._called(node, entered)
        return self._expect(node, out)

    def _called(self, node: PlacedBlock, entered: Any) -> Array:
        self._times[node.uid] += 1
        number = self._times[node.uid]
        layer = self._model.get_layer(node.uid if number == 1 else f"{node.uid}.{number}")
        if self._trains and _is_drawn(node):
            return np.array(self._maps[node.uid])
        if not isinstance(entered, list):
            self._last[node.uid] = entered
        batch = [part[None] for part in entered] if isinstance(entered, list) else entered[None]
        before = layer.get_weights()
        out: Array = np.asarray(layer(batch, training=self._trains))[0]
        layer.set_weights(before)
        return out

    def _expect(self, node: PlacedBlock, expected: Array) -> Array:
        """Hold a block's map against what it should be, and go on with the map.

        Of a block in a Repeat it is the first copy's.
        """
        if node.uid in self._compared:
            return expected
        self._compared.add(node.uid)
        found = self._maps[node.uid]
        size = float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
        off = SHARE * size + TINY
        if node.block.family is Family.NORMALIZATION:
            off += self._moved(node)
        np.testing.assert_allclose(found, expected, rtol=SHARE, atol=off, err_msg=f"{node.block}")
        return found

    def _moved(self, node: PlacedBlock) -> float:
        """Return by how much rounding moves the output of a layer that divides by a deviation.

        Of nearly equal numbers that is small, and enlarges what float32 has rounded off.
        """
        if node.muted:
            return 0.0
        entered = self._last[node.uid].astype(np.float64)
        match node.block:
            case LayerNormalization(axis=axes, epsilon=epsilon):
                along = tuple(axis % (entered.ndim + 1) - 1 for axis in axes)
            case GroupNormalization(groups=groups, epsilon=epsilon):
                count = entered.shape[-1] if groups == -1 else groups
                entered = entered.reshape(*entered.shape[:-1], count, -1)
                along = (*range(entered.ndim - 2), entered.ndim - 1)
            case BatchNormalization(epsilon=epsilon):
                along = tuple(range(entered.ndim - 1))
            case _:
                return 0.0
        gain = 1 / math.sqrt(float(entered.var(axis=along).min()) + epsilon)
        return SHARE * float(np.abs(entered).max()) * gain


def _is_drawn(node: PlacedBlock) -> bool:
    return node.block.family in (Family.REGULARIZATION, Family.AUGMENTATION)
