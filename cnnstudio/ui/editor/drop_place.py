"""Where something dragged over the list would land, and the mark that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QTreeView

from cnnstudio.ui.editor.card_text import card_fonts
from cnnstudio.ui.editor.list_layout import GAP, INDENT
from cnnstudio.ui.editor.row_texts import lane_name
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.theme import RADIUS, S, Theme

_LABEL_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class DropPlace:
    """Before `row` of `parent`; `left` and `y` are where the mark's line begins in the viewport."""

    parent: QModelIndex
    row: int
    left: int
    y: int


def place_at(view: QTreeView, model: StackModel, point: QPoint) -> DropPlace:
    """Return where something dropped at a point of the viewport lands.

    The mark is always next to the point: where a lane ends and another begins, the upper half of a
    row belongs to the list above it, and the lower half to the list below.
    """
    index = view.indexAt(point)
    if not index.isValid():
        return _end_of_all(view, model)
    rect = view.visualRect(index)
    below = point.y() > rect.center().y()
    lane = model.lane(index)
    if lane is not None:
        return _at_lane(model, index, lane, point, rect)
    if model.is_foot(index):
        lanes = index.row()
        if not below and lanes:
            return _end_of(model, index.siblingAtRow(lanes - 1), rect.top())
        return _beside(model, index.parent(), 1, rect.bottom() + 1)
    if below and view.isExpanded(index) and model.rowCount(index) > 1:
        return _place(model, model.index(0, 0, index), 0, rect.bottom() + 1)
    return _beside(model, index, int(below), rect.bottom() + 1 if below else rect.top())


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
    lane = model.lane(place.parent)
    if lane is not None:
        _paint_label(painter, lane_name(model.holder(place.parent), lane), right, y, theme)


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


def _at_lane(
    model: StackModel, index: QModelIndex, lane: int, point: QPoint, rect: QRect
) -> DropPlace:
    # An empty lane has no other row than this one: most of it is meant for the lane.
    count = model.rowCount(index)
    edge = rect.center().y() if count else rect.top() + rect.height() // 4
    if lane > 0 and point.y() < edge:
        return _end_of(model, index.siblingAtRow(lane - 1), rect.top())
    return _place(model, index, 0, rect.bottom() + 1 if count else rect.center().y())


def _end_of(model: StackModel, lane: QModelIndex, y: int) -> DropPlace:
    return _place(model, lane, model.rowCount(lane), y)


def _beside(model: StackModel, index: QModelIndex, by: int, y: int) -> DropPlace:
    return _place(model, index.parent(), index.row() + by, y)


def _place(model: StackModel, parent: QModelIndex, row: int, y: int) -> DropPlace:
    return DropPlace(parent, row, len(model.list_path(parent)) * INDENT, y)


def _end_of_all(view: QTreeView, model: StackModel) -> DropPlace:
    root = QModelIndex()
    count = model.rowCount(root)
    if count == 0:
        return DropPlace(root, 0, 0, S)
    last = model.index(count - 1, 0, root)
    while view.isExpanded(last) and model.rowCount(last):
        last = model.index(model.rowCount(last) - 1, 0, last)
    return DropPlace(root, count, 0, view.visualRect(last).bottom() + 1)
