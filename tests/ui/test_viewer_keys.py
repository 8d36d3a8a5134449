"""Keys of the Look page, wherever the focus is; its engine played by the test."""

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QStringListModel, Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSplitter, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.map_layout import Place
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer


class Window(QSplitter):
    """A list and a text field beside the viewer."""

    def __init__(self, design: OpenDesign, trainer: PlayedTrainer, theme: Theme) -> None:
        super().__init__()
        self.blocks, self.field = QTreeView(), QLineEdit()
        self.blocks.setModel(QStringListModel(["conv_1", "conv_2"], self.blocks))
        self.viewer = ViewerPanel(design, cast(Trainer, trainer), theme)
        for widget in (self.blocks, self.field, self.viewer):
            self.addWidget(widget)


@pytest.fixture
def window(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Iterator[Window]:
    trainer = PlayedTrainer()
    window = Window(design, trainer, theme)
    window.resize(1200, 640)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.viewer.painted):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    QThreadPool.globalInstance().waitForDone()
    trainer.deleteLater()


def press(widget: QWidget, key: Qt.Key) -> None:
    widget.setFocus()
    assert widget.hasFocus()
    QTest.keyClick(widget, key)


def test_esc_leads_back_from_the_tools_and_from_the_list_of_blocks(window: Window) -> None:
    viewer = window.viewer
    pane, tools = viewer.stage.pane, viewer.stage.title.tools
    buttons = [button for button in tools.findChildren(QWidget) if _takes_focus(button)]
    assert buttons
    for widget in (buttons[0], window.blocks, viewer.path.strip):
        pane.enlarge(2)
        press(widget, Qt.Key.Key_Escape)
        assert pane.channel is None


def test_esc_closes_an_explanation_before_it_leaves_the_map(window: Window) -> None:
    viewer = window.viewer
    viewer.stage.pane.enlarge(2)
    viewer.explaining.explain(Place(2, 3, 3))
    assert viewer.explanation.isVisible()
    press(window.blocks, Qt.Key.Key_Escape)
    assert viewer.explanation.isHidden()
    assert viewer.stage.pane.channel == 2
    press(window.blocks, Qt.Key.Key_Escape)
    assert viewer.stage.pane.channel is None


def test_esc_closes_an_explanation_that_has_the_focus_even_below_a_message(
    window: Window,
) -> None:
    viewer = window.viewer
    viewer.stage.pane.enlarge(2)
    viewer.explaining.explain(Place(2, 3, 3))
    viewer.notices.error("Something")
    press(viewer.explanation, Qt.Key.Key_Escape)
    assert viewer.notices.isHidden()
    press(viewer.explanation, Qt.Key.Key_Escape)
    assert viewer.explanation.isHidden()


def test_esc_in_a_text_field_or_on_another_page_leaves_the_map_as_it_is(window: Window) -> None:
    viewer = window.viewer
    viewer.stage.pane.enlarge(2)
    press(window.field, Qt.Key.Key_Escape)
    viewer.hide()
    press(window.blocks, Qt.Key.Key_Escape)
    assert viewer.stage.pane.channel == 2


def _takes_focus(widget: QWidget) -> bool:
    is_field = isinstance(widget, QLineEdit)
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(policy) and widget.isVisible() and widget.isEnabled() and not is_field
