"""Keeps a run in the store while it goes on, on a thread of its own, so that it costs no time."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
)
from cnnstudio.core.run_messages import KeepingFailed, RunExtended, RunKept
from cnnstudio.core.runs import checkpoint as checkpoints
from cnnstudio.core.runs.checkpoint import Checkpoint
from cnnstudio.core.runs.epoch_events import row_of
from cnnstudio.core.runs.kept import COLUMNS, EpochRow, KeptState
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import BUDGET, RunHead, RunWriter, begun, taken_up
from cnnstudio.core.stopping import Watch, watched
from cnnstudio.engine.errors import explain

log = logging.getLogger(__name__)

EVERY_SECONDS = 120.0
"""At most so much of a run is lost, unless it is told otherwise."""
_FLUSH_SECONDS = 1.0
_COST = 30.0
"""A checkpoint is taken at an epoch's end if so many times what one costs has passed since."""
_LEAST_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whether and how runs are kept.

    Attributes:
        folder: where; None for nowhere.
        origin: who begins them, `window` or `command line`.
        every: seconds of a run that may be lost.
        budget: bytes that all checkpoints together may take.
    """

    folder: Path | None = None
    origin: str = "window"
    every: float = EVERY_SECONDS
    budget: int = BUDGET


class Keeper:
    """Keeps one run: it is told all events, and given checkpoints.

    If the store cannot be written, the run goes on; `emit` is told so once.

    Args:
        keeping: how.
        emit: takes `RunKept` and `KeepingFailed`, from another thread.
    """

    def __init__(self, keeping: Keeping, emit: Callable[[Event], None]) -> None:
        self._keeping = keeping
        self._emit = emit
        self._run = 0
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._points: list[tuple[float, ...]] = []
        self._lock = threading.Lock()
        self._first = 0
        self._columns = len(COLUMNS)
        self._began = self._taken = time.monotonic()
        self._cost = 0.0
        self._is_writing = False
        self._watch = Watch("val_loss")
        self._is_best = False
        self._is_cut = False
        self._writer: RunWriter | None = None
        self._failure = ""
        self._thread = threading.Thread(target=self._work, name="keeper")

    def begin(self, run: int, head: RunHead) -> None:
        """Keep a new run, whose events have the number `run`."""
        plan = head.design.plan
        self._run, self._watch = run, Watch(plan.monitor, plan.min_delta)
        self._thread.start()
        self._jobs.put(lambda: self._open(lambda store: begun(store, head, self._keeping.budget)))

    @property
    def origin(self) -> str:
        """Who begins the run."""
        return self._keeping.origin

    def resume(self, run: int, id: str, fingerprint: str) -> Checkpoint:
        """Keep a run further that is kept already, and return the state it goes on from.

        Args:
            run: the number of its events.
            id: of the kept run.
            fingerprint: of its data as that is now.

        Raises:
            StoreError: if it cannot be written, goes on already, has no checkpoint, or has learned
                from other data.
            CheckpointError: if the checkpoint cannot be read.
        """
        self._run = run
        found: Future[Checkpoint] = Future()

        def take_up() -> None:
            try:
                found.set_result(self._take_up(id, fingerprint))
            except Exception as error:  # noqa: BLE001 - raised by who waits
                found.set_exception(error)

        self._thread.start()
        self._jobs.put(take_up)
        try:
            checkpoint = found.result()
        except BaseException:
            self._jobs.put(None)
            raise
        self._began -= checkpoint.progress.seconds
        return checkpoint

    @property
    def seconds(self) -> float:
        """How long the run has taken, also before it was resumed."""
        return time.monotonic() - self._began

    def take(self, event: Event) -> None:
        """Keep what an event of the run tells."""
        if not self._thread.is_alive():
            return
        match event:
            case BatchDone():
                usual = (event.loss, event.accuracy, event.learning_rate, self.seconds)
                row = (*usual, *event.metrics)
                with self._lock:
                    self._points.append(row)
            case RunStarted():
                self._begin_epochs(event)
            case RunExtended():
                self._jobs.put(lambda: self._write(lambda w: w.extend(event.epochs)))
            case EpochDone():
                self._take_epoch(event)
            case RunFinished():
                self._end(self._ending(event), "")
            case RunFailed():
                self._end(KeptState.FAILED, event.message)
            case _:
                pass

    def is_due(self, *, ends_epoch: bool) -> bool:
        """Return whether a state is to be kept now: often, but never so that it costs much time."""
        if self._is_writing:
            return False
        waited = time.monotonic() - self._taken
        if not ends_epoch:
            return waited >= self._keeping.every
        return waited >= min(self._keeping.every, max(_LEAST_SECONDS, _COST * self._cost))

    def keep(self, take: Callable[[], Checkpoint], *, ends_epoch: bool) -> None:
        """Keep the state that `take` returns, which is called at once."""
        is_best = ends_epoch and self._is_best
        began = time.monotonic()
        checkpoint = take()
        self._taken, self._is_writing = began, True
        self._cost = time.monotonic() - began

        def write() -> None:
            try:
                # First, so that nobody finds a state without the numbers before it.
                self._flush()
                if self._write(lambda writer: writer.add_checkpoint(checkpoint, is_best=is_best)):
                    self._failure = ""
            finally:
                self._cost = time.monotonic() - began
                self._is_writing = False

        self._jobs.put(write)

    def cut(self, seconds: float) -> None:
        """Wait for the end of a run that is stopped because its process is to end."""
        self._is_cut = True
        self.settle(seconds)

    def settle(self, seconds: float | None = None) -> None:
        """Wait until all is written, once the run has ended."""
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _ending(self, event: RunFinished) -> KeptState:
        if not event.stopped:
            return KeptState.FINISHED
        return KeptState.INTERRUPTED if self._is_cut else KeptState.STOPPED

    def _end(self, state: KeptState, message: str) -> None:
        self._jobs.put(lambda: self._close(state, message))
        self._jobs.put(None)

    def _work(self) -> None:
        """Do what is to be written, and every second keep the points there are."""
        due = time.monotonic() + _FLUSH_SECONDS
        while True:
            try:
                job = self._jobs.get(timeout=max(due - time.monotonic(), 0.0))
            except queue.Empty:
                due = time.monotonic() + _FLUSH_SECONDS
                job = self._flush
            if job is None:
                break
            try:
                job()
            except Exception as error:
                # Whatever it is: what follows is kept all the same.
                log.exception("run %s could not be kept", self._run)
                self._fail(StoreError(explain(error)))
        if self._writer is not None:
            self._writer.store.close()

    def _open(self, make: Callable[[RunStore], RunWriter]) -> None:
        assert self._keeping.folder is not None
        try:
            store = RunStore(self._keeping.folder)
            try:
                self._writer = make(store)
            except BaseException:
                store.close()
                raise
        except StoreError as error:
            self._fail(error)
        else:
            self._emit(RunKept(self._run, self._writer.id))

    def _take_up(self, run: str, fingerprint: str) -> Checkpoint:
        assert self._keeping.folder is not None
        store = RunStore(self._keeping.folder)
        try:
            if store.fingerprint(run) not in ("", fingerprint):
                raise StoreError(
                    _(
                        "the data of the run {run} has changed since it began, so it cannot go on "
                        "as if nothing had happened: put the data back, or begin a new run"
                    ).format(run=run)
                )
            last = store.last_checkpoint(run)
            if last is None:
                raise StoreError(
                    _("the run {run} has no checkpoint that it could go on from").format(run=run)
                )
            checkpoint = checkpoints.read(store.folder_of(run) / last.file)
            plan = store.design(run).plan
            self._watch = Watch(plan.monitor, plan.min_delta)
            self._writer = taken_up(store, run, last, self._keeping.budget)
            with self._lock:
                self._first = checkpoint.progress.step
            for row in store.curve(run).epochs:
                self._watch.take(watched(row.numbers, plan.monitor))
        except BaseException:
            store.close()
            raise
        self._emit(RunKept(self._run, run))
        return checkpoint

    def _begin_epochs(self, event: RunStarted) -> None:
        epochs, batches, metrics = event.epochs, event.batches, event.metrics
        self._columns = len(COLUMNS) + len(metrics)
        self._jobs.put(lambda: self._write(lambda w: w.begin(epochs, batches, metrics)))

    def _take_epoch(self, event: EpochDone) -> None:
        with self._lock:
            steps = self._first + len(self._points)
        row = row_of(event, steps)
        is_best = self._is_best = self._watch.take(watched(row.numbers, self._watch.monitor))
        self._jobs.put(lambda: self._keep_epoch(row, is_best))

    def _keep_epoch(self, row: EpochRow, is_best: bool) -> None:
        self._flush()
        self._write(lambda writer: writer.add_epoch(row, is_best=is_best))

    def _flush(self) -> None:
        with self._lock:
            rows, first = self._points, self._first
            self._points, self._first = [], first + len(rows)
        if rows:
            numbers = np.full((len(rows), self._columns), np.nan, np.float32)
            for kept, row in zip(numbers, rows, strict=True):
                kept[: len(row)] = row
            self._write(lambda writer: writer.add_points(first, numbers))

    def _close(self, state: KeptState, message: str) -> None:
        self._flush()
        self._write(lambda writer: writer.close(state, message))

    def _write(self, write: Callable[[RunWriter], None]) -> bool:
        """Return whether something could be written."""
        if self._writer is None:
            return False
        try:
            write(self._writer)
        except StoreError as error:
            self._fail(error)
            return False
        return True

    def _fail(self, error: StoreError) -> None:
        """Tell once what is wrong; what follows is tried all the same."""
        log.warning("run %s is not kept: %s", self._run, error)
        if str(error) != self._failure:
            self._failure = str(error)
            self._emit(KeepingFailed(self._run, self._failure))
