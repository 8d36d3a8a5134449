"""The classes of data as rows: how many images there are of each, and some of them.

All of it is painted: data may have 1,000 classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.data.class_row_painting import ROW, Cell, RowPainter, cells_in, room_of
from cnnstudio.ui.data.parts import Counts, said
from cnnstudio.ui.data.sample_store import Sample
from cnnstudio.ui.theme import L, Theme

_AHEAD = 2
"""Rows below those in sight whose images are asked for too."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of the data.

    Attributes:
        label: its name.
        counts: of its images, by part.
        samples: the numbers of some of them in the data.
    """

    label: str
    counts: Counts
    samples: tuple[int, ...]


class ClassRows(QAbstractScrollArea):
    """A row for each class, to go through by mouse and keys.

    `wanted` carries the numbers of the images in sight, `opened` that of the one a person wants to
    see large.

    Args:
        sample: gives an image by its number, None while it is not there.
        theme: gives colours.
    """

    wanted = Signal(object)
    opened = Signal(int)

    def __init__(self, sample: Callable[[int], Sample | None], theme: Theme) -> None:
        super().__init__()
        self._sample = sample
        self._rows: tuple[ClassRow, ...] = ()
        self._is_text = False
        self._current = self._hovered = Cell(-1, -1)
        self._pressed: int | None = None
        self._theme = theme
        self._painter = RowPainter(theme)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(_("Images by class"))
        self.verticalScrollBar().setSingleStep(ROW // 2)
        theme.changed.connect(self.viewport().update)

    @property
    def rows(self) -> tuple[ClassRow, ...]:
        """The classes that are shown."""
        return self._rows

    @property
    def current(self) -> int | None:
        """The number of the image that the keyboard is at, None if it is at none."""
        return self._number(self._current)

    def show_rows(self, rows: Sequence[ClassRow], *, is_text: bool) -> None:
        """Show other classes."""
        if (*rows,) == self._rows and is_text == self._is_text:
            return
        self._rows, self._is_text = (*rows,), is_text
        self._hovered = Cell(-1, -1)
        if not self._number(self._current):
            self._go_to(Cell(0, 0) if rows else Cell(-1, -1))
        self._fit()

    def refresh(self) -> None:
        """Paint again, as there are more images."""
        self.viewport().update()

    def step(self, across: int) -> None:
        """Go to a neighbour of the present image."""
        self._go_to(Cell(self._current.row, self._current.place + across))

    def label_of(self, number: int) -> str:
        """Return the class of an image that is shown, "" if it is not."""
        return next((row.label for row in self._rows if number in row.samples), "")

    def place_of(self, number: int) -> QRect:
        """Return where an image is on the screen; empty if it is not in sight."""
        for row, place in self._cells_in_sight():
            if self._rows[row].samples[place] == number:
                rect = self._rect(Cell(row, place))
                return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())
        return QRect()

    # Where things are

    def _places(self, row: int) -> int:
        samples = len(self._rows[row].samples)
        return min(samples, cells_in(self.viewport().width(), is_text=self._is_text))

    def _rect(self, cell: Cell) -> QRect:
        top = cell.row * ROW - self.verticalScrollBar().value()
        return room_of(cell.place, top, self.viewport().width(), is_text=self._is_text)

    def _cell_at(self, point: QPoint) -> Cell:
        row = (point.y() + self.verticalScrollBar().value()) // ROW
        if 0 <= row < len(self._rows):
            for place in range(self._places(row)):
                if self._rect(Cell(row, place)).contains(point):
                    return Cell(row, place)
            return Cell(row, -1)
        return Cell(-1, -1)

    def _number(self, cell: Cell) -> int | None:
        if not 0 <= cell.row < len(self._rows):
            return None
        samples = self._rows[cell.row].samples
        return samples[cell.place] if 0 <= cell.place < len(samples) else None

    def _in_sight(self, more: int = 0) -> range:
        first = self.verticalScrollBar().value() // ROW
        last = (self.verticalScrollBar().value() + self.viewport().height()) // ROW + 1
        return range(first, min(last + more, len(self._rows)))

    def _cells_in_sight(self, more: int = 0) -> list[Cell]:
        return [
            Cell(row, place) for row in self._in_sight(more) for place in range(self._places(row))
        ]

    def _fit(self) -> None:
        room = len(self._rows) * ROW + L - self.viewport().height()
        self.verticalScrollBar().setRange(0, max(room, 0))
        self.verticalScrollBar().setPageStep(max(self.viewport().height() - ROW, ROW))
        self._want()
        self.viewport().update()

    def _want(self) -> None:
        cells = self._cells_in_sight(_AHEAD)
        self.wanted.emit([self._rows[row].samples[place] for row, place in cells])

    # What a person does

    def _go_to(self, cell: Cell) -> None:
        if self._rows and cell.row >= 0:
            row = min(max(cell.row, 0), len(self._rows) - 1)
            cell = Cell(row, min(max(cell.place, 0), max(self._places(row) - 1, 0)))
            top, bar = row * ROW, self.verticalScrollBar()
            if top < bar.value():
                bar.setValue(top)
            elif top + ROW > bar.value() + self.viewport().height():
                bar.setValue(top + ROW - self.viewport().height())
        self._current = cell
        self.setAccessibleDescription(self._told(cell))
        self.viewport().update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, place = self._current
        page = max(self.viewport().height() // ROW - 1, 1)
        steps = {
            Qt.Key.Key_Left: Cell(row, place - 1),
            Qt.Key.Key_Right: Cell(row, place + 1),
            Qt.Key.Key_Up: Cell(row - 1, place),
            Qt.Key.Key_Down: Cell(row + 1, place),
            Qt.Key.Key_PageUp: Cell(row - page, place),
            Qt.Key.Key_PageDown: Cell(row + page, place),
            Qt.Key.Key_Home: Cell(0, place),
            Qt.Key.Key_End: Cell(len(self._rows) - 1, place),
        }
        number = self._number(self._current)
        key = Qt.Key(event.key())
        if key in steps and self._rows:
            self._go_to(Cell(max(steps[key].row, 0), steps[key].place))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and number is not None:
            self.opened.emit(number)
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        number = self._number(cell)
        self._pressed = number if event.button() is Qt.MouseButton.LeftButton else None
        if cell.row >= 0:
            self._go_to(cell)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self._number(
            self._cell_at(event.position().toPoint())
        ):
            self.opened.emit(pressed)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(QPointF(-1, -1))

    def _hover(self, point: QPointF) -> None:
        cell = self._cell_at(point.toPoint()) if point.y() >= 0 else Cell(-1, -1)
        if cell != self._hovered:
            self._hovered = cell
            over_image = self._number(cell) is not None
            shape = Qt.CursorShape.PointingHandCursor if over_image else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(event.pos())
            QToolTip.showText(event.globalPos(), self._told(cell), self.viewport())
            return True
        return super().viewportEvent(event)

    def _told(self, cell: Cell) -> str:
        """Say what is at a place: an image with its number, or a class with its counts."""
        if not 0 <= cell.row < len(self._rows):
            return ""
        row, number = self._rows[cell.row], self._number(cell)
        if number is None:
            return _("{label}: {counts}").format(label=row.label, counts=said(row.counts))
        sample = self._sample(number)
        return caption(number, row.label, sample.name if sample else "")

    # What is shown

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("panel"))
        most = max((sum(row.counts) for row in self._rows), default=0)
        width = self.viewport().width()
        for number in self._in_sight():
            row = self._rows[number]
            top = number * ROW - self.verticalScrollBar().value()
            self._painter.paint_class(painter, top, width, row.label, row.counts, most)
            for place in range(self._places(number)):
                cell = Cell(number, place)
                self._painter.paint_sample(
                    painter,
                    self._rect(cell),
                    self._sample(row.samples[place]),
                    hovered=cell == self._hovered,
                    focused=cell == self._current and self.hasFocus(),
                    is_text=self._is_text,
                )
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._want()
        self.viewport().update()


def caption(number: int, label: str, name: str) -> str:
    """Say which image of the data something is."""
    if name:
        return _("{name} · image {number:,}, class {label}").format(
            name=name, number=number, label=label
        )
    return _("image {number:,}, class {label}").format(number=number, label=label)
