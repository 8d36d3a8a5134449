"""The rails beside the cards: where a container's input branches, and where lanes meet again."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from cnnstudio.core.blocks import Parallel
from cnnstudio.core.network import Path
from cnnstudio.ui.editor.list_layout import FOOT_HEIGHT, GAP, lane_x, trunk_x
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.theme import Theme

WIDTH = 2
_BEND = 9
"""How high the bend is in which a lane leaves the trunk, or comes back to it."""


def paint_rails(
    painter: QPainter,
    row: QRect,
    index: QModelIndex,
    model: StackModel,
    theme: Theme,
    target: Path | None,
) -> None:
    """Paint what of the rails is in a row.

    Args:
        painter: of the viewport.
        row: the row's whole width.
        index: what the row shows.
        model: the list's.
        theme: the colours.
        target: the start of the paths of the list into which something is being dropped; its rail
            stands out.
    """
    _Rails(painter, row, index, model, theme).paint(target)


class _Rails:
    """One row's rails. Of the lanes around the row only the innermost can end with it."""

    def __init__(
        self, painter: QPainter, row: QRect, index: QModelIndex, model: StackModel, theme: Theme
    ) -> None:
        self._painter = painter
        self._row = row
        self._index = index
        self._model = model
        self._theme = theme
        self._path = model.path(index)
        self._top, self._bottom = row.top(), row.bottom() + 1

    def paint(self, target: Path | None) -> None:
        model, path = self._model, self._path
        is_open = model.is_open(model.holder(self._index).uid)
        lane, is_foot = model.lane(self._index), model.is_foot(self._index)
        innermost = len(path) - 3
        ends = model.is_last(path) and (is_foot or (lane is None and not is_open))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for level in range(0, innermost + 1, 2):
            lit = target is not None and path[: level + 2] == target
            self._around(level, ends=ends and level == innermost, lit=lit)
        level = len(path) - 1
        if lane is not None:
            self._head(level, lane, lit=(*path, lane) == target)
        elif is_foot:
            self._foot(level)
        elif is_open:
            self._line(trunk_x(level), self._bottom - GAP, self._bottom)

    def _around(self, level: int, *, ends: bool, lit: bool) -> None:
        """Paint trunk and rail of a container around this row, whose own row is at `level`."""
        trunk, rail = trunk_x(level), lane_x(level)
        self._line(trunk, self._top, self._bottom)
        if ends:
            self._line(rail, self._top, self._bottom - _BEND, lit=lit)
            self._bend(rail, self._bottom - _BEND, trunk, self._bottom, lit=lit)
        else:
            self._line(rail, self._top, self._bottom, lit=lit)

    def _head(self, level: int, lane: int, *, lit: bool) -> None:
        trunk, rail = trunk_x(level), lane_x(level)
        self._line(trunk, self._top, self._bottom)
        middle = self._top + min(_BEND, self._row.height())
        self._bend(trunk, self._top, rail, middle, lit=lit)
        if self._model.holder(self._index).lanes[lane]:
            self._line(rail, middle, self._bottom, lit=lit)
        else:
            self._line(rail, middle, self._bottom - _BEND, lit=lit)
            self._bend(rail, self._bottom - _BEND, trunk, self._bottom, lit=lit)

    def _foot(self, level: int) -> None:
        merges = isinstance(self._model.holder(self._index).block, Parallel)
        trunk = trunk_x(level)
        if merges:
            self._line(trunk, self._top, self._top + GAP)
        else:
            middle = self._top + FOOT_HEIGHT // 2
            self._line(trunk, self._top, middle - 4)
            self._bend(trunk, middle - 4, trunk + 4, middle)
            self._line_across(trunk + 4, lane_x(level), middle)

    def _pen(self, *, lit: bool) -> QPen:
        return QPen(self._theme.color("accent" if lit else "faint"), WIDTH + lit)

    def _line(self, x: int, top: int, bottom: int, *, lit: bool = False) -> None:
        self._painter.setPen(self._pen(lit=lit))
        self._painter.drawLine(x, top, x, bottom)

    def _line_across(self, left: int, right: int, y: int) -> None:
        self._painter.setPen(self._pen(lit=False))
        self._painter.drawLine(left, y, right, y)

    def _bend(self, x: int, y: int, to_x: int, to_y: int, *, lit: bool = False) -> None:
        path = QPainterPath()
        path.moveTo(x, y)
        path.cubicTo(x, to_y, to_x, y, to_x, to_y)
        self._painter.setPen(self._pen(lit=lit))
        self._painter.drawPath(path)
