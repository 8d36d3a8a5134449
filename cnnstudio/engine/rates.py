"""The learning rate of every step of a run: the schedule's, and what has changed it since."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import schedules
from cnnstudio.core.plan import TrainingPlan


class Rates:
    """The rates of one run.

    Args:
        plan: names rate and schedule.
        steps_an_epoch: batches an epoch.

    Attributes:
        factor: by how much the rates differ from the schedule's by now.
    """

    def __init__(self, plan: TrainingPlan, steps_an_epoch: int) -> None:
        self._plan = plan
        self._steps_an_epoch = steps_an_epoch
        self.factor = 1.0

    def at(self, step: int) -> float:
        """Return the rate of a step, from 0."""
        return self._scheduled(step) * self.factor

    def of(self, step: int, count: int) -> NDArray[np.float32]:
        """Return the rates of `count` steps from `step` on."""
        if self._plan.schedule in (schedules.CONSTANT, schedules.PLATEAU):
            return np.full(count, self.at(step), np.float32)
        return np.array([self.at(step + ahead) for ahead in range(count)], np.float32)

    def change(self, rate: float, step: int) -> None:
        """Have another rate from a step on; the schedule goes on in proportion to it."""
        # Where the schedule is at zero, there is no proportion.
        self.factor = rate / (self._scheduled(step) or self._plan.learning_rate)

    def extend(self, epochs: int) -> None:
        """Have so many epochs in all: a schedule that ends with the run ends with the longer one.

        Else a rate that has fallen to nothing would teach nothing.
        """
        self._plan = replace(self._plan, epochs=epochs)

    def lower(self, step: int) -> None:
        """Fall as the plan has it on a plateau."""
        rate = self.at(step)
        if rate > self._plan.lowest_rate:
            self.change(max(rate * self._plan.plateau_factor, self._plan.lowest_rate), step)

    def _scheduled(self, step: int) -> float:
        return schedules.rate(self._plan, step, self._steps_an_epoch)
