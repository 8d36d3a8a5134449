"""A window stepping over its input: padding, stride and dilation as cells of two grids."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.core.blocks import Block, Family, Shape
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.window_places import WindowPlaces, window_places
from cnnstudio.ui.theme import SMALL, XS, Theme, font

LARGEST_CELL, SMALLEST_CELL = 15.0, 3.0
ARROW = 40.0
LINE = 16
HALF_SEEN = 0.22
MOST_SHOWN = 60
"""Rows of a drawing; a window of more is not drawn."""


@dataclass(frozen=True, slots=True)
class WindowSketch:
    """What is drawn of a block with a window.

    Attributes:
        rows, columns: where the window lies on either axis.
        window: its size, for words.
        strides: its steps, for words.
        family: of the block, for its colour.
        is_piece: whether only a piece of the input is drawn.
    """

    rows: WindowPlaces
    columns: WindowPlaces
    window: tuple[int, ...]
    strides: tuple[int, ...]
    family: Family
    is_piece: bool

    @property
    def count(self) -> int:
        """How many places the window has in the drawing."""
        return self.rows.count * self.columns.count

    def sentence(self) -> str:
        """Say what is drawn."""
        padded = self.rows.whole > self.rows.size or self.columns.whole > self.columns.size
        text = (
            _("A {window} window steps over the input by {strides}; zeros are put at its edges.")
            if padded
            else _("A {window} window steps over the input by {strides} and stays inside it.")
        )
        return text.format(window=times(self.window), strides=times(self.strides))

    def paint(self, painter: QPainter, box: QRectF, theme: Theme, place: int) -> None:
        """Paint input, window at a place, and output."""
        rows, columns = self.rows, self.columns
        wide = columns.whole + columns.count
        cell = min(
            LARGEST_CELL,
            (box.width() - ARROW) / wide,
            (box.height() - LINE - XS) / max(rows.whole, rows.count),
        )
        if cell < SMALLEST_CELL:
            return
        colour = theme.family(self.family)
        top = box.top() + LINE + XS
        source = QRectF(box.left(), top, cell * columns.whole, cell * rows.whole)
        target = QRectF(
            source.right() + ARROW,
            source.center().y() - cell * rows.count / 2,
            cell * columns.count,
            cell * rows.count,
        )
        _caption(
            painter, source, box, theme, _("part of the input") if self.is_piece else _("input")
        )
        _caption(painter, QRectF(target.left(), source.top(), 120, 0), box, theme, _("output"))
        self._paint_cells(painter, source, cell, theme)
        row, column = divmod(place, columns.count)
        self._paint_window(painter, source, cell, colour, row, column)
        _grid(painter, target, rows.count, columns.count, cell, theme)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour)
        painter.drawRect(
            QRectF(target.left() + column * cell, target.top() + row * cell, cell, cell)
        )
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QRectF(source.right(), source.top(), ARROW, source.height()),
            Qt.AlignmentFlag.AlignCenter,
            "→",
        )

    def _paint_cells(self, painter: QPainter, box: QRectF, cell: float, theme: Theme) -> None:
        rows, columns = self.rows, self.columns
        if rows.whole > rows.size or columns.whole > columns.size:
            pen = QPen(theme.color("border"), 1)
            pen.setStyle(Qt.PenStyle.DotLine)
            _grid(painter, box, rows.whole, columns.whole, cell, theme, pen)
        inner = QRectF(
            box.left() + columns.before * cell,
            box.top() + rows.before * cell,
            columns.size * cell,
            rows.size * cell,
        )
        painter.fillRect(inner, theme.color("card"))
        _grid(painter, inner, rows.size, columns.size, cell, theme)

    def _paint_window(
        self, painter: QPainter, box: QRectF, cell: float, colour: QColor, row: int, column: int
    ) -> None:
        left = box.left() + self.columns.start(column) * cell
        top = box.top() + self.rows.start(row) * cell
        tint = QColor(colour)
        tint.setAlphaF(HALF_SEEN)
        for down in self.rows.taps:
            for across in self.columns.taps:
                painter.fillRect(QRectF(left + across * cell, top + down * cell, cell, cell), tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.5))
        width, height = self.columns.taps[-1] + 1, self.rows.taps[-1] + 1
        painter.drawRect(QRectF(left, top, width * cell, height * cell))


def window_sketch(block: Block, shape: Shape | None) -> WindowSketch | None:
    """Return what to draw of a block whose window moves over one or two axes, None if it has none.

    Args:
        block: the block.
        shape: what it receives, without the batch.
    """
    window = getattr(block, "kernel_size", None) or getattr(block, "pool_size", None)
    if window is None or shape is None or block.kind.endswith("Transpose"):
        return None
    window = (window,) if isinstance(window, int) else tuple(window)
    axes = len(window)
    if axes > 2 or len(shape) != axes + 1:
        return None
    strides = _pair(getattr(block, "strides", None), window)
    dilation = _pair(getattr(block, "dilation_rate", None), (1,) * axes)
    padding = getattr(block, "padding", "valid")
    places = [
        window_places(size, taps, step, padding, spread)
        for size, taps, step, spread in zip(shape, window, strides, dilation, strict=False)
    ]
    if axes == 1:
        places.insert(0, window_places(1, 1, 1, "valid"))
    rows, columns = places
    if rows is None or columns is None or max(rows.whole, columns.whole) > MOST_SHOWN:
        return None
    drawn = (rows.size, columns.size)[2 - axes :]
    return WindowSketch(
        rows, columns, window, strides, block.family, is_piece=drawn != tuple(shape[:axes])
    )


def _pair(value: int | tuple[int, ...] | None, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    if value is None:
        return otherwise
    return (value,) * len(otherwise) if isinstance(value, int) else value


def _grid(
    painter: QPainter,
    box: QRectF,
    rows: int,
    columns: int,
    cell: float,
    theme: Theme,
    pen: QPen | None = None,
) -> None:
    painter.setPen(pen or QPen(theme.color("border"), 1))
    for row in range(rows + 1):
        y = box.top() + row * cell
        painter.drawLine(QPointF(box.left(), y), QPointF(box.left() + columns * cell, y))
    for column in range(columns + 1):
        x = box.left() + column * cell
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.top() + rows * cell))


def _caption(painter: QPainter, over: QRectF, box: QRectF, theme: Theme, text: str) -> None:
    painter.setFont(font(SMALL))
    painter.setPen(theme.color("muted"))
    line = QRectF(over.left(), box.top(), max(over.width(), 120), LINE)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
