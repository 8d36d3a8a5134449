"""The keyboard on the shelf of pins: where Tab leads, what Delete does, and where it goes on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.viewer_page import page_of, played_trainer

LEFT = Qt.MouseButton.LeftButton
trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((1300, 800)))


@pytest.fixture
def two(panel: ViewerPanel, qtbot: QtBot) -> ViewerPanel:
    """A page with an image and a block pinned, which has the keyboard."""
    panel.comparing.pin(PinKind.IMAGE)
    panel.comparing.pin(PinKind.BLOCK)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    sides = panel.comparing.sides
    qtbot.waitUntil(lambda: all(side.pane.map_view.drawing is not None for side in sides))
    return panel


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_tab_leads_from_each_pin_over_its_cross_to_the_next_and_to_the_difference(
    two: ViewerPanel,
) -> None:
    shelf = two.comparing.shelf
    shelf.chips[1].setFocus()
    way = [shelf.crosses[1], shelf.chips[2], shelf.crosses[2], shelf.difference]
    for widget in way:
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert focused() is widget


def test_a_cross_is_pressed_by_the_keyboard_and_the_next_pin_has_it_then(two: ViewerPanel) -> None:
    shelf = two.comparing.shelf
    shelf.crosses[1].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(shelf.crosses[1], Qt.Key.Key_Space)
    assert [pin.number for pin in two.comparing.pins] == [2]
    assert focused() is shelf.chips[2]
    shelf.crosses[2].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(shelf.crosses[2], Qt.Key.Key_Delete)
    assert not two.comparing.pins
    assert focused() is two.stage.pane.map_view, "there is no shelf any more"


def test_pinning_leaves_the_keyboard_on_the_pin_where_it_was(two: ViewerPanel) -> None:
    shelf = two.comparing.shelf
    chip = shelf.chips[1]
    chip.setFocus()
    two.comparing.pin(PinKind.BLOCK)
    assert focused() is chip is shelf.chips[1]
    assert "Delete" in chip.toolTip()


def test_with_the_last_pane_beside_the_maps_the_keyboard_goes_to_the_maps(
    two: ViewerPanel, qtbot: QtBot
) -> None:
    shelf, pane = two.comparing.shelf, two.comparing.sides[0].pane
    QTest.mouseClick(shelf.crosses[1], LEFT)
    qtbot.waitUntil(pane.map_view.isVisible)
    pane.focus_maps()
    assert focused() is pane.map_view
    QTest.mouseClick(shelf.crosses[2], LEFT)
    assert focused() is two.stage.pane.map_view
