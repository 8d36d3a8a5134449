"""The view of a block that puts out a few numbers: a bar for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, L, M, S, Theme, font
from cnnstudio.ui.viewer.drawing import Company
from cnnstudio.ui.viewer.map_view import BY_KEY, CHOOSE

MOST_BARS = 128
"""A longer vector is shown as a picture of cells instead."""
_AXIS = 64
_WIDEST_SLOT = 88
_VALUES_FROM = 46


class VectorView(QWidget):
    """A bar a unit, up and down from zero, with the classes' names below if they are known.

    `pointed` carries the `Place` of the unit under the mouse or keyboard, None if there is none;
    `asked` that of one whose number is to be explained, `left` asks to end that; `painted` follows
    the first paint of new values.
    """

    pointed = Signal(object)
    asked = Signal(object)
    left = Signal()
    painted = Signal()
    _drawn = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: NDArray[np.float32] = np.zeros(0, np.float32)
        self._scaled = self._values
        self._labels: tuple[str, ...] = ()
        self._unit: int | None = None
        self._pinned: int | None = None
        self._fresh = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Values of the units"))
        self._drawn.connect(self.painted, Qt.ConnectionType.QueuedConnection)
        theme.changed.connect(self.update)

    @property
    def values(self) -> NDArray[np.float32]:
        """What is shown, `(units,)`."""
        return self._values

    @property
    def place(self) -> Place | None:
        """The unit that is pointed at."""
        return None if self._unit is None else Place(self._unit)

    def show_values(
        self,
        values: NDArray[np.float32],
        labels: tuple[str, ...] = (),
        company: Company | None = None,
    ) -> None:
        """Show values, with a name each if there are as many labels, and an axis for `company`."""
        self._values = self._scaled = values
        if company is not None and company.shares and company.fits(values):
            self._scaled = np.concatenate([values, company.now, company.pinned])
        self._labels = labels if len(labels) == len(values) else ()
        self._fresh = True
        kept = self._unit is not None and self._unit < len(values)
        self._point(self._unit if kept else None)

    def mark(self, place: Place | None) -> None:
        """Mark a unit that another view points at, without saying so."""
        self._unit = None if place is None else place.channel
        self.update()

    def pin(self, place: Place | None) -> None:
        """Frame the unit that is explained; while there is one, arrow keys explain the next."""
        self._pinned = None if place is None else place.channel
        self.update()

    def unit_at(self, position: QPointF) -> int | None:
        """Return the unit whose slot a point of the widget is in."""
        plot, slot = self._plot(), self._slot()
        inside = plot.left() <= position.x() < plot.right() and len(self._values) > 0
        if not inside:
            return None
        return min(len(self._values) - 1, int((position.x() - plot.left()) / slot))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._values):
            return
        painter = QPainter(self)
        painter.setFont(font(SMALL, tabular=True))
        self._paint_axis(painter)
        for unit in range(len(self._values)):
            self._paint_bar(painter, unit)
        self._paint_names(painter)
        painter.end()
        if self._fresh:
            self._fresh = False
            self._drawn.emit()

    def _range(self) -> tuple[float, float]:
        finite = self._scaled[np.isfinite(self._scaled)]
        low = min(0.0, float(finite.min())) if len(finite) else 0.0
        high = max(0.0, float(finite.max())) if len(finite) else 0.0
        return (low, high) if high > low else (low, low + 1.0)

    def _slot(self) -> float:
        room = self.width() - _AXIS - L
        return min(_WIDEST_SLOT, room / max(1, len(self._values)))

    def _plot(self) -> QRectF:
        width = self._slot() * len(self._values)
        room = self.width() - _AXIS - L
        left = _AXIS + (room - width) / 2
        line = self.fontMetrics().height()
        return QRectF(left, L + line, width, self.height() - 2 * L - 2 * line)

    def _y(self, value: float) -> float:
        low, high = self._range()
        plot = self._plot()
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    def _paint_axis(self, painter: QPainter) -> None:
        low, high = self._range()
        plot = self._plot()
        for value in sorted({low, 0.0, high}):
            y = self._y(value)
            token = "muted" if value == 0 else "border"
            painter.setPen(QPen(self._theme.color(token), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self._theme.color("muted"))
            text = QRectF(plot.left() - _AXIS, y - L, _AXIS - S, 2 * L)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(text, int(side), short(value))

    def _paint_bar(self, painter: QPainter, unit: int) -> None:
        slot, plot = self._slot(), self._plot()
        value = float(self._values[unit])
        left = plot.left() + unit * slot
        if unit == self._unit:
            painter.fillRect(
                QRectF(left, plot.top() - L, slot, plot.height() + 2 * L),
                self._theme.color("selection"),
            )
        if unit == self._pinned:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            whole = QRectF(left, plot.top() - L, slot, plot.height() + 2 * L)
            painter.drawRect(whole.adjusted(1, 1, -1, -1))
        margin = slot * 0.16 if slot > 6 else 0.5
        if not np.isfinite(value):
            brush = QBrush(self._theme.color("error"), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(
                QRectF(left + margin, plot.top(), slot - 2 * margin, plot.height()), brush
            )
        else:
            ends = sorted((self._y(0.0), self._y(value)))
            bar = QRectF(left + margin, ends[0], slot - 2 * margin, max(1.0, ends[1] - ends[0]))
            painter.fillRect(bar, self._theme.color("accent"))
        if slot >= _VALUES_FROM:
            self._paint_value(painter, QRectF(left, 0, slot, 2 * M), value)

    def _paint_value(self, painter: QPainter, box: QRectF, value: float) -> None:
        finite = bool(np.isfinite(value))
        above = not finite or value >= 0
        y = self._plot().top() if not finite else self._y(value)
        box.moveTop(y - box.height() if above else y)
        text = short(value) if finite else "NaN"
        if painter.fontMetrics().horizontalAdvance(text) + S <= box.width():
            painter.setPen(self._theme.color("text" if finite else "error"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter) -> None:
        slot, plot = self._slot(), self._plot()
        names = self._labels or tuple(str(unit) for unit in range(len(self._values)))
        widest = max(painter.fontMetrics().horizontalAdvance(name) for name in names) + S
        every = 1 if self._labels and slot >= 16 else max(1, -int(-widest // slot))
        painter.setPen(self._theme.color("text" if self._labels else "muted"))
        for unit in range(0, len(names), every):
            room = slot * every
            middle = plot.left() + (unit + 0.5) * slot
            box = QRectF(middle - room / 2, self.height() - L - M, room, L + S)
            text = painter.fontMetrics().elidedText(
                names[unit], Qt.TextElideMode.ElideRight, int(room)
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.unit_at(event.position()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.unit_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and unit is not None:
            self.asked.emit(Place(unit))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        if key == Qt.Key.Key_Escape and self._pinned is not None:
            self.left.emit()
        elif key in CHOOSE and self._unit is not None:
            self.asked.emit(Place(self._unit))
        elif step is None or not len(self._values):
            super().keyPressEvent(event)
        else:
            self._go(step)

    def _go(self, step: int) -> None:
        here = self._unit if self._pinned is None else self._pinned
        unit = min(max(0 if here is None else here + step, 0), len(self._values) - 1)
        self._point(unit)
        if self._pinned is not None:
            self.asked.emit(Place(unit))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in BY_KEY
        if by_key and self._unit is None and len(self._values):
            self._point(0)

    def _point(self, unit: int | None) -> None:
        self._unit = unit
        self.update()
        self.pointed.emit(self.place)
