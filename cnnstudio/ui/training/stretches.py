"""Where epochs lie among the steps, over a run and those that trained on from it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stretch:
    """One run's place: it follows `step` steps and `epoch` epochs, each its own `batches` long."""

    step: int
    epoch: int
    epochs: int
    batches: int


class Stretches:
    """Runs in a row. Steps and epochs count from 1; an epoch cut short by a stop counts as one."""

    def __init__(self) -> None:
        self._row: list[Stretch] = []

    @property
    def last(self) -> Stretch | None:
        """The newest run's place, None if there is none."""
        return self._row[-1] if self._row else None

    @property
    def end(self) -> int:
        """The step at which the newest run is to end."""
        last = self.last
        return last.step + last.epochs * last.batches if last else 0

    @property
    def epochs(self) -> int:
        """How many epochs there will be when the newest run ends."""
        return self._row[-1].epoch + self._row[-1].epochs if self._row else 0

    def add(self, steps: int, epochs: int, batches: int) -> None:
        """Begin a run after `steps` steps."""
        begun = self.locate(steps)[0] if steps else 0
        self._row.append(Stretch(steps, begun, max(epochs, 1), max(batches, 1)))

    def without_last(self) -> Stretches:
        """Return the runs before the newest."""
        before = Stretches()
        before._row = self._row[:-1]
        return before

    def extend(self, epochs: int) -> None:
        """Let the newest run have so many epochs in all."""
        if self._row:
            self._row[-1] = replace(self._row[-1], epochs=max(epochs, 1))

    def locate(self, step: int) -> tuple[int, int]:
        """Return epoch and batch of a step, `(0, 0)` if there are no runs."""
        if not self._row:
            return 0, 0
        place = max(bisect_left(self._row, step, key=lambda stretch: stretch.step) - 1, 0)
        stretch = self._row[place]
        epoch, batch = divmod(max(step - stretch.step - 1, 0), stretch.batches)
        return stretch.epoch + epoch + 1, batch + 1

    def locate_all(self, steps: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return epoch and batch of every step from 1 on, as `locate` does."""
        starts = [stretch.step for stretch in self._row] or [0]
        counts = np.diff([*starts, max(steps, starts[-1])])
        at = np.arange(steps) - np.repeat(starts, counts)[:steps]
        batches = np.repeat([stretch.batches for stretch in self._row] or [1], counts)[:steps]
        before = np.repeat([stretch.epoch for stretch in self._row] or [0], counts)[:steps]
        return before + at // batches + 1, at % batches + 1

    def end_of(self, epoch: int) -> int:
        """Return the step at which an epoch ends or would end; 0 for epoch 0."""
        if not self._row or epoch < 1:
            return 0
        place = max(bisect_left(self._row, epoch, key=lambda stretch: stretch.epoch) - 1, 0)
        stretch = self._row[place]
        end = stretch.step + (epoch - stretch.epoch) * stretch.batches
        return min(end, self._row[place + 1].step) if place + 1 < len(self._row) else end
