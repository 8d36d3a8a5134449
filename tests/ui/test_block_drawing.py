"""The small drawing of what a block does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.blocks import Activation, Block, Conv2D, Dense, Flatten, MaxPooling2D
from cnnstudio.core.blocks.choices import ACTIVATIONS
from cnnstudio.ui.editor.drawing import BlockDrawing
from cnnstudio.ui.editor.window_sketch import window_sketch
from cnnstudio.ui.theme import Theme

IMAGE = BlockFacts(input_shape=(28, 28, 1))


@pytest.fixture
def drawing(theme: Theme, qtbot: QtBot) -> BlockDrawing:
    drawing = BlockDrawing(theme)
    qtbot.addWidget(drawing)
    drawing.resize(400, 132)
    return drawing


def picture(drawing: BlockDrawing) -> QImage:
    return drawing.grab().toImage()


def test_the_window_moves_on_with_each_step(drawing: BlockDrawing) -> None:
    drawing.show_block(Conv2D(filters=4, kernel_size=(3, 3)), IMAGE)
    drawing.show()
    first = picture(drawing)
    QTest.mouseClick(drawing, Qt.MouseButton.LeftButton)
    assert drawing.place == 1
    assert picture(drawing) != first
    for _step in range(8):
        QTest.mouseClick(drawing, Qt.MouseButton.LeftButton)
    assert drawing.place == 0
    assert picture(drawing) == first


@pytest.mark.parametrize("name", [n for n in ACTIVATIONS if n not in ("linear", "relu")])
def test_another_activation_is_another_curve(name: str, drawing: BlockDrawing) -> None:
    drawing.show_block(Activation(activation="relu"), IMAGE)
    drawing.show()
    relu = picture(drawing)
    drawing.show_block(Activation(activation=name), IMAGE)
    assert drawing.isVisible() == (name not in ("log_softmax", "sparsemax"))
    assert picture(drawing) != relu


@pytest.mark.parametrize("block", [Flatten(), Dense(units=3)])
def test_what_has_neither_window_nor_curve_is_not_drawn(
    block: Block, drawing: BlockDrawing
) -> None:
    drawing.show_block(Conv2D(), IMAGE)
    drawing.show_block(block, BlockFacts(input_shape=(40,)))
    assert drawing.isHidden()


@pytest.mark.parametrize(
    ("block", "shape"),
    [
        (Conv2D(kernel_size=(7, 7)), (4, 4, 1)),
        (Conv2D(kernel_size=(3, 3)), None),
        (MaxPooling2D(), (10,)),
        (Conv2D(kernel_size=(101, 101)), (500, 500, 1)),
    ],
)
def test_a_window_that_does_not_fit_is_not_drawn(
    block: Block, shape: tuple[int, ...] | None
) -> None:
    assert window_sketch(block, shape) is None
