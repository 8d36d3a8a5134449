"""Editors of rarer parameters: intervals, rows of numbers, penalties, axes, what -1 stands for."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import CATALOGUE, Opaque
from cnnstudio.core.fields import fields_of
from cnnstudio.core.metrics import fitting
from cnnstudio.core.objective import Task
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.param_editors import Editor, make_editor
from cnnstudio.ui.param_editors.spins import RealSpin


@pytest.fixture
def told() -> list[Any]:
    """The values that an editor has told, the newest last."""
    return []


def editor(kind: str, name: str, value: Any, told: list[Any], qtbot: QtBot) -> Editor:
    made = make_editor(fields_of(CATALOGUE[kind])[name])
    qtbot.addWidget(made)
    made.set_value(value)
    made.edited.connect(told.append)
    made.show()
    assert made.value() == value
    assert told == []
    return made


def typed(widget: Any, text: str) -> None:
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


def test_an_end_of_an_interval_pushes_the_other_along(told: list[Any], qtbot: QtBot) -> None:
    made = editor("RandomRotation", "factor", (-0.1, 0.1), told, qtbot)
    typed(made.first, "0.5")
    assert told[-1] == made.value() == (0.5, 0.5)


def test_without_its_tick_an_interval_is_set_by_itself(told: list[Any], qtbot: QtBot) -> None:
    made = editor("RandomZoom", "width_factor", None, told, qtbot)
    tick = made.findChild(QCheckBox)
    assert tick is not None
    assert tick.text() == "as the height"
    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert told == [(0.0, 0.0)]
    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert told[-1] is None


def test_a_row_of_numbers_is_read_with_commas_and_nonsense_is_put_back(
    told: list[Any], qtbot: QtBot
) -> None:
    made = editor("Normalization", "mean", (0.0,), told, qtbot)
    typed(made.first, "0.5, 0.25")
    assert told[-1] == (0.5, 0.25)
    before = list(told)
    typed(made.first, "0.5, x")
    # On its way the text was "0" and "0.5", which are rows of one number.
    assert made.value() == told[-1]
    assert len(told) > len(before)
    assert made.first.text() == "0.5"  # type: ignore[attr-defined] # a QLineEdit


def test_an_empty_row_of_numbers_leaves_them_to_the_weights(told: list[Any], qtbot: QtBot) -> None:
    made = editor("Normalization", "variance", (4.0,), told, qtbot)
    made.first.clear()  # type: ignore[attr-defined] # a QLineEdit
    typed(made.first, " ")
    assert told[-1] is None
    assert made.first.text() == ""  # type: ignore[attr-defined] # a QLineEdit
    assert made.first.placeholderText() == "from its weights"  # type: ignore[attr-defined]
    typed(made.first, "2")
    assert told[-1] == made.value() == (2.0,)


def test_a_penalty_has_a_strength_and_none_has_not(told: list[Any], qtbot: QtBot) -> None:
    made = editor("Dense", "kernel_regularizer", None, told, qtbot)
    box = made.findChild(QComboBox)
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert told[-1] == ("l2", 0.01)
    typed(made.findChild(RealSpin), "0.001")
    assert told[-1] == ("l2", 0.001)
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert told[-1] is None


def test_taking_the_last_axis_away_leaves_none(told: list[Any], qtbot: QtBot) -> None:
    made = editor("PReLU", "shared_axes", (1,), told, qtbot)
    fewer, more = made.findChildren(QToolButton)
    fewer.click()
    assert told[-1] is None
    assert not fewer.isEnabled()
    more.click()
    assert told[-1] == (1,)


def test_the_lowest_step_stands_for_minus_one(told: list[Any], qtbot: QtBot) -> None:
    groups = editor("GroupNormalization", "groups", 1, told, qtbot)
    QTest.keyClick(groups.first, Qt.Key.Key_Down)
    assert told[-1] == -1
    target = editor("Reshape", "target_shape", (7, 7), [], qtbot)
    target.set_value((7, -1))
    assert target.value() == (7, -1)


def test_a_ceiling_is_none_one_step_below_its_range(told: list[Any], qtbot: QtBot) -> None:
    made = editor("ReLU", "max_value", None, told, qtbot)
    QTest.keyClick(made.first, Qt.Key.Key_Up)
    assert told[-1] == 0.0
    QTest.keyClick(made.first, Qt.Key.Key_Down)
    assert told[-1] is None


def test_strides_of_a_volume_are_unset_and_set_together(told: list[Any], qtbot: QtBot) -> None:
    made = editor("MaxPooling3D", "strides", None, told, qtbot)
    made.set_stand_in((2, 3, 4))
    QTest.keyClick(made.first, Qt.Key.Key_Up)
    assert told[-1] == (2, 3, 4)


def test_what_came_with_a_model_is_shown_and_cannot_be_typed_over(
    told: list[Any], qtbot: QtBot
) -> None:
    fields = fields_of(Opaque)
    for name, value, shown in (
        ("why", "there is no block LSTM", "there is no block LSTM"),
        ("output", (28, 28, 1), "28×28×1"),
        ("output", None, "not known"),
        ("arrays", (("kernel", (2, 3), True),), "1 array"),
    ):
        made = make_editor(fields[name])
        qtbot.addWidget(made)
        made.set_value(value)
        made.edited.connect(told.append)
        made.show()
        text = made.findChild(QPlainTextEdit)
        assert text is not None
        typed(text, "mine")
        assert text.toPlainText() == shown
        assert made.value() == value
    assert told == []


def metrics_editor(told: list[Any], qtbot: QtBot) -> tuple[Editor, dict[str, QCheckBox]]:
    made = make_editor(fields_of(TrainingPlan)["metrics"])
    qtbot.addWidget(made)
    made.edited.connect(told.append)
    made.show()
    return made, {box.text(): box for box in made.findChildren(QCheckBox)}


def test_metrics_are_ticked_and_told_in_their_own_order(told: list[Any], qtbot: QtBot) -> None:
    made, boxes = metrics_editor(told, qtbot)
    boxes["F1"].click()
    boxes["Precision"].click()
    assert told == [("f1_score",), ("precision", "f1_score")]
    made.set_value(("recall",))
    assert len(told) == 2
    assert boxes["Recall"].isChecked()
    assert not boxes["F1"].isChecked()


def test_only_metrics_that_fit_are_offered_and_the_others_chosen_are_kept(
    told: list[Any], qtbot: QtBot
) -> None:
    made, boxes = metrics_editor(told, qtbot)
    made.set_value(("precision", "r2_score"))
    made.offer(fitting(Task.NUMBER))
    assert {text for text, box in boxes.items() if box.isVisible()} == {
        "Mean absolute error", "Root mean squared error", "R²",
    }  # fmt: skip
    assert made.first is boxes["Mean absolute error"]
    boxes["R²"].click()
    assert told == [("precision",)]
