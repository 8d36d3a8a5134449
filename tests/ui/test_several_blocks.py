"""Several blocks selected: their common parameters, changed in all in one undo step."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import (
    AveragePooling2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
)
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from cnnstudio.ui.editor.several_blocks import SeveralBlocks, common_fields
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme


@pytest.fixture
def design() -> OpenDesign:
    network = network_of(
        Input(shape=(28, 28, 1)),
        Conv2D(filters=32, kernel_size=(3, 3)),
        Conv2D(filters=64, kernel_size=(3, 3)),
        MaxPooling2D(),
        Flatten(),
        Dense(units=10),
    )
    return OpenDesign(Design("several", network))


@pytest.fixture
def several(design: OpenDesign, theme: Theme, qtbot: QtBot) -> SeveralBlocks:
    several = SeveralBlocks(design, theme)
    qtbot.addWidget(several)
    several.show()
    return several


def filters(design: OpenDesign) -> list[int]:
    blocks = [node.block for node in design.network.nodes]
    return [block.filters for block in blocks if isinstance(block, Conv2D)]


def test_a_change_goes_to_all_and_is_one_step(several: SeveralBlocks, design: OpenDesign) -> None:
    several.show_blocks([(1,), (2,)])
    assert several.form is not None
    several.form.edited.emit("filters", 7)
    assert filters(design) == [7, 7]
    several.form.edited.emit("filters", 8)
    assert filters(design) == [8, 8]
    assert design.undo_stack.count() == 1, "quick changes of one parameter are one step"
    design.undo_stack.undo()
    assert filters(design) == [32, 64]


def test_blocks_that_differ_are_marked_and_made_alike(
    several: SeveralBlocks, design: OpenDesign
) -> None:
    design.set_current(design.network.nodes[2].uid)
    several.show_blocks([(1,), (2,)])
    assert several.form is not None
    marked = [label for label in several.form.labels() if "≠" in label.text()]
    assert [label.toolTip() for label in marked] == [
        "The blocks differ: 32, 64. A new value goes to all."
    ]
    (button,) = (b for b in several.findChildren(QPushButton) if b.isVisibleTo(several))
    button.click()
    assert filters(design) == [64, 64]
    several.show_blocks([(1,), (2,)])
    assert not button.isVisibleTo(several)
    assert not [label for label in several.form.labels() if "≠" in label.text()]


def test_only_what_means_the_same_is_common() -> None:
    assert set(common_fields([MaxPooling2D, AveragePooling2D])) == {
        "pool_size",
        "strides",
        "padding",
    }
    assert "padding" in common_fields([Conv2D, MaxPooling2D])
    assert common_fields([Flatten, Conv2D]) == {}
    assert common_fields([Dropout, Conv2D]) == {}


def test_blocks_with_nothing_in_common_say_so(several: SeveralBlocks, design: OpenDesign) -> None:
    several.show_blocks([(3,), (4,)])
    assert several.form is None
    texts = [label.text() for label in several.findChildren(QLabel) if label.isVisible()]
    assert "MaxPooling2D × 1, Flatten × 1" in texts
    assert not any("goes to all" in text for text in texts)
    assert design.undo_stack.count() == 0


def test_a_number_can_be_typed_to_its_end(
    several: SeveralBlocks, design: OpenDesign, qtbot: QtBot
) -> None:
    several.show_blocks([(1,), (2,)])
    design.changed.connect(lambda: several.show_blocks([(1,), (2,)]))
    several.activateWindow()
    qtbot.waitActive(several)
    several.focus_form()
    typed = QApplication.focusWidget()
    assert isinstance(typed, QAbstractSpinBox)
    typed.selectAll()
    for digit in "48":
        QTest.keyClicks(typed, digit)
        assert QApplication.focusWidget() is typed
    assert filters(design) == [48, 48]
