"""Runs that a test tells instead of an engine: the trainer's own signals, with chosen numbers."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    RunFailed,
    RunFinished,
    RunStarted,
    ValidationBatchDone,
)
from cnnstudio.core.run_messages import RunExtended, RunPaused, RunResumed
from cnnstudio.ui.trainer import Trainer


def silent_trainer() -> Trainer:
    """A trainer that has no engine, for its thread is never started."""

    def launch() -> EngineHandle:
        raise AssertionError("the test plays the engine")

    return Trainer(launch)


class ToldRun:
    """One run; its batches are `seconds` apart and their accuracy is what the loss leaves of 1."""

    def __init__(
        self,
        trainer: Trainer,
        run: int = 1,
        *,
        epochs: int = 4,
        batches: int = 10,
        validation_batches: int = 2,
        seconds: float = 0.01,
    ) -> None:
        self._trainer = trainer
        self._run = run
        self._counts = epochs, batches, validation_batches
        self._seconds = seconds
        self._told = 0
        self.rate = 0.001

    def begin(self) -> None:
        epochs, batches, validation = self._counts
        started = RunStarted(self._run, epochs, batches, validation, 32 * batches, 32)
        self._trainer.run_started.emit(started)

    def learn(self, count: int, loss: float = 0.5) -> None:
        """Tell `count` batches in one signal, as they come when the window was busy."""
        told = []
        for step in range(self._told, self._told + count):
            epoch, batch = divmod(step, self._counts[1])
            at = 100 + step * self._seconds
            told.append(BatchDone(self._run, epoch, batch, loss, max(1 - loss, 0.0), at, self.rate))
        self._told += count
        self._trainer.batches.emit(told)

    def validate(self, batch: int) -> None:
        epoch = (self._told - 1) // self._counts[1]
        self._trainer.validating.emit(ValidationBatchDone(self._run, epoch, batch))

    def end_epoch(self, loss: float = 0.4, validation_loss: float | None = 0.3) -> None:
        epoch = (self._told - 1) // self._counts[1]
        right = None if validation_loss is None else 1 - validation_loss
        done = EpochDone(self._run, epoch, loss, 1 - loss, validation_loss, right, 1.0)
        self._trainer.epoch_done.emit(done)

    def learn_epochs(self, count: int, loss: float = 0.5) -> None:
        for _epoch in range(count):
            self.learn(self._counts[1], loss)
            self.end_epoch()

    def end(self, *, stopped: bool = False) -> None:
        self._trainer.run_ended.emit(RunFinished(self._run, self._counts[0], stopped))

    def end_early(self, epochs: int, best: int | None = None) -> None:
        self._trainer.run_ended.emit(
            RunFinished(self._run, epochs, stopped=False, early=True, best=best)
        )

    def pause(self) -> None:
        self._trainer.run_paused.emit(RunPaused(self._run))

    def resume(self, seconds: float = 60.0) -> None:
        self._trainer.run_resumed.emit(RunResumed(self._run, seconds))

    def extend(self, epochs: int) -> None:
        self._trainer.run_extended.emit(RunExtended(self._run, epochs))

    def fail(self, message: str) -> None:
        self._trainer.run_ended.emit(RunFailed(self._run, message, "details"))


def said_by(widget: QWidget) -> set[str]:
    """What a screen reader finds in a widget."""
    return {child.accessibleName() for child in widget.findChildren(QWidget) if _is_named(child)}


def _is_named(child: QObject) -> bool:
    return isinstance(child, QWidget) and bool(child.accessibleName())
