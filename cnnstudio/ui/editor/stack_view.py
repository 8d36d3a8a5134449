"""The list editor: the network's blocks as cards, rearranged by drag, keyboard or menu."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
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

from cnnstudio.core.edits import Step
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.network import Path
from cnnstudio.core.rearranging import deletion, duplication, moving
from cnnstudio.ui.editor.cards import CardDelegate
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, is_for_the_list
from cnnstudio.ui.editor.drop_place import DropPlace, paint_mark, place_at
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, XL, S, Theme, font


class StackView(QTreeView):
    """Shows the blocks and turns a person's drags and keys into steps of the open design.

    `selection_changed` comes once the selection has settled, however many blocks it went through.
    """

    selection_changed = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._model = StackModel(design)
        self._delegate = CardDelegate(design, self._model, theme)
        self._place: DropPlace | None = None
        self._shown = design.report
        self._selected = QTimer(self, singleShot=True, interval=0)
        self._selected.timeout.connect(self.selection_changed)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        theme.changed.connect(self.viewport().update)
        design.changed.connect(self._show_report)
        design.current_changed.connect(self._follow_current)
        design.was_reset.connect(self.expandAll)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(lambda *_args: self._selected.start())
        self._model.rowsInserted.connect(self._unfold)
        self.expandAll()
        self._follow_current()

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
        selection.select(_ranges(indexes), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if indexes:
            selection.setCurrentIndex(indexes[-1], QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(indexes[-1])

    def delete_selected(self) -> None:
        """Remove the selected blocks and select the one that takes their place."""
        paths = self.selected_paths()
        if not paths:
            return
        # Qt looks through what is selected at every single removal.
        self.clearSelection()
        self._design.push(deletion(self._design.network, paths))
        first = paths[0]
        row = self._design.network.siblings(first)
        if row:
            self.select([row[min(first[-1], len(row) - 1)].uid])
        elif len(first) > 1:
            self.select([self._design.network.at(first[:-2]).uid])

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
            self._move(moving(paths, (*base, goal)), paths)

    def _paths_of_one_list(self) -> list[Path]:
        paths = self.selected_paths()
        return [path for path in paths if path[:-1] == paths[-1][:-1]]

    def _move(self, step: Step, paths: list[Path]) -> None:
        """Move the blocks at `paths` and select them at their new places."""
        uids = [self._design.network.at(path).uid for path in paths]
        self._design.push(step)
        self.select(uids)

    def _tell_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        node = self._model.node(current)
        if node is not None:
            self._design.set_current(node.uid)

    def _follow_current(self) -> None:
        node, shown = self._design.current, self._model.node(self.currentIndex())
        if node is not None and (shown is None or shown.uid != node.uid):
            self.select([node.uid])

    def _unfold(self, parent: QModelIndex, first: int, last: int) -> None:
        """Show inserted blocks and what they hold."""
        self.expand(parent)
        for row in range(first, last + 1):
            index = self._model.index(row, 0, parent)
            if self._model.rowCount(index):
                self._unfold(index, 0, self._model.rowCount(index) - 1)

    def _show_report(self) -> None:
        """Paint the cards anew whose facts have changed; lay all out anew if a message has."""
        before, self._shown = self._shown, self._design.report
        if self._shown.problems != before.problems:
            self.scheduleDelayedItemsLayout()
            return
        index = self.indexAt(self.viewport().rect().topLeft())
        while index.isValid() and self.visualRect(index).top() < self.viewport().height():
            node = self._model.node(index)
            if node and before.facts.get(node.uid) != self._shown.facts.get(node.uid):
                self.update(index)
            index = self.indexBelow(index)

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
        if is_for_the_list(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not is_for_the_list(event.mimeData()):
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
            self._move(step, self.selected_paths())
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

    def _place_at(self, point: QPoint) -> DropPlace:
        return place_at(self, self._model, point)

    def _mark(self, place: DropPlace | None) -> None:
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
            paint_mark(painter, self._place, self.viewport().width(), self._theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown.problems:
            self.scheduleDelayedItemsLayout()


def _ranges(indexes: list[QModelIndex]) -> QItemSelection:
    """Return a selection of indexes, neighbours in one range: Qt compares each with each."""
    selection = QItemSelection()
    first: QModelIndex | None = None
    for index, after in zip(indexes, [*indexes[1:], None], strict=True):
        first = index if first is None else first
        if after is None or after.row() != index.row() + 1 or after.parent() != index.parent():
            selection.append(QItemSelectionRange(first, index))
            first = None
    return selection
