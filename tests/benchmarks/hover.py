"""From the mouse's move to the value read out and its receptive field drawn on the image.

The maps are those of VGG16's block with 512 channels, all of them in sight and then one enlarged;
the image is 512 pixels wide, as large as the studio is ever sent one. The engine is not asked: what
is measured is the window. One move counts until the view and both images have been painted.
"""

import json
import sys
import time
from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtTest import QTest
from typing_extensions import override

from cnnstudio.app import make_application
from cnnstudio.core.document import starter_design
from cnnstudio.core.look_messages import Probed
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.benchmarks.curves import Paints
from tests.benchmarks.features import vgg16
from tests.benchmarks.session import wait_for
from tests.ui.played_trainer import Asked, PlayedTrainer

MOVES = 200
BLOCK = 12


class Photographs(PlayedTrainer):
    """Answers with a photograph as large as they come."""

    @override
    def probed_for(self, asked: Asked, generation: int) -> Probed:
        draw = np.random.default_rng(0)
        answer = super().probed_for(asked, generation)
        picture = draw.integers(0, 256, (384, 512, 3), np.uint8)
        entered = draw.random((224, 224, 3), np.float32)
        return replace(answer, picture=picture, size=(384, 512), entered=entered)


def hover_ms() -> float:
    """Return the 95th percentile of a move, in milliseconds."""
    make_application()
    network = vgg16()
    design = OpenDesign(replace(starter_design(), network=network))
    trainer = Photographs()
    block = network.nodes[BLOCK].uid
    draw = np.random.default_rng(1)
    trainer.values[block] = draw.normal(size=(28, 28, 512)).astype(np.float32)
    panel = ViewerPanel(design, cast(Trainer, trainer), Theme())
    panel.resize(1100, 720)
    design.set_current(block)
    wait_for(panel.painted, panel.show)
    taken = _moves(panel)
    wait_for(panel.painted, lambda: panel.stage.pane.enlarge(100))
    taken += _moves(panel)
    return float(np.percentile(taken, 95))


def _moves(panel: ViewerPanel) -> list[float]:
    view, card = panel.stage.pane.map_view, panel.image_card
    watched = [view, card.entered, card.opened]
    counters = [Paints() for _widget in watched]
    for widget, counter in zip(watched, counters, strict=True):
        widget.installEventFilter(counter)
    draw, taken = np.random.default_rng(2), []
    area = view.area_of(100).toRect() if panel.stage.pane.channel is not None else view.rect()
    place = QPoint()
    for _move in range(MOVES):
        before, seen = [counter.count for counter in counters], card.entered.marked
        x = area.left() + int(draw.integers(4, area.width() - 8))
        y = area.top() + int(draw.integers(4, area.height() - 8))
        if QPoint(x, y) == place:
            continue
        place = QPoint(x, y)
        began = time.perf_counter()
        QTest.mouseMove(view, place)
        changed = 3 if card.entered.marked != seen else 1
        while any(c.count == n for c, n in list(zip(counters, before, strict=True))[:changed]):
            QCoreApplication.processEvents()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"hover_ms": hover_ms()}) + "\n")
