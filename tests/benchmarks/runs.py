"""A store of 1,000 runs with 1,000,000 batches in all: how long until a person sees one of them.

Timed from the first look of the Runs page at the store, its file opened anew, until all runs are
listed, sorted and painted, and then until the curves of one of them, which is selected, are. The
run has as many batches as the average one, or a hundred times as many.
"""

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from cnnstudio.app import make_application
from cnnstudio.core.document import starter_design
from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.core.runs.kept import EpochRow, KeptState
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import RunHead, begun
from cnnstudio.core.settings import Settings
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.runs.runs_page import RunsPage
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord

RUNS, EACH, LARGEST = 1000, 900, 100_900
EPOCHS = 10
AT_ONCE = 128
"""Batches that the engine keeps together, at some hundred a second."""
CHECKPOINTS = 6
ROUNDS = 5
WIDTH, HEIGHT = 1000, 700


def no_engine() -> EngineHandle:
    """Stand for an engine that nothing is asked of."""
    raise AssertionError("nothing is trained here")


def fill(folder: Path) -> str:
    """Write the runs as the engine does, and return the id of the largest."""
    store, draw = RunStore(folder), np.random.default_rng(0)
    # The disk is not what is measured.
    store.connection.execute("PRAGMA synchronous = OFF")
    design = starter_design()
    largest = ""
    for number in range(RUNS):
        batches = LARGEST if number == RUNS // 2 else EACH
        name = f"{design.name} {number % 40}"
        writer = begun(store, RunHead(replace(design, name=name), "window", {"keras": "3"}))
        writer.begin(EPOCHS, batches // EPOCHS)
        points = draw.random((batches, 4), np.float32)
        for first in range(0, batches, AT_ONCE):
            writer.add_points(first, points[first : first + AT_ONCE])
        for epoch in range(EPOCHS):
            numbers = dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy"), draw.random())
            row = EpochRow(epoch, (epoch + 1) * (batches // EPOCHS), numbers)
            writer.add_epoch(row, is_best=epoch == number % EPOCHS)
        rows = [(writer.id, n, n, 0, f"step-{n:09d}.npz", 1_000_000, 0) for n in range(CHECKPOINTS)]
        store.connection.executemany("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        store.touch(writer.id, created=1_700_000_000 + 60 * number)
        writer.close(KeptState.FINISHED)
        largest = writer.id if batches == LARGEST else largest
    kept = sum(len(store.curve(row.id).batches) for row in store.rows())
    store.close()
    if kept != 1_000_000:
        raise RuntimeError(f"{kept} batches are kept")
    return largest


def measure() -> dict[str, float]:
    """Return the seconds of the slowest round, and those of the parts of an average one."""
    app = make_application()
    trainer, theme = Trainer(no_engine), Theme("light")
    design, record = OpenDesign(starter_design()), RunRecord(trainer)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        largest = fill(folder)
        listed, small, large = [], [], []
        for number in range(ROUNDS):
            page = RunsPage(design, record, theme, Settings(), folder)
            page.resize(WIDTH, HEIGHT)
            listed.append(_seconds_to_list(app, page))
            some = page.table.order.run_at(100 + number).id
            small.append(_seconds_to_open(app, page, some))
            large.append(_seconds_to_open(app, page, largest))
            page.close()
            page.deleteLater()
    trainer.close()
    whole = [sum(parts) for parts in zip(listed, small, strict=True)]
    return {
        "runs_1000_s": max(whole),
        "runs_1000_listed_s": float(np.median(listed)),
        "runs_1000_one_opened_s": float(np.median(small)),
        "runs_1000_largest_opened_s": float(np.median(large)),
    }


def _seconds_to_list(app: QApplication, page: RunsPage) -> float:
    began = time.perf_counter()
    page.show()
    while page.table.order.rowCount() < RUNS:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    page.table.viewport().repaint()
    return time.perf_counter() - began


def _seconds_to_open(app: QApplication, page: RunsPage, run: str) -> float:
    began = time.perf_counter()
    page.table.select([run])
    while [drawn.row.id for drawn in page.overlay.runs] != [run]:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    for plot in page.overlay.plots:
        plot.viewport().repaint()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
