"""An activation as a small plot: its curve, or for softmax the probabilities it makes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from cnnstudio.core.blocks import Family
from cnnstudio.core.curves import curve_of, softmax
from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import SMALL, XS, M, Theme, font

SOFTMAX = "softmax"
REACH = 4.0
"""The curve is drawn from minus to plus so much."""
LOWEST, HIGHEST = -2.0, 4.0
LINE = 16
EXAMPLE = (1.0, 3.0, 0.0, 2.0)
"""Four numbers that show what softmax does."""
NARROWEST = 26
"""Pixels a column needs for its number below it."""


def curve_sentence(name: str) -> str:
    """Say what is drawn."""
    if name == SOFTMAX:
        return _("softmax: makes any numbers into probabilities that sum to 1.")
    return _("{activation}: what it makes (up) of a number (across), from −4 to 4.").format(
        activation=name
    )


def paint_curve(painter: QPainter, box: QRectF, theme: Theme, name: str) -> None:
    """Paint the curve of an activation that has one."""
    curve = curve_of(name)
    if curve is None:
        return
    _title(painter, box, theme, name)
    plot = box.adjusted(0, LINE + XS, 0, 0)
    across = np.linspace(-REACH, REACH, 97)
    up = curve(across)
    low, high = _range(up)
    x0 = plot.center().x()
    y0 = plot.bottom() - plot.height() * (0 - low) / (high - low)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.drawLine(QPointF(plot.left(), y0), QPointF(plot.right(), y0))
    painter.drawLine(QPointF(x0, plot.top()), QPointF(x0, plot.bottom()))
    _ticks(painter, plot, theme, low, high)
    points = QPolygonF()
    for x, y in zip(across, up, strict=True):
        points.append(
            QPointF(
                plot.left() + plot.width() * (x + REACH) / (2 * REACH),
                plot.bottom() - plot.height() * (y - low) / (high - low),
            )
        )
    painter.save()
    painter.setClipRect(plot)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.family(Family.ACTIVATION), 2))
    painter.drawPolyline(points)
    painter.restore()


def paint_softmax(painter: QPainter, box: QRectF, theme: Theme, name: str) -> None:
    """Paint four numbers and the probabilities that softmax makes of them."""
    _title(painter, box, theme, name)
    plot = box.adjusted(0, LINE + XS, 0, -LINE)
    half = (plot.width() - 2 * M) / 2
    numbers = np.array(EXAMPLE)
    probabilities = softmax(numbers)
    colour = theme.family(Family.ACTIVATION)
    left = QRectF(plot.left(), plot.top(), half, plot.height())
    right = QRectF(plot.right() - half, plot.top(), half, plot.height())
    texts = [f"{number:g}" for number in numbers], [f"{p:.0%}" for p in probabilities]
    has_room = half / len(numbers) >= NARROWEST
    for area, values, words, fill in (
        (left, numbers / 3, texts[0], theme.color("border")),
        (right, probabilities, texts[1], colour),
    ):
        width = area.width() / len(values)
        for place, (value, word) in enumerate(zip(values, words, strict=True)):
            height = max(area.height() * float(value), 1.0)
            column = QRectF(area.left() + place * width, area.bottom() - height, width - 4, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRect(column)
            if not has_room:
                continue
            painter.setPen(theme.color("muted"))
            painter.setFont(font(SMALL, tabular=True))
            foot = QRectF(column.left() - 4, area.bottom() + 1, width + 4, LINE)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, word)
    painter.setPen(theme.color("muted"))
    painter.drawText(
        QRectF(left.right(), plot.top(), right.left() - left.right(), plot.height()),
        Qt.AlignmentFlag.AlignCenter,
        "→",
    )


def _title(painter: QPainter, box: QRectF, theme: Theme, name: str) -> None:
    painter.setFont(font(SMALL))
    painter.setPen(theme.color("muted"))
    line = QRectF(box.left(), box.top(), box.width(), LINE)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


def _range(up: np.ndarray) -> tuple[float, float]:
    """Return a range of values that shows a curve's bends, not its far ends."""
    low, high = max(float(up.min()), LOWEST), min(float(up.max()), HIGHEST)
    margin = 0.12 * (high - low)
    return min(low - margin, -0.4), high + margin


def _ticks(painter: QPainter, plot: QRectF, theme: Theme, low: float, high: float) -> None:
    painter.setFont(font(SMALL, tabular=True))
    painter.setPen(theme.color("muted"))
    for value in (-1, 1, 3):
        if low + 0.15 < value < high - 0.15:
            y = plot.bottom() - plot.height() * (value - low) / (high - low)
            painter.drawLine(QPointF(plot.center().x() - 3, y), QPointF(plot.center().x(), y))
            box = QRectF(plot.center().x() - 34, y - LINE / 2, 28, LINE)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:d}"
            )
