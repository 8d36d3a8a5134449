"""A block's maps as one very small picture: their mean, so that nothing is left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.mosaic import CHECK_DARK, LEVELS, as_maps, shrunk
from cnnstudio.core.path_messages import Thumbnail

_SAME = 1e-5
SIDE = 48
"""Rows, columns or bars of a thumbnail, at most."""


def thumbnail(block: str, values: NDArray[np.float32]) -> Thumbnail:
    """Return the thumbnail of what a block puts out.

    Args:
        block: its uid.
        values: of any rank; of a volume it is the middle slice.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        means = _means(values)
    finite = np.isfinite(means)
    bad = 0 if finite.all() else int(values.size - np.count_nonzero(np.isfinite(values)))
    known = means[finite]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if means.ndim == 1:
        low, high = min(0.0, low), max(0.0, high)
    return Thumbnail(block, values.shape, _levels(means, low, high), low, high, bad)


def _means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean over the channels, `(height, width)` or `(bars,)`, small enough."""
    if values.ndim == 2:
        values = _mean_of_channels(values)
    maps = as_maps(values)
    if maps.ndim == 1:
        row = maps[np.newaxis, :, np.newaxis]
        return shrunk(row, (1, min(SIDE, row.shape[1])))[0, :, 0]
    mean = _mean_of_channels(maps)
    factor = min(1.0, SIDE / max(mean.shape))
    size = max(1, round(mean.shape[0] * factor)), max(1, round(mean.shape[1] * factor))
    return shrunk(mean[:, :, np.newaxis], size)[:, :, 0]


def _mean_of_channels(values: NDArray[np.float32]) -> NDArray[np.float32]:
    # A product with a vector reads the memory once, several times faster than a mean does.
    count = values.shape[-1]
    mean: NDArray[np.float32] = values @ np.full(count, 1 / count, np.float32)
    return mean


def _levels(means: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    span = high - low
    if span < _SAME * max(abs(low), abs(high)):
        span = 0.0  # what differs by rounding alone is one value, not a pattern
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (means.astype(np.float64) - low) * ((LEVELS - 1) / span if span > 0 else 0.0)
    levels = np.clip(np.nan_to_num(scaled) + 0.5, 0, LEVELS - 1).astype(np.uint8)
    levels[~np.isfinite(means)] = CHECK_DARK
    return levels
