"""The run store: every run with its design, numbers and checkpoints.

A SQLite file and a folder a run beside it, in the person's data folder. Studio, engine and command
line use it at the same time: what one writes, the others see at their next look.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import document, settings
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.runs.kept import CheckpointRow, Curve, EpochRow, KeptState, RunRow
from cnnstudio.core.runs.ownership import is_owned
from cnnstudio.core.runs.schema import FILE, StoreError, committed, explained, opened

NEWEST = "last"
"""Names the newest run."""
_ROW = """
SELECT r.id, r.name, r.state, r.origin, r.data, r.created, r.updated, r.epochs, r.batches,
    r.batch_size, r.done_epochs, r.steps, r.numbers, r.best_epoch, r.message,
    count(c.steps), coalesce(sum(c.bytes), 0)
FROM runs r LEFT JOIN checkpoints c ON c.run = r.id
"""
_CHECKPOINT = "SELECT steps, epoch, batch, file, bytes, is_best FROM checkpoints"


def runs_folder() -> Path:
    """Return where runs are kept."""
    return settings.data_folder() / "runs"


class RunStore:
    """Reads the kept runs, and puts them in order; belongs to the thread that makes it.

    Every method raises a `StoreError` if the store cannot be read or written.

    Args:
        folder: where runs are kept, the person's own place if left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or runs_folder()
        self._path = self.folder / FILE
        self.connection = opened(self.folder)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def folder_of(self, run: str) -> Path:
        """Return where a run's checkpoints are."""
        return self.folder / run

    def rows(self) -> tuple[RunRow, ...]:
        """Return all runs, the newest first."""
        with explained(self._path):
            rows = self.connection.execute(
                f"{_ROW} WHERE NOT r.deleted GROUP BY r.id ORDER BY r.created DESC, r.id DESC"
            ).fetchall()
        return tuple(map(_row, rows))

    def row(self, run: str) -> RunRow | None:
        """Return a run by its id, None if it is not kept."""
        with explained(self._path):
            found = self.connection.execute(
                f"{_ROW} WHERE r.id = ? AND NOT r.deleted GROUP BY r.id", (run,)
            ).fetchone()
        return None if found is None else _row(found)

    def find(self, text: str) -> RunRow:
        """Return the run that a person means by its id, the beginning or end of it, or `last`.

        Raises:
            StoreError: also if there is none, or several.
        """
        rows = self.rows()
        found = rows[:1] if text == NEWEST else [row for row in rows if row.id == text]
        if not found and text:
            found = [row for row in rows if row.id.startswith(text) or row.id.endswith(text)]
        if len(found) == 1:
            return found[0]
        if found:
            raise StoreError(
                ngettext(
                    "{count:,} run is named {text!r}: give more of its id",
                    "{count:,} runs are named {text!r}: give more of the id",
                    len(found),
                ).format(count=len(found), text=text)
            )
        raise StoreError(
            _("there is no run {text!r}: “cnnstudio runs” lists those there are").format(text=text)
        )

    def design(self, run: str) -> Design:
        """Return a run's design with its plan.

        Raises:
            StoreError: also if it is not kept, or of a newer version.
        """
        text = self._value(run, "design")
        try:
            return document.from_text(text)
        except document.DesignError as error:
            raise StoreError(str(error)) from error

    def fingerprint(self, run: str) -> str:
        """Return a text that only the data of a run has, "" if that was never read."""
        return str(self._value(run, "fingerprint"))

    def versions(self, run: str) -> dict[str, str]:
        """Return the versions of the programs that a run was made with, by their names."""
        versions: dict[str, str] = json.loads(self._value(run, "versions"))
        return versions

    def curve(self, run: str) -> Curve:
        """Return all numbers of a run, NaN for batches whose numbers could not be kept."""
        columns = tuple(json.loads(self._value(run, "columns")))
        with explained(self._path):
            chunks = self.connection.execute(
                "SELECT first, numbers FROM points WHERE run = ? ORDER BY first", (run,)
            ).fetchall()
            epochs = self.connection.execute(
                "SELECT epoch, steps, numbers FROM epochs WHERE run = ? ORDER BY epoch", (run,)
            ).fetchall()
        return Curve(
            columns,
            _joined(chunks, len(columns)),
            tuple(EpochRow(epoch, steps, json.loads(text)) for epoch, steps, text in epochs),
        )

    def checkpoints(self, run: str) -> tuple[CheckpointRow, ...]:
        """Return the states that a run can go on from, the first one first."""
        with explained(self._path):
            rows = self.connection.execute(
                f"{_CHECKPOINT} WHERE run = ? ORDER BY steps", (run,)
            ).fetchall()
        return tuple(
            CheckpointRow(steps, epoch, batch, file, size, bool(is_best))
            for steps, epoch, batch, file, size, is_best in rows
        )

    def last_checkpoint(self, run: str) -> CheckpointRow | None:
        """Return the newest state of a run whose file is there, None if there is none."""
        folder = self.folder_of(run)
        there = [c for c in self.checkpoints(run) if (folder / c.file).is_file()]
        return there[-1] if there else None

    def bury_dead(self) -> tuple[str, ...]:
        """Note which runs have lost their process without a word; return their ids, newest first.

        A run that goes on is owned by its process, whatever machine or user sees the store.
        """
        found = [
            row.id
            for row in self.rows()
            if row.state is KeptState.RUNNING and not is_owned(self.folder_of(row.id))
        ]
        if not found:
            # Who only looks keeps no writer waiting.
            return ()
        with explained(self._path), committed(self.connection):
            self.connection.executemany(
                "UPDATE runs SET state = ? WHERE id = ? AND state = ?",
                [(KeptState.INTERRUPTED, run, KeptState.RUNNING) for run in found],
            )
        return tuple(found)

    def hide(self, runs: Iterable[str], hidden: bool = True) -> None:
        """Take runs from the list, or put them back; `purge` ends them for good."""
        with explained(self._path), committed(self.connection):
            self.connection.executemany(
                "UPDATE runs SET deleted = ? WHERE id = ?", [(hidden, run) for run in runs]
            )

    def purge(self, only: str = "") -> None:
        """Remove hidden runs with their files, but for those that go on.

        Args:
            only: the id of the one that is removed, "" for all.
        """
        with explained(self._path):
            hidden = self.connection.execute("SELECT id FROM runs WHERE deleted").fetchall()
        for (run,) in hidden:
            if only not in ("", run) or is_owned(self.folder_of(run)):
                continue
            with explained(self._path), committed(self.connection):
                self.connection.execute("DELETE FROM runs WHERE id = ?", (run,))
            shutil.rmtree(self.folder_of(run), ignore_errors=True)

    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        with explained(self._path), committed(self.connection):
            self.connection.execute("UPDATE runs SET name = ? WHERE id = ?", (name, run))

    def forget_checkpoints(self, run: str, steps: Iterable[int]) -> None:
        """Remove states of a run, by the steps they have learned."""
        wanted = set(steps)
        gone = [c for c in self.checkpoints(run) if c.steps in wanted]
        with explained(self._path), committed(self.connection):
            self.connection.executemany(
                "DELETE FROM checkpoints WHERE run = ? AND steps = ?",
                [(run, checkpoint.steps) for checkpoint in gone],
            )
        for checkpoint in gone:
            # What cannot be removed is no longer known, and goes with the run.
            with contextlib.suppress(OSError):
                (self.folder_of(run) / checkpoint.file).unlink(missing_ok=True)

    def touch(self, run: str, **values: Any) -> None:
        """Note what has become of a run; only for who owns it."""
        names = ", ".join(f"{name} = ?" for name in ("updated", *values))
        with explained(self._path), committed(self.connection):
            self.connection.execute(
                f"UPDATE runs SET {names} WHERE id = ?", (time.time(), *values.values(), run)
            )

    def _value(self, run: str, column: str) -> Any:
        with explained(self._path):
            found = self.connection.execute(
                f"SELECT {column} FROM runs WHERE id = ?", (run,)
            ).fetchone()
        if found is None:
            raise StoreError(_("the run {run} is no longer kept").format(run=run))
        return found[0]


def _joined(chunks: list[tuple[int, bytes]], columns: int) -> NDArray[np.float32]:
    rows = [(first, np.frombuffer(chunk, np.float32)) for first, chunk in chunks]
    steps = max((first + len(row) // columns for first, row in rows), default=0)
    numbers = np.full((steps, columns), np.nan, np.float32)
    for first, row in rows:
        numbers[first : first + len(row) // columns] = row.reshape(-1, columns)
    return numbers


def _row(values: tuple[Any, ...]) -> RunRow:
    named = dict(zip(RunRow.__slots__, values, strict=True))
    named["state"] = KeptState(named["state"])
    named["numbers"] = json.loads(named["numbers"])
    return RunRow(**named)
