"""What edits cost: a parameter in a stack of 200 blocks, and 1,000 blocks at once.

Each is timed until every visible card is painted anew.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtWidgets import QApplication

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Activation, BatchNormalization, Block, Conv2D, Input
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Replace, Step
from cnnstudio.core.network import Network, network_of

BLOCKS = 200
EDITS = 120
MANY = 1000


def deep_network(count: int) -> Network:
    """Return a network of `count` blocks that each keep the size of the maps."""
    body: list[Block] = []
    while len(body) < count - 1:
        body += [Conv2D(filters=16, padding="same"), BatchNormalization(), Activation()]
    return network_of(Input(), *body[: count - 1])


def measure() -> dict[str, float]:
    """Return the milliseconds of one edit, 95th percentile, and the seconds of 1,000 at once."""
    app = make_application()
    milliseconds = 1000 * np.array(_edited_parameters(app)[10:])
    return {
        "edit_ms": float(np.percentile(milliseconds, 95)),
        "edit_median_ms": float(np.median(milliseconds)),
        **_edited_blocks(app),
    }


def _edited_parameters(app: QApplication) -> list[float]:
    studio = _show(app, BLOCKS)
    studio.window.stack.select([studio.design.network.nodes[1].uid])
    _settle(app)
    taken = []
    for number in range(EDITS):
        node = studio.design.network.nodes[1]
        assert isinstance(node.block, Conv2D)
        after = replace(node, block=replace(node.block, filters=16 + number % 7))
        step = Step("Change filters", (Replace((1,), node, after),))
        taken.append(_seconds(app, partial(studio.design.push, step)))
    studio.close()
    return taken


def _edited_blocks(app: QApplication) -> dict[str, float]:
    studio = _show(app, MANY)
    window, history = studio.window, studio.design.undo_stack
    stack, edits = window.stack, window.edits
    taken = {}
    for name, act in (
        ("duplicate_1000_s", edits.duplicate_selected),
        ("move_1000_s", lambda: edits.move_selected(-1)),
        ("delete_1000_s", edits.delete_selected),
    ):
        stack.select([node.uid for node in studio.design.network.nodes[1:]])
        _settle(app)
        taken[name] = _seconds(app, act)
        assert history.canUndo()
        history.undo()
        _settle(app)
    studio.close()
    return taken


def _show(app: QApplication, count: int) -> Studio:
    """Show a studio on a network of `count` blocks, without its engine."""
    studio = Studio(Design("deep", deep_network(count)))
    studio.window.painted.disconnect()
    studio.show()
    _settle(app)
    return studio


def _seconds(app: QApplication, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    _settle(app)
    return time.perf_counter() - began


def _settle(app: QApplication) -> None:
    """Let Qt lay out and paint what is due."""
    app.sendPostedEvents()
    app.processEvents()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
