"""A copy of what is not saved yet, so that a studio that is killed loses a second of work at most.

Each running studio has one file, named by its process and when that started; it is there only while
there are unsaved changes. A file whose process is gone was left behind by a studio that did not
close, whatever process has the same number now.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer

from cnnstudio.core import document
from cnnstudio.core.document import SUFFIX, Design
from cnnstudio.ui.background import Latest
from cnnstudio.ui.open_design import OpenDesign

DELAY_MILLISECONDS = 1000
_SAME_START_SECONDS = 1.0
"""Start times so close are one: nobody leaves work behind in so short a life."""


class Autosave(QObject):
    """Keeps a copy of the open design in a folder while it has unsaved changes.

    A copy that cannot be written is tried again at the next change, and otherwise let be: saving
    itself says what is wrong with the disk.
    """

    def __init__(self, design: OpenDesign, folder: Path) -> None:
        super().__init__()
        self._design = design
        self._folder = folder
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._writing = Latest(self, self._pool)
        self._writing.failed.connect(self._let_be)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MILLISECONDS)
        self._timer.timeout.connect(self._write)
        design.changed.connect(self._note)
        design.plan_changed.connect(self._note)
        design.undo_stack.cleanChanged.connect(self._note)

    def close(self) -> None:
        """Remove the copy: what was not saved is meant to be gone."""
        self._timer.stop()
        self._writing.cancel()
        self._pool.waitForDone()
        _file_in(self._folder).unlink(missing_ok=True)

    def _note(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        folder, design = self._folder, self._design.design
        if self._design.is_dirty:
            self._writing.start(lambda: _write(_file_in(folder), design))
        else:
            self._writing.start(lambda: _file_in(folder).unlink(missing_ok=True))

    def _let_be(self, error: Exception) -> None:
        if not isinstance(error, document.DesignError | OSError):
            raise error


def left_behind(folder: Path) -> list[Path]:
    """Return the copies of studios that did not close, the newest first."""
    files = [path for path in folder.glob(f"*{SUFFIX}") if not is_alive(path)]
    return sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)


@cache
def writer() -> str:
    """Return how this process names its file: its number and when it started, in seconds."""
    import psutil  # takes as long to read as a tenth of Qt

    return f"{os.getpid()}-{psutil.Process().create_time():.0f}"


def is_alive(path: Path) -> bool:
    """Return whether the process that a file is named by still runs."""
    named = re.fullmatch(r"(\d{1,9})-(\d{1,15})", path.name.partition(".")[0], re.ASCII)
    if named is None:
        return False
    import psutil  # as above

    number, started = map(int, named.groups())
    try:
        return abs(psutil.Process(number).create_time() - started) <= _SAME_START_SECONDS
    except psutil.Error:
        return False


def _file_in(folder: Path) -> Path:
    return folder / f"{writer()}{SUFFIX}"


def _write(path: Path, design: Design) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(design, path)
