"""Rows of numbers that grow by the batch and are read without copying."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
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

    def extend(self, values: NDArray[Any]) -> None:
        """Add several numbers."""
        end = self._count + len(values)
        if end > len(self._room):
            grown = np.empty(1 << (end - 1).bit_length(), self._room.dtype)
            grown[: self._count] = self.values
            self._room = grown
        self._room[self._count : end] = values
        self._count = end


@dataclass(frozen=True, slots=True)
class _Span:
    """From which number on epochs have so many batches, and how large the last one of each is."""

    start: int
    batches: int
    last_share: float

    def share(self, index: int) -> float:
        """Return how much the number at `index` weighs in."""
        return self.last_share if (index - self.start + 1) % self.batches == 0 else 1.0

    def shares(self, first: int, count: int) -> NDArray[np.float64]:
        """Return how much each of `count` numbers weighs in, from the one at `first` on."""
        shares = np.ones(count)
        shares[(self.start - first - 1) % self.batches :: self.batches] = self.last_share
        return shares


class Smoothed:
    """The exponential moving average of a series, free of the pull of its start.

    The correction is that of Adam's moments (Kingma and Ba, 2015, arXiv:1412.6980, section 3).

    Args:
        strength: how many times the usual number of batches weigh in.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.series = Series()
        self._mean = self._weight = 0.0
        self._keep = 0.0
        self._strength = strength
        self._spans: list[_Span] = []

    def set_span(self, batches: int, last_share: float = 1.0) -> None:
        """Choose how many batches weigh in from now on.

        Args:
            batches: an epoch.
            last_share: how large its last batch is beside the others; it weighs in by that.
        """
        self._spans.append(_Span(len(self.series), batches, last_share))
        self._keep = keep_of(batches, self._strength)

    def smooth_anew(self, values: NDArray[np.float32], strength: float) -> None:
        """Take the averages of all the values so far, with another number of batches in each."""
        self._strength = strength
        self.series, self._mean, self._weight = Series(), 0.0, 0.0
        ends = [span.start for span in self._spans] + [len(values)]
        for span, (first, end) in zip(self._spans, pairwise(ends), strict=True):
            self._keep = keep_of(span.batches, strength)
            self._extend(values[first:end], span)

    def head(self, values: NDArray[np.float32]) -> Smoothed:
        """Return the averages of the first values alone, as they were before later ones came."""
        head = Smoothed(self._strength)
        head._spans = [span for span in self._spans if span.start < len(values)]
        head.smooth_anew(values if head._spans else values[:0], self._strength)
        return head

    def append(self, value: float) -> None:
        """Add the average that includes `value`; what is not finite leaves it as it was."""
        if math.isfinite(value):
            share = self._spans[-1].share(len(self.series)) if self._spans else 1.0
            keep = self._keep**share
            self._mean = keep * self._mean + (1 - keep) * value
            self._weight = keep * self._weight + (1 - keep)
        self.series.append(self._average)

    def extend(self, values: NDArray[np.float32]) -> None:
        """Add the averages that include `values`, as `append` would one after the other."""
        self._extend(values, self._spans[-1] if self._spans else _Span(0, 1, 1.0))

    def _extend(self, values: NDArray[np.float32], span: _Span) -> None:
        shares = span.shares(len(self.series), len(values))
        means, self._mean, self._weight = smoothed(
            values, self._keep, self._mean, self._weight, shares
        )
        self.series.extend(means)

    @property
    def _average(self) -> float:
        return self._mean / self._weight if self._weight else math.nan


class Metric:
    """One metric's numbers over a run: by batch, smoothed, and by epoch.

    Args:
        strength: of the smoothing, see `Smoothed`.

    Attributes:
        is_finite: whether all values by batch are.
        largest: the greatest finite magnitude among them.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.batch = Series()
        self.smooth = Smoothed(strength)
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

    def head(self, batches: int, epochs: int) -> Metric:
        """Return what there was after so many batches and epochs."""
        head, values = Metric(), self.batch.values[:batches]
        head.batch.extend(values)
        head._note(values)
        head.smooth = self.smooth.head(values)
        head.train.extend(self.train.values[:epochs])
        head.validation.extend(self.validation.values[:epochs])
        return head

    def add_rate(self, value: float) -> None:
        """Add the learning rate of one batch, which nobody smooths."""
        self.largest = max(self.largest, value)
        self.batch.append(value)

    def add_rates(self, values: NDArray[np.float32]) -> None:
        """Add the learning rates of several batches."""
        self.largest = max(self.largest, float(np.nanmax(values, initial=0.0)))
        self.batch.extend(values)

    def skip(self, batches: int, epochs: int) -> None:
        """Take note of batches and epochs in which it was not measured."""
        if batches:
            nothing = np.full(batches, math.nan)
            self.is_finite = False
            self.batch.extend(nothing)
            self.smooth.set_span(batches)
            self.smooth.series.extend(nothing)
        for series in (self.train, self.validation):
            series.extend(np.full(epochs, math.nan))

    def smooth_by(self, strength: float) -> None:
        """Smooth anew, see `Smoothed`."""
        self.smooth.smooth_anew(self.batch.values, strength)

    def extend(self, values: NDArray[np.float32]) -> None:
        """Add the values of several batches."""
        self._note(values)
        self.batch.extend(values)
        self.smooth.extend(values)

    def _note(self, values: NDArray[np.float32]) -> None:
        finite = values[np.isfinite(values)]
        self.largest = max(self.largest, float(np.abs(finite).max(initial=0.0)))
        self.is_finite = self.is_finite and len(finite) == len(values)

    def add_epoch(self, train: float, validation: float | None) -> None:
        """Add the means of one epoch; without validation images its mean is NaN."""
        self.train.append(train)
        self.validation.append(math.nan if validation is None else validation)


def keep_of(batches: int, strength: float = 1.0) -> float:
    """Return how much of an average the next one keeps, for epochs of so many batches."""
    span = min(max(batches / SPANS_AN_EPOCH, SHORTEST_SPAN), LONGEST_SPAN) * strength
    return 1 - 2 / (max(span, 1.0) + 1)


def smoothed(
    values: NDArray[np.float32],
    keep: float,
    mean: float = 0.0,
    weight: float = 0.0,
    shares: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], float, float]:
    """Return the averages that `Smoothed` gives value by value, some hundred times faster.

    Args:
        values: in their order; those that are not finite leave the average as it was.
        keep: how much of an average the next one keeps.
        mean: the average so far, not corrected.
        weight: how far it is from its start, 0 to 1.
        shares: how much each value weighs in, 1 if left out.

    Returns:
        The averages, then `mean` and `weight` after them.
    """
    known = np.isfinite(values)
    taken = values[known].astype(np.float64)
    ages = np.ones(len(taken)) if shares is None else shares[known]
    means = np.empty(len(taken) + 1)
    means[0] = mean
    # Within a block the powers of `keep` are far from what a float cannot hold.
    size = max(1, int(-20 / math.log(keep))) if keep > 0 else 1
    for first in range(0, len(taken), size):
        block = taken[first : first + size]
        age = ages[first : first + size]
        powers = keep ** np.cumsum(age)
        gains = (1 - keep**age) * block
        sums = np.cumsum(gains / powers) * powers if keep > 0 else gains
        means[first + 1 : first + 1 + len(block)] = sums + powers * means[first]
    weights = 1 - (1 - weight) * keep ** np.concatenate([[0.0], np.cumsum(ages)])
    # Where a value is not finite, the average before it stands.
    at = np.cumsum(known)
    with np.errstate(invalid="ignore", divide="ignore"):
        corrected = np.where(weights > 0, means / weights, np.nan)
    return corrected[at], float(means[-1]), float(weights[-1])
