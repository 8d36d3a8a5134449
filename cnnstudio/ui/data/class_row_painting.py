"""How the row of a class is painted: its name, its bar, its images or texts."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from cnnstudio.core.i18n import _
from cnnstudio.ui.data.parts import BAR, Counts, paint_bar
from cnnstudio.ui.data.sample_store import Sample
from cnnstudio.ui.theme import BODY, SMALL, L, M, S, Theme, font

ROW = 64
"""Pixels a row is high."""
_SIDE = 48
"""Pixels of a side of an image."""
_NAMES = 168
"""Pixels that the name and the bar of a class take."""
_LINE = 16
_FEW_PIXELS = 64
_TEXTS = 3
"""Texts of a class that are shown below one another."""


class Cell(NamedTuple):
    """A place in the rows: the number of a class, and which of its images, -1 for none."""

    row: int
    place: int


def cells_in(width: int, *, is_text: bool) -> int:
    """Return how many images of a class there is room for in so many pixels."""
    if is_text:
        return _TEXTS
    return max((width - L - _first_x() + S) // (_SIDE + S), 1)


def room_of(place: int, top: int, width: int, *, is_text: bool) -> QRect:
    """Return where an image of a row is that begins at `top`."""
    if is_text:
        return QRect(_first_x(), top + S + place * _LINE, width - _first_x() - L, _LINE)
    return QRect(_first_x() + place * (_SIDE + S), top + S, _SIDE, _SIDE)


def _first_x() -> int:
    return L + _NAMES + L


class RowPainter:
    """Paints the parts of a row in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint_class(
        self, painter: QPainter, top: int, width: int, label: str, counts: Counts, most: int
    ) -> None:
        """Paint the name of a class, how many images there are of it, and a bar of them."""
        painter.setPen(QPen(self._theme.color("border"), 1))
        if top > 0:
            painter.drawLine(L, top, width - L, top)
        box = QRect(L, top + M, _NAMES, _LINE + 2)
        painter.setFont(font(SMALL, tabular=True))
        painter.setPen(self._theme.color("muted"))
        count = f"{sum(counts):,}"
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), count
        )
        room = _NAMES - painter.fontMetrics().horizontalAdvance(count) - S
        painter.setFont(font(BODY))
        painter.setPen(self._theme.color("text"))
        shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown
        )
        paint_bar(painter, QRectF(L, top + M + _LINE + S, _NAMES, BAR), counts, most, self._theme)

    def paint_sample(
        self,
        painter: QPainter,
        rect: QRect,
        sample: Sample | None,
        *,
        hovered: bool,
        focused: bool,
        is_text: bool,
    ) -> None:
        """Paint an image or a text, or an empty place while it is not there."""
        if is_text:
            self._paint_text(painter, rect, sample, hovered=hovered, focused=focused)
            return
        if sample is None or sample.image is None:
            painter.fillRect(rect, self._theme.color("card"))
            if sample is not None:
                self._paint_unread(painter, rect)
        else:
            paint_whole(painter, rect, sample.image)
        token = "accent" if focused else "text" if hovered else "border"
        painter.setPen(QPen(self._theme.color(token), 2 if focused else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_text(
        self, painter: QPainter, rect: QRect, sample: Sample | None, *, hovered: bool, focused: bool
    ) -> None:
        if focused or hovered:
            painter.fillRect(rect, self._theme.color("selection" if focused else "raised"))
        painter.setFont(font(SMALL))
        painter.setPen(self._theme.color("text" if hovered or focused else "muted"))
        text = "" if sample is None else sample.text or _("no words")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_unread(self, painter: QPainter, rect: QRect) -> None:
        icon = QRect(0, 0, L, L)
        icon.moveCenter(rect.center())
        self._theme.icon("triangle-alert", "warning").paint(painter, icon)


def paint_whole(painter: QPainter, rect: QRect, image: QImage) -> None:
    """Paint an image as large as it fits, in the middle; few pixels stay pixels."""
    is_small = max(image.width(), image.height()) <= _FEW_PIXELS
    scale = min(rect.width() / image.width(), rect.height() / image.height())
    frame = QRectF(0, 0, image.width() * scale, image.height() * scale)
    frame.moveCenter(QRectF(rect).center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1 or not is_small)
    painter.drawImage(frame, image)
