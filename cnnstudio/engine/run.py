"""What a training run is about: the model, the plan, whom it tells and who may stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cnnstudio.core.messages import Event
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.builder import BuiltNetwork
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.stop_flag import StopFlag


class TrainingError(EngineError):
    """A run that cannot begin or go on; the text is for people and says what to do."""


@dataclass(slots=True)
class Trainee:
    """A model that has been, is being or will be trained.

    Attributes:
        built: the network and its model.
        steps: batches its weights have learned from.
    """

    built: BuiltNetwork
    steps: int = 0


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
            same thread.
    """

    number: int
    plan: TrainingPlan
    emit: Callable[[Event], None]
    stop: StopFlag
    images: FittedImages
    between: Callable[[], None] = field(default=lambda: None)
