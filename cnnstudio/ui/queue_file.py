"""The plans that wait, in a file: they wait still when the studio was closed or killed."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool

from cnnstudio.core import document
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.files import atomically
from cnnstudio.ui.autosave import is_alive, writer
from cnnstudio.ui.background import Latest
from cnnstudio.ui.plan_queue import PlanQueue, QueuedPlan

log = logging.getLogger(__name__)

_SUFFIX = ".queue.json"


class QueueFile(QObject):
    """Writes a queue to a folder whenever it changes; each running studio has a file of its own."""

    def __init__(self, queue: PlanQueue, folder: Path) -> None:
        super().__init__()
        self._queue = queue
        self._folder = folder
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._writing, self._reading = Latest(self, self._pool), Latest(self, self._pool)
        self._writing.failed.connect(_note)
        self._reading.failed.connect(_note)
        self._reading.done.connect(queue.take_up)
        queue.changed.connect(self._write)

    def restore(self) -> None:
        """Let wait again what waited in studios that are gone; a person says when it goes on."""
        self._reading.start(lambda: _left_behind(self._folder))

    def close(self) -> None:
        """Wait until all is written."""
        self._reading.cancel()
        self._pool.waitForDone()

    def _write(self) -> None:
        folder, waiting = self._folder, self._queue.waiting
        self._writing.start(lambda: _save(folder / f"{writer()}{_SUFFIX}", waiting))


def _save(path: Path, waiting: tuple[QueuedPlan, ...]) -> None:
    if not waiting:
        path.unlink(missing_ok=True)
        return
    texts = [document.to_text(Design(one.name, one.network, one.plan)) for one in waiting]
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomically(path) as scratch:
        scratch.write_text(json.dumps(texts), "utf-8")


def _left_behind(folder: Path) -> list[QueuedPlan]:
    """Return what waited in studios that are gone, whose files are removed."""
    found: list[QueuedPlan] = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        if is_alive(path):
            continue
        try:
            found += [_queued(text) for text in json.loads(path.read_text("utf-8"))]
        except (OSError, ValueError, TypeError, RecursionError, DesignError) as error:
            log.warning("the plans that waited in %s cannot be read: %s", path, error)
        path.unlink(missing_ok=True)
    return found


def _queued(text: object) -> QueuedPlan:
    design = document.from_text(str(text))
    return QueuedPlan(design.name, design.network, design.plan)


def _note(error: Exception) -> None:
    """What cannot be written waits all the same, as long as the studio is there."""
    if not isinstance(error, OSError):
        raise error
    log.warning("the plans that wait are not kept: %s", error)
