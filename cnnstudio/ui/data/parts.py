"""The parts of data as bars: told apart by how they are filled, not by colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.theme import SMALL, XS, M, Theme, font

Counts = tuple[int, int, int]
"""Images that are learned from, kept back to measure with, only tested with."""
NAMES = (N_("to learn from"), N_("validation"), N_("only to test"))
"""What the parts are for, marked for translation."""
BAR = 8
"""Pixels a bar is high."""
_FILLED, _HATCHED, _EMPTY = range(3)
_SWATCH = 12
_HEIGHT = 16


def paint_bar(painter: QPainter, rect: QRectF, counts: Counts, most: int, theme: Theme) -> None:
    """Paint how many images there are of each part; `most` of them fill the rectangle."""
    left = rect.left()
    for part, count in enumerate(counts):
        if count:
            width = max(rect.width() * count / max(most, 1), 2.0)
            paint_part(painter, QRectF(left, rect.top(), width, rect.height()), part, theme)
            left += width


def paint_part(painter: QPainter, rect: QRectF, part: int, theme: Theme) -> None:
    """Fill a rectangle as a part is filled: whole, hatched, or with nothing."""
    color = QColor(theme.tokens.curves[0])
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(color, 1))
    if part == _FILLED:
        painter.setBrush(QBrush(color))
    elif part == _HATCHED:
        painter.setBrush(QBrush(color, Qt.BrushStyle.Dense5Pattern))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(inner)


def said(counts: Counts) -> str:
    """Say how many images there are of each part, of those that there are."""
    return " · ".join(
        _("{count:,} {part}").format(count=count, part=_(name))
        for count, name in zip(counts, NAMES, strict=True)
        if count
    )


class PartsLegend(QWidget):
    """Says how many images there are of each part, and how its bars are filled."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._counts: Counts = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_counts(self, counts: Counts) -> None:
        """Show the numbers of images of all classes together."""
        self._counts = counts
        self.setAccessibleName(said(counts))
        self.setToolTip(
            _(
                "The network learns from the first; after every epoch it is measured with those "
                "for validation. What is only to test takes no part in a run."
            )
        )
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(SMALL, tabular=True))
        metrics = QFontMetrics(painter.font())
        left = 0.0
        for part, (count, name) in enumerate(zip(self._counts, NAMES, strict=True)):
            if not count:
                continue
            text = _("{count:,} {part}").format(count=count, part=_(name))
            paint_part(painter, QRectF(left, (_HEIGHT - BAR) / 2, _SWATCH, BAR), part, self._theme)
            left += _SWATCH + XS + 2
            painter.setPen(self._theme.color("muted"))
            box = QRectF(left, 0, max(self.width() - left, 0), _HEIGHT)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += metrics.horizontalAdvance(text) + M
        painter.end()
