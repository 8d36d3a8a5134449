"""A block's values as one picture of palette indices: pure numpy, no Qt, for any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.map_layout import Layout, Place

LEVELS = 253
"""Indices 0 to 252 are values from the lowest to the highest."""
CHECK_DARK, CHECK_BRIGHT = 253, 254
"""The two sides of the check pattern in which NaN and infinity are drawn."""
EMPTY = 255
"""The index of gaps and of places without a map."""

_SMALLEST_SPAN = 1e-35
"""A narrower range counts as one value: its steps would leave float32's range."""


class Scaling(StrEnum):
    """Which values share a range of colours."""

    BLOCK = "block"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is known of each map's values.

    Attributes:
        low: the smallest finite value of each map, NaN if it has none, `(channels,)`.
        high: the largest finite value of each map, likewise.
        not_finite: how many values are NaN or infinite.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    not_finite: int = 0

    def of(self, channels: NDArray[np.intp]) -> Ranges:
        """Return what is known of some maps, in the order in which they are named."""
        return Ranges(self.low[channels], self.high[channels], self.not_finite)

    def joined(self, other: Ranges) -> Ranges:
        """Return ranges that both these and others of as many maps are in."""
        low, high = np.fmin(self.low, other.low), np.fmax(self.high, other.high)
        return Ranges(low, high, self.not_finite)

    def whole(self) -> tuple[float, float]:
        """Return the smallest and largest finite value of all maps; NaN if there is none."""
        finite = np.isfinite(self.low)
        if not finite.any():
            return float("nan"), float("nan")
        return float(self.low[finite].min()), float(self.high[finite].max())

    def shown(
        self, scaling: Scaling, *, about_zero: bool, channel: int | None
    ) -> tuple[float, float]:
        """Return the values at the ends of the colours, as `channel` is drawn.

        With `Scaling.MAP` and no channel there is no one range, and both ends are NaN.
        """
        if scaling is Scaling.BLOCK:
            low, high = self.whole()
        elif channel is not None:
            low, high = float(self.low[channel]), float(self.high[channel])
        else:
            return float("nan"), float("nan")
        most = max(abs(low), abs(high))
        return (0.0 - most, most) if about_zero else (low, high)  # never −0


def as_maps(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values of any rank as `(height, width, channels)` or `(units,)`.

    A sequence, `(length, channels)`, is one row a channel, its start at the left. Of a volume,
    `(depth, height, width, channels)`, it is the middle slice, see `middle`.
    """
    match values.ndim:
        case 1 | 3:
            return values
        case 0:
            return values.reshape(1)
        case 2:
            return values[np.newaxis]
        case _:
            return as_maps(values[middle(values.shape[0])])


def middle(depth: int) -> int:
    """Return which slice of a volume is drawn, counted from 0: of two middle ones the later."""
    return depth // 2


def index_of(shape: tuple[int, ...], place: Place) -> tuple[int, ...]:
    """Return where in values of a shape a number is that `as_maps` has put at `place`."""
    match len(shape):
        case 0:
            return ()
        case 1:
            return (place.channel,)
        case 2:
            return (place.column, place.channel)
        case 3:
            return (place.row, place.column, place.channel)
        case _:
            return (middle(shape[0]), *index_of(shape[1:], place))


def measure(values: NDArray[np.float32]) -> Ranges:
    """Return the range of each map of `(height, width, channels)` or `(units,)`."""
    axes = (0, 1) if values.ndim == 3 else ()
    if values.ndim == 3:
        # Along whole rows first: many times as fast as along both axes at once.
        low, high = values.min(axis=0).min(axis=0), values.max(axis=0).max(axis=0)
    else:
        low, high = values, values
    # NaN and infinity come through a minimum or a maximum, so most blocks need no closer look.
    if np.isfinite(low).all() and np.isfinite(high).all():
        return Ranges(low, high)
    finite = np.isfinite(values)
    low = np.where(finite, values, np.float32(np.inf)).min(axis=axes)
    high = np.where(finite, values, np.float32(-np.inf)).max(axis=axes)
    some = finite.any(axis=axes)
    low, high = np.where(some, low, np.float32(np.nan)), np.where(some, high, np.float32(np.nan))
    return Ranges(low, high, int(values.size - np.count_nonzero(finite)))


def shrunk(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return maps with fewer pixels, each the mean of those it stands for.

    Args:
        values: `(height, width, channels)`.
        size: the new height and width, at most the old ones.
    """
    height, width, channels = values.shape
    with np.errstate(invalid="ignore", over="ignore"):
        rows = _mean_rows(values.reshape(height, -1), size[0]).reshape(-1, width, channels)
        small: NDArray[np.float32] = np.matmul(_means(size[1], width), rows)
    if np.isfinite(small).all():
        return small
    # A product with zero spreads NaN and infinity over all that they are not part of.
    for axis, new in enumerate(size):
        edges = _edges(new, values.shape[axis])
        sums = np.add.reduceat(values, edges[:-1], axis=axis)
        counts = np.diff(edges).reshape([-1 if axis == i else 1 for i in range(3)])
        values = np.asarray(sums / counts, np.float32)
    return values


def _edges(new: int, old: int) -> NDArray[np.intp]:
    """Return where each of `new` pixels begins among `old` ones, and where the last one ends."""
    return np.arange(new + 1) * old // new


def _mean_rows(values: NDArray[np.float32], new: int) -> NDArray[np.float32]:
    """Return `new` means of rows beside each other, `(new, columns)`.

    Sums of rows are several times as fast as a product with `_means`, or as `reduceat`.
    """
    edges = _edges(new, len(values))
    rows = np.empty((new, values.shape[1]), np.float32)
    for row, first, end in zip(rows, edges[:-1], edges[1:], strict=True):
        np.add.reduce(values[first:end], axis=0, out=row)
    rows /= np.diff(edges)[:, np.newaxis].astype(np.float32)
    return rows


def _means(new: int, old: int) -> NDArray[np.float32]:
    """Return the matrix, `(new, old)`, that makes means of pixels beside each other."""
    edges = _edges(new, old)
    numbers = np.arange(old)
    inside = (edges[:-1, np.newaxis] <= numbers) & (numbers < edges[1:, np.newaxis])
    return np.asarray(inside / np.diff(edges)[:, np.newaxis], np.float32)


def draw(
    values: NDArray[np.float32],
    ranges: Ranges,
    layout: Layout,
    scaling: Scaling = Scaling.BLOCK,
    *,
    about_zero: bool = False,
) -> NDArray[np.uint8]:
    """Return the palette index of every pixel of the grid.

    Args:
        values: `(height, width, channels)` or `(units,)`.
        ranges: of those values, by `measure`.
        layout: of those values.
        scaling: whether all maps share one range of colours.
        about_zero: put zero in the middle of the colours.

    Returns:
        `layout.size` indices, see `LEVELS`, `CHECK_DARK` and `EMPTY`.
    """
    levels = _levels(values, ranges, scaling, about_zero=about_zero)
    if levels.ndim == 1:
        levels = levels.reshape(1, 1, -1)
    canvas = np.full(layout.size, EMPTY, np.uint8)
    down, right = layout.pitch
    grid = canvas.reshape(layout.rows, down, layout.columns, right)
    whole = layout.count // layout.columns
    for first, rows, columns in (
        (0, slice(0, whole), layout.columns),
        (whole * layout.columns, slice(whole, layout.rows), layout.count % layout.columns),
    ):
        part = levels[:, :, first : first + (rows.stop - rows.start) * columns]
        tiles = part.reshape(layout.height, layout.width, rows.stop - rows.start, columns)
        target = grid[rows, : layout.height, :columns, : layout.width]
        target[...] = tiles.transpose(2, 0, 3, 1)
    return canvas


def _levels(
    values: NDArray[np.float32], ranges: Ranges, scaling: Scaling, *, about_zero: bool
) -> NDArray[np.uint8]:
    low, factor = _scale(ranges, scaling, about_zero=about_zero)
    # An infinity or an overflow ends at the last colour or is checked over below.
    with np.errstate(all="ignore"):
        scaled = np.subtract(values, low, dtype=np.float32)
        scaled *= factor
        scaled += np.float32(0.5)
        np.clip(scaled, 0, LEVELS - 1, out=scaled)
        levels = scaled.astype(np.uint8)
    if ranges.not_finite:
        bad = ~np.isfinite(values)
        levels[bad] = np.broadcast_to(_check(values.shape), values.shape)[bad]
    return levels


def _scale(
    ranges: Ranges, scaling: Scaling, *, about_zero: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what to subtract from each map's values and what to multiply the rest with."""
    low, high = ranges.low.astype(np.float64), ranges.high.astype(np.float64)
    if scaling is Scaling.BLOCK:
        low, high = (np.array([end]) for end in ranges.whole())
    if about_zero:
        high = np.maximum(np.abs(low), np.abs(high))
        low = -high
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    span = high - low
    flat = span < _SMALLEST_SPAN
    factor = np.where(flat, 0.0, (LEVELS - 1) / np.where(flat, 1.0, span))
    # What has one value only is drawn as zero is.
    if about_zero:
        low = np.where(flat, -(LEVELS // 2), low)
        factor = np.where(flat, 1.0, factor)
    return low.astype(np.float32), factor.astype(np.float32)


def _check(shape: tuple[int, ...]) -> NDArray[Any]:
    if len(shape) == 1:
        return np.array([CHECK_DARK], np.uint8)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (CHECK_DARK + (rows + columns) % 2).astype(np.uint8)[:, :, np.newaxis]
