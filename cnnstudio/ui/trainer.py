"""What the studio knows of the engine and asks of it.

The window never waits for the engine: what is asked is sent, and what comes is read, by a thread
of its own. If the engine dies, the trainer ends what was running and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from typing_extensions import override

from cnnstudio.core.data_messages import (
    SAMPLE_SIDE,
    ReadData,
    ShowSamples,
)
from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.core.explain_messages import Explained, ExplainFailed
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Maps, Probed, ProbeFailed
from cnnstudio.core.maps_messages import SaveMaps
from cnnstudio.core.messages import (
    OUT_OF_MEMORY,
    BatchDone,
    CheckRoundTrip,
    EngineReady,
    Event,
    FileJob,
    Request,
    RunFailed,
    RunFinished,
    RunRequest,
    RunStarted,
    Speak,
    Stop,
    Train,
)
from cnnstudio.core.network import Network
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.picture_messages import KeepFrame, LetGo, ShowThumbnails
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import Preflight
from cnnstudio.core.run_messages import (
    AddEpochs,
    ChangeRate,
    FindRate,
    Pause,
    Resume,
)
from cnnstudio.ui.asked_jobs import AskedJobs
from cnnstudio.ui.engine_thread import EngineThread, Launching, Lost
from cnnstudio.ui.look_requests import LookRequests
from cnnstudio.ui.run_turns import RunTurns

if TYPE_CHECKING:
    pass


_OF_A_LOOK = (Explained, ExplainFailed, Probed, Maps, ProbeFailed, PathShown)


class EngineState(StrEnum):
    """What the engine is doing, as the status bar tells it."""

    STARTING = "starting"
    READY = "ready"
    TRAINING = "training"
    LOST = "lost"
    BROKEN = "broken"

    @property
    def listens(self) -> bool:
        """Whether there is an engine that answers, be it between two batches."""
        return self in (EngineState.READY, EngineState.TRAINING)


class Trainer(LookRequests):
    """Asks the engine and hands on what it answers; lives in the window's thread.

    `why_lost` is what has been said of the engine that went last, "" if none did.
    """

    def __init__(self, launch: Callable[[], EngineHandle]) -> None:
        super().__init__()
        self._state, self.why_lost = EngineState.STARTING, ""
        self._number = 1
        self._run: int | None = None
        self._last_run = self._learned = 0
        self._samples = 0
        self._jobs = AskedJobs()
        self._turns = RunTurns()
        self._thread = EngineThread(launch, self)
        self._thread.arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread.memory_changed.connect(self.memory_changed)
        self._thread.cores_changed.connect(self.cores_changed)

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether a run has been asked for and has not ended; reading data alone is none."""
        return self._run is not None

    @property
    def data_held(self) -> str:
        """The data, as a plan names it, whose images the engine can show at once; "" if none."""
        return self._turns.data_held

    @property
    def is_saving(self) -> bool:
        """Whether a model or weights are being written."""
        return self._jobs.is_saving

    def train(
        self,
        network: Network,
        plan: TrainingPlan,
        *,
        fresh: bool = True,
        name: str = "",
        resume: str = "",
    ) -> int:
        """Ask for a run and return its number; exactly one `run_ended` will follow.

        Args:
            network: is trained.
            plan: how.
            fresh: whether from new weights.
            name: of the design, by which the run is kept.
            resume: the id of the kept run that goes on, "" for a new one.
        """
        self._last_run += 1
        run = self._run = self._last_run
        self._begin(Train(run, network, plan, fresh, name, resume))
        return run

    def stop_run(self) -> None:
        """Ask the run, if there is one, to end after its current batch."""
        if self._run is None:
            return
        if self._turns.take_back(self._run):
            self._end_run(RunFinished(self._run, 0, stopped=True))
        else:
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
        self._begin(FindRate(run, network, plan, fresh))
        if self._state is EngineState.READY:
            self._enter(EngineState.TRAINING)
        return run

    def try_steps(self, network: Network, plan: TrainingPlan) -> int:
        """Ask what a run will take; it ends in `run_ended`, as a run does."""
        self._last_run += 1
        run = self._run = self._last_run
        self._begin(Preflight(run, network, plan))
        if self._state is EngineState.READY:
            self._enter(EngineState.TRAINING)
        return run

    def read_data(self, plan: TrainingPlan) -> int:
        """Ask what there is in a plan's data and return the number of this reading.

        `data_read` tells it, after which, or if it fails, exactly one `reading_ended` follows. A
        newer reading or a run ends an older reading. While a run goes on the engine refuses.
        """
        self._last_run += 1
        for number in self._turns.readings[1:]:
            self._turns.take_back(number)
            self.reading_ended.emit(RunFinished(number, 0, stopped=True))
        self._begin(ReadData(self._last_run, plan))
        return self._last_run

    def stop_reading(self) -> None:
        """Ask the reading of data, if there is one, to end."""
        for number in reversed(self._turns.readings):
            if self._turns.take_back(number):
                self.reading_ended.emit(RunFinished(number, 0, stopped=True))
            else:
                self._ask(Stop(number))

    def show_samples(
        self,
        plan: TrainingPlan,
        images: tuple[int, ...],
        network: Network | None = None,
        seed: int = 0,
        side: int = SAMPLE_SIDE,
    ) -> int:
        """Ask for images of a plan's data and return the number that the answer will have."""
        self._samples += 1
        request = ShowSamples(self._samples, plan, images, network, seed, side)
        self._jobs.add(request)
        self._ask(request)
        return self._samples

    def list_samples(self, plan: TrainingPlan) -> int:
        """Ask for the classes of all in a plan's data, and return the answer's number.

        They come with `samples_shown`. Data that the engine has not read is read at once, during
        which it does nothing else: see `data_held`.
        """
        self._samples += 1
        request = ShowSamples(self._samples, plan, (), lists=True)
        self._jobs.add(request)
        self._ask(request)
        return self._samples

    def show_thumbnails(self, paths: tuple[str, ...], side: int) -> int:
        """Ask what image files look like and return the number that the answer will have.

        There is none if the engine dies.
        """
        self._samples += 1
        self._ask(ShowThumbnails(self._samples, paths, side))
        return self._samples

    def let_go(self) -> None:
        """Have the engine close the camera or video that it has open."""
        self._ask(LetGo())

    def do(self, job: FileJob | CheckRoundTrip | KeepFrame | SaveMaps) -> None:
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
        """End the engine and wait until it is gone; what it writes is finished, a run is kept."""
        self._thread.close(saving=self.is_saving, running=self.is_running)

    @override
    def _ask(self, request: Request) -> None:
        if self._state is EngineState.BROKEN:
            # Nobody reads what the thread is handed now, and a full pipe would hold the window.
            self._thread.arrived.emit([Lost(for_good=True)])
        else:
            self._thread.ask(self._number, request)

    def _begin(self, request: RunRequest) -> None:
        for wanted in self._turns.begin(request):
            self._ask(wanted)

    def _take(self, events: list[Event | Launching | Lost]) -> None:
        """Hand on what the thread brought; batches in a row go out together."""
        batches: list[BatchDone] = []
        for event in events:
            if isinstance(event, BatchDone):
                batches.append(event)
                self._learned = event.run
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
                self._turns.take(event)
                self._enter(EngineState.TRAINING)
                self.run_started.emit(event)
            case RunFinished() | RunFailed():
                self._end_run(event)
            case _ if isinstance(event, _OF_A_LOOK) and self.is_stale(event.generation):
                pass
            case _:
                self._turns.take(event)
                self._jobs.answer(event)
                self.signal_for(event).emit(event)

    def _end_run(self, event: RunFinished | RunFailed) -> None:
        was_reading, next_ones = self._turns.end(event.run)
        for request in next_ones:
            self._ask(request)
        if was_reading:
            self.reading_ended.emit(event)
        elif event.run == self._run:
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
        elif lost.lacked_memory and self._run != self._learned:
            message = _(
                "The system ended the engine, probably because memory ran out. Make the batch size "
                "or the network smaller, or close other programs."
            )
        elif lost.lacked_memory:
            message = _(
                "The system ended the engine, probably because memory ran out; what was learned "
                "since the last checkpoint is lost. Make the batch size or the network smaller, or "
                "close other programs."
            )
        elif self._run != self._learned:
            message = _("The engine stopped unexpectedly. Try again once a new one is ready.")
        else:
            message = _(
                "The engine stopped unexpectedly; what was learned since the last checkpoint is "
                "lost. Try again once a new one is ready."
            )
        self.why_lost = message
        self._enter(EngineState.BROKEN if lost.for_good else EngineState.LOST)
        if self._run is not None:
            cause = OUT_OF_MEMORY if lost.lacked_memory else ""
            ended = RunFailed(self._run, message, cause=cause)
            self._run = None
            self.run_ended.emit(ended)
        self.probe_failed.emit(ProbeFailed(self.generation, message))
        for number in self._turns.lost():
            self.reading_ended.emit(RunFailed(number, message))
        for event in self._jobs.lost(message):
            self.signal_for(event).emit(event)

    def _enter(self, state: EngineState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
