"""Keys of the Look page, wherever the focus is; its engine played by the test."""

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QStringListModel, Qt, QThreadPool
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.explaining import Explanation, Scaled
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.shortcut_sheet import look_keys
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.look_key_words import LOOK_KEYS
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.played_trainer import PlayedTrainer


class Window(QSplitter):
    """A list and a text field beside the viewer."""

    def __init__(self, design: OpenDesign, trainer: PlayedTrainer, theme: Theme) -> None:
        super().__init__()
        self.blocks, self.field = QListView(), QLineEdit()
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


def test_the_letters_of_the_page_count_while_the_list_of_blocks_has_the_keyboard(
    window: Window,
) -> None:
    tabs, shown = window.viewer.stage.tabs, []
    press(window.blocks, Qt.Key.Key_K)
    shown.append(tabs.mode)
    press(window.blocks, Qt.Key.Key_M)
    shown.append(tabs.mode)
    assert shown == [Mode.KERNELS, Mode.MAPS]
    press(window.blocks, Qt.Key.Key_P)
    assert len(window.viewer.comparing.pins) == 1


def test_a_letter_that_finds_a_block_and_those_after_it_are_the_lists_own(window: Window) -> None:
    blocks, tabs = window.blocks, window.viewer.stage.tabs
    cast(QStringListModel, blocks.model()).setStringList(["conv_1", "mask", "skip"])
    blocks.setFocus()
    for text in ("m", "sk"):
        QTest.keyClicks(blocks, text)
        assert blocks.currentIndex().data() == {"m": "mask", "sk": "skip"}[text]
        assert tabs.mode is Mode.MAPS
        # A search is over after a while.
        QTest.qWait(QApplication.keyboardInputInterval() + 50)
    press(blocks, Qt.Key.Key_K)
    assert tabs.mode is Mode.KERNELS


def test_letters_in_a_text_field_or_on_another_page_leave_the_page_as_it_is(
    window: Window,
) -> None:
    press(window.field, Qt.Key.Key_K)
    assert window.field.text() == "k"
    window.viewer.hide()
    press(window.blocks, Qt.Key.Key_K)
    assert window.viewer.stage.tabs.mode is Mode.MAPS


def test_copy_takes_the_picture_from_the_tools_but_blocks_from_their_list(
    window: Window, qtbot: QtBot
) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("blocks")
    copied: list[str] = []
    copy = QAction(window.blocks)
    copy.setShortcut(QKeySequence.StandardKey.Copy)
    copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    copy.triggered.connect(lambda: copied.append("blocks"))
    window.blocks.addAction(copy)
    window.blocks.setFocus()
    QTest.keyClick(window.blocks, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied == ["blocks"]
    assert clipboard.text() == "blocks"
    button = next(b for b in window.viewer.path.findChildren(QWidget) if _takes_focus(b))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clipboard.image().isNull())


def test_p_tells_an_explanation_that_has_the_keyboard_step_by_step(
    window: Window, design: OpenDesign
) -> None:
    viewer = window.viewer
    viewer.stage.pane.enlarge(2)
    viewer.explaining.explain(Place(2, 3, 3))
    parts = Scaled(0.5, 2.0, 1.0)
    told = Explanation("b", (3, 3, 2), 2.0, parts, 2.0)
    for widget in (viewer.explanation, viewer.explanation.play):
        viewer.explanation.show_explanation(design.network.nodes[1], told)
        press(widget, Qt.Key.Key_P)
        assert viewer.explanation.telling.at == 0
    viewer.explanation.telling.end()
    assert not viewer.comparing.pins


def test_the_sheet_of_shortcuts_has_the_keys_of_the_page(window: Window) -> None:
    within = Qt.FindChildOption.FindDirectChildrenOnly
    shortcuts = window.viewer.findChildren(QShortcut, options=within)
    keys = {shortcut.key().toString() for shortcut in shortcuts}
    assert {"M", "K", "O", "P", "Ctrl+Shift+E"} <= keys & {key for key, _words in LOOK_KEYS}
    shown = {keys for _words, keys in look_keys().rows}
    native = QKeySequence.SequenceFormat.NativeText
    assert {QKeySequence(key).toString(native) for key, _words in LOOK_KEYS} == shown
    assert "Ctrl+C" in shown


def _takes_focus(widget: QWidget) -> bool:
    is_field = isinstance(widget, QLineEdit)
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(policy) and widget.isVisible() and widget.isEnabled() and not is_field
