"""Curves of a million batches: how fluid it is to zoom into them, and what a record of them takes.

A frame is one step of the zoom and the paint of every plot in sight that follows it, with no
training beside it, at the size that the plots have in a window of 1440 × 900.
"""

import json
import math
import sys
import time
from itertools import chain, repeat

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.app import make_application
from cnnstudio.core.engine_handle import EngineHandle
from cnnstudio.core.messages import BatchDone, EpochDone, RunFinished, RunStarted
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.curves import Curves
from cnnstudio.ui.training.metric_plot import MetricPlot
from cnnstudio.ui.training.run_record import RunRecord

EPOCHS, BATCHES = 100, 10_000
WIDTH, HEIGHT = 1100, 680
SECONDS_A_BATCH = 0.01
STEPS_IN = 50
ROUNDS = 4


class Paints(QObject):
    """Counts how often some widgets are painted."""

    count = 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def no_engine() -> EngineHandle:
    """Stand for an engine that nothing is asked of."""
    raise AssertionError("the benchmark plays the engine")


def learn(trainer: Trainer) -> None:
    """Tell a run of `EPOCHS` epochs, with losses that fall and rattle."""
    draw = np.random.default_rng(0)
    trainer.run_started.emit(RunStarted(1, EPOCHS, BATCHES, 10, 32 * BATCHES, 32))
    times = SECONDS_A_BATCH * np.arange(EPOCHS * BATCHES).reshape(EPOCHS, BATCHES)
    for epoch in range(EPOCHS):
        rattle = draw.normal(0, 0.05, BATCHES).tolist()
        base = 0.1 + 2 * math.exp(-epoch / 20)
        told = [
            BatchDone(1, epoch, batch, base + more, 1 / (1 + base + more), at, 0.001)
            for batch, (more, at) in enumerate(zip(rattle, times[epoch].tolist(), strict=True))
        ]
        trainer.batches.emit(told)
        trainer.epoch_done.emit(EpochDone(1, epoch, base, 0.5, base, 0.5, 1.0))
    trainer.run_ended.emit(RunFinished(1, EPOCHS, stopped=False))


def measure() -> dict[str, float]:
    """Return frames a second, the slowest frame, and the memory of the record."""
    make_application()
    trainer, theme = Trainer(no_engine), Theme("light")
    record = RunRecord(trainer)
    curves = Curves(record, theme)
    curves.resize(WIDTH, HEIGHT)
    curves.show()
    QTest.qWaitForWindowExposed(curves)
    before = psutil.Process().memory_info().rss
    learn(trainer)
    memory = (psutil.Process().memory_info().rss - before) / 2**20
    QCoreApplication.processEvents()
    paints = Paints()
    plots = [plot.viewport() for plot in curves.findChildren(MetricPlot) if plot.isVisible()]
    for plot in plots:
        plot.installEventFilter(paints)
    seconds = _zoomed(curves.plots)
    if paints.count < len(plots) * len(seconds):
        raise RuntimeError(f"{len(seconds)} frames, but only {paints.count} paints")
    curves.close()
    trainer.close()
    return {
        "curve_fps": len(seconds) / sum(seconds),
        "curve_slowest_ms": 1000 * max(seconds),
        "curve_record_mb": memory,
    }


def _zoomed(plots: QWidget) -> list[float]:
    """Zoom in and out again with the keyboard, and return the seconds of each frame."""
    seconds = []
    # About the middle.
    plots.point_at(EPOCHS * BATCHES // 2)  # type: ignore[attr-defined]
    keys = chain(repeat(Qt.Key.Key_Plus, STEPS_IN), repeat(Qt.Key.Key_Minus, STEPS_IN))
    for key in [*keys] * ROUNDS:
        began = time.perf_counter()
        QTest.keyClick(plots, key)
        QCoreApplication.processEvents()
        seconds.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
