"""Where something dragged over the list would land, and the mark that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QTreeView

from cnnstudio.ui.editor.cards import GAP
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.theme import XL, S, Theme


@dataclass(frozen=True, slots=True)
class DropPlace:
    """Before `row` of `parent`; `left` and `y` are where the mark's line begins in the viewport."""

    parent: QModelIndex
    row: int
    left: int
    y: int


def place_at(view: QTreeView, model: StackModel, point: QPoint) -> DropPlace:
    """Return where something dropped at a point of the viewport lands."""
    index = view.indexAt(point)
    if not index.isValid():
        return _end_of_all(view, model)
    rect = view.visualRect(index)
    if model.lane(index) is not None:
        return DropPlace(index, 0, rect.left() + XL, rect.bottom())
    below = point.y() > rect.center().y()
    y = rect.bottom() + 1 if below else rect.top()
    return DropPlace(index.parent(), index.row() + below, rect.left(), y)


def paint_mark(painter: QPainter, place: DropPlace, width: int, theme: Theme) -> None:
    """Paint a line with a ring at its left, across a viewport of so many pixels."""
    accent = theme.color("accent")
    y = max(place.y, GAP)
    left, right = place.left + S, width - S
    painter.setPen(QPen(accent, 3))
    painter.drawLine(left + 4, y, right, y)
    painter.setBrush(theme.color("panel"))
    painter.setPen(QPen(accent, 2))
    painter.drawEllipse(QPoint(left, y), 4, 4)


def _end_of_all(view: QTreeView, model: StackModel) -> DropPlace:
    root = QModelIndex()
    count = model.rowCount(root)
    if count == 0:
        return DropPlace(root, 0, S, S)
    last = model.index(count - 1, 0, root)
    while view.isExpanded(last) and model.rowCount(last):
        last = model.index(model.rowCount(last) - 1, 0, last)
    return DropPlace(root, count, S, view.visualRect(last).bottom() + 1)
