"""A list of 1,000 blocks, every tenth in a Parallel: what an edit costs, how smoothly it scrolls.

An edit is timed until every visible card is painted anew: filters of the first convolution, and a
block that is put in at the top of the list and taken away again. Scrolling is by a few pixels a
frame, as a wheel or a finger does it; each frame is painted before the next.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import cycle, islice

import numpy as np
from PySide6.QtWidgets import QApplication

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Conv2D, Parallel
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Replace, Step
from cnnstudio.core.network import Network
from cnnstudio.core.rearranging import wrapping
from tests.benchmarks.edit import deep_network

BLOCKS = 1000
EDITS = 90
WARM_UP = 10
FRAMES = 600
STEP = 37
"""Pixels a frame: no divisor of a card's height, so that all parts of cards come to all places."""


def measure() -> dict[str, float]:
    """Return the 95th percentile of an edit in milliseconds, and frames a second."""
    app = make_application()
    studio = Studio(Design("long", branching(deep_network(BLOCKS))))
    studio.window.painted.disconnect()
    studio.show()
    studio.window.stack.select([studio.design.network.nodes[1].uid])
    _settle(app)
    edited = _edited(app, studio, (16, 17, 18, 19))
    inserted = _inserted(app, studio)
    frames = _scrolled(app, studio)
    studio.close()
    return {
        "edit_1000_ms": _p95(edited),
        "edit_1000_median_ms": float(np.median(edited)),
        "insert_1000_ms": _p95(inserted),
        "scroll_fps": 1000 / float(np.mean(frames)),
        "scroll_p99_ms": float(np.percentile(frames, 99)),
    }


def branching(network: Network) -> Network:
    """Wrap every tenth block into a Parallel, so that rails are among what is painted."""
    for index in range(10, len(network.nodes) - 1, 10):
        step = wrapping(network, [(index,)], Parallel())
        assert step is not None
        network = step.apply(network)
    return network


def _edited(app: QApplication, studio: Studio, filters: tuple[int, ...]) -> list[float]:
    """Change the filters of the first convolution again and again."""
    taken = []
    for count in islice(cycle(filters), EDITS):
        node = studio.design.network.nodes[1]
        assert isinstance(node.block, Conv2D)
        after = replace(node, block=replace(node.block, filters=count))
        step = Step("Change filters", (Replace((1,), node, after),))
        taken.append(_milliseconds(app, partial(studio.design.push, step)))
    return taken[WARM_UP:]


def _inserted(app: QApplication, studio: Studio) -> list[float]:
    """Add a block at the top of the list and take it away again."""
    taken = []
    for _turn in range(EDITS // 3):
        studio.window.stack.select([studio.design.network.nodes[1].uid])
        _settle(app)
        taken.append(_milliseconds(app, studio.window.edits.duplicate_selected))
        taken.append(_milliseconds(app, studio.design.undo_stack.undo))
    return taken[WARM_UP:]


def _scrolled(app: QApplication, studio: Studio) -> list[float]:
    bar = studio.window.stack.verticalScrollBar()
    taken = []
    down = True
    for _frame in range(FRAMES):
        value = bar.value() + (STEP if down else -STEP)
        down = (down and value < bar.maximum()) or value <= 0
        taken.append(_milliseconds(app, partial(bar.setValue, value)))
    return taken[WARM_UP:]


def _milliseconds(app: QApplication, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    _settle(app)
    return 1000 * (time.perf_counter() - began)


def _p95(milliseconds: list[float]) -> float:
    return float(np.percentile(milliseconds, 95))


def _settle(app: QApplication) -> None:
    """Let Qt lay out and paint what is due."""
    app.sendPostedEvents()
    app.processEvents()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
