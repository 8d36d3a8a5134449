"""What the run store tells of a run, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

COLUMNS = ("loss", "accuracy", "learning_rate", "seconds")
"""Numbers of every batch; those of the plan's further metrics follow them."""


class KeptState(StrEnum):
    """What a run is doing, or how it ended."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ENDED_EARLY = frozenset({KeptState.STOPPED, KeptState.FAILED, KeptState.INTERRUPTED})
"""How a run ends that has more to learn."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run, as a list of runs shows it.

    Attributes:
        id: names it for ever, and sorts by age: `20261124-152412-3f9c`.
        name: of its design.
        state: what it is doing; `RUNNING` also if its process is gone without a word, until
            `RunStore.bury_dead` has seen that.
        origin: who began it, `window` or `command line`.
        data: the text form of its data.
        created: when it began, in seconds since 1970.
        updated: when something was last heard of it, likewise.
        epochs: that it is to have.
        batches: an epoch; 0 before the first.
        batch_size: images a batch.
        done_epochs: that are complete.
        steps: batches that are learned.
        numbers: of its last complete epoch, by Keras's names: `loss`, `val_accuracy` …
        best_epoch: the best so far by what the plan watches, from 0; None if none is complete.
        message: why it failed; empty if it did not.
        checkpoints: states that it can go on from.
        bytes: of its checkpoints.
    """

    id: str
    name: str
    state: KeptState
    origin: str
    data: str
    created: float
    updated: float
    epochs: int
    batches: int
    batch_size: int
    done_epochs: int
    steps: int
    numbers: Mapping[str, float]
    best_epoch: int | None
    message: str
    checkpoints: int
    bytes: int


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One complete epoch: its number from 0, the steps learned by its end, and its numbers."""

    epoch: int
    steps: int
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """All numbers of a run.

    Attributes:
        columns: names of the numbers of a batch.
        batches: `(steps, columns)`, float32; NaN where a number is missing.
        epochs: in their order.
    """

    columns: tuple[str, ...]
    batches: NDArray[np.float32]
    epochs: tuple[EpochRow, ...]

    def column(self, name: str) -> NDArray[np.float32]:
        """Return one number of every batch, NaN for one that is not kept."""
        if name not in self.columns:
            return np.full(len(self.batches), np.nan, np.float32)
        column: NDArray[np.float32] = self.batches[:, self.columns.index(name)]
        return column


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A state that a run can go on from.

    Attributes:
        steps: batches that it has learned by then.
        epoch: in which it is, from 0.
        batch: of that epoch that comes next; 0 at its beginning.
        file: its name in the run's folder.
        bytes: of the file.
        is_best: whether no epoch before was better.
    """

    steps: int
    epoch: int
    batch: int
    file: str
    bytes: int
    is_best: bool
