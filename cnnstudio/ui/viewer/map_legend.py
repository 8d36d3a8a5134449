"""Below the maps: what the colours stand for, and the value that is pointed at."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, L, S, Theme, font
from cnnstudio.ui.viewer.color_scales import ColorScale, colors
from cnnstudio.ui.viewer.elided import ElidedLabel

_BAR = 96
_STEP = 16
_STOPS = 16
_NARROW = 440
"""Pixels of width below which what is pointed at stands below the colours."""


class ColorBar(QWidget):
    """The colours from the lowest to the highest activation, with both values."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = ColorScale.VIRIDIS
        self._ends = (math.nan, math.nan)
        self.setFont(font(SMALL, tabular=True))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            _("Which colour is which activation: the number a block puts out at one place")
        )
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._side(0) + _BAR + self._side(1), 20)

    def show_range(self, scale: ColorScale, low: float, high: float) -> None:
        """Show a scale and the values at its ends; NaN where each map has ends of its own."""
        self._scale, self._ends = scale, (low, high)
        self.setAccessibleName(
            _("Colours from {low} to {high}").format(low=self._text(0), high=self._text(1))
        )
        self.updateGeometry()
        self.update()

    def _side(self, end: int) -> int:
        """Return the room for a value, in steps so that it seldom changes as values do."""
        width = self.fontMetrics().horizontalAdvance(self._text(end)) + S
        return -(-width // _STEP) * _STEP

    def _text(self, end: int) -> str:
        if math.isnan(self._ends[end]):
            return _("lowest") if end == 0 else _("highest")
        return short(self._ends[end])

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._side(0), self.width() - self._side(1)
        bar = QRectF(left, 4, right - left, self.height() - 8)
        table = colors(self._scale, dark=self._theme.tokens.dark)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for stop in range(_STOPS + 1):
            red, green, blue = map(int, table[(len(table) - 1) * stop // _STOPS])
            gradient.setColorAt(stop / _STOPS, QColor(red, green, blue))
        painter.setPen(self._theme.color("border"))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(self._theme.color("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        before = QRectF(0, 0, left - S, self.height())
        after = QRectF(right + S, 0, self.width() - right - S, self.height())
        painter.drawText(before, int(Qt.AlignmentFlag.AlignLeft | middle), self._text(0))
        painter.drawText(after, int(Qt.AlignmentFlag.AlignLeft | middle), self._text(1))
        painter.end()


class MapLegend(QWidget):
    """The colour bar, and one line that always has room for what is pointed at."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = ColorBar(theme)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.readout = ElidedLabel()
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.readout.setFont(font(SMALL, tabular=True))
        self.readout.setAccessibleName(_("Value under the pointer"))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(L)
        self._row.addWidget(self.bar)
        self._row.addWidget(self.readout, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(below if is_narrow else beside)
        self._row.setSpacing(0 if is_narrow else L)
        align = Qt.AlignmentFlag.AlignLeft if is_narrow else Qt.AlignmentFlag.AlignRight
        self.readout.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)

    def say(self, text: str, tone: str = "muted") -> None:
        """Write the line, in the tone of a label; of one that is no hint the end is in sight."""
        # There the value stands.
        end = Qt.TextElideMode.ElideRight if tone == "muted" else Qt.TextElideMode.ElideLeft
        self.readout.elide(end)
        self.readout.setText(text)
        if self.readout.property("tone") != tone:
            self.readout.setProperty("tone", tone)
            self.readout.style().unpolish(self.readout)
            self.readout.style().polish(self.readout)
