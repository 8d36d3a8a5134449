"""Texts beside one another in a line of a card, and the fonts they have."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from cnnstudio.ui.theme import BODY, SMALL, M, S, font

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class CardFonts:
    """The fonts of the list; `number` and `small_number` have figures of one width."""

    name: QFont
    muted_name: QFont
    plain: QFont
    number: QFont
    small: QFont
    small_number: QFont
    small_bold: QFont


def card_fonts() -> CardFonts:
    """Return the fonts as the theme has them now."""
    struck = font(BODY, bold=True)
    struck.setStrikeOut(True)
    return CardFonts(
        font(BODY, bold=True),
        struck,
        font(BODY),
        font(BODY, tabular=True),
        font(SMALL),
        font(SMALL, tabular=True),
        font(SMALL, bold=True),
    )


def draw_right(painter: QPainter, box: QRect, text: str, face: QFont, color: QColor) -> QRect:
    """Draw text at the right of a box and return the room that is left beside it."""
    if not text:
        return box
    painter.setFont(face)
    painter.setPen(color)
    painter.drawText(box, _RIGHT, text)
    return box.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - M, 0)


def draw_left(painter: QPainter, box: QRect, text: str, face: QFont, color: QColor) -> QRect:
    """Draw text at the left of a box, shortened if need be; return the room after it."""
    painter.setFont(face)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text)
    if width > box.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
    painter.drawText(box, _LEFT, text)
    return box.adjusted(width + S, 0, 0, 0)


def wrapped_height(face: QFont, width: int, text: str) -> int:
    """Return how high a text is that is broken into lines of a width."""
    wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    return QFontMetrics(face).boundingRect(0, 0, width, 10_000, wrap, text).height()
