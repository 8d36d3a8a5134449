"""An engine played by a test, on a real pipe, for a real trainer."""

import os
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from pytestqt.qtbot import QtBot

from cnnstudio.core.messages import EngineReady, Event, Request
from cnnstudio.core.pipe import send
from cnnstudio.ui.trainer import Trainer

READY = EngineReady({"keras": "3"}, ("CPU",))


class PlayedEngine:
    """An engine whose other end of the pipe the test holds."""

    def __init__(self) -> None:
        self.connection, self.far = Pipe()
        self._ending = threading.Lock()
        self.pid = os.getpid()
        self.ended_by: int | None = 1

    def is_alive(self) -> bool:
        return not self.far.closed

    def exit_code(self, seconds: float) -> int | None:
        return self.ended_by

    def kill(self) -> None:
        # The trainer's thread and the one that closes it may both end an engine.
        with self._ending:
            self.far.close()
            self.connection.close()

    def die(self) -> None:
        with self._ending:
            self.far.close()

    def send(self, *events: Event) -> None:
        for event in events:
            send(self.far, event)


class Played:
    """A trainer with the engines it has launched, newest last."""

    def __init__(self) -> None:
        self.engines: list[PlayedEngine] = []
        self.trainer = Trainer(self._launch)

    def _launch(self) -> PlayedEngine:
        self.engines.append(PlayedEngine())
        return self.engines[-1]

    @property
    def far(self) -> Connection:
        return self.engines[-1].far

    def take(self, count: int, qtbot: QtBot) -> list[Request]:
        """Return the next requests, once they have come."""
        received: list[Request] = []
        while len(received) < count:
            qtbot.waitUntil(self.far.poll)
            received.append(self.far.recv())
        return received

    def start(self, qtbot: QtBot) -> None:
        self.trainer.start()
        qtbot.waitUntil(lambda: bool(self.engines))
        with qtbot.waitSignal(self.trainer.ready):
            self.engines[-1].send(READY)
