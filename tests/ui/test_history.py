"""The undo history as a list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Dropout, Flatten
from cnnstudio.core.insertion import insertion_at, placed
from cnnstudio.ui.editor.history import History, Past
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme


@pytest.fixture
def button(qtbot: QtBot) -> QPushButton:
    button = QPushButton()
    qtbot.addWidget(button)
    button.show()
    return button


@pytest.fixture
def history(design: OpenDesign, theme: Theme, button: QPushButton) -> History:
    """The history of a design to which three blocks were added, one step each."""
    for block in (Dropout(), Flatten(), Dropout()):
        step = insertion_at(design.network, (len(design.network.nodes),), placed([block]))
        assert step is not None
        design.push(step)
    history = History(design, theme, button)
    history.open_below(button)
    return history


def rows(history: History) -> list[Past]:
    model = history.list.model()
    return [model.index(n, 0).data(Qt.ItemDataRole.UserRole) for n in range(model.rowCount())]


def test_every_step_has_a_row_and_the_present_one_is_current(history: History) -> None:
    assert [row.text for row in rows(history)] == [
        "As it was opened", "Add dropout_2", "Add flatten_2", "Add dropout_3",
    ]  # fmt: skip
    assert [row.offset for row in rows(history)] == [-3, -2, -1, 0]
    assert [row.saved for row in rows(history)] == [True, False, False, False]
    assert history.list.currentRow() == 3


def test_a_click_goes_back_and_another_on_again(history: History, design: OpenDesign) -> None:
    view = history.list

    def click(number: int) -> None:
        item = view.item(number)
        assert item is not None
        place = view.visualItemRect(item).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click(1)
    assert len(design.network.nodes) == 8
    assert [row.offset for row in rows(history)] == [-1, 0, 1, 2]
    click(3)
    assert len(design.network.nodes) == 10
    click(0)
    assert len(design.network.nodes) == 7
    assert not design.is_dirty


def test_the_keyboard_goes_to_a_step_and_leaves(history: History, design: OpenDesign) -> None:
    QTest.keyClick(history.list, Qt.Key.Key_Up)
    assert len(design.network.nodes) == 10, "to look at a step changes nothing"
    QTest.keyClick(history.list, Qt.Key.Key_Return)
    assert len(design.network.nodes) == 9
    assert history.list.currentRow() == 2
    QTest.keyClick(history, Qt.Key.Key_Escape)
    assert not history.isVisible()


def test_it_is_filled_anew_each_time_and_does_no_work_while_it_is_closed(
    history: History, design: OpenDesign, button: QPushButton
) -> None:
    history.close()
    design.undo_stack.undo()
    assert history.list.count() == 4
    step = insertion_at(
        design.network, (len(design.network.nodes),), placed([Flatten(), Flatten()])
    )
    assert step is not None
    design.push(step)
    assert history.list.count() == 4
    history.open_below(button)
    assert [row.offset for row in rows(history)] == [-3, -2, -1, 0]
