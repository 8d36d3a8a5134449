"""The studio's end of the pipe to the engine: a background thread that turns events to signals.

The window never waits for the engine: requests are queued here and sent by the thread, events are
read by the thread and handed on at most once a frame. If the engine dies the thread says so, ends
what was running, and starts another.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

import psutil
from PySide6.QtCore import Qt, QThread, Signal, SignalInstance
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EngineHandle,
    EngineReady,
    EpochDone,
    Event,
    ImageSource,
    Maps,
    ModelSaved,
    Probe,
    Probed,
    ProbeFailed,
    Request,
    RunFailed,
    RunFinished,
    RunStarted,
    SaveFailed,
    SaveModel,
    Show,
    Shutdown,
    Speak,
    Stop,
    Train,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.016
MEMORY_SECONDS = 2.0
SAVING_SECONDS = 60.0
SAVING_MILLISECONDS, CLOSING_MILLISECONDS = 70_000, 3_000
"""How long closing waits for an engine that writes a file, and for one that does not."""
MOST_FAILED_STARTS = 3
MOST_MESSAGES = 500


class EngineState(StrEnum):
    """What the engine is doing, as the status bar tells it."""

    STARTING = "starting"
    READY = "ready"
    TRAINING = "training"
    LOST = "lost"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class _Launching:
    """The thread is about to start an engine."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """The engine has gone; `for_good` if the thread does not start another."""

    for_good: bool


class Trainer(QThread):
    """Owns the engine and the pipe to it.

    The thread moves messages and nothing else; what is known of the engine is kept and changed in
    the window's thread alone. Signals carry the messages of `core.messages`; `batches` carries a
    list of `BatchDone`.
    """

    state_changed = Signal(object)
    memory_changed = Signal(int)
    ready = Signal(object)
    run_started = Signal(object)
    batches = Signal(object)
    validating = Signal(object)
    epoch_done = Signal(object)
    run_ended = Signal(object)
    probed = Signal(object)
    maps = Signal(object)
    probe_failed = Signal(object)
    model_saved = Signal(object)
    save_failed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, launch: Callable[[], EngineHandle]) -> None:
        super().__init__()
        self._launch = launch
        # Each request with the number of the engine it is meant for: none outlives its engine.
        self._requests: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._closing = False
        self._engine: EngineHandle | None = None
        self._memory_due = 0.0
        self._state = EngineState.STARTING
        self._number = 1
        self._run: int | None = None
        self._last_run = 0
        self._generation = 0
        self._saving: set[str] = set()
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

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
        """Whether a model is being written."""
        return bool(self._saving)

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

    def probe(self, network: Network, image: ImageSource, pixels: str, block: str) -> int:
        """Ask what `network` makes of an image; answers to earlier questions are dropped."""
        self._generation += 1
        self._ask(Probe(self._generation, network, image, pixels, block))
        return self._generation

    def show_block(self, block: str) -> None:
        """Ask for another block's maps of the last probe."""
        self._ask(Show(self._generation, block))

    def save_model(self, path: str, network: Network, plan: TrainingPlan) -> None:
        """Ask for a `.keras` file of the network with its present weights."""
        self._saving.add(path)
        self._ask(SaveModel(path, network, plan))

    def speak(self, language: str) -> None:
        """Ask the engine to say what it says to people in another language."""
        self._ask(Speak(language))

    def restart_engine(self) -> None:
        """Start an engine again after it would not start."""
        if self._state is EngineState.BROKEN:
            self.wait()
            self._number += 1
            self._enter(EngineState.STARTING)
            self.start()

    def close(self) -> None:
        """End engine and thread, and wait until both are gone; a file being written is finished."""
        self._closing = True
        self._wake()
        patience = SAVING_MILLISECONDS if self.is_saving else CLOSING_MILLISECONDS
        if not self.wait(patience) and self._engine is not None:
            self._engine.kill()
            self.wait()

    # In the window's thread

    def _ask(self, request: Request) -> None:
        self._requests.put((self._number, request))
        self._wake()
        if self._state is EngineState.BROKEN:
            self._arrived.emit([_Lost(for_good=True)])

    def _wake(self) -> None:
        with suppress(OSError):
            self._wake_writer.send_bytes(b"!")

    def _take(self, events: list[Event | _Launching | _Lost]) -> None:
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

    def _hand_on(self, event: Event | _Launching | _Lost) -> None:
        match event:
            case _Launching():
                self._enter(EngineState.STARTING)
            case _Lost():
                self._lose(event)
            case EngineReady():
                self._enter(EngineState.READY)
                self.ready.emit(event)
            case RunStarted():
                self._enter(EngineState.TRAINING)
                self.run_started.emit(event)
            case RunFinished() | RunFailed():
                self._end_run(event)
            case ModelSaved() | SaveFailed():
                self._saving.discard(event.path)
                self._signal_for(event).emit(event)
            case Probed() | Maps() | ProbeFailed() if event.generation != self._generation:
                pass
            case _:
                self._signal_for(event).emit(event)

    def _signal_for(self, event: Event) -> SignalInstance:
        signals: dict[type[Event], SignalInstance] = {
            ValidationBatchDone: self.validating,
            EpochDone: self.epoch_done,
            Probed: self.probed,
            Maps: self.maps,
            ProbeFailed: self.probe_failed,
            ModelSaved: self.model_saved,
            SaveFailed: self.save_failed,
        }
        return signals[type(event)]

    def _end_run(self, event: RunFinished | RunFailed) -> None:
        if event.run == self._run:
            self._run = None
            self._enter(EngineState.READY)
            self.run_ended.emit(event)

    def _lose(self, lost: _Lost) -> None:
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
        saving, self._saving = self._saving, set()
        for path in sorted(saving):
            self.save_failed.emit(SaveFailed(path, message))

    def _enter(self, state: EngineState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    # In the thread

    @override
    def run(self) -> None:
        number, failed_starts = self._number, 0
        while not self._closing:
            self._arrived.emit([_Launching()])
            was_ready = self._serve(number)
            if self._closing:
                return
            number += 1
            failed_starts = 0 if was_ready else failed_starts + 1
            for_good = failed_starts >= MOST_FAILED_STARTS
            self._arrived.emit([_Lost(for_good)])
            if for_good:
                return

    def _serve(self, number: int) -> bool:
        """Start an engine and carry messages until it goes; return whether it ever was ready."""
        was_ready = False
        try:
            self._engine = self._launch()
        except OSError:
            log.exception("the engine could not be started")
            return False
        try:
            for events in self._talk(self._engine, number):
                was_ready = was_ready or any(isinstance(e, EngineReady) for e in events)
                self._arrived.emit(events)
        except (EOFError, OSError):
            log.info("the engine is gone")
        except Exception:
            log.exception("the engine is given up")
        finally:
            _end(self._engine)
        return was_ready

    def _talk(self, engine: EngineHandle, number: int) -> Iterator[list[Event]]:
        """Send what is asked and yield what is answered, at most once a frame."""
        connection = engine.connection
        while not self._closing:
            arrived = wait([connection, self._wake_reader], MEMORY_SECONDS)
            if self._wake_reader in arrived:
                self._send_queued(connection, number)
            if connection in arrived:
                yield _read_some(connection)
                # Wait for the next frame, but not with what is asked meanwhile.
                if wait([self._wake_reader], FRAME_SECONDS):
                    self._send_queued(connection, number)
            self._measure(engine.pid)
        connection.send(Shutdown())
        if self.is_saving:
            while wait([connection], SAVING_SECONDS):
                yield _read_some(connection)

    def _send_queued(self, connection: Connection, number: int) -> None:
        while self._wake_reader.poll():
            self._wake_reader.recv_bytes()
        while True:
            try:
                meant_for, request = self._requests.get_nowait()
            except queue.Empty:
                return
            if meant_for >= number:
                connection.send(request)

    def _measure(self, pid: int) -> None:
        now = time.monotonic()
        if now < self._memory_due:
            return
        self._memory_due = now + MEMORY_SECONDS
        with suppress(psutil.Error):
            self.memory_changed.emit(psutil.Process(pid).memory_info().rss // 2**20)


def _read_some(connection: Connection) -> list[Event]:
    """Read what is there: at least one message, and no more than a frame can take."""
    events: list[Event] = [connection.recv()]
    while len(events) < MOST_MESSAGES and connection.poll():
        try:
            events.append(connection.recv())
        except (EOFError, OSError):
            break
    return events


def _end(engine: EngineHandle) -> None:
    try:
        engine.kill()
    except Exception:
        log.exception("the engine's process %s could not be ended", engine.pid)
