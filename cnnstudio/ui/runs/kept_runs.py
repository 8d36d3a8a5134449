"""The kept runs while somebody watches: looked at about once a second, and changed, off the window.

Other processes write to the same store at the same time, so that nothing here is the only truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.runs.kept import RunRow
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.ui.background import Latest
from cnnstudio.ui.runs.reading import DrawnRun, Opened, all_rows, opened, read

MILLISECONDS = 1000
"""Between two looks."""
Result = TypeVar("Result")


class KeptRuns(QObject):
    """Reads and changes the run store on pool threads.

    `listed` carries all runs, the newest first, after every look; `opened` what was asked for by
    `open`; `unreadable` says why a look has failed, `refused` why a change has.

    Args:
        parent: what it belongs to.
        folder: where runs are kept, the person's own place if left out.
    """

    listed = Signal(object)
    opened = Signal(object)
    unreadable = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._is_watched = False
        self._changes = 0
        self._looking, self._opening = Latest(self), Latest(self)
        self._looking.done.connect(self._take)
        self._looking.failed.connect(self._complain)
        self._opening.done.connect(self._take_opened)
        self._opening.failed.connect(self._complain)
        self._next = QTimer(self, singleShot=True, interval=MILLISECONDS)
        self._next.timeout.connect(self.look)

    def watch(self, is_watched: bool) -> None:
        """Look again and again, or no more."""
        if is_watched == self._is_watched:
            return
        self._is_watched = is_watched
        if is_watched:
            self.look()
        else:
            self._next.stop()
            self._looking.cancel()

    def look(self) -> None:
        """Find out which runs there are."""
        self._next.stop()
        if not self._changes:
            self._looking.start(lambda: read(self._folder, all_rows))

    def open(
        self,
        wanted: Sequence[tuple[RunRow, str]],
        current: RunRow | None,
        known: Mapping[str, DrawnRun],
    ) -> None:
        """Read runs, as `reading.opened` does; only the newest answer comes."""
        known = dict(known)
        self._opening.start(
            lambda: read(self._folder, lambda store: opened(store, wanted, current, known))
        )

    def change(
        self, work: Callable[[RunStore], Result], then: Callable[[Result], object] | None = None
    ) -> None:
        """Change the store, look at it again, and go on with what has come of it.

        Args:
            work: what is done, on a pool thread.
            then: what follows in the window's thread if that was possible.
        """
        self._changes += 1
        # What is being read may be older than the change.
        self._looking.cancel()
        job = Latest(self)
        job.done.connect(lambda result: self._changed(job, result, then))
        job.failed.connect(lambda error: self._not_changed(job, error))
        job.start(lambda: read(self._folder, work))

    def _changed(
        self, job: Latest, result: Result, then: Callable[[Result], object] | None
    ) -> None:
        self._end(job)
        if then is not None:
            then(result)

    def _not_changed(self, job: Latest, error: Exception) -> None:
        self._end(job)
        self.refused.emit(_said(error))

    def _end(self, job: Latest) -> None:
        job.deleteLater()
        self._changes -= 1
        self.look()

    def _take(self, rows: tuple[RunRow, ...]) -> None:
        self._look_later()
        self.listed.emit(rows)

    def _take_opened(self, found: Opened) -> None:
        self.opened.emit(found)

    def _complain(self, error: Exception) -> None:
        self._look_later()
        self.unreadable.emit(_said(error))

    def _look_later(self) -> None:
        if self._is_watched:
            self._next.start()


def _said(error: Exception) -> str:
    if not isinstance(error, StoreError):
        raise error
    return str(error)
