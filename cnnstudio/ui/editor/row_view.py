"""A list of painted rows whose heights are known beforehand, for lists of thousands of rows.

Qt's own views ask the delegate for the size of every row whenever one comes or goes, which takes
many frames where model and delegate are Python. Here all heights are taken in one pass, and a row
is found by bisection.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import (
    QCursor,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem
from typing_extensions import override

_Move = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_Index = QModelIndex | QPersistentModelIndex
_STEP = 20
"""Pixels that a notch of the wheel moves the list by, three times."""
_BACKWARDS = (
    _Move.MoveUp,
    _Move.MoveLeft,
    _Move.MovePrevious,
    _Move.MovePageUp,
    _Move.MoveEnd,
)


class RowView(QListView):
    """Shows the rows of a list model one below another; how high and where is told by a subclass.

    It is a QListView for what Qt knows of those, screen readers most of all, and has its geometry
    to itself: QListView's own is never asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tops: np.ndarray | None = None
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    # What a subclass tells

    def row_heights(self) -> Sequence[int]:
        """Return the height of every row in pixels."""
        raise NotImplementedError

    def row_left(self, row: int) -> int:
        """Return by how many pixels a row is set in."""
        raise NotImplementedError

    def is_passed(self, row: int) -> bool:
        """Return whether the keyboard goes past a row."""
        raise NotImplementedError

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Paint a row, `option` telling its place and state."""
        raise NotImplementedError

    # Where the rows are

    def lay_out(self) -> None:
        """Find out anew where the rows are, and paint them if one has another place."""
        before, self._tops = self._tops, None
        if before is None or not np.array_equal(before, self._laid_out):
            self.updateGeometries()
            self.viewport().update()

    def forget_places(self) -> None:
        """Trust no place of a row until the rows are laid out anew."""
        self._tops = None

    def row_at(self, y: int) -> int:
        """Return the row at a height of the viewport, -1 above the first and below the last one."""
        tops = self._laid_out
        row = int(np.searchsorted(tops, y + self.verticalOffset(), side="right")) - 1
        return row if row < len(tops) - 1 else -1

    def rows_in_sight(self) -> range:
        """Return the rows of which something is seen."""
        first = self.row_at(0)
        last = self.row_at(self.viewport().height() - 1)
        return range(max(first, 0), (last if last >= 0 else len(self._laid_out) - 2) + 1)

    @property
    def _laid_out(self) -> np.ndarray:
        """The upper edges of the rows in the list, and last the lower edge of the last one."""
        if self.model() is None:  # Qt asks already then
            return np.zeros(1, np.int64)
        if self._tops is None:
            self._tops = np.concatenate(([0], np.cumsum(self.row_heights(), dtype=np.int64)))
        return self._tops

    def _rect(self, row: int) -> QRect:
        tops, left = self._laid_out, self.row_left(row)
        top, bottom = int(tops[row]), int(tops[row + 1])
        width = self.viewport().width() - left
        return QRect(left, top - self.verticalOffset(), width, bottom - top)

    @override
    def visualRect(self, index: _Index) -> QRect:
        return self._rect(index.row()) if index.isValid() else QRect()

    @override
    def indexAt(self, p: QPoint) -> QModelIndex:
        row = self.row_at(p.y())
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    @override
    def scrollTo(
        self,
        index: _Index,
        hint: _Hint = _Hint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        self.executeDelayedItemsLayout()
        rect, height = self.visualRect(index), self.viewport().height()
        to_top, to_bottom = rect.top(), rect.bottom() + 1 - height
        match hint:
            case _Hint.PositionAtTop:
                by = to_top
            case _Hint.PositionAtBottom:
                by = to_bottom
            case _Hint.PositionAtCenter:
                by = (to_top + to_bottom) // 2
            case _:
                by = to_top if to_top < 0 or rect.height() > height else max(0, to_bottom)
        self.verticalScrollBar().setValue(self.verticalOffset() + by)

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def doItemsLayout(self) -> None:
        self._tops = None
        QAbstractItemView.doItemsLayout(self)

    # Past QListView, which would lay all out anew a second time, and later.

    @override
    def dataChanged(self, topLeft: _Index, bottomRight: _Index, roles: Sequence[int] = ()) -> None:
        QAbstractItemView.dataChanged(self, topLeft, bottomRight, roles)

    @override
    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        QAbstractItemView.rowsInserted(self, parent, start, end)

    @override
    def rowsAboutToBeRemoved(self, parent: _Index, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)

    @override
    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(_STEP)
        bar.setPageStep(height)
        bar.setRange(0, max(0, int(self._laid_out[-1]) - height))
        QAbstractItemView.updateGeometries(self)

    @override
    def resizeEvent(self, e: QResizeEvent) -> None:
        if e.size().width() != e.oldSize().width():
            self._tops = None
        QAbstractItemView.resizeEvent(self, e)

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)
        if self.viewport().underMouse():
            # The row that was under the mouse has gone on with its looks, another has come there.
            self.viewport().update()

    # Keyboard and selection

    @override
    def moveCursor(self, cursorAction: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go where the key leads, past what it goes past."""
        last, current = self.model().rowCount() - 1, self.currentIndex().row()
        by = -1 if cursorAction in _BACKWARDS else 1
        match cursorAction:
            case _Move.MoveHome:
                row = 0
            case _Move.MoveEnd:
                row = last
            case _Move.MovePageUp | _Move.MovePageDown:
                row = self._row_a_page_from(current, by)
            case _:
                row = current + by
        ahead = range(row, last + 1) if by > 0 else range(row, -1, -1)
        # A page may end at rows that are passed by, with none behind them: then it is shorter.
        short_of_it = range(row - by, current, -by)
        rows = (n for n in (*ahead, *short_of_it) if n >= 0 and not self.is_passed(n))
        return self.model().index(next(rows, current), 0)

    def _row_a_page_from(self, row: int, by: int) -> int:
        tops = self._laid_out
        if row < 0 or len(tops) == 1:
            return 0
        y = int(tops[row]) + by * self.viewport().height()
        found = int(np.searchsorted(tops, y, side="right")) - 1
        return min(max(found, 0), len(tops) - 2)

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        box, tops = rect.normalized().translated(0, self.verticalOffset()), self._laid_out
        first = max(0, int(np.searchsorted(tops, box.top(), side="right")) - 1)
        last = min(int(np.searchsorted(tops, box.bottom(), side="right")), len(tops) - 1) - 1
        chosen = QItemSelection()
        if first <= last:
            chosen = selection(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(chosen, command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for row in self.rows_in_sight():
            if selection.contains(self.model().index(row, 0)):
                rect = self._rect(row)
                rect.setLeft(0)
                region = region.united(rect)
        return region

    # Painting

    @property
    def _hovered(self) -> int:
        """The row under the mouse; Qt paints rows anew that the mouse comes to or leaves."""
        if not self.viewport().underMouse():
            return -1
        return self.row_at(self.viewport().mapFromGlobal(QCursor.pos()).y())

    @override
    def paintEvent(self, e: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        painter = QPainter(self.viewport())
        row, last = self.row_at(max(0, e.rect().top())), len(self._laid_out) - 2
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        state = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        hovered = self._hovered
        focused = self.currentIndex().row() if self.hasFocus() else -1
        while 0 <= row <= last:
            rect = self._rect(row)
            if rect.top() > e.rect().bottom():
                break
            index = self.model().index(row, 0)
            option.rect = rect
            option.state = state
            if self.selectionModel().isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            if row == focused:
                option.state |= QStyle.StateFlag.State_HasFocus
            self.paint_row(painter, option, index)
            row += 1
        painter.end()


def selection(first: QModelIndex, last: QModelIndex) -> QItemSelection:
    """Return the selection of all rows from one to another."""
    chosen = QItemSelection()
    chosen.append(QItemSelectionRange(first, last))
    return chosen


def selection_of(indexes: Sequence[QModelIndex]) -> QItemSelection:
    """Return the selection of some rows, neighbours in one range: Qt compares each with each."""
    chosen = QItemSelection()
    start: QModelIndex | None = None
    ordered = sorted(indexes, key=QModelIndex.row)
    for place, index in enumerate(ordered):
        start = index if start is None else start
        if place + 1 == len(ordered) or ordered[place + 1].row() > index.row() + 1:
            chosen.append(QItemSelectionRange(start, index))
            start = None
    return chosen
