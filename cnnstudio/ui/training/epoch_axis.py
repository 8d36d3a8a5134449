"""Axes of the curves: epochs from afar, steps from close by, numbers with thousands separated."""

from __future__ import annotations

import math

import pyqtgraph as pg
from typing_extensions import override

from cnnstudio.ui.training.run_record import RunRecord

LABEL_PIXELS = 44
LOG_PIXELS = 22
FEWEST_EPOCHS = 1.5
"""From how many epochs in view on the ticks are their ends."""
MOST_PLAIN = 1e6
Ticks = list[tuple[float, list[float]]]


class ValueAxis(pg.AxisItem):
    """The axis of a metric; `percent` writes shares from 0 to 1 as percentages.

    Where it `is_log`, its range is of logarithms to base 10.
    """

    is_log = False

    def __init__(self, *, percent: bool) -> None:
        super().__init__("left", showValues=True)
        self.enableAutoSIPrefix(False)
        self._percent = percent

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        if not self.is_log:
            levels: Ticks = super().tickValues(minVal, maxVal, size)
            return levels
        ticks = log_ticks(minVal, maxVal, max(int(size / LOG_PIXELS), 2))
        return [(1.0, [math.log10(tick) for tick in ticks])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.is_log:
            return [f"{10**value:.3g}".replace("e-0", "e-") for value in values]
        if not self._percent:
            return _plain(values, scale, spacing)
        return [f"{text} %" for text in _plain(values, 100 * scale, spacing)]


class EpochAxis(pg.AxisItem):
    """The axis of steps, with its ticks where epochs end as long as several are in view."""

    def __init__(self, record: RunRecord, *, is_labelled: bool) -> None:
        super().__init__("bottom", showValues=is_labelled)
        self._record = record
        self.enableAutoSIPrefix(False)

    @property
    def shows_epochs(self) -> bool:
        """Whether the ticks are ends of epochs rather than steps."""
        newest = self._record.numbers.stretches.last
        low, high = self.range
        return newest is not None and high - low >= FEWEST_EPOCHS * newest.batches

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        if not self.shows_epochs:
            levels: Ticks = super().tickValues(minVal, maxVal, size)
            return [(max(gap, 1), [v for v in at if v == int(v)]) for gap, at in levels[:1]]
        stretches = self._record.numbers.stretches
        first, last = (stretches.locate(round(max(edge, 0)))[0] for edge in (minVal, maxVal))
        every = _nice((last - first + 1) * LABEL_PIXELS / max(size, 1))
        epochs = range(((first - 1) // every) * every, last + 1, every)
        ends = [float(stretches.end_of(epoch)) for epoch in epochs]
        return [(float(every), [end for end in ends if minVal <= end <= maxVal])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.shows_epochs:
            return _plain(values, scale, spacing)
        ends = (round(value) for value in values)
        return [f"{self._record.numbers.stretches.locate(end)[0] if end else 0:,}" for end in ends]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most about `most` round numbers from `10**low` to `10**high`, at least two.

    They are as many powers of ten, their double and fivefold as there is room for; where these are
    too far apart, they are evenly spaced.
    """
    # Beyond what a number can be there is nothing to see.
    low, high = max(low, -300.0), min(high, 300.0)
    every = max(1, _nice((high - low) / most))
    decades = range(math.floor(low) // every * every, math.ceil(high) + 1, every)
    for mantissas in _MANTISSAS if every == 1 else _MANTISSAS[2:]:
        found = [m * 10.0**decade for decade in decades for m in mantissas]
        seen = [tick for tick in found if low <= math.log10(tick) <= high]
        if len(seen) >= 2 and (len(seen) <= most or mantissas == (1,)):
            return seen
    return _even_ticks(10**low, 10**high, most)


_MANTISSAS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1,))


def _even_ticks(start: float, end: float, most: int) -> list[float]:
    gap = (end - start) / most
    if gap <= 0:
        return [start]
    step: float = 10 ** math.floor(math.log10(gap))
    step *= next(n for n in (1, 2, 5, 10) if n * step >= gap)
    first, last = math.ceil(start / step), math.floor(end / step)
    return [place * step for place in range(first, last + 1)]


def _nice(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not below `least`."""
    if least <= 1:
        return 1
    power = 10 ** math.floor(math.log10(least))
    return next(int(n * power) for n in (1, 2, 5, 10) if n * power >= least)


def _plain(values: list[float], scale: float, spacing: float) -> list[str]:
    shown = [value * scale for value in values]
    if max(map(abs, shown), default=0.0) >= MOST_PLAIN:
        return [f"{value:.3g}" for value in shown]
    decimals = max(0, math.ceil(-math.log10(spacing * scale) - 1e-9))
    return [f"{value:,.{decimals}f}" for value in shown]
