"""What is asked of a run while it goes on, and the search for a learning rate.

`Pause`, `Resume`, `ChangeRate` and `AddEpochs` are about the run that is under way; for another
they do nothing. `Pause` is answered by `RunPaused` once the run rests, `AddEpochs` by
`RunExtended`; a new rate shows in the batches that follow. `FindRate` is a run of its own, which
can be stopped and paused like any other: it ends in one `RunFinished` or `RunFailed`. Before that
`RatesTried` tells, now and then, what was found so far, and in the end the rate to take.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan

RATES_TO_TRY = 100
"""Batches of a search, unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Let a run rest after the batches it is at, until a `Resume`."""

    run: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Let a run go on."""

    run: int


@dataclass(frozen=True, slots=True)
class ChangeRate:
    """Go on with another learning rate from the next batch on.

    A schedule goes on as it would have, from there: all its later rates change by the same factor.
    """

    run: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class AddEpochs:
    """Let a run go on for more epochs than its plan says; its schedule is that of a longer run."""

    run: int
    epochs: int


@dataclass(frozen=True, slots=True)
class FindRate:
    """Try learning rates on a copy of `network` with the weights it has, or `fresh` ones.

    The rate rises exponentially over `batches` batches of the plan's data; that may be more than an
    epoch. The weights that the engine has stay as they are.
    """

    run: int
    network: Network
    plan: TrainingPlan
    fresh: bool = True
    batches: int = RATES_TO_TRY


@dataclass(frozen=True, slots=True)
class RunPaused:
    """A run rests."""

    run: int


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A run goes on after a rest of `seconds`."""

    run: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RunExtended:
    """A run will have so many `epochs` in all."""

    run: int
    epochs: int


@dataclass(frozen=True, slots=True)
class RunKept:
    """A run is kept in the run store, under this id."""

    run: int
    id: str


@dataclass(frozen=True, slots=True)
class KeepingFailed:
    """A run cannot be kept, for now; it goes on."""

    run: int
    message: str


@dataclass(frozen=True, slots=True)
class RatesTried:
    """What each learning rate made of the loss.

    Attributes:
        run: the search.
        rates: from the smallest up, at most as many as were tried before the loss left all bounds.
        losses: of the batch learned with each, before the step.
        suggestion: a rate to train with; None before the end, and if no rate made the loss fall.
    """

    run: int
    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestion: float | None
