"""Writes one run to the store, while it goes on."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import document
from cnnstudio.core.document import Design
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.core.runs import checkpoint as checkpoints
from cnnstudio.core.runs.budget import keep_within, thin
from cnnstudio.core.runs.checkpoint import Checkpoint
from cnnstudio.core.runs.kept import COLUMNS, CheckpointRow, EpochRow, KeptState
from cnnstudio.core.runs.ownership import Ownership
from cnnstudio.core.runs.schema import StoreError, committed, explained
from cnnstudio.core.runs.store import RunStore

BUDGET = 10 * 2**30
"""Bytes that all checkpoints together may take, unless the person says otherwise."""
_NOTE_LAST_EPOCH = """
UPDATE runs SET
    done_epochs = :epoch,
    numbers = coalesce((SELECT numbers FROM epochs WHERE run = :run AND epoch = :epoch - 1), '{}'),
    best_epoch = (SELECT max(epoch) FROM epochs WHERE run = :run AND is_best)
WHERE id = :run
"""
_SPARE_ON_DISK = 256 * 2**20
"""Bytes that are left free on the disk, so that everything else still works."""


@dataclass(frozen=True, slots=True)
class RunHead:
    """What is known of a run before it begins.

    Attributes:
        design: its network and plan, and the name it is listed by.
        origin: who began it.
        versions: of the programs it is made with.
        fingerprint: of its data.
    """

    design: Design
    origin: str
    versions: Mapping[str, str]
    fingerprint: str = ""


class RunWriter:
    """A run that is being written; belongs to the thread that makes it.

    Args:
        store: where it is kept.
        id: of the run.
        budget: bytes that all checkpoints together may take.

    Raises:
        StoreError: here and in all methods, if it cannot be written.
    """

    def __init__(self, store: RunStore, id: str, budget: int = BUDGET) -> None:
        self.store = store
        self.id = id
        self._budget = budget
        self.folder = store.folder_of(id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._ownership = Ownership(self.folder)
        except BlockingIOError as error:
            raise StoreError(_("the run {run} is going on already").format(run=id)) from error
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def close(self, state: KeptState, message: str = "") -> None:
        """Note how the run ended, and let go of it."""
        try:
            self.store.touch(self.id, state=state, message=message)
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Let others work on the run."""
        self._ownership.end()

    def begin(self, epochs: int, batches: int, metrics: Sequence[str] = ()) -> None:
        """Note how long the run is to be, and what is measured beside `COLUMNS`.

        Args:
            epochs: that it is to have.
            batches: in each.
            metrics: names of further numbers of every batch.
        """
        columns = json.dumps([*COLUMNS, *metrics])
        self.store.touch(self.id, epochs=epochs, batches=batches, columns=columns)

    def extend(self, epochs: int) -> None:
        """Note that the run is to have so many epochs."""
        self.store.touch(self.id, epochs=epochs)

    def add_points(self, first: int, numbers: NDArray[np.float32]) -> None:
        """Keep the numbers of batches.

        Args:
            first: steps before the first of them.
            numbers: `(batches, columns)`.
        """
        if not len(numbers):
            return
        with explained(self.folder), committed(self.store.connection) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)",
                (self.id, first, len(numbers), np.ascontiguousarray(numbers).tobytes()),
            )
            connection.execute(
                "UPDATE runs SET updated = ?, steps = ? WHERE id = ?",
                (time.time(), first + len(numbers), self.id),
            )

    def add_epoch(self, row: EpochRow, *, is_best: bool) -> None:
        """Keep the numbers of an epoch."""
        text = json.dumps(dict(row.numbers))
        with explained(self.folder), committed(self.store.connection) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?)",
                (self.id, row.epoch, row.steps, text, is_best),
            )
            connection.execute(
                "UPDATE runs SET updated = ?, done_epochs = ?, numbers = ? WHERE id = ?",
                (time.time(), row.epoch + 1, text, self.id),
            )
            if is_best:
                connection.execute(
                    "UPDATE runs SET best_epoch = ? WHERE id = ?", (row.epoch, self.id)
                )

    def add_checkpoint(self, checkpoint: Checkpoint, *, is_best: bool) -> None:
        """Keep a state that the run can go on from; some older ones may go for it."""
        progress = checkpoint.progress
        name = checkpoints.file_name(progress.step)
        try:
            self._make_room(checkpoint)
            size = checkpoints.write(self.folder / name, checkpoint)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        with explained(self.folder), committed(self.store.connection) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.id, progress.step, progress.epoch, progress.batch, name, size, is_best),
            )
        thin(self.store, self.id)
        keep_within(self.store, self._budget, spared=self.id)

    def _make_room(self, checkpoint: Checkpoint) -> None:
        """Remove older checkpoints where the disk has no room for another one."""
        size = sum(a.nbytes for arrays in checkpoint.weights.values() for a in arrays)
        size += sum(array.nbytes for array in checkpoint.optimizer)
        missing = size + _SPARE_ON_DISK - shutil.disk_usage(self.folder).free
        if missing > 0:
            total = sum(row.bytes for row in self.store.rows())
            keep_within(self.store, max(total - missing, 0), spared=self.id)


def begun(store: RunStore, head: RunHead, budget: int = BUDGET) -> RunWriter:
    """Begin to write a new run.

    Raises:
        StoreError: if it cannot be written.
    """
    now = time.time()
    writer = RunWriter(store, _new_id(store, now), budget)
    plan = head.design.plan
    try:
        with explained(writer.folder), committed(store.connection) as connection:
            connection.execute(
                "INSERT INTO runs (id, name, state, origin, data, created, updated, epochs,"
                " batch_size, columns, fingerprint, versions, design)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    writer.id, head.design.name, KeptState.RUNNING, head.origin, plan.data,
                    now, now, plan.epochs, plan.batch_size, json.dumps(COLUMNS),
                    head.fingerprint, json.dumps(dict(head.versions)),
                    document.to_text(head.design),
                ),
            )  # fmt: skip
    except BaseException:
        writer.let_go()
        raise
    return writer


def _new_id(store: RunStore, now: float) -> str:
    """Return an id that no run has, of those that began in the same second either."""
    stamp = datetime.fromtimestamp(now).astimezone()
    while True:
        id = f"{stamp:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        if not store.folder_of(id).exists():
            return id


def taken_up(store: RunStore, run: str, at: CheckpointRow, budget: int = BUDGET) -> RunWriter:
    """Write a run further from one of its checkpoints; what came after that is forgotten.

    Raises:
        StoreError: if it cannot be written, or goes on already.
    """
    writer = RunWriter(store, run, budget)
    columns = len(store.curve(run).columns)
    try:
        with explained(writer.folder), committed(store.connection) as connection:
            rows = connection.execute(
                "SELECT first, count, numbers FROM points WHERE run = ? AND first + count > ?",
                (run, at.steps),
            ).fetchall()
            connection.execute(
                "DELETE FROM points WHERE run = ? AND first + count > ?", (run, at.steps)
            )
            connection.executemany(
                "INSERT INTO points VALUES (?, ?, ?, ?)", _cut(run, rows, at.steps, columns)
            )
            connection.execute("DELETE FROM epochs WHERE run = ? AND epoch >= ?", (run, at.epoch))
            connection.execute(_NOTE_LAST_EPOCH, {"run": run, "epoch": at.epoch})
        later = [c.steps for c in store.checkpoints(run) if c.steps > at.steps]
        store.forget_checkpoints(run, later)
        store.touch(run, state=KeptState.RUNNING, message="", steps=at.steps)
    except BaseException:
        writer.let_go()
        raise
    return writer


def _cut(
    run: str, rows: Sequence[tuple[int, int, bytes]], steps: int, columns: int
) -> list[tuple[str, int, int, bytes]]:
    """Return what is left of rows of points when there are only so many steps."""
    width = columns * np.dtype(np.float32).itemsize
    return [
        (run, first, steps - first, numbers[: (steps - first) * width])
        for first, _count, numbers in rows
        if first < steps
    ]


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        _("the run cannot be kept in {path}: {why}").format(path=folder, why=why(error))
    )
