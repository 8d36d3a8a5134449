"""Why a number of a map is what it is: taken apart from the maps and weights of one look.

It needs no Keras, so that it answers at once from any thread, also while a network learns: the
weights are those that the maps were made with, whatever has been learned since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.activations import ALONG_AN_AXIS, activated
from cnnstudio.core.blocks import Block, Dense, Family, Flatten, Input, Parallel
from cnnstudio.core.explaining import (
    ROUNDING,
    Activated,
    Explanation,
    Index,
    Parts,
    Passed,
    Scaled,
    SeparableSum,
    Untold,
    WeightedSum,
)
from cnnstudio.core.i18n import _
from cnnstudio.core.inner_layers import KerasLayer
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.explain_activations import after_sum, of_layer, sums_beside
from cnnstudio.engine.explain_places import looked_up, merged, normalized, taken, while_learning
from cnnstudio.engine.explain_scaling import mixture
from cnnstudio.engine.explain_windows import pooled, separable, weighted
from cnnstudio.engine.feeding import Feed

Array = NDArray[Any]
_MOST_SHOWN = 4096
"""Numbers of an input that are sent along where nothing more can be told."""
_SMALLEST = float(np.finfo(np.float32).tiny)
"""What is smaller may become zero in float32."""
_LESS_ONE = {"elu": 2.0**-23, "selu": 2.0**-22}
"""What `exp(x) - 1` loses in float32 where `x` is small: it is of the size of the 1."""
_LAST_BITS = 2.0**-21
"""What an activation's own float32 steps may lose, of the size of what goes in and comes out."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one pass through a network has left behind.

    Attributes:
        network: that was looked at.
        feeds: where the numbers of every map come from.
        maps: by the same names.
        weights: of every layer, as they were then; anything that numpy makes arrays of.
        pixels: the range that pixels were brought to, "" if no pixels entered.
        trains: whether the blocks did what they do while they learn.
        inner: layers inside parts as blocks, by the names of their maps.
    """

    network: Network
    feeds: Mapping[str, Feed]
    maps: Mapping[str, Array]
    weights: Mapping[str, tuple[Any, ...]]
    pixels: str
    trains: bool = False
    inner: Mapping[str, PlacedBlock] = field(default_factory=dict)

    def explain(self, block: str, index: Index) -> Explanation:
        """Return why the number at `index` of a block's output is what it is.

        Raises:
            EngineError: if there is no such number.
        """
        if block not in self.feeds or block not in self.maps:
            raise EngineError(
                _("this block is not in the network that was looked at: select another one")
            )
        output, feed = self.maps[block], self.feeds[block]
        if len(index) != output.ndim or not all(
            0 <= at < size for at, size in zip(index, output.shape, strict=True)
        ):
            raise EngineError(_("this place is not in the maps of the block: choose another one"))
        with np.errstate(all="ignore"):
            return self._explained(feed, index, float(output[index]))

    def _explained(self, feed: Feed, index: Index, value: float) -> Explanation:
        node = self._node(feed.block)
        parts, after, size = self._parts(node, feed, index, value)
        source = self._node(feed.sources[0]).name if feed.sources else ""
        told = Explanation(feed.block, index, value, parts, parts.result, after, source=source)
        if isinstance(node.block, Dense) and len(index) == 1:
            told = self._with_origin(told, feed)
        return replace(told, margin=_margin(told, size))

    def _parts(
        self, node: PlacedBlock, feed: Feed, index: Index, value: float
    ) -> tuple[Parts, Activated | None, float]:
        """Return the parts, the activation, and the size by which rounding is measured."""
        block, entered = node.block, [self.maps[name] for name in feed.inputs]
        if isinstance(block, Input):
            if not self.pixels:
                as_it_is = Passed(value, index)
                return as_it_is, None, as_it_is.magnitude
            pixels = PIXEL_RANGES[self.pixels]
            pixel = float(round((value - pixels.offset) / pixels.scale))
            entry = Scaled(pixel, pixels.scale, pixels.offset)
            return entry, None, entry.magnitude
        if isinstance(block, Parallel):
            names = tuple(self._node(uid).name for uid in feed.sources)
            together = merged(block, entered, names, index)
            return together, None, together.magnitude
        if not entered:
            raise EngineError(
                _("it is not known what goes into this layer, so its numbers cannot be explained")
            )
        if isinstance(block, KerasLayer):
            untold = _untold(entered[0], index, value)
            return untold, None, untold.magnitude
        weights = self._weights(block, feed, entered[0].shape)
        total = separable(block, entered[0], weights, index) or weighted(
            block, entered[0], weights, index
        )
        if total is not None:
            sums, size = sums_beside(block, total, entered[0], weights, index)
            return total, after_sum(block, total, sums, index), max(size, total.magnitude)
        after = of_layer(block, entered[0], weights, index)
        if after is not None:
            size = abs(after.before) if after.beside is None else float(np.abs(after.beside).max())
            return Passed(after.before, index), after, size
        plain = self._plain(block, entered[0], weights, index, value)
        parts = plain or _untold(entered[0], index, value)
        return parts, None, parts.magnitude

    def _plain(
        self, block: Block, entered: Array, weights: dict[str, Array], index: Index, value: float
    ) -> Parts | None:
        if self.trains:
            drawn = while_learning(block, entered, weights, index, value)
            if drawn is not None or block.family is Family.AUGMENTATION:
                return drawn
        return _plain(block, entered, weights, index)

    def _weights(self, block: Block, feed: Feed, shape: tuple[int, ...]) -> dict[str, Array]:
        arrays = self.weights.get(feed.layer, ())
        if not arrays or block.family is Family.CONTAINER:
            return {}
        names = [weight.name for weight in block.weights(shape)]
        return {name: np.asarray(array) for name, array in zip(names, arrays, strict=True)}

    def _node(self, uid: str) -> PlacedBlock:
        return self.inner.get(uid) or self.network.at(self.network.paths[uid])

    def _with_origin(self, told: Explanation, feed: Feed) -> Explanation:
        """Say of a vector that was lined up from maps which maps those are."""
        name, shape = feed.inputs[0], self.maps[feed.inputs[0]].shape
        while len(shape) == 1 and name in self.feeds and self.feeds[name].inputs:
            feed = self.feeds[name]
            block = self._node(feed.block).block
            if not isinstance(block, Flatten) and not _keeps_places(block):
                break
            name = feed.inputs[0]
            shape = self.maps[name].shape
        if len(shape) < 2:
            return told
        source = self._node(self.feeds[name].block).name if name in self.feeds else told.source
        return replace(told, source=source, flattened=shape)


def _keeps_places(block: Block) -> bool:
    return block.family in (Family.REGULARIZATION, Family.ACTIVATION, Family.NORMALIZATION)


def _plain(block: Block, entered: Array, weights: dict[str, Array], index: Index) -> Parts | None:
    for parts in (
        pooled(block, entered, index),
        normalized(block, entered, weights, index),
        taken(block, entered, index),
        looked_up(block, entered, weights, index),
    ):
        if parts is not None:
            return parts
    return mixture(block, entered, index) if entered.ndim == 3 else None


def _untold(entered: Array, index: Index, value: float) -> Untold:
    """Return the input's channels at the same place if it has that place, else all it begins with.

    What is known of the layer is only what goes in and what comes out.
    """
    place = index[:-1]
    has_it = entered.ndim == len(index) and all(
        at < size for at, size in zip(place, entered.shape, strict=False)
    )
    shown = entered[place] if has_it else entered.reshape(-1)
    return Untold(value, np.array(shown[:_MOST_SHOWN], np.float32), entered.shape)


def _margin(told: Explanation, size: float) -> float:
    """Return by how much float32 may have moved a value away from the exact one."""
    off, after = ROUNDING * size + _SMALLEST, told.activation
    if after is None or isinstance(told.parts, Untold):
        return off
    exact = not isinstance(told.parts, WeightedSum | SeparableSum)
    own = (
        _SMALLEST
        + _LESS_ONE.get(after.name, 0.0) * dict(after.settings).get("alpha", 1.0)
        + _LAST_BITS * (abs(after.before) + abs(after.after))
        + ROUNDING * abs(after.after)
    )
    if after.name in ALONG_AN_AXIS:
        # A shift of every number by a little changes a probability by twice that share of it.
        moved = 2 * off * (abs(after.after) if after.name == "softmax" else 1.0)
        return own + moved
    if exact:
        return own
    near = (activated(after.name, after.before + way * off) for way in (-1, 1))
    return own + max(abs(found - after.after) for found in near)
