"""What entered a network that is no image: a curve, bars, words, a slice of a volume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import SMALL, XS, S, Theme, font
from cnnstudio.ui.viewer.inputs.small_pictures import thinned

_HEIGHT = 132
_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of an input; one of the three is there.

    Attributes:
        lines: curves over the places, `(places, channels)`.
        bars: whether they are drawn as bars.
        words: what stands at each place.
        image: a picture of places.
    """

    lines: NDArray[np.float32] | None = None
    bars: bool = False
    words: tuple[str, ...] = ()
    image: QImage | None = None


class InputView(QWidget):
    """Paints a `Shown`, and frames the places that a number sees."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = Shown()
        self._field: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("What entered the network"))
        self.setToolTip(
            _("What entered the network, all that it sees; what a number depends on is framed")
        )
        theme.changed.connect(self.update)

    @property
    def shown(self) -> Shown:
        """What is drawn."""
        return self._shown

    @property
    def field(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """The first and last places that are framed, None for none."""
        return self._field

    def show_input(self, shown: Shown) -> None:
        """Show another input."""
        self._shown, self._field = shown, None
        self.update()

    def mark(self, first: tuple[int, ...] | None, last: tuple[int, ...] = ()) -> None:
        """Frame the places from the first to the last along each axis; None for none."""
        field = None if first is None else (first, last)
        if field != self._field:
            self._field = field
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.setBrush(self._theme.color("card"))
        painter.drawRect(frame)
        painter.setClipRect(frame)
        painter.setFont(font(SMALL, tabular=True))
        if self._shown.words:
            self._paint_words(painter)
        elif self._shown.image is not None:
            self._paint_image(painter, self._shown.image)
        elif self._shown.lines is not None and self._shown.lines.size:
            self._paint_lines(painter, self._shown.lines)
        painter.end()

    def _plot(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(XS, line + XS, -XS, -line - XS)

    def _paint_lines(self, painter: QPainter, lines: NDArray[np.float32]) -> None:
        plot, finite = self._plot(), lines[np.isfinite(lines)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        if self._shown.bars:
            low, high = min(0.0, low), max(0.0, high)
        span = high - low or 1.0

        def height_of(value: float) -> float:
            return plot.bottom() - plot.height() * (value - low) / span

        self._paint_band(painter, plot, len(lines))
        self._paint_range(painter, low, high)
        if self._shown.bars:
            self._paint_bars(painter, lines[:, 0], height_of)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for channel in reversed(range(lines.shape[1])):
            line = thinned(np.nan_to_num(lines[:, channel]), 2 * max(2, int(plot.width())))
            across = plot.width() / max(1, len(line) - 1)
            points = [
                QPointF(plot.left() + at * across, height_of(float(value)))
                for at, value in enumerate(line)
            ]
            token = "accent" if channel == 0 else "faint"
            painter.setPen(QPen(self._theme.color(token), 1.4))
            painter.drawPolyline(QPolygonF(points))

    def _paint_range(self, painter: QPainter, low: float, high: float) -> None:
        painter.setPen(self._theme.color("muted"))
        room = QRectF(self.rect()).adjusted(S, 1, -S, -1)
        left = Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(left | Qt.AlignmentFlag.AlignTop), short(high))
        painter.drawText(room, int(left | Qt.AlignmentFlag.AlignBottom), short(low))

    def _paint_bars(
        self, painter: QPainter, values: NDArray[np.float32], height_of: Callable[[float], float]
    ) -> None:
        plot = self._plot()
        slot, zero = plot.width() / len(values), height_of(0.0)
        color = self._theme.color("accent")
        for at, value in enumerate(np.nan_to_num(values)):
            top, foot = sorted((height_of(float(value)), zero))
            wide = max(1.0, slot * 0.8)
            painter.fillRect(
                QRectF(plot.left() + at * slot, top, wide, max(1.0, foot - top)), color
            )

    def _paint_band(self, painter: QPainter, plot: QRectF, places: int) -> None:
        if self._field is None or len(self._field[0]) != 1:
            return
        (first,), (last,) = self._field
        slot = plot.width() / places
        left = plot.left() + first * slot
        band = QRectF(left, 0, max(3.0, (last - first + 1) * slot), self.height())
        painter.fillRect(band, self._theme.color("selection"))
        painter.setPen(QPen(self._theme.color("accent"), 1))
        painter.drawLine(band.topLeft(), band.bottomLeft())
        painter.drawLine(band.topRight(), band.bottomRight())

    def _paint_words(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        x, y, line = float(XS), float(XS), metrics.height() + 2
        first, last = self._seen()
        for at, word in enumerate(self._shown.words):
            wide = metrics.horizontalAdvance(word)
            if x + wide > self.width() - XS and x > XS:
                x, y = float(XS), y + line
            if y > self.height():
                break
            box = QRectF(x, y, wide, line)
            if first <= at <= last:
                painter.fillRect(box.adjusted(-2, 0, 2, 0), self._theme.color("selection"))
            painter.setPen(self._theme.color("text" if word != "·" else "faint"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), word)
            x += wide + _GAP

    def _seen(self) -> tuple[int, int]:
        if self._field is None or len(self._field[0]) != 1:
            return 0, -1
        return self._field[0][0], self._field[1][0]

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        scale = min(room.width() / image.width(), room.height() / image.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        target = QRectF(0, 0, image.width() * scale, image.height() * scale)
        target.moveCenter(room.center())
        painter.drawImage(target, image)
        if self._field is None or len(self._field[0]) < 2:
            return
        (*_depth, top, left), (*_last, bottom, right) = self._field
        area = QRectF(
            target.left() + left * scale,
            target.top() + top * scale,
            max(2.0, (right - left + 1) * scale),
            max(2.0, (bottom - top + 1) * scale),
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("panel", 4), ("accent", 2)):
            painter.setPen(QPen(self._theme.color(token), width))
            painter.drawRect(area)
