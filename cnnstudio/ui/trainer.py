"""The studio's end of the pipe to the engine: a background thread that turns events to signals.

The window never waits for the engine: requests are queued here and sent by the thread, events are
read by the thread and handed on at most once a frame. If the engine dies the thread says so, ends
what was running, and starts another.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

import psutil
from PySide6.QtCore import QThread, Signal
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
    Stop,
    Train,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.016
MEMORY_SECONDS = 2.0
MOST_FAILED_STARTS = 3


class EngineState(StrEnum):
    """What the engine is doing, as the status bar tells it."""

    STARTING = "starting"
    READY = "ready"
    TRAINING = "training"
    LOST = "lost"
    BROKEN = "broken"


class Trainer(QThread):
    """Owns the engine and the pipe to it.

    Signals carry the messages of `core.messages`; `batches` carries a list of `BatchDone`.
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

    def __init__(self, launch: Callable[[], EngineHandle]) -> None:
        super().__init__()
        self._launch = launch
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._state = EngineState.STARTING
        self._run: int | None = None
        self._last_run = 0
        self._generation = 0
        self._saving: set[str] = set()
        self._closing = False
        self._engine: EngineHandle | None = None
        self._failed_starts = 0
        self._memory_due = 0.0

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether a run has been asked for and has not ended."""
        return self._run is not None

    def train(self, network: Network, plan: TrainingPlan, *, fresh: bool = True) -> int:
        """Ask for a run and return its number; exactly one `run_ended` will follow."""
        self._last_run += 1
        self._run = self._last_run
        self._ask(Train(self._run, network, plan, fresh))
        return self._run

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

    def restart_engine(self) -> None:
        """Start an engine again after it would not start."""
        if self._state is EngineState.BROKEN:
            self._failed_starts = 0
            self.wait()
            self.start()

    def close(self) -> None:
        """End engine and thread, and wait until both are gone."""
        self._closing = True
        self._wake()
        if self._engine is not None:
            self._engine.kill()
        self.wait()

    @override
    def run(self) -> None:
        while not self._closing:
            self._enter(EngineState.STARTING)
            try:
                self._engine = self._launch()
            except OSError:
                log.exception("the engine could not be started")
            else:
                self._talk(self._engine)
                self._engine.kill()
            if self._closing:
                return
            self._lost()
            if self._failed_starts >= MOST_FAILED_STARTS:
                self._enter(EngineState.BROKEN)
                return

    def _ask(self, request: Request) -> None:
        self._requests.put(request)
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._wake_writer.send_bytes(b"!")

    def _talk(self, engine: EngineHandle) -> None:
        """Carry messages both ways until the pipe ends."""
        connection = engine.connection
        while not self._closing:
            try:
                arrived = wait([connection, self._wake_reader], MEMORY_SECONDS)
                if self._wake_reader in arrived:
                    self._send_queued(connection)
                if connection in arrived:
                    self._hand_on(_read_all(connection))
                    time.sleep(FRAME_SECONDS)
                self._measure(engine.pid)
            except (EOFError, OSError):
                return

    def _send_queued(self, connection: Connection) -> None:
        while self._wake_reader.poll():
            self._wake_reader.recv_bytes()
        while True:
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return
            connection.send(request)

    def _hand_on(self, events: list[Event]) -> None:
        batches: list[BatchDone] = []
        for event in events:
            if isinstance(event, BatchDone):
                batches.append(event)
                continue
            if batches:
                self.batches.emit(batches)
                batches = []
            self._emit(event)
        if batches:
            self.batches.emit(batches)

    def _emit(self, event: Event) -> None:  # noqa: C901 - one case a message
        match event:
            case EngineReady():
                self._failed_starts = 0
                self._enter(EngineState.READY)
                self.ready.emit(event)
            case RunStarted():
                self._enter(EngineState.TRAINING)
                self.run_started.emit(event)
            case ValidationBatchDone():
                self.validating.emit(event)
            case EpochDone():
                self.epoch_done.emit(event)
            case RunFinished() | RunFailed():
                self._end_run(event)
            case Probed() if event.generation == self._generation:
                self.probed.emit(event)
            case Maps() if event.generation == self._generation:
                self.maps.emit(event)
            case ProbeFailed() if event.generation == self._generation:
                self.probe_failed.emit(event)
            case ModelSaved():
                self._saving.discard(event.path)
                self.model_saved.emit(event)
            case SaveFailed():
                self._saving.discard(event.path)
                self.save_failed.emit(event)
            case _stale:
                pass

    def _end_run(self, event: RunFinished | RunFailed) -> None:
        if event.run == self._run:
            self._run = None
            self._enter(EngineState.READY)
            self.run_ended.emit(event)

    def _lost(self) -> None:
        """Say that the engine is gone and end whatever it was doing."""
        if self._state is EngineState.STARTING:
            self._failed_starts += 1
        log.error("the engine is gone while %s", self._state)
        with suppress(queue.Empty):
            while True:
                self._requests.get_nowait()
        self._enter(EngineState.LOST)
        message = _("the engine stopped unexpectedly; a new one is being started")
        if self._run is not None:
            ended = RunFailed(self._run, message)
            self._run = None
            self.run_ended.emit(ended)
        self.probe_failed.emit(ProbeFailed(self._generation, message))
        for path in sorted(self._saving):
            self.save_failed.emit(SaveFailed(path, message))
        self._saving.clear()

    def _enter(self, state: EngineState) -> None:
        self._state = state
        self.state_changed.emit(state)

    def _measure(self, pid: int) -> None:
        now = time.monotonic()
        if now < self._memory_due:
            return
        self._memory_due = now + MEMORY_SECONDS
        with suppress(psutil.Error):
            self.memory_changed.emit(psutil.Process(pid).memory_info().rss // 2**20)


def _read_all(connection: Connection) -> list[Event]:
    """Read what is there; at least one message."""
    events: list[Event] = [connection.recv()]
    while connection.poll():
        try:
            events.append(connection.recv())
        except (EOFError, OSError):
            break
    return events
