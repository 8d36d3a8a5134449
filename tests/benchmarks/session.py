"""A whole session in the real window: the engine starts, trains, and every block is looked at.

Each block is selected in Design, where its form is made, and then in Look, where its maps are.

All the while a timer of 5 ms ticks in the window's thread; the gaps between its ticks show how long
the window was busy. A batch's latency runs from its end in the engine to the updated curve. At the
end the studio's own memory is read.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance

from cnnstudio.app import Studio, make_application
from cnnstudio.core.document import starter_design
from cnnstudio.ui.workspaces import DESIGN, LOOK, TRAIN

TICK_MS = 5
CLICK_MS = 100
EPOCHS = 3
LONGEST_MS = 240_000


class Gaps:
    """The times between the ticks of a timer in the window's thread."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0
        self.milliseconds: list[float] = []

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.milliseconds.append(1000 * (now - self._last))
        self._last = now


def wait_for(signal: SignalInstance, ask: Callable[[], object] = lambda: None) -> None:
    """Ask for something and run the event loop until it has come."""
    loop = QEventLoop()
    came: list[bool] = []

    def arrived(*_values: object) -> None:
        came.append(True)
        loop.quit()

    signal.connect(arrived)
    QTimer.singleShot(LONGEST_MS, loop.quit)
    ask()
    loop.exec()
    signal.disconnect(arrived)
    if not came:
        raise TimeoutError(f"waited in vain for {signal}")


def breathe() -> None:
    """Run the event loop for as long as the quickest person needs between two clicks."""
    loop = QEventLoop()
    QTimer.singleShot(CLICK_MS, loop.quit)
    loop.exec()


def measure() -> dict[str, float]:
    """Return the gaps, the latency of the curves and the studio's memory."""
    make_application()
    design = starter_design()
    studio = Studio(replace(design, plan=replace(design.plan, epochs=EPOCHS)))
    window, record = studio.window, studio.record
    gaps, seen = Gaps(), 0
    latencies: list[float] = []

    def note_latency() -> None:
        nonlocal seen
        now = time.monotonic()
        latencies.extend(1000 * (now - record.numbers.batch_times.values[seen:]))
        seen = len(record.numbers.batch_times)

    window.pages.prepared.connect(gaps.start)
    wait_for(window.pages.prepared, studio.show)
    window.pages.training.curves.updated.connect(note_latency)
    wait_for(studio.trainer.ready)
    window.show_workspace(TRAIN)
    breathe()
    wait_for(studio.trainer.run_ended, window.actions_["train"].trigger)
    nodes = design.network.nodes
    breathe()
    window.show_workspace(DESIGN)
    for node in nodes:
        breathe()
        window.stack.select([node.uid])
    breathe()
    window.stack.select([nodes[1].uid])
    breathe()
    wait_for(window.pages.viewer.painted, lambda: window.show_workspace(LOOK))
    for node in nodes:
        if node.uid != nodes[1].uid:
            breathe()
            wait_for(window.pages.viewer.painted, partial(window.stack.select, [node.uid]))
    gaps.stop()
    memory = psutil.Process().memory_info().rss / 2**20
    studio.close()
    return {
        "ui_gap_p99_ms": float(np.percentile(gaps.milliseconds, 99)),
        "ui_gap_max_ms": float(np.max(gaps.milliseconds)),
        "ui_gap_ticks": float(len(gaps.milliseconds)),
        "batch_to_plot_ms": float(np.percentile(latencies, 95)),
        "window_rss_mb": memory,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
