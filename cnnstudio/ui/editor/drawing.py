"""A small drawing of what a block does: a window stepping over its input, or a curve."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.blocks import Block
from cnnstudio.core.curves import curve_of
from cnnstudio.core.i18n import _
from cnnstudio.ui.editor.curve_sketch import SOFTMAX, curve_sentence, paint_curve, paint_softmax
from cnnstudio.ui.editor.window_sketch import WindowSketch, window_sketch
from cnnstudio.ui.theme import L, Theme

HEIGHT = 132
CURVE_WIDTH = 168
SOFTMAX_WIDTH = 248
STEP_MS = 550


class BlockDrawing(QWidget):
    """Draws the current block; hidden where there is nothing to draw.

    The window steps over its input once when it has changed, and again while the mouse is over the
    drawing.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sketch: WindowSketch | None = None
        self._curve = ""
        self._place = 0
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._step)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def place(self) -> int:
        """The place of the window that is drawn, counted row by row."""
        return self._place

    def show_block(self, block: Block, facts: BlockFacts) -> None:
        """Draw a block with what is known of it."""
        sketch = window_sketch(block, facts.input_shape)
        curve = _activation(block)
        if (sketch, curve) == (self._sketch, self._curve):
            return
        self._sketch, self._curve, self._place = sketch, curve, 0
        self.setVisible(sketch is not None or bool(curve))
        self._describe()
        if sketch is not None and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(CURVE_WIDTH, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        if self._sketch is not None:
            room = QRectF(whole)
            if self._curve:
                room.setRight(whole.right() - self._curve_width - L)
            self._sketch.paint(painter, room, self._theme, self._place)
        if self._curve:
            width = min(self._curve_width, whole.width())
            left = whole.right() - width if self._sketch is not None else whole.left()
            box = QRectF(left, whole.top(), width, whole.height())
            paint = paint_softmax if self._curve == SOFTMAX else paint_curve
            paint(painter, box, self._theme, self._curve)

    @property
    def _curve_width(self) -> float:
        return SOFTMAX_WIDTH if self._curve == SOFTMAX and self._sketch is None else CURVE_WIDTH

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self._sketch is not None:
            self._timer.start()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._timer.stop()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._sketch is not None:
            self._step()

    def _step(self) -> None:
        if self._sketch is None or not self.isVisible():
            self._timer.stop()
            return
        self._place = (self._place + 1) % self._sketch.count
        if self._place == 0 and not self.underMouse():
            self._timer.stop()
        self.update()

    def _describe(self) -> None:
        parts = []
        if self._sketch is not None:
            parts.append(self._sketch.sentence())
        if self._curve:
            parts.append(curve_sentence(self._curve))
        text = "\n".join(parts)
        self.setAccessibleName(_("Drawing of what the block does"))
        self.setAccessibleDescription(text)
        self.setToolTip(text)


def _activation(block: Block) -> str:
    """Return the activation of a block that has a curve worth drawing, empty if there is none."""
    name = block.output_activation("linear")
    return name if name != "linear" and (name == SOFTMAX or curve_of(name) is not None) else ""
