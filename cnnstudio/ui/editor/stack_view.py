"""The list editor: the network's blocks as cards, rearranged by drag, keyboard or menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTreeView
from typing_extensions import override

from cnnstudio.core.edits import Step, deletion, duplication, moving
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.network import Path
from cnnstudio.ui.editor.cards import GAP, CardDelegate
from cnnstudio.ui.editor.stack_model import BLOCKS_MIME, KIND_MIME, StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, XL, S, Theme, font


@dataclass(frozen=True, slots=True)
class _DropPlace:
    """Where a drop would land: before `row` of `parent`; the mark's line in the viewport."""

    parent: QModelIndex
    row: int
    left: int
    y: int


class StackView(QTreeView):
    """Shows the blocks and turns a person's drags and keys into steps of the open design."""

    selection_changed = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._model = StackModel(design)
        self._delegate = CardDelegate(design, self._model, theme)
        self._place: _DropPlace | None = None
        self._marked: dict[str, str] = {}
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        theme.changed.connect(self.viewport().update)
        design.changed.connect(self._show_report)
        design.current_changed.connect(self._follow_current)
        design.was_reset.connect(self.expandAll)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(lambda *_args: self.selection_changed.emit())
        self.expandAll()

    def _set_up(self) -> None:
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(XL)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAccessibleName(_("Blocks of the network"))
        self.setAccessibleDescription(
            _("Images enter at the top and pass through the blocks downwards")
        )
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def stack_model(self) -> StackModel:
        """The model behind the list."""
        return self._model

    def selected_paths(self) -> list[Path]:
        """Return the paths of the selected blocks, from top to bottom."""
        indexes = self.selectionModel().selectedIndexes()
        return sorted(self._model.path(i) for i in indexes if self._model.node(i) is not None)

    def select(self, uids: list[str]) -> None:
        """Select some blocks and make the last of them the current one."""
        indexes = [index for index in map(self._model.index_of, uids) if index.isValid()]
        selection = self.selectionModel()
        selection.clearSelection()
        for index in indexes:
            selection.select(index, QItemSelectionModel.SelectionFlag.Select)
        if indexes:
            selection.setCurrentIndex(indexes[-1], QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(indexes[-1])

    def delete_selected(self) -> None:
        """Remove the selected blocks and select the one that takes their place."""
        paths = self.selected_paths()
        if not paths:
            return
        self._design.push(deletion(self._design.network, paths))
        row = self._design.network.siblings(paths[0]) if len(paths[0]) == 1 else ()
        if row:
            self.select([row[min(paths[0][-1], len(row) - 1)].uid])

    def duplicate_selected(self) -> None:
        """Put copies of the selected blocks after them and select the copies."""
        paths = self._paths_of_one_list()
        if not paths:
            return
        step = duplication(self._design.network, paths)
        self._design.push(step)
        self.select([edit.block.uid for edit in step.edits if hasattr(edit, "block")])

    def move_selected(self, by: int) -> None:
        """Move the selected blocks up (-1) or down (1) by one place."""
        paths = self._paths_of_one_list()
        if not paths:
            return
        *base, first = paths[0]
        goal = first - 1 if by < 0 else paths[-1][-1] + 2
        if 0 <= goal <= len(self._design.network.siblings(paths[0])):
            self._push_keeping_selection(moving(paths, (*base, goal)))

    def _paths_of_one_list(self) -> list[Path]:
        paths = self.selected_paths()
        return [path for path in paths if path[:-1] == paths[-1][:-1]]

    def _push_keeping_selection(self, step: Step) -> None:
        uids = [self._design.network.at(path).uid for path in self.selected_paths()]
        self._design.push(step)
        self.select(uids)

    def _tell_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        node = self._model.node(current)
        if node is not None:
            self._design.set_current(node.uid)

    def _follow_current(self) -> None:
        node = self._design.current
        if node is None or self._model.node(self.currentIndex()) == node:
            return
        self.select([node.uid])

    def _show_report(self) -> None:
        """Paint all cards anew; lay them out anew if a message has come, gone or changed."""
        self.viewport().update()
        marked = {p.block: p.message() for p in self._design.report.problems if p.block}
        if marked != self._marked:
            self._marked = marked
            self.scheduleDelayedItemsLayout()

    # Drag and drop

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        indexes = [i for i in self.selectedIndexes() if self._model.node(i) is not None]
        if not indexes:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData(indexes))
        drag.setPixmap(self._drag_picture(indexes))
        drag.setHotSpot(QPoint(XL, XL))
        drag.exec(Qt.DropAction.MoveAction)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _brings_blocks(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not _brings_blocks(event.mimeData()):
            event.ignore()
            return
        super().dragMoveEvent(event)
        place = self._place_at(event.position().toPoint())
        allowed = self._model.drop_step(event.mimeData(), place.row, place.parent) is not None
        self._mark(place if allowed else None)
        if allowed:
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(None)
        super().dragLeaveEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        place = self._place_at(event.position().toPoint())
        self._mark(None)
        self.setState(QAbstractItemView.State.NoState)
        step = self._model.drop_step(event.mimeData(), place.row, place.parent)
        if step is None:
            event.ignore()
            return
        event.acceptProposedAction()
        if event.mimeData().hasFormat(BLOCKS_MIME):
            self._push_keeping_selection(step)
        else:
            self.add(step)

    def add(self, step: Step) -> None:
        """Do a step that inserts blocks, and select them."""
        self._design.push(step)
        self.select([edit.block.uid for edit in step.edits if hasattr(edit, "block")])
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def drop_row_at(self, point: QPoint) -> int:
        """Return before which row of its list something dropped at a point would land."""
        return self._place_at(point).row

    def _place_at(self, point: QPoint) -> _DropPlace:
        index = self.indexAt(point)
        if not index.isValid():
            return self._end_of(QModelIndex())
        if self._model.lane(index) is not None:
            rect = self.visualRect(index)
            return _DropPlace(index, 0, rect.left() + XL, rect.bottom())
        rect = self.visualRect(index)
        below = point.y() > rect.center().y()
        y = rect.bottom() + 1 if below else rect.top()
        return _DropPlace(index.parent(), index.row() + below, rect.left(), y)

    def _end_of(self, parent: QModelIndex) -> _DropPlace:
        count = self._model.rowCount(parent)
        if count == 0:
            return _DropPlace(parent, 0, S, S)
        last = self._model.index(count - 1, 0, parent)
        while self.isExpanded(last) and self._model.rowCount(last):
            last = self._model.index(self._model.rowCount(last) - 1, 0, last)
        return _DropPlace(parent, count, S, self.visualRect(last).bottom() + 1)

    def _mark(self, place: _DropPlace | None) -> None:
        if place != self._place:
            self._place = place
            self.viewport().update()

    def _drag_picture(self, indexes: list[QModelIndex]) -> QPixmap:
        rect = self.visualRect(indexes[0])
        picture = self.viewport().grab(QRect(0, rect.top(), self.viewport().width(), rect.height()))
        if len(indexes) > 1:
            painter = QPainter(picture)
            painter.setFont(font(BODY, bold=True))
            painter.setPen(self._theme.color("accent"))
            count = len(indexes)
            text = ngettext("{count} block", "{count} blocks", count).format(count=count)
            painter.drawText(S, rect.height() - S, text)
            painter.end()
        return picture

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Qt takes the second press for none: two quick clicks would leave a block unselected.
        self.mousePressEvent(event)
        super().mouseDoubleClickEvent(event)

    # Painting

    @override
    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]  # no branches: cards stand for themselves
        level = 0
        above = index.parent()
        while above.isValid():
            level, above = level + 1, above.parent()
        painter.setPen(QPen(self._theme.color("border"), 2))
        for rail in range(1, level, 2):
            x = rail * self.indentation() + S
            painter.drawLine(x, rect.top(), x, rect.bottom())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.rowCount() == 0 and self._place is None:
            painter.setPen(self._theme.color("muted"))
            box = self.viewport().rect().adjusted(XL, XL, -XL, -XL)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, _("Drag blocks here from the palette, an Input first."))
        if self._place is not None:
            self._paint_mark(painter, self._place)

    def _paint_mark(self, painter: QPainter, place: _DropPlace) -> None:
        accent = self._theme.color("accent")
        y = max(place.y, GAP)
        left, right = place.left + S, self.viewport().width() - S
        painter.setPen(QPen(accent, 3))
        painter.drawLine(left + 4, y, right, y)
        painter.setBrush(self._theme.color("panel"))
        painter.setPen(QPen(accent, 2))
        painter.drawEllipse(QPoint(left, y), 4, 4)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._marked:
            self.scheduleDelayedItemsLayout()


def _brings_blocks(data: QMimeData) -> bool:
    return data.hasFormat(KIND_MIME) or data.hasFormat(BLOCKS_MIME)
