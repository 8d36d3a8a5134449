"""A key in the inspector, with the code pane open on 200 blocks: until all of the window has it.

Up and Down in the field of a convolution's filters, each a change of the network. What is timed
ends when code, shapes, weights and problems are up to date and painted.
"""

import json
import sys
import time

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Conv2D
from cnnstudio.core.document import Design
from cnnstudio.ui.code.code_pane import CodePane
from tests.benchmarks.edit import deep_network

BLOCKS = 200
KEYS = 120
WARM_UP = 10


def measure() -> dict[str, float]:
    """Return the 95th percentile of a key in seconds, and the median."""
    app = make_application()
    studio = Studio(Design("deep", deep_network(BLOCKS)))
    window = studio.window
    window.painted.disconnect()
    studio.show()
    window.actions_["code"].trigger()
    window.stack.select([studio.design.network.nodes[1].uid])
    _settle(app)
    pane = window.design_page.pane("code")
    assert isinstance(pane, CodePane)
    filters = next(s for s in window.inspector.findChildren(QSpinBox) if s.isVisible())
    filters.setFocus()
    _settle(app)
    taken = []
    for number in range(KEYS):
        key = Qt.Key.Key_Up if number % 20 < 10 else Qt.Key.Key_Down
        began = time.perf_counter()
        QTest.keyClick(filters, key)
        _settle(app)
        taken.append(time.perf_counter() - began)
        block = studio.design.network.nodes[1].block
        assert isinstance(block, Conv2D)
        assert block.filters == filters.value()
        assert f"layers.Conv2D({block.filters}, 3" in pane.view.toPlainText()
    studio.close()
    seconds = taken[WARM_UP:]
    return {
        "keystroke_s": float(np.percentile(seconds, 95)),
        "keystroke_median_s": float(np.median(seconds)),
    }


def _settle(app: QApplication) -> None:
    """Let Qt lay out and paint what is due."""
    app.sendPostedEvents()
    app.processEvents()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
