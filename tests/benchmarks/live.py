"""A network learns while somebody looks inside it, and while nobody does, by turns.

`live_cost` is the mean time of a step with the viewer open and refreshing ÷ that with it closed, of
two turns one after the other; of all pairs of turns the median. Steps next to a change of turns,
and what lies between epochs, are left out.
"""

import json
import statistics
import sys
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from cnnstudio.app import Studio, make_application
from cnnstudio.core.document import starter_design
from cnnstudio.core.messages import BatchDone
from cnnstudio.ui.workspaces import DESIGN, LOOK
from tests.benchmarks.session import wait_for

PAIRS = 12
TURN_S = 5.0
SETTLING_S = 1.0
EPOCHS = 1000


def measure() -> dict[str, float]:
    """Return the figure, and how many looks there were a second."""
    make_application()
    design = starter_design()
    studio = Studio(replace(design, plan=replace(design.plan, epochs=EPOCHS)))
    window = studio.window
    wait_for(window.pages.prepared, studio.show)
    wait_for(studio.trainer.ready)
    window.resize(1440, 900)
    viewer = window.pages.viewer
    wait_for(viewer.painted, lambda: window.show_workspace(LOOK))
    heard: list[BatchDone] = []
    looks: list[float] = []
    studio.trainer.batches.connect(heard.extend)
    viewer.inquiry.probed.connect(lambda _answer: looks.append(time.monotonic()))
    wait_for(studio.trainer.batches, window.actions_["train"].trigger)
    turns: list[tuple[int, float, float]] = []
    for number in range(2 * PAIRS + 1):
        workspace = LOOK if number % 2 else DESIGN
        window.show_workspace(workspace)
        _rest(SETTLING_S)
        began = time.monotonic()
        _rest(TURN_S)
        turns.append((workspace, began, time.monotonic()))
    wait_for(studio.trainer.run_ended, studio.trainer.stop_run)
    studio.close()
    steps = [_mean_step(heard, began, ended) for _workspace, began, ended in turns]
    # Each open turn against the mean of the closed ones before and after it.
    ratios = [
        steps[at] / ((steps[at - 1] + steps[at + 1]) / 2) for at in range(1, len(steps) - 1, 2)
    ]
    open_s = sum(ended - began for workspace, began, ended in turns if workspace == LOOK)
    seen = sum(
        began <= at < ended
        for at in looks
        for workspace, began, ended in turns
        if workspace == LOOK
    )
    return {"live_cost": statistics.median(ratios), "live_looks_a_second": seen / open_s}


def _mean_step(heard: list[BatchDone], began: float, ended: float) -> float:
    """Return the mean seconds from one batch of an epoch to the next."""
    inside = [batch for batch in heard if began <= batch.at < ended]
    gaps = [b.at - a.at for a, b in pairwise(inside) if a.epoch == b.epoch]
    return float(np.mean(gaps))


def _rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
