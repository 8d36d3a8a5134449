"""The thread that serves the engine: it moves messages between the pipe and the window.

It starts an engine and, when that dies, another; after some that never got ready it gives up. Of
what the messages say it knows only which come in pairs.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from PySide6.QtCore import QObject, QThread, Signal
from typing_extensions import override

from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.messages import EngineReady, Event, Request, Shutdown
from cnnstudio.core.pipe import receive
from cnnstudio.core.room import Room
from cnnstudio.ui.machine_memory import MemoryWatch
from cnnstudio.ui.processor_use import ProcessorUse

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.016
MEMORY_SECONDS = 2.0
SAVING_SECONDS, KEEPING_SECONDS, CLOSING_SECONDS = 60.0, 8.0, 3.0
"""How long closing waits for an engine that writes a file, that keeps a run, that does neither."""
MOST_FAILED_STARTS = 3
_SECONDS_TO_END = 1.0
"""How long a process may take to end once it has let go of the pipe."""
MOST_MESSAGES = 500
_SOON = 0.05
"""Seconds within which maps follow what is said of their look, at the latest."""


@dataclass(frozen=True, slots=True)
class Launching:
    """The thread is about to start an engine."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The engine has gone; `for_good` if the thread does not start another.

    `lacked_memory` if the system has probably ended it because memory ran out.
    """

    for_good: bool
    lacked_memory: bool = False


class EngineThread(QThread):
    """Owns the engine and the pipe to it.

    Engines are numbered in the order in which they are started, and so are requests by the engine
    they are meant for: none outlives its engine.

    `arrived` carries a list of `Event`, `Launching` and `Lost`, at most once a frame;
    `memory_changed` the engine's memory in MiB, `cores_changed` how many cores it keeps busy.
    """

    arrived = Signal(object)
    memory_changed = Signal(int)
    cores_changed = Signal(float)

    def __init__(self, launch: Callable[[], EngineHandle], parent: QObject) -> None:
        super().__init__(parent)
        self._launch = launch
        self._room = Room()
        self._requests: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._first = 1
        self._closing = False
        self._patience = 0.0
        self._engine: EngineHandle | None = None
        self._memory_due = 0.0
        self._processor = ProcessorUse()
        self._memory = MemoryWatch()
        self._lacked_memory = False

    def begin(self, number: int) -> None:
        """Start engine `number`, and its successors, unless one is served already."""
        if not self.isRunning():
            self._first = number
            self.start()

    def ask(self, number: int, request: Request) -> None:
        """Send a request to engine `number`, as soon as that is started."""
        self._requests.put((number, request))
        self._wake()

    def close(self, *, saving: bool, running: bool = False) -> None:
        """End engine and thread, and wait until both are gone.

        Args:
            saving: whether the engine writes a file, which it is given the time to finish.
            running: whether a run goes on, whose state it is given the time to keep.
        """
        self._patience = SAVING_SECONDS if saving else KEEPING_SECONDS if running else 0.0
        self._closing = True
        self._wake()
        if not self.wait(round((self._patience + CLOSING_SECONDS) * 1000)) and self._engine:
            self._engine.kill()
            self.wait()

    def _wake(self) -> None:
        with suppress(OSError):
            self._wake_writer.send_bytes(b"!")

    @override
    def run(self) -> None:
        number, failed_starts = self._first, 0
        while not self._closing:
            self.arrived.emit([Launching()])
            was_ready = self._serve(number)
            if self._closing:
                return
            number += 1
            failed_starts = 0 if was_ready else failed_starts + 1
            for_good = failed_starts >= MOST_FAILED_STARTS
            self.arrived.emit([Lost(for_good, self._lacked_memory)])
            if for_good:
                return

    def _serve(self, number: int) -> bool:
        """Start an engine and carry messages until it goes; return whether it ever was ready."""
        was_ready = self._lacked_memory = False
        self._memory, self._memory_due = MemoryWatch(), 0.0
        try:
            self._engine = self._launch()
        except Exception:
            log.exception("the engine could not be started")
            return False
        try:
            for events in self._talk(self._engine, number):
                was_ready = was_ready or any(isinstance(e, EngineReady) for e in events)
                self.arrived.emit(events)
        except (EOFError, OSError):
            code = self._engine.exit_code(_SECONDS_TO_END)
            self._lacked_memory = self._memory.explains(code)
            log.info("the engine is gone: exit code %s", code)
        except Exception:
            log.exception("the engine is given up")
        finally:
            _end(self._engine)
        return was_ready

    def _talk(self, engine: EngineHandle, number: int) -> Iterator[list[Event]]:
        """Send what is asked and yield what is answered, at most once a frame.

        What follows within a frame is read at once, for a large message takes as long as that.
        """
        connection = engine.connection
        events: list[Event] = []
        due = 0.0
        while not self._closing:
            rest = max(0.0, due - time.monotonic()) if events else MEMORY_SECONDS
            is_full = len(events) >= MOST_MESSAGES
            arrived = wait([self._wake_reader, *([] if is_full else [connection])], rest)
            if self._wake_reader in arrived:
                self._send_queued(connection, number)
            if connection in arrived:
                try:
                    events += self._read_some(connection, MOST_MESSAGES - len(events))
                except (EOFError, OSError):
                    if events:
                        yield events
                    raise
            if events and time.monotonic() >= due:
                yield events
                events, due = [], time.monotonic() + FRAME_SECONDS
            self._measure(engine.pid)
        yield from self._last_words(connection)

    def _read_some(self, connection: Connection, most: int) -> list[Event]:
        """Read what is there: at least one message, and no more than a frame can take.

        What is said of a look is handed on together with its maps, which come right behind it:
        painting the one would take time from the other, and they would wait for the next frame.
        """
        events: list[Event] = [receive(connection, self._room.lend)]
        while len(events) < most:
            if not connection.poll(_SOON if isinstance(events[-1], Probed) else 0):
                break
            try:
                events.append(receive(connection, self._room.lend))
            except (EOFError, OSError):
                break
        return events

    def _last_words(self, connection: Connection) -> Iterator[list[Event]]:
        """Have the engine end, and yield what it still says if it is given the time."""
        connection.send(Shutdown())
        if self._patience:
            while wait([connection], self._patience):
                yield self._read_some(connection, MOST_MESSAGES)

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
        size = self._memory.look(pid)
        if size is not None:
            self.memory_changed.emit(size // 2**20)
        self.cores_changed.emit(self._processor.look(pid))


def _end(engine: EngineHandle) -> None:
    try:
        engine.kill()
    except Exception:
        log.exception("the engine's process %s could not be ended", engine.pid)
