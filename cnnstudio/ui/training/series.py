"""Rows of numbers that grow by the batch and are read without copying."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

FIRST_ROOM = 1024
SHORTEST_SPAN, LONGEST_SPAN = 5, 200
SPANS_AN_EPOCH = 8


class Series:
    """Numbers in the order they came; the room for them doubles when it is full."""

    def __init__(self, dtype: DTypeLike = np.float32) -> None:
        self._room: NDArray[Any] = np.empty(FIRST_ROOM, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> NDArray[Any]:
        """The numbers so far, a view that later ones do not change."""
        return self._room[: self._count]

    @property
    def last(self) -> float:
        """The newest number, NaN if there is none."""
        return self[self._count - 1]

    def __getitem__(self, index: int) -> float:
        """Return the number at `index`, NaN where there is none."""
        return float(self._room[index]) if 0 <= index < self._count else math.nan

    def append(self, value: float) -> None:
        """Add a number."""
        if self._count == len(self._room):
            grown = np.empty(2 * self._count, self._room.dtype)
            grown[: self._count] = self._room
            self._room = grown
        self._room[self._count] = value
        self._count += 1


class Smoothed:
    """The exponential moving average of a series, free of the pull of its start.

    The correction is that of Adam's moments (Kingma and Ba, 2015, arXiv:1412.6980, section 3).
    """

    def __init__(self) -> None:
        self.series = Series()
        self._mean = self._weight = 0.0
        self._keep = 0.0

    def set_span(self, batches: int) -> None:
        """Choose how many batches weigh in, for epochs of `batches` batches."""
        span = min(max(batches / SPANS_AN_EPOCH, SHORTEST_SPAN), LONGEST_SPAN)
        self._keep = 1 - 2 / (span + 1)

    def append(self, value: float) -> None:
        """Add the average that includes `value`; what is not finite leaves it as it was."""
        if math.isfinite(value):
            self._mean = self._keep * self._mean + (1 - self._keep) * value
            self._weight = self._keep * self._weight + (1 - self._keep)
        self.series.append(self._mean / self._weight if self._weight else math.nan)


class Metric:
    """One metric's numbers over a run: by batch, smoothed, and by epoch.

    Attributes:
        is_finite: whether all values by batch are.
        largest: the greatest finite magnitude among them.
    """

    def __init__(self) -> None:
        self.batch = Series()
        self.smooth = Smoothed()
        self.train = Series()
        self.validation = Series()
        self.is_finite = True
        self.largest = 0.0

    def add_batch(self, value: float) -> None:
        """Add the value of one batch."""
        if math.isfinite(value):
            self.largest = max(self.largest, abs(value))
        else:
            self.is_finite = False
        self.batch.append(value)
        self.smooth.append(value)

    def add_epoch(self, train: float, validation: float | None) -> None:
        """Add the means of one epoch; without validation images its mean is NaN."""
        self.train.append(train)
        self.validation.append(math.nan if validation is None else validation)
