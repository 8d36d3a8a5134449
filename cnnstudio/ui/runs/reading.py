"""What the page reads from the run store, on a pool thread, with a store of its own each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.document import Design
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.core.runs.kept import CheckpointRow, EpochRow, RunRow
from cnnstudio.core.runs.laid_over import other_run
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.ui.training.series import keep_of, smoothed

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRun:
    """A run's curves as they are drawn.

    Attributes:
        row: the run, as it was when they were read.
        other: its numbers, under a name unlike that of every other run that is drawn.
        smooth_loss: the moving average of the losses by batch.
        smooth_accuracy: likewise.
        epochs: its complete epochs.
    """

    row: RunRow
    other: OtherRun
    smooth_loss: NDArray[np.float32]
    smooth_accuracy: NDArray[np.float32]
    epochs: tuple[EpochRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RunDetails:
    """What else is kept of a run.

    Attributes:
        row: the run, as it was when they were read.
        design: its network and plan, None if they cannot be read.
        objection: why not, empty if they can.
        versions: of the programs it was made with, by name.
        epochs: its complete epochs.
        checkpoints: the first one first.
    """

    row: RunRow
    design: Design | None
    objection: str
    versions: Mapping[str, str]
    epochs: tuple[EpochRow, ...]
    checkpoints: tuple[CheckpointRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Runs that a person has selected: their curves by id, and the details of one of them."""

    drawn: Mapping[str, DrawnRun]
    details: RunDetails | None


def read(folder: Path | None, work: Callable[[RunStore], Result]) -> Result:
    """Open the store, do some work with it, and close it.

    Raises:
        StoreError: if it cannot be read or written, or holds what nobody has written so.
    """
    try:
        store = RunStore(folder)
        try:
            return work(store)
        finally:
            store.close()
    except OSError as error:
        raise StoreError(
            _("the kept runs cannot be changed: {why}").format(why=why(error))
        ) from error
    except ValueError as error:
        raise StoreError(
            _(
                "the kept runs hold something that is not understood ({why}): rename the file "
                "runs.sqlite3, and a new one is begun"
            ).format(why=error)
        ) from error


def all_rows(store: RunStore) -> tuple[RunRow, ...]:
    """Return all runs, the newest first, none of them going on without its process."""
    store.bury_dead()
    return store.rows()


def opened(
    store: RunStore,
    wanted: Sequence[tuple[RunRow, str]],
    current: RunRow | None,
    known: Mapping[str, DrawnRun],
) -> Opened:
    """Read runs that are selected; those that are gone are left out.

    Args:
        store: keeps them.
        wanted: those whose curves are drawn, each with its name there.
        current: the one whose details are shown.
        known: what has been read before, and is read again only if something has come since.
    """
    drawn = {}
    for row, name in wanted:
        before = known.get(row.id)
        is_same = before is not None and _stamp(before.row) == _stamp(row)
        if before is not None and is_same and before.other.name == name:
            drawn[row.id] = before
        elif store.row(row.id) is not None:
            drawn[row.id] = _drawn(store, row, name)
    details = None
    if current is not None and store.row(current.id) is not None:
        details = _details(store, current, drawn.get(current.id))
    return Opened(drawn, details)


def _stamp(row: RunRow) -> tuple[object, ...]:
    return row.updated, row.steps, row.done_epochs, row.batches


def _drawn(store: RunStore, row: RunRow, name: str) -> DrawnRun:
    curve = store.curve(row.id)
    other = other_run(name, curve)
    keep = keep_of(row.batches or len(other.steps) or 1)
    loss, accuracy = (
        smoothed(values, keep)[0].astype(np.float32) for values in (other.loss, other.accuracy)
    )
    return DrawnRun(row, other, loss, accuracy, curve.epochs)


def _details(store: RunStore, row: RunRow, drawn: DrawnRun | None) -> RunDetails:
    design, objection = None, ""
    try:
        design = store.design(row.id)
    except StoreError as error:
        # Of a newer version, perhaps: what else is known of the run is still worth seeing.
        objection = str(error)
    epochs = drawn.epochs if drawn is not None else store.curve(row.id).epochs
    return RunDetails(
        row, design, objection, store.versions(row.id), epochs, store.checkpoints(row.id)
    )
