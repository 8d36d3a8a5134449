"""Where something dragged over the list would land, and the mark that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from cnnstudio.core.network import Path, PlacedBlock
from cnnstudio.ui.editor.card_text import card_fonts
from cnnstudio.ui.editor.list_layout import GAP, INDENT
from cnnstudio.ui.editor.row_texts import lane_name
from cnnstudio.ui.editor.row_view import RowView
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.theme import RADIUS, S, Theme

_LABEL_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class DropPlace:
    """Before what is at `target`, behind the last block of a list too.

    Attributes:
        target: a place of the network.
        y: how high the mark is in the viewport.
    """

    target: Path
    y: int

    @property
    def left(self) -> int:
        """Where the mark's line begins in the viewport."""
        return (len(self.target) - 1) * INDENT


def place_at(view: RowView, model: StackModel, point: QPoint) -> DropPlace:
    """Return where something dropped at a point of the viewport lands.

    The mark is always next to the point: where a lane ends and another begins, the upper half of a
    row belongs to the list above it, and the lower half to the list below.
    """
    index = view.indexAt(point)
    if not index.isValid():
        return _end_of_all(view, model)
    rect, path = view.visualRect(index), model.path(index)
    holder, lane = model.holder(index), model.lane(index)
    below = point.y() > rect.center().y()
    if lane is not None:
        return _at_lane(path, holder, lane, point, rect)
    if model.is_foot(index):
        if not below and holder.lanes:
            return _end_of(path, holder, len(holder.lanes) - 1, rect.top())
        return DropPlace(_after(path), rect.bottom() + 1)
    if not below:
        return DropPlace(path, rect.top())
    if holder.lanes and model.is_open(holder.uid):
        return DropPlace((*path, 0, 0), rect.bottom() + 1)
    return DropPlace(_after(path), rect.bottom() + 1)


def paint_mark(
    painter: QPainter, place: DropPlace, model: StackModel, width: int, theme: Theme
) -> None:
    """Paint a line with a ring at its left, and on it the name of the lane it is in.

    Args:
        painter: of the viewport.
        place: where the line is.
        model: the list's.
        width: of the viewport, in pixels.
        theme: the colours.
    """
    accent = theme.color("accent")
    y = max(place.y, GAP)
    left, right = place.left + S, width - S
    painter.setPen(QPen(accent, 3))
    painter.drawLine(left + 4, y, right, y)
    painter.setBrush(theme.color("panel"))
    painter.setPen(QPen(accent, 2))
    painter.drawEllipse(QPoint(left, y), 4, 4)
    if len(place.target) > 1:
        *holder, lane, _row = place.target
        name = lane_name(model.network.at(tuple(holder)), lane)
        _paint_label(painter, name, right, y, theme)


def _paint_label(painter: QPainter, text: str, right: int, y: int, theme: Theme) -> None:
    painter.setFont(card_fonts().small_bold)
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, right // 2)
    box = QRect(0, 0, metrics.horizontalAdvance(text) + 2 * S, _LABEL_HEIGHT)
    box.moveTopRight(QPoint(right, max(0, y - _LABEL_HEIGHT // 2)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setPen(theme.color("on_accent"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _at_lane(path: Path, holder: PlacedBlock, lane: int, point: QPoint, rect: QRect) -> DropPlace:
    # An empty lane has no other row than this one: most of it is meant for the lane.
    is_empty = not holder.lanes[lane]
    edge = rect.top() + rect.height() // 4 if is_empty else rect.center().y()
    if lane > 0 and point.y() < edge:
        return _end_of(path, holder, lane - 1, rect.top())
    return DropPlace((*path, lane, 0), rect.center().y() if is_empty else rect.bottom() + 1)


def _end_of(path: Path, holder: PlacedBlock, lane: int, y: int) -> DropPlace:
    return DropPlace((*path, lane, len(holder.lanes[lane])), y)


def _after(path: Path) -> Path:
    return (*path[:-1], path[-1] + 1)


def _end_of_all(view: RowView, model: StackModel) -> DropPlace:
    count = model.rowCount()
    y = view.visualRect(model.index(count - 1)).bottom() + 1 if count else S
    return DropPlace((len(model.network.nodes),), y)
