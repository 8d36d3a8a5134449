"""The box in which blocks are typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.quick_add import Line, read_line
from cnnstudio.ui.editor import quick_add
from cnnstudio.ui.editor.quick_add import QuickAdd
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme

START = ["Input", "Conv2D", "MaxPooling2D", "Dropout", "BatchNormalization", "Flatten", "Dense"]


@pytest.fixture
def place(design: OpenDesign, theme: Theme, qtbot: QtBot) -> QWidget:
    """A window with the list of blocks and one more field."""
    place = QWidget()
    qtbot.addWidget(place)
    column = QVBoxLayout(place)
    column.addWidget(StackView(design, theme))
    column.addWidget(QLineEdit())
    place.resize(700, 700)
    place.show()
    qtbot.waitActive(place)
    return place


@pytest.fixture
def view(place: QWidget) -> StackView:
    found = place.findChild(StackView)
    assert isinstance(found, StackView)
    return found


@pytest.fixture
def box(
    place: QWidget, view: StackView, design: OpenDesign, theme: Theme, qtbot: QtBot
) -> QuickAdd:
    view.select([design.network.nodes[1].uid])
    box = QuickAdd(view, StackEdits(design, view), theme, place)
    box.open()
    qtbot.waitUntil(box.edit.hasFocus)
    return box


def kinds(design: OpenDesign) -> list[str]:
    return [node.block.kind for node in design.network.nodes]


def test_enter_adds_what_was_typed_after_the_current_block_and_closes(
    box: QuickAdd, view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    QTest.keyClicks(box.edit, "conv 16 5x5 relu")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert design.network.nodes[2].block.key_params() == "16 · 5×5 · relu"
    assert not box.isVisible()
    assert view.hasFocus()
    design.undo_stack.undo()
    assert kinds(design) == START


def test_shift_enter_stays_and_the_next_block_follows(
    box: QuickAdd, design: OpenDesign, qtbot: QtBot
) -> None:
    for text in ("pool", "bn"):
        QTest.keyClicks(box.edit, text)
        QTest.keyClick(box.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert box.isVisible()
    assert box.edit.hasFocus()
    assert box.edit.text() == ""
    assert kinds(design)[1:4] == ["Conv2D", "MaxPooling2D", "BatchNormalization"]


def test_a_line_of_several_blocks_is_one_step(
    box: QuickAdd, design: OpenDesign, qtbot: QtBot
) -> None:
    QTest.keyClicks(box.edit, "conv 8; pool; dropout 0.1")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert kinds(design)[2:5] == ["Conv2D", "MaxPooling2D", "Dropout"]
    names = [node.name for node in design.network.nodes]
    assert len(set(names)) == len(names)
    design.undo_stack.undo()
    assert kinds(design) == START


def test_down_takes_the_next_candidate(box: QuickAdd, design: OpenDesign, qtbot: QtBot) -> None:
    QTest.keyClicks(box.edit, "pool")
    first = ["MaxPooling2D", "AveragePooling2D"]
    qtbot.waitUntil(lambda: [found.block.kind for found in box.candidates][:2] == first)
    QTest.keyClick(box.edit, Qt.Key.Key_Down)
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert kinds(design)[2] == "AveragePooling2D"


def test_the_candidate_chosen_is_that_of_the_block_at_the_cursor(
    box: QuickAdd, design: OpenDesign, qtbot: QtBot
) -> None:
    QTest.keyClicks(box.edit, "pool; bn")
    QTest.keyClick(box.edit, Qt.Key.Key_Home)
    QTest.keyClick(box.edit, Qt.Key.Key_Down)
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert kinds(design)[2:4] == ["AveragePooling2D", "BatchNormalization"]


def test_what_is_not_understood_is_said_while_one_types(
    box: QuickAdd, design: OpenDesign, qtbot: QtBot
) -> None:
    hint = box.said
    QTest.keyClicks(box.edit, "conv 64 banana")
    qtbot.waitUntil(lambda: box.said == "No parameter of Conv2D takes “banana”")
    box.edit.clear()
    qtbot.waitUntil(lambda: box.said == hint)
    QTest.keyClicks(box.edit, "xyzzy")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert "“xyzzy”" in box.said
    assert box.isVisible()
    assert kinds(design) == START


def test_keys_that_come_together_are_read_once(
    box: QuickAdd, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(text: str) -> Line:
        read.append(text)
        return read_line(text)

    monkeypatch.setattr(quick_add, "read_line", noted)
    QTest.keyClicks(box.edit, "pool 3")
    qtbot.waitUntil(lambda: bool(box.candidates) and bool(read))
    QTest.keyClick(box.edit, Qt.Key.Key_Down)
    assert read == ["pool 3"]


def test_escape_closes_and_changes_nothing(
    box: QuickAdd, view: StackView, design: OpenDesign, qtbot: QtBot
) -> None:
    QTest.keyClicks(box.edit, "conv")
    QTest.keyClick(box.edit, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert view.hasFocus()
    assert kinds(design) == START


def test_going_elsewhere_closes_the_box(box: QuickAdd, place: QWidget, qtbot: QtBot) -> None:
    field = next(f for f in place.findChildren(QLineEdit) if f is not box.edit)
    field.setFocus()
    qtbot.waitUntil(lambda: not box.isVisible())


def test_pasted_lines_are_blocks(box: QuickAdd, design: OpenDesign, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("conv 8\npool\n")
    QTest.keyClick(box.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert kinds(design)[2:4] == ["Conv2D", "MaxPooling2D"]


def test_without_a_selected_block_blocks_come_at_the_end(
    box: QuickAdd, view: StackView, design: OpenDesign
) -> None:
    view.setCurrentIndex(QModelIndex())
    view.clearSelection()
    QTest.keyClicks(box.edit, "tanh")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert kinds(design) == [*START, "Activation"]
    assert QApplication.focusWidget() is not box.edit


def test_a_container_that_was_typed_is_filled_by_what_is_typed_in_its_lane(
    box: QuickAdd, view: StackView, design: OpenDesign
) -> None:
    QTest.keyClicks(box.edit, "residual")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    holder = design.network.nodes[2]
    view.show_lane(holder.uid, 0)
    box.open()
    for text in ("conv 8 same", "bn"):
        QTest.keyClicks(box.edit, text)
        QTest.keyClick(box.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    lane = design.network.nodes[2].lanes[0]
    assert [node.block.kind for node in lane] == ["Conv2D", "BatchNormalization"]
