"""A parameter edited in a stack of 200 blocks, until every visible card is painted anew."""

import json
import sys
import time
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QApplication

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Activation, BatchNormalization, Block, Conv2D, Input
from cnnstudio.core.document import Design
from cnnstudio.core.edits import Replace, Step
from cnnstudio.core.network import network_of

BLOCKS = 200
EDITS = 120


def deep_network() -> list[Block]:
    """Return an Input and blocks that each keep the size of the maps."""
    body: list[Block] = []
    while len(body) < BLOCKS - 1:
        body += [Conv2D(filters=16, padding="same"), BatchNormalization(), Activation()]
    return [Input(), *body[: BLOCKS - 1]]


def measure() -> dict[str, float]:
    """Return the 95th percentile of the time from the edit to the painted cards."""
    app = make_application()
    studio = Studio(Design("deep", network_of(*deep_network())))
    studio.window.painted.disconnect()
    studio.show()
    studio.window.stack.select([studio.design.network.nodes[1].uid])
    _settle(app)
    taken = []
    for number in range(EDITS):
        node = studio.design.network.nodes[1]
        assert isinstance(node.block, Conv2D)
        after = replace(node, block=replace(node.block, filters=16 + number % 7))
        began = time.perf_counter()
        studio.design.push(Step("Change filters", (Replace((1,), node, after),)))
        _settle(app)
        taken.append(time.perf_counter() - began)
    studio.close()
    milliseconds = 1000 * np.array(taken[10:])
    return {
        "edit_ms": float(np.percentile(milliseconds, 95)),
        "edit_median_ms": float(np.median(milliseconds)),
    }


def _settle(app: QApplication) -> None:
    """Let Qt lay out and paint what is due."""
    app.sendPostedEvents()
    app.processEvents()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
