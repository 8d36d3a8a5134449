"""The kept runs, as plain data and as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cnnstudio.core.data.choice import DATA
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.runs.kept import RunRow
from cnnstudio.core.runs.ownership import is_owned
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.state_names import state_name
from cnnstudio.core.runs.store import RunStore
from cnnstudio.jobs.errors import JobError

if TYPE_CHECKING:
    from rich.table import Table


_WIDEST = 14
"""Of a name, so that a terminal of 80 columns has room for all."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: as plain data, and for a terminal."""

    data: dict[str, Any]
    shown: Table | str


def all_runs() -> Told:
    """Return all kept runs, the newest first.

    Raises:
        JobError: if the store cannot be read.
    """
    with _store() as store:
        store.bury_dead()
        rows = store.rows()
    data = {"runs": [data_of(row) for row in rows]}
    empty = _("no run is kept yet: “cnnstudio train” or the window make some")
    return Told(data, table_of(rows) if rows else empty)


def delete(run: str) -> Told:
    """Remove a run for good.

    Raises:
        JobError: if there is none, or it goes on.
    """
    with _store() as store:
        found = store.find(run).id
        if is_owned(store.folder_of(found)):
            raise JobError(_("the run {run} is going on: stop it first").format(run=found))
        store.hide([found])
        store.purge(found)
        return Told({"deleted": found}, _("deleted: {run}").format(run=found))


def one(run: str) -> Told:
    """Return all that is kept of a run, but for the numbers of each batch.

    Raises:
        JobError: if there is none.
    """
    with _store() as store:
        store.bury_dead()
        row = store.find(run)
        curve, checkpoints = store.curve(row.id), store.checkpoints(row.id)
        data = data_of(row) | {
            "versions": store.versions(row.id),
            "plan": store.design(row.id).plan.params(),
            "epoch_numbers": [{"epoch": e.epoch + 1, **_finite(e.numbers)} for e in curve.epochs],
            "checkpoints": [asdict(checkpoint) for checkpoint in checkpoints],
        }
    return Told(data, _epochs_table(row, curve.epochs))


def data_of(row: RunRow) -> dict[str, Any]:
    """Return a run as plain data."""
    return asdict(row) | {
        "state": row.state.value,
        "best_epoch": None if row.best_epoch is None else row.best_epoch + 1,
        "numbers": _finite(row.numbers),
        "created": _moment(row.created).isoformat(timespec="seconds"),
        "updated": _moment(row.updated).isoformat(timespec="seconds"),
    }


def table_of(rows: Sequence[RunRow]) -> Table:
    """Return a list of runs for a terminal."""
    from rich.table import Table  # not for JSON

    count = ngettext("{count:,} run", "{count:,} runs", len(rows)).format(count=len(rows))
    table = Table(title=count, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(_("Run"), no_wrap=True, min_width=20)
    table.add_column(_("Design"), overflow="ellipsis", no_wrap=True, max_width=_WIDEST)
    table.add_column(_("Data"), overflow="ellipsis", no_wrap=True, max_width=_WIDEST)
    table.add_column(_("State"), no_wrap=True, min_width=11)
    for name in (_("Epochs"), "val_loss", "val_acc"):
        table.add_column(name, justify="right", no_wrap=True, min_width=8)
    for row in rows:
        table.add_row(
            row.id,
            row.name,
            DATA.show(row.data),
            state_name(row.state),
            f"{row.done_epochs:,}/{row.epochs:,}",
            _number(row.numbers.get("val_loss"), ".4f"),
            _number(row.numbers.get("val_accuracy"), ".2%"),
        )
    return table


def _epochs_table(row: RunRow, epochs: Sequence[Any]) -> Table:
    from rich.table import Table  # not for JSON

    title = _("{run}: {name}, {state}").format(
        run=row.id, name=row.name, state=state_name(row.state)
    )
    table = Table(title=title, caption=row.message or None, title_justify="left")
    names = list(dict.fromkeys(name for epoch in epochs for name in epoch.numbers))
    table.add_column(_("Epoch"), justify="right")
    for name in names:
        table.add_column(name, justify="right")
    for epoch in epochs:
        best = " *" if epoch.epoch == row.best_epoch else ""
        numbers = [_number(epoch.numbers.get(name), ".4f") for name in names]
        table.add_row(f"{epoch.epoch + 1:,}{best}", *numbers)
    return table


@contextmanager
def _store() -> Iterator[RunStore]:
    try:
        store = RunStore()
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        raise JobError(str(error)) from error


def _finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Return numbers as JSON knows them."""
    return {name: value if math.isfinite(value) else None for name, value in numbers.items()}


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else format(value, form)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()
