"""What an epoch's numbers mean for the run: a smaller rate, weights to remember, an early end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import schedules
from cnnstudio.core.messages import EpochDone
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import Progress
from cnnstudio.core.stopping import PLATEAU_DELTA, Watch, watched
from cnnstudio.engine.rates import Rates
from cnnstudio.engine.run import Trainee


class Verdict:
    """Judges the epochs of one run as Keras's `EarlyStopping` and `ReduceLROnPlateau` do.

    Attributes:
        is_over: whether the run is to end, for nothing has got better for too long.
        best: the best epoch so far, from 0, where the plan keeps its weights.
    """

    def __init__(self, plan: TrainingPlan, trainee: Trainee, rates: Rates) -> None:
        self._plan = plan
        self._trainee = trainee
        self._rates = rates
        self._whole = Watch(plan.monitor, plan.min_delta)
        self._plateau = Watch(plan.monitor, PLATEAU_DELTA)
        self._weights: list[NDArray[np.float32]] = []
        self._steps = 0
        self.is_over = False
        self.best: int | None = None

    def take(self, done: EpochDone, next_step: int) -> None:
        """Judge an epoch that has been learned and measured.

        Args:
            done: its numbers.
            next_step: the number of the step that follows, from 0.
        """
        value = watched(_numbers(done), self._plan.monitor)
        is_best = self._whole.take(value)
        if is_best and self._plan.keep_best:
            self.best, self._steps = done.epoch, self._trainee.steps
            self._weights = self._trainee.weights()
        if self._plan.schedule == schedules.PLATEAU and not self._plateau.take(value):
            self._fall(next_step)
        patience = self._plan.patience
        self.is_over = patience is not None and self._whole.waited >= patience

    @property
    def best_weights(self) -> list[NDArray[np.float32]]:
        """Weights of the best epoch, empty where they are not kept."""
        return self._weights

    @property
    def best_steps(self) -> int:
        """Batches that those weights had learned from."""
        return self._steps

    @property
    def watches(self) -> tuple[tuple[float | None, int], ...]:
        """What is known of the epochs so far."""
        return self._whole.state, self._plateau.state

    def take_up(self, progress: Progress, weights: list[NDArray[np.float32]]) -> None:
        """Go on where an earlier part of the run was, with the best weights of that."""
        self._whole.state, self._plateau.state = progress.watches
        self.best, self._steps, self._weights = progress.best, progress.best_steps, weights

    def give_best(self) -> None:
        """Give the model the weights of the best epoch, where they are kept and not its last."""
        if self.best is not None and self._steps != self._trainee.steps:
            self._trainee.give(self._weights, self._steps)

    def _fall(self, next_step: int) -> None:
        if self._plateau.waited >= self._plan.plateau_patience:
            self._plateau.rest()
            self._rates.lower(next_step)


def _numbers(done: EpochDone) -> dict[str, float]:
    numbers = {
        "loss": done.loss,
        "accuracy": done.accuracy,
        "val_loss": done.val_loss,
        "val_accuracy": done.val_accuracy,
    }
    return {name: number for name, number in numbers.items() if number is not None}
