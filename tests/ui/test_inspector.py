"""The inspector: a form for every kind, made from its declaration."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QToolButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import CATALOGUE, Block, Conv2D, Input, MaxPooling2D
from cnnstudio.core.edits import ADD, Insert, Step
from cnnstudio.core.fields import fields_of
from cnnstudio.ui.editor.inspector import Inspector
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.param_form import ParamForm
from cnnstudio.ui.theme import Theme
from tests.ui.changes import retune


@pytest.fixture
def inspector(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Inspector:
    inspector = Inspector(design, theme)
    qtbot.addWidget(inspector)
    inspector.resize(480, 700)
    inspector.show()
    return inspector


def editor(form: QWidget, name: str) -> Any:
    """Return a parameter's editor; a `param_editors.Editor`."""
    found = form.findChild(QWidget, name)
    assert found is not None
    return found


def block_of(design: OpenDesign, index: int) -> Block:
    return design.network.nodes[index].block


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.__name__)
def test_every_kind_has_an_editor_for_every_parameter(
    kind: type[Block], inspector: Inspector, design: OpenDesign
) -> None:
    node = design.network.placed(kind())
    design.push(Step(ADD, (Insert((1,), node),)))
    design.set_current(node.uid)
    for fold in inspector.findChildren(QToolButton):
        if fold.accessibleName() == "More settings" and fold.isVisible():
            fold.click()
    for name in fields_of(kind):
        widget = editor(inspector, name)
        assert widget.toolTip()
        assert widget.focusProxy().accessibleName()
        assert widget.value() == getattr(node.block, name)
    assert design.undo_stack.count() == 1, "showing a block must not change it"


def test_typed_filters_reach_the_network_at_once(inspector: Inspector, design: OpenDesign) -> None:
    design.set_current(design.network.nodes[1].uid)
    spin = editor(inspector, "filters").focusProxy()
    assert isinstance(spin, QAbstractSpinBox)
    spin.selectAll()
    QTest.keyClicks(spin, "128")
    block = block_of(design, 1)
    assert isinstance(block, Conv2D)
    assert block.filters == 128
    assert design.undo_stack.count() == 1


def test_a_choice_made_with_the_keyboard_reaches_the_network(
    inspector: Inspector, design: OpenDesign
) -> None:
    design.set_current(design.network.nodes[1].uid)
    box = editor(inspector, "padding").focusProxy()
    assert isinstance(box, QComboBox)
    QTest.keyClick(box, Qt.Key.Key_Down)
    block = block_of(design, 1)
    assert isinstance(block, Conv2D)
    assert block.padding == "same"


def test_pool_strides_are_unset_and_set_together(inspector: Inspector, design: OpenDesign) -> None:
    retune(design, "pool_1", pool_size=(2, 3))
    design.set_current(design.network.nodes[2].uid)

    def strides() -> object:
        block = block_of(design, 2)
        assert isinstance(block, MaxPooling2D)
        return block.strides

    spins = editor(inspector, "strides").findChildren(QAbstractSpinBox)
    QTest.keyClick(spins[1], Qt.Key.Key_Up)
    assert strides() == (2, 3)
    QTest.keyClick(spins[0], Qt.Key.Key_Up)
    assert strides() == (3, 3)
    for _step in range(3):
        QTest.keyClick(spins[0], Qt.Key.Key_Down)
    assert strides() is None


@pytest.mark.parametrize(
    ("name", "typed", "kept", "said"),
    [
        ("filters", "70000", 65536, "70000 is too large: the most is 65,536"),
        ("filters", "0", 1, "0 is too small: the least is 1"),
        ("filters", "12", 12, ""),
    ],
)
def test_a_typed_number_out_of_range_is_brought_into_it_and_that_is_said(
    name: str, typed: str, kept: int, said: str, inspector: Inspector, design: OpenDesign
) -> None:
    design.set_current(design.network.nodes[1].uid)
    spin = editor(inspector, name).first
    QToolTip.hideText()
    spin.selectAll()
    QTest.keyClicks(spin, typed)
    assert spin.lineEdit().text() == typed
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert getattr(block_of(design, 1), name) == kept
    assert QToolTip.text() == said
    QToolTip.hideText()


def test_the_tooltip_of_a_number_says_its_range(inspector: Inspector, design: OpenDesign) -> None:
    design.set_current(design.network.nodes[1].uid)
    low, high = fields_of(Conv2D)["filters"].low, fields_of(Conv2D)["filters"].high  # type: ignore[attr-defined] # it is an Integer
    assert f"from {low} to {high:,}" in editor(inspector, "filters").toolTip()
    height, width = editor(inspector, "kernel_size").findChildren(QAbstractSpinBox)
    assert height.toolTip().startswith("height, 1 to ")
    assert width.toolTip().startswith("width, 1 to ")


def test_an_axis_fewer_makes_the_input_two_dimensional(
    inspector: Inspector, design: OpenDesign
) -> None:
    design.set_current(design.network.nodes[0].uid)
    fewer = next(
        button
        for button in editor(inspector, "shape").findChildren(QWidget)
        if button.accessibleName() == "One axis fewer"
    )
    QTest.mouseClick(fewer, Qt.MouseButton.LeftButton)
    block = block_of(design, 0)
    assert isinstance(block, Input)
    assert block.shape == (28, 28)
    design.undo_stack.undo()
    assert editor(inspector, "shape").value() == (28, 28, 1)


def test_undo_is_shown_in_the_form(inspector: Inspector, design: OpenDesign) -> None:
    design.set_current(design.network.nodes[1].uid)
    spin = editor(inspector, "filters").focusProxy()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    design.undo_stack.undo()
    assert editor(inspector, "filters").value() == 64


def test_the_wheel_scrolls_past_a_field_that_has_no_focus(theme: Theme, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    form = ParamForm(fields_of(Conv2D), theme)
    qtbot.addWidget(form)
    form.set_values(Conv2D().params())
    form.show()
    spin = editor(form, "filters").focusProxy()
    edited: list[object] = []
    form.edited.connect(lambda name, value: edited.append((name, value)))
    spin.clearFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(spin, wheel)
    assert edited == []


def test_a_problem_is_said_in_the_inspector(inspector: Inspector, design: OpenDesign) -> None:
    design.set_current(design.network.nodes[1].uid)
    spins = editor(inspector, "kernel_size").findChildren(QAbstractSpinBox)
    spins[0].selectAll()
    QTest.keyClicks(spins[0], "40")
    said = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    assert any("40×3 kernel does not fit a 28×28 input" in text for text in said)


def test_a_name_that_is_taken_is_counted_up(inspector: Inspector, design: OpenDesign) -> None:
    design.set_current(design.network.nodes[1].uid)
    name = next(e for e in inspector.findChildren(QLineEdit) if e.accessibleName() ==
                "Name of the block")  # fmt: skip
    name.selectAll()
    QTest.keyClicks(name, "dense_1")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert design.network.nodes[1].name == "dense_2"
    assert name.text() == "dense_2"


def test_nothing_selected_says_what_to_do(inspector: Inspector) -> None:
    said = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    assert any("Select a block" in text for text in said)


def test_out_of_sight_it_makes_nothing_and_catches_up_when_it_is_shown(
    inspector: Inspector, design: OpenDesign
) -> None:
    inspector.hide()
    design.set_current(design.network.nodes[1].uid)
    assert inspector.findChild(QWidget, "filters") is None
    inspector.show()
    assert editor(inspector, "filters").value() == 64


def test_forms_made_in_advance_are_out_of_sight_and_those_that_are_shown_later(
    inspector: Inspector, design: OpenDesign, qtbot: QtBot
) -> None:
    kinds = {type(node.block) for node in design.network.nodes if fields_of(type(node.block))}
    inspector.prepare()
    qtbot.waitUntil(lambda: len(inspector.findChildren(ParamForm)) == len(kinds))
    assert not any(form.isVisible() for form in inspector.findChildren(ParamForm))
    for node in design.network.nodes:
        design.set_current(node.uid)
    assert len(inspector.findChildren(ParamForm)) == len(kinds)
    assert editor(inspector, "units").isVisible()


def test_settings_unfolded_later_show_the_values_of_the_block(
    inspector: Inspector, design: OpenDesign
) -> None:
    node = design.network.nodes[1]
    retune(design, node.name, dilation_rate=(2, 2))
    design.set_current(node.uid)
    next(
        fold
        for fold in inspector.findChildren(QToolButton)
        if fold.accessibleName() == "More settings" and fold.isVisible()
    ).click()
    assert editor(inspector, "dilation_rate").value() == (2, 2)
