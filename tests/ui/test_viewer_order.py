"""Finding what matters among many maps: sorted, the dead ones hidden, one by its number."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.map_order import Order
from cnnstudio.core.mosaic import CHECK_DARK, LEVELS, Scaling
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.color_scales import ColorScale, pixel_table
from cnnstudio.ui.viewer.drawing import Style, make_drawing
from cnnstudio.ui.viewer.map_pane import Exhibit
from cnnstudio.ui.viewer.stage import Stage
from tests.ui.changes import uid


@pytest.fixture
def stage(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Stage:
    """Shows eight maps, of which 2 and 5 are dead and the others grow with their number."""
    stage = Stage(theme)
    stage.resize(700, 500)
    qtbot.addWidget(stage)
    values: NDArray[np.float32] = np.tile(np.arange(1, 9, dtype=np.float32), (6, 6, 1))
    values[..., (2, 5)] = 0
    path = design.network.find(uid(design, "pool_1"))
    assert path is not None
    with qtbot.waitSignal(stage.pane.painted):
        stage.show()
        stage.show_exhibit(Exhibit(design.network.at(path), values))
    return stage


def choose(stage: Stage, button: str, text: str) -> None:
    """Pick an entry of a button's menu, as a click on it does."""
    tools = stage.title.tools
    menus = {b.accessibleName(): b.menu() for b in tools.findChildren(QToolButton)}
    next(action for action in menus[button].actions() if action.text().startswith(text)).trigger()


def shown(stage: Stage) -> list[int]:
    drawing = stage.pane.map_view.drawing
    assert drawing is not None
    return [drawing.channel_at(tile) for tile in range(drawing.layout.count)]


def test_maps_are_sorted_and_dead_ones_hidden_and_a_map_is_found_by_its_number(
    stage: Stage, qtbot: QtBot
) -> None:
    assert shown(stage) == list(range(8))
    with qtbot.waitSignal(stage.pane.painted):
        choose(stage, "Order", "By mean")
    assert shown(stage) == [7, 6, 4, 3, 1, 0, 2, 5]
    with qtbot.waitSignal(stage.pane.painted):
        choose(stage, "Order", "Hide dead")
    assert shown(stage) == [7, 6, 4, 3, 1, 0]
    assert "2 maps that are zero everywhere are hidden" in stage.pane.legend.readout.text()
    view, finder = stage.pane.map_view, stage.title.tools.finder
    QTest.keyClicks(finder, "3")
    assert view.place is not None
    assert view.place.channel == 3
    assert stage.pane.legend.readout.text().endswith(": 4")
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.place.channel == 1
    QTest.keyClick(finder, Qt.Key.Key_Backspace)
    QTest.keyClicks(finder, "5")
    assert "hidden" in stage.pane.legend.readout.text()
    QTest.keyClicks(finder, "0")
    assert "the last one is 7" in stage.pane.legend.readout.text()


def test_an_enlarged_map_is_gone_on_from_in_the_order_shown(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.pane.painted):
        choose(stage, "Order", "By mean")
    finder = stage.title.tools.finder
    QTest.keyClicks(finder, "6")
    with qtbot.waitSignal(stage.pane.painted):
        QTest.keyClick(finder, Qt.Key.Key_Return)
    assert stage.pane.channel == 6
    with qtbot.waitSignal(stage.pane.painted):
        QTest.keyClick(stage.pane.map_view, Qt.Key.Key_Right)
    assert stage.pane.channel == 4
    with qtbot.waitSignal(stage.pane.painted):
        QTest.keyClick(stage.pane.map_view, Qt.Key.Key_Left)
        QTest.keyClick(stage.pane.map_view, Qt.Key.Key_Left)
    assert stage.pane.channel == 7


def test_zero_can_be_in_the_middle_of_any_colours(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.pane.painted):
        choose(stage, "Range", "Zero in the middle")
    drawing = stage.pane.map_view.drawing
    assert drawing is not None
    assert drawing.range_of(None) == (-8.0, 8.0)


@pytest.mark.parametrize("scale", ColorScale)
def test_every_scale_has_a_colour_for_each_level(scale: ColorScale, theme: Theme) -> None:
    table = pixel_table(scale, theme)
    assert len(np.unique(table[:LEVELS])) > LEVELS // 2
    assert table[CHECK_DARK] not in table[:LEVELS]


@pytest.mark.parametrize("scaling", Scaling)
def test_a_sorted_picture_has_each_map_in_the_colours_it_had(
    scaling: Scaling, theme: Theme
) -> None:
    values = np.random.default_rng(0).normal(size=(5, 4, 7)).astype(np.float32)
    table = pixel_table(ColorScale.GREY, theme)
    plain = make_drawing(values, Style(ColorScale.GREY, scaling, table), (300, 300))
    style = Style(ColorScale.GREY, scaling, table, order=Order.VARIANCE)
    ordered = make_drawing(values, style, (300, 300))
    assert sorted(ordered.channels) == list(range(7))
    assert plain.picture is not None
    assert ordered.picture is not None
    for channel in range(7):
        one, other = plain.tile_of(channel), ordered.tile_of(channel)
        assert one is not None
        assert other is not None
        top, left = plain.layout.corner(one)
        new_top, new_left = ordered.layout.corner(other)
        for row, column in ((0, 0), (4, 3), (2, 1)):
            before = plain.picture.pixel(left + column, top + row)
            assert ordered.picture.pixel(new_left + column, new_top + row) == before
