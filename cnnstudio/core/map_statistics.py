"""What can be said of a block's maps in a few numbers: pure numpy, for any thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.map_order import dead
from cnnstudio.core.mosaic import Ranges, measure

BINS = 64
"""Bars of a histogram."""
_PIECE = 2**16


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values occur.

    Attributes:
        counts: of the values in each of the bars, `(BINS,)`; what is not finite counts nowhere.
        low: where the first bar begins.
        high: where the last one ends.
    """

    counts: NDArray[np.int64]
    low: float
    high: float

    @property
    def width(self) -> float:
        """What one bar spans."""
        return (self.high - self.low) / len(self.counts)


@dataclass(frozen=True, slots=True)
class MapStatistics:
    """A block's values in a few numbers; of NaN and infinity only their count is taken.

    Attributes:
        count: how many values there are.
        mean: of the finite ones, NaN if there are none.
        spread: their standard deviation, likewise.
        low: the smallest.
        high: the largest.
        zeros: the share of all values that is exactly zero, 0 to 1.
        channels: maps, or units of a vector.
        dead: maps that are zero everywhere for this image; 0 for a vector.
        nan: values that are NaN.
        infinite: values that are infinite.
        histogram: of the finite values.
    """

    count: int
    mean: float
    spread: float
    low: float
    high: float
    zeros: float
    channels: int
    dead: int
    nan: int
    infinite: int
    histogram: Histogram


def statistics_of(values: NDArray[np.float32], ranges: Ranges | None = None) -> MapStatistics:
    """Return the statistics of a block's values.

    Args:
        values: of any rank, the channels last.
        ranges: of all of those values if they are known.
    """
    rows = values.reshape(-1, values.shape[-1]) if values.ndim else values.reshape(1, 1)
    maps = rows[np.newaxis] if values.ndim != 1 else rows[0]
    ranges = ranges or measure(maps)
    nan = int(np.count_nonzero(np.isnan(rows))) if ranges.not_finite else 0
    finite = rows[np.isfinite(rows)] if ranges.not_finite else rows.ravel()
    low, high = ranges.whole()
    some = finite.size > 0
    return MapStatistics(
        count=rows.size,
        mean=float(finite.mean(dtype=np.float64)) if some else float("nan"),
        spread=float(finite.std(dtype=np.float64)) if some else float("nan"),
        low=low,
        high=high,
        zeros=1 - np.count_nonzero(rows) / max(1, rows.size),
        channels=rows.shape[1],
        dead=int(np.count_nonzero(dead(ranges))) if values.ndim > 1 else 0,
        nan=nan,
        infinite=ranges.not_finite - nan,
        histogram=histogram_of(finite),
    )


def histogram_of(values: NDArray[np.float32]) -> Histogram:
    """Return how often finite values of any shape occur; without any, nothing from 0 to 1."""
    if values.size == 0:
        return Histogram(np.zeros(BINS, np.int64), 0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if not high - low > max(abs(low), abs(high)) * 1e-6:
        # One value has no width of its own: it stands in the middle.
        room = max(abs(low), abs(high), 1e-30) * 0.5
        low, high = low - room, high + room
    counts = np.zeros(BINS, np.int64)
    flat = values.ravel()
    # In pieces, for each takes four times the room of its values.
    for start in range(0, len(flat), _PIECE):
        places = (flat[start : start + _PIECE].astype(np.float64) - low) * (BINS / (high - low))
        counts += np.bincount(np.minimum(places.astype(np.intp), BINS - 1), minlength=BINS)
    return Histogram(counts, low, high)
