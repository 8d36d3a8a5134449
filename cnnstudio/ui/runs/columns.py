"""The columns of the list of runs: what each writes, and what it sorts by."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QLocale

from cnnstudio.core.data.short_names import short_name
from cnnstudio.core.data.sources import SourceError
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.runs.kept import KeptState, RunRow
from cnnstudio.core.runs.state_names import state_name
from cnnstudio.ui.numbers import NONE, accuracy_text, loss_text, size_text

Order = float | str | None
STATE_ICONS = {
    KeptState.RUNNING: ("play", "accent"),
    KeptState.FINISHED: ("check", "success"),
    KeptState.STOPPED: ("square", "muted"),
    KeptState.FAILED: ("circle-alert", "error"),
    KeptState.INTERRUPTED: ("triangle-alert", "warning"),
}
"""Icon and the token of its colour, by state."""
_ORIGINS = {"window": N_("window"), "command line": N_("command line")}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list.

    Attributes:
        title: its heading, marked for translation.
        help: what it tells, marked for translation.
        text: what it writes of a run.
        order: what it sorts by; None stands last whichever way it is sorted.
        tip: more of it, for a tooltip; what it writes if left out.
        sample: a text that it has room for.
        is_number: whether it stands at the right, in figures of one width.
    """

    title: str
    help: str
    text: Callable[[RunRow], str]
    order: Callable[[RunRow], Order]
    tip: Callable[[RunRow], str] | None = None
    sample: str = "0.0000"
    is_number: bool = True


def when_text(created: float, today: date | None = None) -> str:
    """Write when something was, as short as it is clear: `14:05`, `yesterday 14:05`, a date."""
    moment = _moment(created)
    days = (today or _moment(time.time()).date()) - moment.date()
    if days == timedelta(0):
        return f"{moment:%H:%M}"
    if days == timedelta(1):
        return _("yesterday {time}").format(time=f"{moment:%H:%M}")
    return f"{moment:%Y-%m-%d}"


def full_when(created: float) -> str:
    """Write when something was, in full, as the person's language does."""
    moment = _moment(created)
    day = QDate(moment.year, moment.month, moment.day)
    written = QLocale().toString(day, QLocale.FormatType.LongFormat)
    return _("{day}, {time}").format(day=written, time=f"{moment:%H:%M:%S}")


def data_text(data: str) -> str:
    """Return what the data of a run is called; its own text if this version does not know it."""
    try:
        return short_name(data)
    except SourceError:
        return data


def origin_text(origin: str) -> str:
    """Return what began a run."""
    return _(_ORIGINS[origin]) if origin in _ORIGINS else origin


def epoch_text(row: RunRow) -> str:
    """Write how many epochs of a run are done."""
    return _("{done:,} of {all:,}").format(done=row.done_epochs, all=row.epochs)


def _best_text(row: RunRow) -> str:
    return NONE if row.best_epoch is None else f"{row.best_epoch + 1:,}"


def _steps_tip(row: RunRow) -> str:
    return _("{epochs} epochs, {steps:,} batches of {size:,}").format(
        epochs=epoch_text(row), steps=row.steps, size=row.batch_size
    )


def _state_tip(row: RunRow) -> str:
    if row.message:
        return _("{state}: {message}").format(state=state_name(row.state), message=row.message)
    return state_name(row.state)


def _size_text(row: RunRow) -> str:
    return size_text(row.bytes) if row.checkpoints else NONE


def _number(name: str, write: Callable[[float], str]) -> Callable[[RunRow], str]:
    def text(row: RunRow) -> str:
        return write(row.numbers[name]) if name in row.numbers else NONE

    return text


def _value(name: str) -> Callable[[RunRow], Order]:
    def order(row: RunRow) -> Order:
        value = row.numbers.get(name)
        # What is no number is not the best.
        return None if value is None or value != value else value

    return order


NAME, STATE, WHEN, EPOCHS, LOSS, VAL_LOSS, VAL_ACCURACY, BEST, DATA, ORIGIN, SIZE = range(11)
COLUMNS = (
    Column(N_("Name"), N_("What the design was called, or what you have called the run since"),
           lambda row: row.name, lambda row: row.name.casefold(), sample="digits, wider",
           is_number=False),
    Column(N_("State"), N_("What the run is doing, or how it ended"),
           lambda row: state_name(row.state), lambda row: state_name(row.state), _state_tip,
           sample="interrupted", is_number=False),
    Column(N_("Begun"), N_("When the run began"),
           lambda row: when_text(row.created), lambda row: row.created,
           lambda row: full_when(row.created), sample="yesterday 00:00", is_number=False),
    Column(N_("Epochs"), N_("How many epochs are complete, of how many"),
           epoch_text, lambda row: float(row.done_epochs), _steps_tip, sample="100 of 100"),
    Column(N_("Loss"), N_("The mean loss of the last complete epoch"),
           _number("loss", loss_text), _value("loss")),
    Column(N_("Val. loss"), N_("The loss on the validation images after the last complete epoch"),
           _number("val_loss", loss_text), _value("val_loss")),
    Column(N_("Val. accuracy"), N_("The share of the validation images that the network got right "
           "after the last complete epoch"),
           _number("val_accuracy", accuracy_text), _value("val_accuracy"), sample="100.0 %"),
    Column(N_("Best epoch"), N_("Which epoch was the best by what the plan watches"),
           _best_text, lambda row: None if row.best_epoch is None else float(row.best_epoch),
           sample="100"),
    Column(N_("Data"), N_("What the network learned from"),
           lambda row: data_text(row.data), lambda row: data_text(row.data).casefold(),
           lambda row: row.data, sample="Fashion-MNIST", is_number=False),
    Column(N_("Begun by"), N_("Whether the window or the command line began the run"),
           lambda row: origin_text(row.origin), lambda row: origin_text(row.origin),
           sample="command line", is_number=False),
    Column(N_("Checkpoints"), N_("What the states that the run can go on from take on the disk"),
           _size_text, lambda row: float(row.bytes) if row.checkpoints else None,
           sample="100 MB"),
)  # fmt: skip


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()
