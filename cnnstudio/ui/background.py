"""Short jobs that are too long for a frame: run on a pool thread, result in the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Qt, QThreadPool, Signal, Slot
from typing_extensions import override

log = logging.getLogger(__name__)


class Latest(QObject):
    """Runs jobs of one sort; only the newest one's result is delivered.

    `done` carries what the job returned, `failed` the exception it raised. An exception that nobody
    listens for is raised in the window's thread, as any other bug there.
    """

    done = Signal(object)
    failed = Signal(object)
    _arrived = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None, pool: QThreadPool | None = None) -> None:
        super().__init__(parent)
        self._pool = pool or QThreadPool.globalInstance()
        self._generation = 0
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, job: Callable[[], Any]) -> None:
        """Run `job` on a pool thread; results of earlier ones are dropped."""
        self._generation += 1
        # A function and no QRunnable: one that has ended before `start` returns PySide keeps for
        # good, with all that its job refers to.
        self._pool.start(partial(_run, self._generation, job, self._arrived.emit))

    def cancel(self) -> None:
        """Drop the result of what is running."""
        self._generation += 1

    def _is_wanted(self, generation: int) -> bool:
        return generation == self._generation

    @Slot(int, object, object)
    def _deliver(self, generation: int, result: Any, error: Exception | None) -> None:
        if not self._is_wanted(generation):
            return
        if error is None:
            self.done.emit(result)
        elif self.isSignalConnected(QMetaMethod.fromSignal(self.failed)):
            self.failed.emit(error)
        else:
            raise error


class Every(Latest):
    """Runs jobs of one sort and delivers what each of them has come to: files that are written."""

    @override
    def _is_wanted(self, generation: int) -> bool:
        return True


def _run(
    generation: int,
    job: Callable[[], Any],
    deliver: Callable[[int, Any, Exception | None], None],
) -> None:
    try:
        result, error = job(), None
    except Exception as problem:  # noqa: BLE001 - carried to the window's thread
        result, error = None, problem
    try:
        deliver(generation, result, error)
    except RuntimeError:
        log.debug("the window closed before a background job ended")
