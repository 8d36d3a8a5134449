"""The numbers of the present or last run, as the engine's events bring them."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    RunFailed,
    RunFinished,
    RunStarted,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import RunExtended, RunKept, RunPaused, RunResumed
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.pacer import Pacer
from cnnstudio.ui.training.run_numbers import RunNumbers
from cnnstudio.ui.training.run_speed import RunSpeed
from cnnstudio.ui.training.weights_file import WeightsFile

if TYPE_CHECKING:
    from cnnstudio.core.runs.kept import Curve

FRAME_SECONDS = 0.03
"""The shortest time between two `grew`: some 30 a second look fluid and leave the processor to the
training."""
READING_SECONDS = 0.15
"""The shortest time between two `changed` of one state: nobody reads numbers that change faster."""


class RunState(StrEnum):
    """What a run is doing, or how it ended."""

    IDLE = "idle"
    WAITING = "waiting"
    TRAINING = "training"
    VALIDATING = "validating"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


RUNNING = frozenset(RunState) - {
    RunState.IDLE, RunState.FINISHED, RunState.STOPPED, RunState.FAILED,
}  # fmt: skip


class RunRecord(QObject):
    """Follows a trainer and keeps what its runs say.

    `grew` is for curves: it comes after every change, at most once a frame. `changed` is for words,
    numbers and buttons: it comes at once when the state changes, and else as often as one can read.

    Attributes:
        numbers: of the run, and of those that it trains on from.
        weights_file: where the network's weights can be read again, None once a run began.
    """

    changed = Signal()
    grew = Signal()

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._state = RunState.IDLE
        self._message = self._details = self._cause = ""
        self._expected: int | None = None
        self._run: int | None = None
        self._id = ""
        self._history: Curve | None = None
        self._fresh, self._is_last_again, self._drawn_id = True, False, ""
        self._has_weights = False
        self.weights_file: WeightsFile | None = None
        self._plan = TrainingPlan()
        self._network: Network | None = None
        self._expected_network: Network | None = None
        self._started: RunStarted | None = None
        self._speed: RunSpeed | None = None
        self._done = self._validated = 0
        self._began = self._ended = self._rate = 0.0
        self._before_rest = RunState.TRAINING
        self._finish: RunFinished | None = None
        self.numbers = RunNumbers()
        self._frame = Pacer(self.grew, FRAME_SECONDS, self)
        self._reading = Pacer(self.changed, READING_SECONDS, self)
        trainer.run_started.connect(self._begin)
        trainer.batches.connect(self._take_batches)
        trainer.validating.connect(self._take_validation)
        trainer.epoch_done.connect(self._take_epoch)
        trainer.run_paused.connect(self._pause)
        trainer.run_resumed.connect(self._resume)
        trainer.run_extended.connect(self._extend)
        trainer.run_kept.connect(self._note_id)
        trainer.run_ended.connect(self._end)
        trainer.state_changed.connect(self._follow_engine)

    @property
    def state(self) -> RunState:
        """What the run is doing, or how it ended."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether a run has been asked for and has not ended."""
        return self._state in RUNNING

    @property
    def has_weights(self) -> bool:
        """Whether the engine holds weights that have been trained."""
        return self._has_weights

    @property
    def network(self) -> Network | None:
        """The network as the last run that began had it, None if that is not known."""
        return self._network

    def learned_by(self, run: int) -> tuple[Network, TrainingPlan] | None:
        """Return what a run learns, and how; None of a run other than the last that began."""
        if run != self._run or self._network is None:
            return None
        return self._network, self._plan

    @property
    def id(self) -> str:
        """By which the run is kept, "" if it is not."""
        return self._id

    @property
    def resumable(self) -> str:
        """The id of the run, as it is kept, if it has ended before its last epoch; else ""."""
        has_more = self._state in (RunState.STOPPED, RunState.FAILED)
        return self._id if has_more and len(self.numbers.steps) else ""

    @property
    def message(self) -> str:
        """Why the run failed, in the person's words; empty if it did not."""
        return self._message

    @property
    def cause(self) -> str:
        """Why it failed, as `RunFailed.cause` has it."""
        return self._cause

    @property
    def is_fresh(self) -> bool:
        """Whether the run began from new weights."""
        return self._fresh

    @property
    def details(self) -> str:
        """What the failure's message leaves out."""
        return self._details

    @property
    def started(self) -> RunStarted | None:
        """The counts of the run, None before its first epoch."""
        return self._started

    @property
    def ended(self) -> RunFinished | None:
        """How the run ended, None if it has not or has failed."""
        return self._finish

    @property
    def monitor(self) -> str:
        """Which number, by Keras's name, decides which epoch is best."""
        return self._plan.monitor

    @property
    def learning_rate(self) -> float:
        """The rate of the newest batch, 0 if there is none."""
        return self._rate

    @property
    def progress(self) -> float:
        """How much of the run is done, 0 to 1, its validation passes included."""
        run = self._started
        if run is None:
            return 0.0
        whole = run.epochs * (run.batches + run.validation_batches)
        return min((self._done + self._validated) / max(whole, 1), 1.0)

    @property
    def images_per_second(self) -> float | None:
        """Images learned from a second over the last seconds, None if not known yet."""
        return self._speed.images_per_second if self._speed else None

    @property
    def seconds_left(self) -> float | None:
        """How long the run will still take, None if there is no telling."""
        run = self._started
        if run is None or self._speed is None or not self.is_running:
            return None
        batches = max(run.epochs * run.batches - self._done, 0)
        validation = max(run.epochs * run.validation_batches - self._validated, 0)
        return self._speed.seconds_left(batches, validation)

    @property
    def seconds(self) -> float:
        """How long the run took, or has taken so far."""
        return (time.monotonic() if self.is_running else self._ended) - self._began

    def expect(
        self,
        run: int,
        *,
        fresh: bool,
        network: Network | None = None,
        plan: TrainingPlan | None = None,
        history: Curve | None = None,
        id: str = "",
    ) -> None:
        """Take note that a run has been asked for.

        Args:
            run: its number.
            fresh: whether its curves stand alone, else they follow those of the last run.
            network: that is trained.
            plan: how.
            history: what the run has learned before, where a kept one goes on.
            id: by which that is kept.
        """
        self._is_last_again = bool(id) and id == self._drawn_id
        self._expected, self._fresh, self._expected_network = run, fresh, network
        self._history, self._id = history, id
        self._plan = plan or TrainingPlan()
        self._message = self._details = ""
        self._started = self._speed = self._finish = None
        self._done = self._validated = 0
        self._enter(RunState.WAITING)

    def smooth_by(self, strength: float) -> None:
        """Let so many times the usual number of batches weigh in the smoothed curves."""
        self.numbers.smooth_by(strength)
        self._frame.touch()

    def stop_asked(self) -> None:
        """Take note that the run has been asked to stop."""
        if self.is_running:
            self._enter(RunState.STOPPING)

    def adopt_weights(self, network: Network, path: str = "") -> None:
        """Note that the engine has weights that no run here has made, and from which file."""
        self._has_weights = True
        self.weights_file = WeightsFile(path, network) if path else None
        self._network = network
        self._enter(self._state)

    def clear(self) -> None:
        """Forget everything, as for another design."""
        self._run = self._expected = self._started = self._speed = self._finish = None
        self._message = self._details = self._cause = self._id = self._drawn_id = ""
        self._history = None
        self._done = self._validated = 0
        self._has_weights, self.weights_file = False, None
        self._network = self._expected_network = None
        self.numbers = RunNumbers(self.numbers.strength)
        self._enter(RunState.IDLE)

    @Slot(object)
    def _note_id(self, event: RunKept) -> None:
        if event.run in (self._run, self._expected):
            self._id = event.id
            if event.run == self._run:
                self._drawn_id = event.id
            self._touch()

    @Slot(object)
    def _begin(self, event: RunStarted) -> None:
        if self._expected not in (None, event.run):
            return
        if self._expected is None:
            self._fresh, self._state = True, RunState.WAITING
        self._run, self._expected = event.run, None
        self.weights_file = None
        self._network, self._expected_network = self._expected_network, None
        if self._is_last_again:
            self.numbers = self.numbers.without_last_run()
        elif self._fresh:
            self.numbers = RunNumbers(self.numbers.strength)
        self.numbers.begin(event, self._plan)
        self._drawn_id, self._is_last_again = self._id, False
        self._started, self._speed = event, RunSpeed(event)
        self._began = time.monotonic()
        self._done = event.steps
        self._validated = event.steps // max(event.batches, 1) * event.validation_batches
        self._recall(event)
        self._go_on(RunState.TRAINING)

    @Slot(object)
    def _take_batches(self, events: list[BatchDone]) -> None:
        mine = [event for event in events if event.run == self._run]
        if not mine or self._speed is None:
            return
        for event in mine:
            self._take_batch(event, self._speed)
        self._go_on(RunState.TRAINING)

    def _take_batch(self, event: BatchDone, speed: RunSpeed) -> None:
        self._done += 1
        self._has_weights = True
        self._rate = event.learning_rate
        self.numbers.add_batch(event)
        speed.batch(event)

    def _recall(self, event: RunStarted) -> None:
        """Take what a kept run has learned before."""
        from cnnstudio.ui.training.recalled import parts_of  # only for runs that go on

        history, self._history = self._history, None
        for rows, epoch in () if history is None else parts_of(history, event):
            self.numbers.add_rows(rows)
            if epoch is not None:
                self._take_epoch(epoch)

    @Slot(object)
    def _take_validation(self, event: ValidationBatchDone) -> None:
        if event.run == self._run and self._started is not None:
            self._validated = event.epoch * self._started.validation_batches + event.batch + 1
            self._go_on(RunState.VALIDATING)

    @Slot(object)
    def _take_epoch(self, event: EpochDone) -> None:
        if event.run != self._run or self._started is None or self._speed is None:
            return
        self._validated = (event.epoch + 1) * self._started.validation_batches
        self._speed.epoch(time.monotonic())
        self.numbers.add_epoch(event)
        self._go_on(RunState.TRAINING)

    @Slot(object)
    def _pause(self, event: RunPaused) -> None:
        if event.run == self._run and self._state in (RunState.TRAINING, RunState.VALIDATING):
            self._before_rest = self._state
            self._enter(RunState.PAUSED)

    @Slot(object)
    def _resume(self, event: RunResumed) -> None:
        if event.run != self._run or self._speed is None:
            return
        self._speed.rested()
        self._began += event.seconds
        if self._state is RunState.PAUSED:
            self._enter(self._before_rest)

    @Slot(object)
    def _extend(self, event: RunExtended) -> None:
        if event.run == self._run and self._started is not None:
            self._started = replace(self._started, epochs=event.epochs)
            self.numbers.stretches.extend(event.epochs)
            self._touch()

    @Slot(object)
    def _end(self, event: RunFinished | RunFailed) -> None:
        if event.run not in (self._run, self._expected):
            return
        self._run = self._expected = None
        self._ended = time.monotonic()
        match event:
            case RunFinished(stopped=stopped):
                self._finish = event
                if event.early and self._started is not None:
                    self._started = replace(self._started, epochs=event.epochs)
                self._enter(RunState.STOPPED if stopped else RunState.FINISHED)
            case RunFailed(message=message, details=details, cause=cause):
                self._message, self._details, self._cause = message, details, cause
                self._enter(RunState.FAILED)

    @Slot(object)
    def _follow_engine(self, state: EngineState) -> None:
        if state in (EngineState.LOST, EngineState.BROKEN):
            self._has_weights = False
        self._enter(self._state)

    def _go_on(self, state: RunState) -> None:
        """Follow a run that goes on; one that has been asked to stop stays so until it ends."""
        if not self.is_running or self._state in (RunState.STOPPING, state):
            self._touch()
        else:
            self._enter(state)

    def _enter(self, state: RunState) -> None:
        self._state = state
        self._frame.touch()
        self._reading.touch(at_once=True)

    def _touch(self) -> None:
        self._frame.touch()
        self._reading.touch()
