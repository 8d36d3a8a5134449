"""How the rows between blocks look: the head of a lane, and the foot where lanes become one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.blocks import Parallel
from cnnstudio.core.fields import times
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.editor.card_text import card_fonts, draw_left, draw_right
from cnnstudio.ui.editor.list_layout import (
    EMPTY_LANE_HEIGHT,
    FOOT_HEIGHT,
    GAP,
    INDENT,
    LANE_HEIGHT,
    MERGE_HEIGHT,
    PLAIN_LANE_HEIGHT,
    lane_x,
    trunk_x,
)
from cnnstudio.ui.editor.row_keys import FOOT
from cnnstudio.ui.editor.row_texts import foot_title, lane_note, lane_title
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import RADIUS, M, S, Theme

_SIGNS = {
    "Add": "+",
    "Subtract": "−",
    "Multiply": "×",
    "Concatenate": "‖",
    "Average": "ø",
    "Maximum": "↑",
}
_SIGN = 20
AnyIndex = QModelIndex | QPersistentModelIndex


class LaneRows:
    """Paints the heads of lanes and the feet of containers, and knows how high they are."""

    def __init__(self, design: OpenDesign, model: StackModel, theme: Theme) -> None:
        self._design = design
        self._model = model
        self._theme = theme
        self.adopt_theme()

    def adopt_theme(self) -> None:
        """Take fonts anew, after the theme has changed."""
        self._fonts = card_fonts()

    def height(self, holder: PlacedBlock, lane: int) -> int:
        """Return the height in pixels of the row of a lane, or of the foot where that is `FOOT`."""
        merges = isinstance(holder.block, Parallel)
        if lane == FOOT:
            return MERGE_HEIGHT if merges else FOOT_HEIGHT
        if not holder.lanes[lane]:
            return EMPTY_LANE_HEIGHT
        return LANE_HEIGHT if merges else PLAIN_LANE_HEIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint the row of a lane or a foot."""
        holder, lane = self._model.holder(index), self._model.lane(index)
        if lane is None:
            self._paint_foot(painter, option.rect, index, holder)
            return
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not holder.lanes[lane]:
            self._paint_slot(painter, option.rect, index, hovered=hovered, focused=focused)
        elif isinstance(holder.block, Parallel):
            left = lane_x(self._level(index)) + M
            box = QRect(left, option.rect.top(), option.rect.right() - left - S, LANE_HEIGHT)
            color = self._theme.color("text" if hovered else "muted")
            draw_left(painter, box, lane_title(lane), self._fonts.small_bold, color)
            if focused:
                self._paint_focus(painter, box.adjusted(-4, 2, 0, -2))

    def _paint_slot(
        self, painter: QPainter, row: QRect, index: AnyIndex, *, hovered: bool, focused: bool
    ) -> None:
        """Paint the place of an empty lane, which is what it does and where one may drop."""
        holder, lane = self._model.holder(index), self._model.lane(index) or 0
        color = self._theme.color
        level = self._level(index)
        slot = QRect(0, row.top() + GAP, row.right() - S + 1, row.height() - 2 * GAP)
        slot.setLeft((level + 2) * INDENT + S)
        pen = QPen(color("muted" if hovered or focused else "border"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(slot.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        box = slot.adjusted(M, 0, -M, 0)
        room = draw_right(painter, box, self._passed_on(holder), self._fonts.number, color("muted"))
        if isinstance(holder.block, Parallel):
            title = lane_title(lane)
            room = draw_left(painter, room, title, self._fonts.small_bold, color("muted"))
        draw_left(painter, room, lane_note(holder, lane), self._fonts.small, color("muted"))
        if focused:
            self._paint_focus(painter, slot.adjusted(3, 3, -3, -3))

    def _paint_foot(
        self, painter: QPainter, row: QRect, index: AnyIndex, holder: PlacedBlock
    ) -> None:
        color = self._theme.color
        left = self._level(index) * INDENT + S
        card = QRect(left, row.top() + GAP, row.right() - S - left + 1, row.height() - 2 * GAP)
        facts = self._design.report.facts.get(holder.uid, BlockFacts())
        shape = times(facts.output_shape) if facts.output_shape else "—"
        box = card.adjusted(M, 0, -M, 0)
        if isinstance(holder.block, Parallel):
            painter.setPen(QPen(color("border"), 1))
            painter.setBrush(color("card"))
            painter.drawRoundedRect(card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            center = QPointF(trunk_x(self._level(index)), card.center().y() + 0.5)
            self._paint_sign(painter, center, _SIGNS[holder.block.merge])
            box.setLeft(card.left() + _SIGN + M)
            face, tone = self._fonts.plain, color("text")
        else:
            box.setLeft(trunk_x(self._level(index)) + INDENT + S)
            face, tone = self._fonts.small, color("muted")
        room = draw_right(painter, box, shape, self._fonts.number, color("text"))
        draw_left(painter, room, foot_title(holder), face, tone)

    def _paint_sign(self, painter: QPainter, center: QPointF, sign: str) -> None:
        """Paint the sign of a merge in a ring at the end of the trunk."""
        ring = QRectF(0, 0, _SIGN, _SIGN)
        ring.moveCenter(center)
        painter.setPen(QPen(self._theme.color("muted"), 1.5))
        painter.drawEllipse(ring)
        painter.setFont(self._fonts.name)
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, sign)

    def _paint_focus(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(QPen(self._theme.color("text"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _passed_on(self, holder: PlacedBlock) -> str:
        facts = self._design.report.facts.get(holder.uid, BlockFacts())
        return times(facts.input_shape) if facts.input_shape else ""

    def _level(self, index: AnyIndex) -> int:
        """Return the level in the tree of the container of a lane or foot."""
        return len(self._model.path(index)) - 1
