"""The strip through the whole network."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Activation, Conv2D, Input, Parallel, Repeat
from cnnstudio.core.document import starter_design
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.mosaic import CHECK_DARK, LEVELS
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.thumbnails import SIDE, thumbnail
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.path.path_cells import PathCells, cells_of
from cnnstudio.ui.viewer.path.path_panel import PathPanel
from tests.ui.changes import mute, uid
from tests.ui.played_trainer import PlayedTrainer


@pytest.fixture
def panel(
    design: OpenDesign, theme: Theme, qtbot: QtBot
) -> Iterator[tuple[PathPanel, Inquiry, PlayedTrainer]]:
    trainer = PlayedTrainer()
    inquiry = Inquiry(design, cast(Trainer, trainer))
    inquiry.set_active(active=True)
    panel = PathPanel(design, inquiry, theme)
    panel.resize(460, 90)
    qtbot.addWidget(panel)
    panel.show()
    yield panel, inquiry, trainer
    inquiry.deleteLater()
    trainer.deleteLater()


def branched() -> Network:
    network = network_of(Input(shape=(8, 8, 1)), Parallel(), Activation())
    inner = network_of(Conv2D(), Repeat(), Conv2D()).nodes
    loop = replace(inner[1], lanes=((network_of(Activation()).nodes[0],),))
    return network.with_lanes((1,), ((inner[0], loop), (inner[2],)))


def test_a_container_stands_after_what_it_holds_and_spans_it() -> None:
    network = branched()
    cells = cells_of(network)
    kinds = [node.block.kind for node in cells.nodes]
    assert kinds == ["Input", "Conv2D", "Activation", "Repeat", "Conv2D", "Parallel", "Activation"]
    spans = {span.node.block.kind: (span.first, span.last, span.depth) for span in cells.spans}
    assert spans == {"Repeat": (2, 3, 1), "Parallel": (1, 5, 0)}
    assert cells.starts == {4}
    muted = network.replaced((1,), replace(network.at((1,)), muted=True))
    assert [node.block.kind for node in cells_of(muted).nodes] == ["Input", "Activation"]


def test_a_thumbnail_is_the_mean_of_all_maps_and_small() -> None:
    values = np.zeros((96, 48, 3), np.float32)
    values[:48, :, 0], values[48:, :, 1] = 3.0, 6.0
    small = thumbnail("a", values)
    assert small.levels.shape == (SIDE, SIDE // 2)
    assert (small.low, small.high) == pytest.approx((1.0, 2.0))
    assert (small.levels[0, 0], small.levels[-1, 0]) == (0, LEVELS - 1)
    rounded = np.full((4, 4, 2), 0.5, np.float32)
    rounded[0, 0, 0] += np.float32(1e-7)
    assert np.unique(thumbnail("r", rounded).levels).size == 1, "rounding is no pattern"
    bars = thumbnail("b", np.linspace(1, 5, 100, dtype=np.float32))
    assert bars.levels.shape == (SIDE,)
    assert bars.low == 0, "bars begin at zero"
    sequence = thumbnail("c", np.ones((30, 7), np.float32))
    assert sequence.levels.shape == (30,)
    assert thumbnail("d", np.zeros((3, 9, 9, 2), np.float32)).levels.shape == (9, 9)
    values[0, 0, 0] = np.nan
    bad = thumbnail("e", values)
    assert bad.not_finite == 1
    assert bad.levels[0, 0] == CHECK_DARK
    assert bad.high == pytest.approx(2.0)


def test_the_way_of_an_image_is_shown_and_a_click_or_an_arrow_goes_there(
    panel: tuple[PathPanel, Inquiry, PlayedTrainer], design: OpenDesign, qtbot: QtBot
) -> None:
    path, inquiry, _trainer = panel
    strip = path.strip
    with qtbot.waitSignal(inquiry.path_shown):
        inquiry.look_at(DatasetImage("mnist-5k", 3))
    names = [node.name for node in strip.cells.nodes]
    assert names == [node.name for node in design.network.nodes]
    assert all(strip.picture(node.uid) is not None for node in design.network.nodes)
    place = strip.area_of(uid(design, "pool_1")).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert design.current is not None
    assert design.current.name == "pool_1"
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert design.current.name == "dropout_1"
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert design.current.name == "dense_1"
    assert strip.viewport().rect().contains(strip.area_of(design.current.uid))
    assert "10" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert design.current.name == "input_1"


def test_a_network_edited_on_the_way_keeps_the_thumbnails_of_the_blocks_that_stay(
    panel: tuple[PathPanel, Inquiry, PlayedTrainer], design: OpenDesign, qtbot: QtBot
) -> None:
    path, inquiry, trainer = panel
    with qtbot.waitSignal(inquiry.path_shown):
        inquiry.look_at(DatasetImage("mnist-5k", 3))
    trainer.answers_at_once = False
    mute(design, "dropout_1")
    assert "dropout_1" not in [node.name for node in path.strip.cells.nodes]
    assert path.strip.picture(uid(design, "pool_1")) is not None
    assert path.strip.picture(uid(design, "dropout_1")) is None
    design.undo_stack.undo()
    path.strip.show_path(PathShown(0, ()))
    assert path.strip.picture(uid(design, "pool_1")) is None
    assert path.grab().width() > 0
    design.open(starter_design(), None)
    assert len(path.strip.cells.nodes) == 7


def test_long_names_lose_their_middle_for_their_ends_tell_them_apart(
    panel: tuple[PathPanel, Inquiry, PlayedTrainer], design: OpenDesign, qtbot: QtBot
) -> None:
    path, _inquiry, _trainer = panel
    drawn: list[bytes] = []
    for name in ("a_block_of_a_long_name_1", "a_block_of_a_long_name_8"):
        first, *rest = design.network.nodes
        cells = PathCells((replace(first, name=name), *rest))
        path.strip.show_cells(cells)
        area = path.strip.area_of(first.uid)
        picture = path.strip.viewport().grab(area).toImage()
        drawn.append(bytes(picture.constBits()))
    assert drawn[0] != drawn[1]
