"""What tells the end of an epoch, as the store keeps it, and back."""

from __future__ import annotations

from cnnstudio.core.messages import EpochDone
from cnnstudio.core.runs.kept import EpochRow

_USUAL = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")


def row_of(event: EpochDone, steps: int) -> EpochRow:
    """Return what is kept of an epoch; what was not measured is left out.

    Args:
        event: tells its end.
        steps: batches that are learned by then.
    """
    numbers = {name: getattr(event, name) for name in _USUAL}
    there = {name: number for name, number in numbers.items() if number is not None}
    return EpochRow(event.epoch, steps, {**there, **dict(event.metrics)})


def event_of(row: EpochRow, run: int) -> EpochDone:
    """Return what told the end of an epoch that is kept, with the number that its run has now."""
    numbers = dict(row.numbers)
    loss, accuracy, val_loss, val_accuracy, seconds = (numbers.pop(name, None) for name in _USUAL)
    return EpochDone(
        run, row.epoch, loss or 0.0, accuracy or 0.0, val_loss, val_accuracy, seconds or 0.0,
        tuple(numbers.items()),
    )  # fmt: skip
