"""What a training run is about: the model, the plan, whom it tells and who may stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.messages import Event
from cnnstudio.core.optimizers import arguments_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import Checkpoint
from cnnstudio.engine.builder import BuiltNetwork
from cnnstudio.engine.distribution import ALONE, Distribution
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.keeping import Keeper
from cnnstudio.engine.optimizers import optimizer_of
from cnnstudio.engine.stop_flag import StopFlag
from cnnstudio.engine.wishes import Wishes


class TrainingError(EngineError):
    """A run that cannot begin or go on; the text is for people and says what to do."""


@dataclass(slots=True)
class Trainee:
    """A model that has been, is being or will be trained.

    Attributes:
        built: the network and its model.
        steps: batches its weights have learned from here.
        is_loaded: whether some of its weights are from a file.
        optimizer: the one that has learned with them, for a run that goes on; None if there is
            none that fits the weights.
        learned_by: what that optimizer was made for.
    """

    built: BuiltNetwork
    steps: int = 0
    is_loaded: bool = False
    optimizer: Any = None
    learned_by: tuple[object, ...] = ()

    def optimizer_for(self, plan: TrainingPlan, policy: str | None) -> Any:
        """Return the optimizer for a run of `plan`: the last run's if it is of the same kind."""
        wanted = (plan.optimizer, *sorted(arguments_of(plan).items()), policy)
        if self.optimizer is None or wanted != self.learned_by:
            self.optimizer, self.learned_by = optimizer_of(plan, policy=policy), wanted
        return self.optimizer

    def give(self, weights: list[NDArray[np.float32]], steps: int) -> None:
        """Go back to weights of before, with what the optimizer remembers forgotten.

        Args:
            weights: of the whole model, as `weights` returned them.
            steps: batches those had learned from.
        """
        for weight, value in zip(self.built.model.weights, weights, strict=True):
            weight.assign(value)
        self.steps, self.optimizer = steps, None

    def weights(self) -> list[NDArray[np.float32]]:
        """Return a copy of all weights."""
        return [weight.numpy() for weight in self.built.model.weights]


@dataclass(slots=True)
class Run:
    """One run: what it is asked to do, whom it tells, who may stop it.

    Attributes:
        number: by which all its events are known.
        plan: data and length.
        emit: takes the events.
        stop: set by anyone to end the run after the batch it is at.
        images: makes the plan's data fit the Input.
        between: called between batches, and while the data is made to fit, for other work on the
            same thread; it returns when the run may go on.
        wishes: what else is asked of the run while it goes on.
        keeper: keeps it; None if it is not kept.
        resumed: the state it goes on from; None if it begins.
        distribution: on which devices it learns.
    """

    number: int
    plan: TrainingPlan
    emit: Callable[[Event], None]
    stop: StopFlag
    images: FittedImages
    between: Callable[[], None] = field(default=lambda: None)
    wishes: Wishes = field(default_factory=Wishes)
    keeper: Keeper | None = None
    resumed: Checkpoint | None = None
    distribution: Distribution = ALONE

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run's files: of several workers the first alone."""
        return self.distribution.is_chief
