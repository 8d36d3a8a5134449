"""Which pixels one number of a block's output can depend on: its receptive field, at its place.

`core/receptive.py` tells how large the fields are. Here is where each lies: for every place of the
output along an axis, the first and the last pixel of the image that it sees. Padding is not seen.
Where places see different pixels in turn (after an enlarging), what is told may be a pixel too
large; it is never too small. Beside that, where the middle of each field lies: there padding counts
as if the image went on, so that the middles are as far from one another everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Parallel, Repeat, Shape
from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.data.choice import CROP, FIT
from cnnstudio.core.judging import judged, merged
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, Row
from cnnstudio.core.report import MOST_LAYERS

_NOTHING = np.iinfo(np.int64).max // 4
"""The first pixel of a place that sees none: larger than any."""
Places = NDArray[np.int64]
Spans = tuple[tuple[Places, Places], ...]


class Middles(NamedTuple):
    """Where the middles of the fields lie along an axis, in pixels; 0 is that of the first pixel.

    Attributes:
        start: where that of the first place is.
        step: from one place to the next.
    """

    start: Fraction
    step: Fraction


AllMiddles = tuple[Middles, ...] | None
"""Of each axis; None where places of an output are not places of the image, as after a Flatten."""


class Pixels(NamedTuple):
    """A rectangle of pixels: the first and the last along each axis; none if `last < first`."""

    first: tuple[int, ...]
    last: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeenPixels:
    """The receptive fields of all places of an output.

    Attributes:
        shape: of the output.
        image: the sizes of the network's input, without channels; of a vector its length.
        spans: along each axis of the output, the first and last pixels; None if all see all.
        middles: of the fields, along each axis of the output.
    """

    shape: Shape
    image: tuple[int, ...]
    spans: Spans | None
    middles: AllMiddles = None

    def of(self, index: tuple[int, ...]) -> Pixels:
        """Return the pixels that the number at `index` of the output sees."""
        if self.spans is None:
            return Pixels((0,) * len(self.image), tuple(size - 1 for size in self.image))
        places = list(zip(self.spans, index, strict=False))
        first = tuple(int(low[at]) for (low, _high), at in places)
        return Pixels(first, tuple(int(high[at]) for (_low, high), at in places))


def seen_pixels(network: Network, uid: str) -> SeenPixels | None:
    """Return what the numbers of a block's output see.

    For a block inside a Repeat that is its first copy, for a Repeat the last one's end. None if the
    output is not known, the block is muted, or there is no such block.
    """
    walk = _Walk(uid)
    walk.row(network.nodes, None, depth=0)
    return walk.found


def share_of_opened(
    pixels: Pixels, entered: tuple[int, int], opened: tuple[int, int], resize: str
) -> tuple[float, float, float, float]:
    """Return where pixels that entered a network lie in the image as it was opened.

    Args:
        pixels: of the image as it entered.
        entered: its `(height, width)`.
        opened: that of the image as it was opened.
        resize: by which one became the other, a key of `RESIZES`.

    Returns:
        Top, left, bottom and right, as shares of the opened image, from 0 to 1.
    """
    ends = []
    for axis in range(2):
        start, length = _used(axis, entered, opened, resize)
        low = start + length * pixels.first[axis] / entered[axis]
        high = start + length * (pixels.last[axis] + 1) / entered[axis]
        ends.append((min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)))
    (top, bottom), (left, right) = ends
    return top, left, bottom, right


def _used(
    axis: int, entered: tuple[int, int], opened: tuple[int, int], resize: str
) -> tuple[float, float]:
    """Return where the entered image begins along an axis, and its length, in opened images."""
    scales = [opened[n] / entered[n] for n in range(2)]
    if resize == CROP:
        length = min(scales) * entered[axis] / opened[axis]
    elif resize == FIT:
        length = max(scales) * entered[axis] / opened[axis]
    else:
        length = 1.0
    return (1.0 - length) / 2, length


class _Flow(NamedTuple):
    shape: Shape
    spans: Spans | None
    middles: AllMiddles


class _Walk:
    """The way of the image down to one block; None flows where nothing is known."""

    def __init__(self, uid: str) -> None:
        self.found: SeenPixels | None = None
        self._uid = uid
        self._layers = 0
        self._image: tuple[int, ...] = ()

    def row(self, row: Row, flow: _Flow | None, *, depth: int) -> _Flow | None:
        for node in row:
            if node.muted:
                continue
            if self.found is not None:
                return None
            flow = self._block(node, flow, depth)
            if flow is None:
                return None
            if node.uid == self._uid:
                self.found = SeenPixels(flow.shape, self._image, flow.spans, flow.middles)
        return flow

    def _block(self, node: PlacedBlock, flow: _Flow | None, depth: int) -> _Flow | None:
        if not node.is_container:
            return self._layer(node, flow)
        if flow is None or depth >= DEEPEST:
            return None
        if isinstance(node.block, Parallel):
            return self._parallel(node, node.block, flow, depth + 1)
        count = node.block.count if isinstance(node.block, Repeat) else 1
        out: _Flow | None = flow
        for _copy in range(count):
            before = out
            out = self.row(node.lanes[0], before, depth=depth + 1)
            if out is None or out is before:
                break
        return out

    def _layer(self, node: PlacedBlock, flow: _Flow | None) -> _Flow | None:
        shape = flow.shape if flow else ()
        known = judged(node.block, shape)
        out = known.facts.output_shape
        self._layers += 1
        if known.fault is not None or out is None or self._layers > MOST_LAYERS:
            return None
        if flow is None:
            # A vector, of words for example, is a row of places without channels.
            self._image = out[:-1] or out
            each = [np.arange(size) for size in self._image]
            middles = (Middles(Fraction(0), Fraction(1)),) * len(each)
            return _Flow(out, tuple((axis, axis) for axis in each), middles)
        window = node.block.window(shape)
        return _Flow(out, _through(window, flow, out), _shifted(window, flow.middles))

    def _parallel(
        self, node: PlacedBlock, block: Parallel, flow: _Flow, depth: int
    ) -> _Flow | None:
        ends = [self.row(lane, flow, depth=depth) for lane in node.lanes]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        out, fault = merged(block, tuple(end.shape for end in known))
        if fault is not None:
            return None
        return _Flow(out, _together([end.spans for end in known], out), _mean(known, out))


def _through(window: Window | None, flow: _Flow, out: Shape) -> Spans | None:
    spans = flow.spans
    if window is None or spans is None or len(window.kernel) != len(spans):
        return None
    if window is same_place(len(spans)):
        return spans
    sizes = out[: len(spans)]
    return tuple(
        _along(window, axis, size, *span)
        for axis, (size, span) in enumerate(zip(sizes, spans, strict=True))
    )


def _along(
    window: Window, axis: int, size: int, low: Places, high: Places
) -> tuple[Places, Places]:
    """Return the first and last pixels along one axis after a window has slid over it."""
    first, stride = window.first[axis], window.stride[axis]
    apart, taps, length = window.dilation[axis], window.kernel[axis], len(low)
    # floor(first + at * stride), in whole numbers
    below = first.denominator * stride.denominator
    starts = (
        first.numerator * stride.denominator
        + np.arange(size) * (stride.numerator * first.denominator)
    ) // below
    least, most = np.full(size, _NOTHING), np.full(size, -1)
    for tap in range(taps):
        places = starts + tap * apart
        inside = (places >= 0) & (places < length)
        places = np.clip(places, 0, length - 1)
        least = np.minimum(least, np.where(inside, low[places], _NOTHING))
        most = np.maximum(most, np.where(inside, high[places], -1))
    return least, most


def _together(ends: list[Spans | None], out: Shape) -> Spans | None:
    known = [spans for spans in ends if spans is not None]
    if len(known) < len(ends) or len({len(spans) for spans in known}) != 1:
        return None
    joined = []
    for axis in range(len(known[0])):
        size = out[axis]
        lows = [np.broadcast_to(spans[axis][0], (size,)) for spans in known]
        highs = [np.broadcast_to(spans[axis][1], (size,)) for spans in known]
        joined.append((np.minimum.reduce(lows), np.maximum.reduce(highs)))
    return tuple(joined)


def _shifted(window: Window | None, before: tuple[Middles, ...] | None) -> AllMiddles:
    """Return the middles after a window has slid over their places."""
    if window is None or before is None or len(window.kernel) != len(before):
        return None
    axes = zip(before, window.middles, window.stride, strict=True)
    return tuple(Middles(m.start + middle * m.step, m.step * stride) for m, middle, stride in axes)


def _mean(ends: list[_Flow], out: Shape) -> AllMiddles:
    """Return the middles after a merge; of lanes that give all places the same nothing is known."""
    axes = len(out) - 1
    known = [end.middles for end in ends if end.middles and end.shape[:axes] == out[:axes]]
    if not known:
        return None
    return tuple(
        Middles(*(sum(part, Fraction(0)) / len(known) for part in zip(*lanes, strict=True)))
        for lanes in zip(*known, strict=True)
    )
