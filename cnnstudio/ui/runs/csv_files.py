"""The numbers of kept runs as a table in a file: a row a batch, or a row an epoch."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from cnnstudio.core.files import atomically
from cnnstudio.core.runs.kept import Curve
from cnnstudio.core.runs.store import RunStore


class Rows(StrEnum):
    """What a row of the table is."""

    BATCH = "batch"
    EPOCH = "epoch"


def write_runs(store: RunStore, runs: Sequence[str], rows: Rows, path: Path) -> Path:
    """Write the numbers of runs below each other; what a run does not have is left empty.

    Raises:
        StoreError: if a run is gone or cannot be read.
        OSError: if the file cannot be written; one that was there is then as it was.
    """
    curves = {run: store.curve(run) for run in runs}
    names = list(dict.fromkeys(name for curve in curves.values() for name in _names(curve, rows)))
    with atomically(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        first = ("run", "step") if rows is Rows.BATCH else ("run", "epoch", "step")
        writer.writerow([*first, *names])
        for run, curve in curves.items():
            found = _batches(curve, names) if rows is Rows.BATCH else _epochs(curve, names)
            writer.writerows([run, *numbers] for numbers in found)
    return path


def _names(curve: Curve, rows: Rows) -> list[str]:
    if rows is Rows.BATCH:
        return list(curve.columns)
    return list(dict.fromkeys(name for epoch in curve.epochs for name in epoch.numbers))


def _batches(curve: Curve, names: Sequence[str]) -> Iterator[list[str]]:
    columns = [curve.column(name).tolist() for name in names]
    for step, values in enumerate(zip(*columns, strict=True), 1):
        yield [str(step), *map(_written, values)]


def _epochs(curve: Curve, names: Sequence[str]) -> Iterator[list[str]]:
    for epoch in curve.epochs:
        values = (_written(epoch.numbers.get(name)) for name in names)
        yield [str(epoch.epoch + 1), str(epoch.steps), *values]


def _written(value: float | None) -> str:
    """Write a number with as many figures as a float32 holds, what is none as nothing."""
    return "" if value is None or value != value else f"{value:.7g}"
