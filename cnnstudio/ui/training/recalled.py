"""What a kept run has learned before, as the events of its epochs and the numbers between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnnstudio.core.messages import EpochDone, RunStarted
from cnnstudio.core.runs.epoch_events import event_of
from cnnstudio.core.runs.kept import Curve


def parts_of(curve: Curve, started: RunStarted) -> Iterator[tuple[Curve, EpochDone | None]]:
    """Yield the numbers of the batches of an epoch, and what told its end.

    Args:
        curve: of the run.
        started: says how many steps of it count.
    """
    first = 0
    for row in curve.epochs:
        if row.steps > started.steps:
            break
        yield replace(curve, batches=curve.batches[first : row.steps]), event_of(row, started.run)
        first = row.steps
    yield replace(curve, batches=curve.batches[first : started.steps]), None
