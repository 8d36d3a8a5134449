"""A small histogram: how often the values of a block occur."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.map_statistics import Histogram
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import Theme

_SIZE = QSize(160, 36)


class HistogramView(QWidget):
    """Bars whose heights grow with the logarithm of the counts, so that rare values are seen.

    A line stands at zero. A second histogram, of what was before, is drawn as an outline.
    """

    def __init__(self, theme: Theme, size: QSize = _SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._size = theme, size
        self._bars: Histogram | None = None
        self._before: Histogram | None = None
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Histogram"))
        self.setToolTip(
            _("How often each value occurs, on a logarithmic scale; the line marks zero")
        )
        theme.changed.connect(self.update)

    @property
    def bars(self) -> Histogram | None:
        """What is shown."""
        return self._bars

    def show_bars(self, bars: Histogram | None, before: Histogram | None = None) -> None:
        """Show how often values occur, and how often they did before."""
        self._bars, self._before, self._pointed = bars, before, None
        self.setAccessibleDescription("" if bars is None else _range_of(bars))
        self.update()

    def told(self, x: float) -> str:
        """Say how many values the bar at a place of the widget stands for."""
        if self._bars is None:
            return self.toolTip()
        low, high = self._ends()
        value = low + (high - low) * x / max(1, self.width())
        at = int((value - self._bars.low) / self._bars.width) if self._bars.width else 0
        if not 0 <= at < len(self._bars.counts):
            return self.toolTip()
        start = self._bars.low + at * self._bars.width
        count = int(self._bars.counts[at])
        return ngettext(
            "{count:,} value from {low} to {high}", "{count:,} values from {low} to {high}", count
        ).format(count=count, low=short(start), high=short(start + self._bars.width))

    @override
    def sizeHint(self) -> QSize:
        return self._size

    def _ends(self) -> tuple[float, float]:
        shown = [bars for bars in (self._bars, self._before) if bars is not None]
        return min(bars.low for bars in shown), max(bars.high for bars in shown)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("card"))
        if self._bars is not None:
            self._paint_bars(painter, self._bars, filled=True)
            if self._before is not None:
                self._paint_bars(painter, self._before, filled=False)
            self._paint_zero(painter)
        painter.setPen(self._theme.color("border"))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_bars(self, painter: QPainter, bars: Histogram, *, filled: bool) -> None:
        heights = np.log1p(bars.counts)
        most = float(heights.max())
        if most == 0:
            return
        low, high = self._ends()
        scale = (self.width() - 2) / (high - low)
        room = self.height() - 4
        painter.setPen(QPen(self._theme.color("muted" if filled else "warning"), 1))
        for at in np.flatnonzero(bars.counts):
            left = 1 + (bars.low + int(at) * bars.width - low) * scale
            height = max(1.0, float(heights[at]) / most * room)
            bar = QRectF(left, self.height() - 1 - height, max(1.0, bars.width * scale), height)
            if filled:
                painter.fillRect(bar, self._theme.color("accent"))
            else:
                painter.drawLine(bar.topLeft(), bar.topRight())

    def _paint_zero(self, painter: QPainter) -> None:
        low, high = self._ends()
        if low < 0 < high:
            x = 1 + (self.width() - 2) * -low / (high - low)
            painter.setPen(QPen(self._theme.color("text"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(int(x), 2, int(x), self.height() - 2)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told(event.pos().x()), self)
            return True
        return super().event(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if QToolTip.isVisible():
            text = self.told(event.position().x())
            QToolTip.showText(event.globalPosition().toPoint(), text, self)


def _range_of(bars: Histogram) -> str:
    return _("From {low} to {high}").format(low=short(bars.low), high=short(bars.high))
