"""How far the reading of a run's data is, and what has been left out of it, told to others."""

from __future__ import annotations

import time

from cnnstudio.core.data_messages import MOST_REASONS, DataProgress, FilesLeftOut
from cnnstudio.engine.data_collections import Collection
from cnnstudio.engine.datasets import prepare
from cnnstudio.engine.run import Run

_SECONDS = 0.1
"""Time between two reports."""


class RunData:
    """The data of a run, which is read when this is made.

    Raises:
        DataError: if it cannot be used.
        StoppedError: if the run is to stop.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reported = time.monotonic()
        self._told = 0
        self._collection: Collection = prepare(run.plan.data, self._watch)
        self.tell_left_out()

    def tell_left_out(self) -> None:
        """Tell of the files that are left out, unless that has been told."""
        left_out = self._collection.left_out
        if len(left_out) > self._told:
            self._told = len(left_out)
            reasons = tuple(left.why for left in left_out[:MOST_REASONS])
            self._run.emit(FilesLeftOut(self._run.number, self._told, reasons))

    def _watch(self, done: int, total: int) -> None:
        self._run.stop.check()
        self._run.between()
        now = time.monotonic()
        if now - self._reported >= _SECONDS:
            self._reported = now
            self._run.emit(DataProgress(self._run.number, done, total))
