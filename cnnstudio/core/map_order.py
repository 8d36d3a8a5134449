"""Which maps of a block are shown, and in which order."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.mosaic import Ranges


class Order(StrEnum):
    """What maps are sorted by; all but `CHANNEL` put the largest first."""

    CHANNEL = "channel"
    MEAN = "mean"
    ENERGY = "energy"
    VARIANCE = "variance"
    SEPARATION = "separation"


def shown_channels(
    values: NDArray[np.float32],
    ranges: Ranges,
    order: Order,
    *,
    hide_dead: bool,
    other: NDArray[np.float32] | None = None,
) -> NDArray[np.intp]:
    """Return the numbers of the maps to show, in their order.

    Of maps that are equal the one with the smaller number comes first; those without a number that
    could be compared, for NaN is in them, come first of all, for that is what to look at. Where
    every map is dead none is hidden.

    Args:
        values: `(height, width, channels)` or `(units,)`.
        ranges: of those values, by `measure`.
        order: by what.
        hide_dead: leave out the maps that are zero everywhere.
        other: as many maps of another look, which `Order.SEPARATION` needs: without them it is
            `Order.CHANNEL`.
    """
    channels = np.arange(values.shape[-1])
    if hide_dead and values.ndim == 3:
        live = channels[~dead(ranges)]
        channels = live if len(live) else channels
    if order is Order.SEPARATION:
        worth = None if other is None else separation(values, other)
    else:
        worth = None if order is Order.CHANNEL else strength(values, order)
    if worth is None:
        return channels
    worth = worth[channels]
    return channels[np.argsort(-np.nan_to_num(worth, nan=np.inf), kind="stable")]


def dead(ranges: Ranges) -> NDArray[np.bool_]:
    """Return which maps are zero everywhere for this image, `(channels,)`."""
    is_dead: NDArray[np.bool_] = (ranges.low == 0) & (ranges.high == 0)
    return is_dead


def strength(values: NDArray[np.float32], order: Order) -> NDArray[np.float64]:
    """Return what maps are sorted by, `(channels,)`; NaN where a map holds NaN or infinity.

    The energy is the mean of the squares, the variance that about the map's own mean.

    Args:
        values: `(height, width, channels)` or `(units,)`; a unit is a map of one number.
        order: by their mean, energy or variance.
    """
    rows = values.reshape(-1, values.shape[-1])
    with np.errstate(invalid="ignore", over="ignore"):
        match order:
            case Order.MEAN:
                worth = rows.mean(axis=0, dtype=np.float64)
            case Order.ENERGY:
                worth = np.einsum("nc,nc->c", rows, rows, dtype=np.float64) / len(rows)
            case _:
                worth = rows.var(axis=0, dtype=np.float64)
    return np.where(np.isfinite(worth), worth, np.nan)


def separation(values: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how well each map tells two looks apart, `(channels,)`; NaN where it holds no number.

    It is the distance of the two means, counted in the spread of the values about them: that of a
    map which does the same for both is 0. One whose values all agree but for the look is
    infinitely far apart, which counts as the largest.

    Args:
        values: `(height, width, channels)` or `(units,)`.
        other: those of the other look, of as many channels.
    """
    rows, others = (v.reshape(-1, v.shape[-1]).astype(np.float64) for v in (values, other))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        apart = np.abs(rows.mean(axis=0) - others.mean(axis=0))
        spread = np.sqrt((rows.var(axis=0) + others.var(axis=0)) / 2)
        worth = np.where(apart > 0, apart / spread, apart)
        # Single numbers have no spread: there the distance itself tells.
        worth = apart if len(rows) == len(others) == 1 else worth
    return np.where(
        np.isnan(apart) | np.isinf(apart), np.nan, np.minimum(worth, np.finfo(float).max)
    )
