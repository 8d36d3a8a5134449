"""Real runs in a real store, for the tests of the Runs page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnstudio.core.document import starter_design
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import Checkpoint, Progress
from cnnstudio.core.runs.kept import EpochRow, KeptState
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import RunHead, RunWriter, begun

BATCHES = 10
EPOCHS = 8


class Runs:
    """The run store of a folder, as another process writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = RunStore(folder)
        self._writers: list[RunWriter] = []
        self._age = 0

    def close(self) -> None:
        for writer in self._writers:
            writer.let_go()
        self.store.close()

    def begin(
        self, name: str = "digits", origin: str = "command line", plan: TrainingPlan | None = None
    ) -> RunWriter:
        """Begin a run that goes on; each is a minute younger than the one before."""
        design = replace(starter_design(), name=name)
        design = replace(design, plan=plan or design.plan)
        writer = begun(self.store, RunHead(design, origin, {"keras": "3.15.1"}))
        writer.begin(EPOCHS, BATCHES)
        self._age += 1
        created = 1_700_000_000 + 60 * self._age
        self.store.touch(writer.id, created=created)
        self._writers.append(writer)
        return writer

    def learn(self, writer: RunWriter, epochs: Sequence[int], loss: float = 1.0) -> None:
        """Let a run learn epochs of `BATCHES` batches, with a checkpoint after each."""
        for epoch in epochs:
            first = epoch * BATCHES
            numbers = np.full((BATCHES, 4), loss / (epoch + 1), np.float32)
            writer.add_points(first, numbers)
            told = {
                "loss": loss / (epoch + 1),
                "accuracy": 0.5,
                "val_loss": loss / (epoch + 1) + 0.1,
                "val_accuracy": 0.6,
            }
            writer.add_epoch(EpochRow(epoch, first + BATCHES, told), is_best=True)
            writer.add_checkpoint(state(first + BATCHES, epoch + 1), is_best=epoch == 0)

    def add(
        self,
        name: str = "digits",
        epochs: int = 3,
        state: KeptState = KeptState.STOPPED,
        *,
        message: str = "",
        loss: float = 1.0,
        plan: TrainingPlan | None = None,
    ) -> str:
        """Add a run that has ended; return its id."""
        writer = self.begin(name, plan=plan)
        self.learn(writer, range(epochs), loss)
        writer.close(state, message)
        return writer.id


def state(step: int, epoch: int) -> Checkpoint:
    progress = Progress(
        epoch, 0, step, step, (1.0,), EPOCHS, 1.0, ((None, 0), (None, 0)), None, 0, 7, 1.0
    )
    return Checkpoint(progress, {"layer": (np.zeros(6, np.float32),)}, (np.array(step),), ())
