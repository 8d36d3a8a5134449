"""The line above a plot: its title and, for each of its curves, a sample and a value."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.ui.theme import BODY, SMALL, XS, M, S, Theme, font
from cnnstudio.ui.training.strokes import Stroke, draw_marker, pen_of

HEIGHT = 22
SAMPLE = 18
WIDEST = "100.0 %"
GAP = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A curve in the legend; one that `may_yield` is left out where there is no room for it."""

    stroke: Stroke
    name: str
    may_yield: bool = False


class PlotLegend(QWidget):
    """Names a plot and reads the values of its curves."""

    def __init__(self, theme: Theme, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self._theme = theme
        self._entries = entries
        self._title = ""
        self._title_width = 0
        self._values: tuple[str, ...] = ("",) * len(entries)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_title(self, title: str, longest: str) -> None:
        """Name the plot; the longest title of all plots decides what there is room for in each."""
        self._title = title
        self._title_width = QFontMetrics(font(BODY, bold=True)).horizontalAdvance(longest)
        self.update()

    def set_values(self, values: tuple[str, ...]) -> None:
        """Show a value for each entry."""
        if values != self._values:
            self._values = values
            named = zip(self._entries, values, strict=True)
            said = ", ".join(f"{entry.name} {value}" for entry, value in named)
            self.setAccessibleName(f"{self._title}: {said}")
            self.update()

    @property
    def value_width(self) -> int:
        """The room for each value in pixels, the same as long as no value is longer than usual."""
        metrics = QFontMetrics(font(SMALL, bold=True, tabular=True))
        return max(metrics.horizontalAdvance(text) for text in (WIDEST, *self._values))

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title, names, values = (
            font(BODY, bold=True),
            font(SMALL),
            font(SMALL, bold=True, tabular=True),
        )
        painter.setFont(title)
        painter.setPen(self._theme.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._title)
        value_width = self.value_width
        shown = self._fitting(
            self.width() - self._title_width - M, QFontMetrics(names), value_width
        )
        right = float(self.width())
        for index in reversed(shown):
            entry = self._entries[index]
            name_width = QFontMetrics(names).horizontalAdvance(entry.name)
            right -= value_width
            painter.setFont(values)
            painter.setPen(self._theme.color("text"))
            self._text(painter, right, value_width, self._values[index])
            right -= name_width + GAP
            painter.setFont(names)
            painter.setPen(self._theme.color("muted"))
            self._text(painter, right, name_width, entry.name)
            right -= SAMPLE + XS
            self._sample(painter, right, entry.stroke)
            right -= S

    def _fitting(self, room: int, names: QFontMetrics, value_width: int) -> list[int]:
        """Return which entries there is room for."""
        shown = list(range(len(self._entries)))

        def needed() -> int:
            fixed = SAMPLE + XS + GAP + value_width + S
            return sum(fixed + names.horizontalAdvance(self._entries[i].name) for i in shown)

        for index in [i for i in shown if self._entries[i].may_yield]:
            if needed() > room:
                shown.remove(index)
        return shown

    def _text(self, painter: QPainter, left: float, width: float, text: str) -> None:
        box = QRectF(left, 0, width + 1, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _sample(self, painter: QPainter, left: float, stroke: Stroke) -> None:
        middle = self.height() / 2
        pen: QPen = pen_of(stroke, self._theme)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, middle), QPointF(left + SAMPLE, middle))
        if stroke.marker:
            fill: QColor = self._theme.color("panel")
            draw_marker(painter, QPointF(left + SAMPLE / 2, middle), stroke, pen.color(), fill)
