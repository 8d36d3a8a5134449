"""What the studio knows of the engine and asks of it.

The window never waits for the engine: what is asked is sent, and what comes is read, by a thread
of its own. If the engine dies, the trainer ends what was running and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.data_messages import DataProgress, FilesLeftOut
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    CheckRoundTrip,
    EngineHandle,
    EngineReady,
    EpochDone,
    Event,
    FileJob,
    ImageSource,
    Maps,
    ModelExported,
    ModelRead,
    ModelSaved,
    Probe,
    Probed,
    ProbeFailed,
    ReadFailed,
    Request,
    RoundTripChecked,
    RunFailed,
    RunFinished,
    RunStarted,
    SaveFailed,
    Show,
    Speak,
    Stop,
    Train,
    ValidationBatchDone,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import (
    AddEpochs,
    ChangeRate,
    FindRate,
    Pause,
    RatesTried,
    Resume,
    RunExtended,
    RunPaused,
    RunResumed,
)
from cnnstudio.ui.asked_jobs import AskedJobs
from cnnstudio.ui.engine_thread import EngineThread, Launching, Lost


class EngineState(StrEnum):
    """What the engine is doing, as the status bar tells it."""

    STARTING = "starting"
    READY = "ready"
    TRAINING = "training"
    LOST = "lost"
    BROKEN = "broken"


class Trainer(QObject):
    """Asks the engine and hands on what it answers; lives in the window's thread.

    Signals carry the messages of `core.messages`; `batches` carries a list of `BatchDone`,
    `memory_changed` the engine's memory in MiB.
    """

    state_changed = Signal(object)
    memory_changed = Signal(int)
    ready = Signal(object)
    run_started = Signal(object)
    batches = Signal(object)
    validating = Signal(object)
    epoch_done = Signal(object)
    data_progress = Signal(object)
    files_left_out = Signal(object)
    run_paused = Signal(object)
    run_resumed = Signal(object)
    run_extended = Signal(object)
    rates_tried = Signal(object)
    run_ended = Signal(object)
    probed = Signal(object)
    maps = Signal(object)
    probe_failed = Signal(object)
    model_saved = Signal(object)
    save_failed = Signal(object)
    model_exported = Signal(object)
    weights_saved = Signal(object)
    model_read = Signal(object)
    weights_read = Signal(object)
    read_failed = Signal(object)
    round_trip_checked = Signal(object)

    def __init__(self, launch: Callable[[], EngineHandle]) -> None:
        super().__init__()
        self._state = EngineState.STARTING
        self._number = 1
        self._run: int | None = None
        self._last_run = 0
        self._generation = 0
        self._jobs = AskedJobs()
        self._thread = EngineThread(launch, self)
        self._thread.arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread.memory_changed.connect(self.memory_changed)

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether a run has been asked for and has not ended."""
        return self._run is not None

    @property
    def is_saving(self) -> bool:
        """Whether a model or weights are being written."""
        return self._jobs.is_saving

    def train(self, network: Network, plan: TrainingPlan, *, fresh: bool = True) -> int:
        """Ask for a run and return its number; exactly one `run_ended` will follow."""
        self._last_run += 1
        run = self._run = self._last_run
        self._ask(Train(run, network, plan, fresh))
        return run

    def stop_run(self) -> None:
        """Ask the run, if there is one, to end after its current batch."""
        if self._run is not None:
            self._ask(Stop(self._run))

    def pause_run(self, paused: bool) -> None:
        """Ask the run, if there is one, to rest, or to go on."""
        if self._run is not None:
            self._ask(Pause(self._run) if paused else Resume(self._run))

    def change_rate(self, learning_rate: float) -> None:
        """Ask the run, if there is one, to go on with another learning rate."""
        if self._run is not None:
            self._ask(ChangeRate(self._run, learning_rate))

    def add_epochs(self, epochs: int) -> None:
        """Ask the run, if there is one, to go on for more epochs than it was to have."""
        if self._run is not None:
            self._ask(AddEpochs(self._run, epochs))

    def find_rate(self, network: Network, plan: TrainingPlan, *, fresh: bool = True) -> int:
        """Ask for the search for a learning rate; it ends in `run_ended`, as a run does."""
        self._last_run += 1
        run = self._run = self._last_run
        self._ask(FindRate(run, network, plan, fresh))
        if self._state is EngineState.READY:
            self._enter(EngineState.TRAINING)
        return run

    def probe(
        self, network: Network, image: ImageSource, pixels: str, block: str, resize: str = CROP
    ) -> int:
        """Ask what `network` makes of an image; answers to earlier questions are dropped."""
        self._generation += 1
        self._ask(Probe(self._generation, network, image, pixels, block, resize))
        return self._generation

    def show_block(self, block: str) -> None:
        """Ask for another block's maps of the last probe."""
        self._ask(Show(self._generation, block))

    def do(self, job: FileJob | CheckRoundTrip) -> None:
        """Ask for a job with a model or a file; it is answered even if the engine dies."""
        self._jobs.add(job)
        self._ask(job)

    def speak(self, language: str) -> None:
        """Ask the engine to say what it says to people in another language."""
        self._ask(Speak(language))

    def start(self) -> None:
        """Start an engine unless one is served already."""
        self._thread.begin(self._number)

    def restart_engine(self) -> None:
        """Start an engine again after it would not start."""
        if self._state is EngineState.BROKEN:
            self._thread.wait()
            self._number += 1
            self._enter(EngineState.STARTING)
            self.start()

    def close(self) -> None:
        """End the engine and wait until it is gone; a file being written is finished."""
        self._thread.close(saving=self.is_saving)

    def _ask(self, request: Request) -> None:
        if self._state is EngineState.BROKEN:
            # Nobody reads what the thread is handed now, and a full pipe would hold the window.
            self._thread.arrived.emit([Lost(for_good=True)])
        else:
            self._thread.ask(self._number, request)

    def _take(self, events: list[Event | Launching | Lost]) -> None:
        """Hand on what the thread brought; batches in a row go out together."""
        batches: list[BatchDone] = []
        for event in events:
            if isinstance(event, BatchDone):
                batches.append(event)
                continue
            if batches:
                self.batches.emit(batches)
                batches = []
            self._hand_on(event)
        if batches:
            self.batches.emit(batches)

    def _hand_on(self, event: Event | Launching | Lost) -> None:
        match event:
            case Launching():
                self._enter(EngineState.STARTING)
            case Lost():
                self._lose(event)
            case EngineReady():
                self._enter(EngineState.READY)
                self.ready.emit(event)
            case RunStarted():
                self._enter(EngineState.TRAINING)
                self.run_started.emit(event)
            case RunFinished() | RunFailed():
                self._end_run(event)
            case Probed() | Maps() | ProbeFailed() if event.generation != self._generation:
                pass
            case _:
                self._jobs.answer(event)
                self._signal_for(event).emit(event)

    def _signal_for(self, event: Event) -> SignalInstance:
        signals: dict[type[Event], SignalInstance] = {
            ValidationBatchDone: self.validating,
            EpochDone: self.epoch_done,
            RunPaused: self.run_paused,
            RunResumed: self.run_resumed,
            RunExtended: self.run_extended,
            RatesTried: self.rates_tried,
            DataProgress: self.data_progress,
            FilesLeftOut: self.files_left_out,
            Probed: self.probed,
            Maps: self.maps,
            ProbeFailed: self.probe_failed,
            ModelSaved: self.model_saved,
            SaveFailed: self.save_failed,
            ModelExported: self.model_exported,
            WeightsSaved: self.weights_saved,
            ModelRead: self.model_read,
            WeightsRead: self.weights_read,
            ReadFailed: self.read_failed,
            RoundTripChecked: self.round_trip_checked,
        }
        return signals[type(event)]

    def _end_run(self, event: RunFinished | RunFailed) -> None:
        if event.run == self._run:
            self._run = None
            self._enter(EngineState.READY)
            self.run_ended.emit(event)

    def _lose(self, lost: Lost) -> None:
        """Say that the engine is gone and end whatever it was doing."""
        self._number += 1
        if lost.for_good:
            message = _(
                "The engine has stopped several times in a row. Choose Run → Restart the engine, "
                "or run “cnnstudio doctor” in a terminal to see what is missing."
            )
        else:
            message = _(
                "The engine stopped unexpectedly; what it had learned is lost. Try again once a "
                "new one is ready."
            )
        self._enter(EngineState.BROKEN if lost.for_good else EngineState.LOST)
        if self._run is not None:
            ended = RunFailed(self._run, message)
            self._run = None
            self.run_ended.emit(ended)
        self.probe_failed.emit(ProbeFailed(self._generation, message))
        for event in self._jobs.lost(message):
            self._signal_for(event).emit(event)

    def _enter(self, state: EngineState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
