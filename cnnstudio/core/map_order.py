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


def shown_channels(
    values: NDArray[np.float32], ranges: Ranges, order: Order, *, hide_dead: bool
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
    """
    channels = np.arange(values.shape[-1])
    if hide_dead and values.ndim == 3:
        live = channels[~dead(ranges)]
        channels = live if len(live) else channels
    if order is Order.CHANNEL:
        return channels
    worth = strength(values, order)[channels]
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
        order: anything but `Order.CHANNEL`.
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
