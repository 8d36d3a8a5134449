"""How a card of the gallery looks: a network's outline, its name, its paper, its weights."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.templates import Template
from cnnstudio.ui.editor.card_text import draw_left, draw_right
from cnnstudio.ui.gallery.sketch import Bridge, Sketch
from cnnstudio.ui.theme import BODY, RADIUS, SMALL, XS, M, S, Theme, font

CARD_ROLE = int(Qt.ItemDataRole.UserRole)
NARROWEST, HEIGHT = 296, 244
"""Of a card with the space around it."""
_PICTURE = 84
_WIDEST_LAYER = 12.0
"""Pixels of a layer, so that a network of a few does not look like a wall."""
_LINE = 16


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows.

    Attributes:
        template: the network it stands for.
        obstacle: why it cannot be made for the size that is chosen, "" if it can.
        remark: what is done to the images, or another thing to know, "" if nothing.
        weights: numbers in its weights at that size, None if that is not known yet.
        sketch: its outline, None if it is not made yet.
    """

    template: Template
    obstacle: str = ""
    remark: str = ""
    weights: int | None = None
    sketch: Sketch | None = None

    def paper_line(self) -> str:
        """Return the paper in a line; of a network without one, what it is."""
        paper = self.template.paper
        return paper.line() if paper is not None else _("An example, not from a paper")

    def weights_line(self) -> str:
        """Return how many weights there are, "" if that is not known."""
        if self.weights is None:
            return ""
        return ngettext("{count} weight", "{count} weights", self.weights).format(
            count=f"{self.weights:,}"
        )


class CardDelegate(QStyledItemDelegate):
    """Paints the cards, each as large as a field of the list's grid."""

    def __init__(self, view: QListView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self._view.gridSize()

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card: Card = index.data(CARD_ROLE)
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = rect.adjusted(XS, XS, -XS, -XS)
        self._paint_surface(painter, box, state)
        inner = box.adjusted(M, M, -M, -S)
        picture = QRect(inner.left(), inner.top(), inner.width(), _PICTURE)
        if card.sketch is not None:
            painter.setOpacity(0.4 if card.obstacle else 1.0)
            paint_sketch(painter, QRectF(picture), card.sketch, self._theme)
            painter.setOpacity(1.0)
        self._paint_texts(painter, inner.adjusted(0, _PICTURE + S, 0, 0), card)
        painter.restore()

    def _paint_surface(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = selected and bool(state & QStyle.StateFlag.State_Active)
        edge = "accent" if selected else "muted" if hovered else "border"
        painter.setPen(QPen(self._theme.color(edge), 2.0 if focused else 1.0))
        painter.setBrush(self._theme.color("selection" if selected else "card"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_texts(self, painter: QPainter, box: QRect, card: Card) -> None:
        text, muted = self._theme.color("text"), self._theme.color("muted")
        line = QRect(box.left(), box.top(), box.width(), _LINE + 2)
        room = draw_right(painter, line, card.weights_line(), font(SMALL, tabular=True), muted)
        draw_left(painter, room, _(card.template.title), font(BODY, bold=True), text)
        line.translate(0, _LINE + 2)
        draw_left(painter, line, card.paper_line(), font(SMALL), muted)
        last = QRect(box.left(), box.bottom() - _LINE + 1, box.width(), _LINE)
        painter.setFont(font(SMALL))
        about = QRect(line.left(), line.bottom() + XS, box.width(), last.top() - line.bottom() - XS)
        if card.obstacle:
            about.setBottom(box.bottom())
            painter.setPen(self._theme.color("warning"))
            painter.drawText(about, _WRAPPED, sentence(card.obstacle))
            return
        painter.setPen(text)
        painter.drawText(about, _WRAPPED, _(card.template.about))
        draw_left(painter, last, sentence(card.remark), font(SMALL), muted)


_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def paint_sketch(painter: QPainter, box: QRectF, shown: Sketch, theme: Theme) -> None:
    """Paint an outline into the middle of a box, as large as it fits."""
    if not shown.slabs:
        return
    scale = min(box.width() / shown.width, _WIDEST_LAYER)
    left = box.center().x() - shown.width * scale / 2
    above = max([1.0, *(-bridge.top for bridge in shown.bridges)])
    half = box.height() / (above + 1.0)
    middle = box.top() + above * half
    line = theme.color("muted")
    painter.setPen(QPen(line, 1.0))
    painter.drawLine(QPointF(left, middle), QPointF(left + shown.width * scale, middle))
    painter.setPen(Qt.PenStyle.NoPen)
    for slab in shown.slabs:
        rect = QRectF(
            left + slab.left * scale,
            middle + (slab.middle - slab.half) * half,
            max(slab.width * scale, 1.0),
            max(2 * slab.half * half, 2.0),
        )
        painter.setBrush(theme.family(slab.family))
        corner = min(2.0, rect.width() / 3)
        painter.drawRoundedRect(rect, corner, corner)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(line, 1.0))
    for bridge in shown.bridges:
        painter.drawPath(_path(bridge, left, middle, scale, half))


def _path(bridge: Bridge, left: float, middle: float, scale: float, half: float) -> QPainterPath:
    start, end = left + bridge.left * scale, left + bridge.right * scale
    foot, top = middle + bridge.foot * half, middle + bridge.top * half
    corner = min(4.0, (end - start) / 2)
    made = QPainterPath(QPointF(start, foot))
    made.lineTo(start, top + corner)
    made.quadTo(start, top, start + corner, top)
    made.lineTo(end - corner, top)
    made.quadTo(end, top, end, top + corner)
    made.lineTo(end, foot)
    return made
