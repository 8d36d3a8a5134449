"""When a run is to end early, fall to a smaller learning rate, or remember its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnnstudio.core.fields import Choice, Flag, Integer, Real
from cnnstudio.core.i18n import N_
from cnnstudio.core.schedules import PLATEAU

if TYPE_CHECKING:
    from cnnstudio.core.plan import TrainingPlan

PATIENCE = Integer(
    label=N_("Stop early"),
    help=N_("epochs without anything better after which the run ends by itself"),
    low=1,
    high=100_000,
    optional=True,
    none_label=N_("never"),
    advanced=True,
)
MONITOR = Choice(
    label=N_("Judged by"),
    help=N_("the number that says whether an epoch was better than those before"),
    options=("val_loss", "val_accuracy", "loss", "accuracy"),
    labels={
        "val_loss": N_("validation loss"),
        "val_accuracy": N_("validation accuracy"),
        "loss": N_("training loss"),
        "accuracy": N_("training accuracy"),
    },
    advanced=True,
)
MIN_DELTA = Real(
    label=N_("Least gain"),
    help=N_("how much better an epoch must be to count as better"),
    low=0.0,
    high=1000.0,
    step=0.001,
    advanced=True,
)
KEEP_BEST = Flag(
    label=N_("Keep the best"),
    help=N_("end with the weights of the best epoch instead of the last"),
    advanced=True,
)
SETTINGS = frozenset({"patience", "keep_best", "monitor", "min_delta"})
PLATEAU_DELTA = 1e-4
"""How much better an epoch must be, in Keras's `ReduceLROnPlateau`."""


class Watch:
    """Follows one number epoch by epoch and tells when it has not got better for too long.

    Args:
        monitor: which of Keras's names the number has; accuracies are to rise, losses to fall.
        least_gain: how much better counts.

    Attributes:
        monitor: that name.
        waited: epochs since the best one.
    """

    def __init__(self, monitor: str, least_gain: float = 0.0) -> None:
        self.monitor = monitor
        self._sign = 1.0 if monitor.endswith("accuracy") else -1.0
        self._least_gain = least_gain
        self._best = -math.inf
        self.waited = 0

    def take(self, value: float) -> bool:
        """Take the number of another epoch; return whether it is the best so far."""
        gain = self._sign * value
        if gain - self._least_gain > self._best:
            self._best, self.waited = gain, 0
            return True
        self.waited += 1
        return False

    @property
    def state(self) -> tuple[float | None, int]:
        """The best value so far, None if there is none, and the epochs waited since."""
        return (self._best if math.isfinite(self._best) else None), self.waited

    @state.setter
    def state(self, state: tuple[float | None, int]) -> None:
        best, self.waited = state
        self._best = -math.inf if best is None else best

    def rest(self) -> None:
        """Begin to wait anew."""
        self.waited = 0


def watched(numbers: Mapping[str, float], monitor: str) -> float:
    """Return the number of an epoch that is watched; of the training where none was measured."""
    return numbers[monitor] if monitor in numbers else numbers[monitor.removeprefix("val_")]


def is_watched(plan: TrainingPlan) -> bool:
    """Return whether anything in the plan depends on which epoch was better."""
    return plan.patience is not None or plan.keep_best or plan.schedule == PLATEAU


def applying_of(plan: TrainingPlan) -> frozenset[str]:
    """Return the names of the settings that matter to the plan's end."""
    names = {"patience", "keep_best"}
    if is_watched(plan):
        names.add("monitor")
    if plan.patience is not None or plan.keep_best:
        names.add("min_delta")
    return frozenset(names)
