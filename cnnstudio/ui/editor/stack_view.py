"""The list editor: the network's blocks as cards, rearranged by drag, keyboard or menu."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView
from typing_extensions import override

from cnnstudio.core.edits import Insert, Step
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path
from cnnstudio.ui.editor.cards import CardDelegate
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, is_for_the_list
from cnnstudio.ui.editor.drop_place import DropPlace
from cnnstudio.ui.editor.folding import Folding
from cnnstudio.ui.editor.list_layout import INDENT, is_on_chevron
from cnnstudio.ui.editor.rails import paint_rails
from cnnstudio.ui.editor.row_changes import told_otherwise
from cnnstudio.ui.editor.selections import ranges
from cnnstudio.ui.editor.stack_drag import StackDrag
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XL, Theme

_MOST_RESIZED = 50
"""So many cards get another height one by one; for more all is laid out anew."""

_UPWARDS = (
    QAbstractItemView.CursorAction.MoveUp,
    QAbstractItemView.CursorAction.MoveLeft,
    QAbstractItemView.CursorAction.MovePrevious,
    QAbstractItemView.CursorAction.MovePageUp,
    QAbstractItemView.CursorAction.MoveEnd,
)


class StackView(QTreeView):
    """Shows the blocks and turns a person's drags and keys into steps of the open design.

    `selection_changed` comes once the selection has settled, however many blocks it went through;
    `place_changed` when the keyboard has come to another row.
    """

    selection_changed = Signal()
    place_changed = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._model = StackModel(design)
        self._delegate = CardDelegate(design, self._model, theme)
        self._drag = StackDrag(self, self._model, theme)
        self._folding = Folding(self, self._model, self._delegate.folded)
        self._shown, self._told = design.report, design.problems_by_block
        self._rows_changed = False
        self._left_without: Path | None = None
        self._pressed_alone: str | None = None
        self._selected = QTimer(self, singleShot=True, interval=0)
        self._selected.timeout.connect(self.selection_changed)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        theme.changed.connect(self.viewport().update)
        for signal in (design.changed, design.plan_changed):
            signal.connect(self._show_report)
        design.current_changed.connect(self._follow_current)
        design.was_reset.connect(self._folding.open_all)
        for rows_signal in (
            self._model.rowsInserted, self._model.rowsRemoved, self._model.layoutChanged,
        ):  # fmt: skip
            rows_signal.connect(self._note_rows)
        self._model.removing.connect(self._let_go)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(lambda *_args: self._selected.start())
        self._folding.open_all()
        self._follow_current()

    def _set_up(self) -> None:
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(INDENT)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setAccessibleName(_("Blocks of the network"))
        self.setAccessibleDescription(
            _(
                "Images enter at the top and pass through the blocks downwards. Left and Right "
                "fold and open containers."
            )
        )
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        # Cards show themselves what is selected; Qt would fill the space of the rails beside them.
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)

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
        selection.select(ranges(indexes), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if indexes:
            selection.setCurrentIndex(indexes[-1], QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(indexes[-1])

    @property
    def folded(self) -> set[str]:
        """The uids of the containers that are folded."""
        return self._delegate.folded

    @property
    def folding(self) -> Folding:
        """What folds and opens containers."""
        return self._folding

    def show_lane(self, uid: str, lane: int) -> None:
        """Bring the keyboard to the head of a container's lane."""
        index = self._model.index(lane, 0, self._model.index_of(uid))
        self.clearSelection()
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _let_go(self, parent: QModelIndex, first: int, last: int) -> None:
        """Go away from rows that will be removed: Qt would lay all out anew to find another."""
        current = self.currentIndex()
        inner = current
        while inner.isValid() and inner.parent() != parent:
            inner = inner.parent()
        if inner.isValid() and first <= inner.row() <= last:
            self._left_without = self._model.path(inner)
            if self._model.uid(inner) is not None:
                self._left_without = (*self._left_without[:-1], first)
            nowhere = QItemSelectionModel.SelectionFlag.Clear
            self.selectionModel().setCurrentIndex(QModelIndex(), nowhere)

    def _select_near(self) -> None:
        """Select what has come to the place of the current block, if that was removed."""
        path, self._left_without = self._left_without, None
        if path is None or self.currentIndex().isValid():
            return
        node = self._design.network.nearest(path)
        if node is not None:
            self.select([node.uid])

    def _note_rows(self) -> None:
        self._rows_changed = True

    def _tell_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        node = self._model.node(current)
        if node is not None:
            self._design.set_current(node.uid)
        self.place_changed.emit()

    def _follow_current(self) -> None:
        node, shown = self._design.current, self._model.node(self.currentIndex())
        if node is not None and (shown is None or shown.uid != node.uid):
            self.select([node.uid])

    def _show_report(self) -> None:
        """Paint the cards anew whose facts have changed; those with another message grow."""
        before, self._shown = self._shown, self._design.report
        told_before, self._told = self._told, self._design.problems_by_block
        resized = told_otherwise(told_before, self._told)
        if self._rows_changed:
            # Qt lays out anew what is shown of the rows, and paints nothing for folded ones.
            self._rows_changed = False
            self.viewport().update()
            self._select_near()
            return
        if len(resized) > _MOST_RESIZED:
            self.scheduleDelayedItemsLayout()
            return
        for uid in resized:
            index = self._model.index_of(uid)
            if index.isValid():
                self.dataChanged(index, index)
        index = self.indexAt(self.viewport().rect().topLeft())
        while index.isValid() and self.visualRect(index).top() < self.viewport().height():
            uid = self._model.holder(index).uid
            if before.facts.get(uid) != self._shown.facts.get(uid):
                self.update(index)
            index = self.indexBelow(index)

    # Drag and drop

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        indexes = [i for i in self.selectedIndexes() if self._model.node(i) is not None]
        if self._pressed_alone is not None:
            # Ctrl adds to the selection on the press, but a drag that copies takes what it is on.
            indexes = [i for i in indexes if self._model.uid(i) == self._pressed_alone]
        if not indexes:
            return
        self._delegate.dragged = frozenset(
            node.uid for node in map(self._model.node, indexes) if node is not None
        )
        self.viewport().update()
        self._drag.take(indexes)
        self._delegate.dragged = frozenset()
        self.viewport().update()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._is_for_me(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not self._is_for_me(event):
            event.ignore()
            return
        super().dragMoveEvent(event)
        copy = event.dropAction() == Qt.DropAction.CopyAction
        if self._drag.over(event.mimeData(), event.position().toPoint(), copy=copy):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drag.leave()
        super().dragLeaveEvent(event)

    def _is_for_me(self, event: QDropEvent) -> bool:
        return is_for_the_list(event.mimeData(), from_the_list=event.source() is self)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if not self._is_for_me(event):
            event.ignore()
            return
        copy = event.dropAction() == Qt.DropAction.CopyAction
        step = self._drag.dropped(event.mimeData(), event.position().toPoint(), copy=copy)
        # As after leaving: else the list would scroll on where it is dropped at an edge.
        super().dragLeaveEvent(QDragLeaveEvent())
        if step is None:
            event.ignore()
            return
        event.acceptProposedAction()
        if event.mimeData().hasFormat(BLOCKS_MIME) and not copy:
            self._move(step)
        else:
            self.add(step)

    def _move(self, step: Step) -> None:
        """Move the selected blocks and select them at their new places."""
        uids = [self._design.network.at(path).uid for path in self.selected_paths()]
        self._design.push(step)
        self.select(uids)

    def add(self, step: Step) -> None:
        """Do a step that inserts blocks, and select them."""
        self._design.push(step)
        self.select([edit.block.uid for edit in step.edits if isinstance(edit, Insert)])
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def drop_row_at(self, point: QPoint) -> int:
        """Return before which row of its list something dropped at a point would land."""
        return self._drag.place_at(point).row

    @property
    def drop_place(self) -> DropPlace | None:
        """Where what is being dragged would land, None if nothing is or it may not."""
        return self._drag.place

    # Mouse and keyboard

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_new = adds and not self.selectionModel().isSelected(index)
        self._pressed_alone = self._model.uid(index) if is_new else None
        if self._is_chevron(index, event):
            self._folding.toggle(index)
        elif self._model.is_foot(index):
            self.select([self._model.holder(index).uid])
        else:
            super().mousePressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Qt takes the second press for none: two quick clicks would leave a block unselected.
        self.mousePressEvent(event)
        if not self._is_chevron(self.indexAt(event.position().toPoint()), event):
            super().mouseDoubleClickEvent(event)

    def _is_chevron(self, index: QModelIndex, event: QMouseEvent) -> bool:
        node = self._model.node(index)
        if node is None or not node.is_container:
            return False
        left = event.button() == Qt.MouseButton.LeftButton
        return left and is_on_chevron(self.visualRect(index), event.position().toPoint())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Left and self._model.lane(current) is not None:
            self.select([self._model.holder(current).uid])
        else:
            super().keyPressEvent(event)

    @override
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go where the key leads; past feet, and past the heads of lanes that have none."""
        index = super().moveCursor(action, modifiers)
        step = self.indexAbove if action in _UPWARDS else self.indexBelow
        while index.isValid() and self._is_passed(index):
            index = step(index)
        return index if index.isValid() else self.currentIndex()

    def _is_passed(self, index: QModelIndex) -> bool:
        if self._model.uid(index) is not None:
            return False
        lane = self._model.lane(index)
        holder = self._model.holder(index)
        return lane is None or (len(holder.lanes) == 1 and bool(holder.lanes[lane]))

    # Painting

    @override
    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]  # Qt's stubs allow a persistent index too
        super().drawRow(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_rails(
            painter,
            option.rect,
            index,
            self._model,
            self._theme,
            is_open=self.isExpanded(index),
            target=self._drag.target,
        )
        painter.restore()

    @override
    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]  # rails are drawn with the row
        pass

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.rowCount() == 0 and self._drag.place is None:
            painter.setPen(self._theme.color("muted"))
            box = self.viewport().rect().adjusted(XL, XL, -XL, -XL)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, _("Drag blocks here from the palette, an Input first."))
        self._drag.paint(painter)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._told:
            self.scheduleDelayedItemsLayout()
