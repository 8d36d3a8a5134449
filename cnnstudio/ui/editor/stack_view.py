"""The list editor: the network's blocks as cards, rearranged by drag, keyboard or menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem
from typing_extensions import override

from cnnstudio.core.edits import Insert, Step
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path
from cnnstudio.core.problems import Problem
from cnnstudio.ui.editor.cards import CardDelegate
from cnnstudio.ui.editor.dragged import BLOCKS_MIME, is_for_the_list
from cnnstudio.ui.editor.drop_place import DropPlace
from cnnstudio.ui.editor.folding import Folding
from cnnstudio.ui.editor.list_layout import INDENT, is_on_chevron
from cnnstudio.ui.editor.rails import paint_rails
from cnnstudio.ui.editor.row_keys import WHOLE_BLOCK
from cnnstudio.ui.editor.row_view import RowView, selection_of
from cnnstudio.ui.editor.stack_drag import StackDrag
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XL, Theme

_Told = Mapping[str | None, tuple[Problem, ...]]
_Move = QAbstractItemView.CursorAction
_Flag = QItemSelectionModel.SelectionFlag


class StackView(RowView):
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
        self._folding = Folding(self, self._model)
        self._shown, self._told = design.report, design.problems_by_block
        self._rows_changed = False
        self._left_without: Path | None = None
        self._pressed_alone: str | None = None
        self._selected = QTimer(self, singleShot=True, interval=0)
        self._selected.timeout.connect(self.selection_changed)
        for rows_signal in (
            self._model.rowsInserted, self._model.rowsRemoved, self._model.layoutChanged,
            self._model.modelReset,
        ):  # fmt: skip
            rows_signal.connect(self._note_rows)
        self._model.removing.connect(self._let_go)
        self._model.was_folded.connect(self.lay_out)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        theme.changed.connect(self.lay_out)
        for signal in (design.changed, design.plan_changed):
            signal.connect(self._show_report)
        design.current_changed.connect(self._follow_current)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(lambda *_args: self._selected.start())
        self._follow_current()

    def _set_up(self) -> None:
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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

    @property
    def stack_model(self) -> StackModel:
        """The model behind the list."""
        return self._model

    def selected_paths(self) -> list[Path]:
        """Return the paths of the selected blocks, from top to bottom."""
        indexes = self.selectionModel().selectedIndexes()
        return sorted(self._model.path(i) for i in indexes if self._model.node(i) is not None)

    def select(self, uids: list[str]) -> None:
        """Select some blocks, opened up to if they are folded away, the last as the current one."""
        self._model.reveal(uids)
        indexes = [index for index in map(self._model.index_of, uids) if index.isValid()]
        selection = self.selectionModel()
        selection.select(selection_of(indexes), _Flag.ClearAndSelect)
        if indexes:
            selection.setCurrentIndex(indexes[-1], _Flag.NoUpdate)
            self.scrollTo(indexes[-1])

    @property
    def folding(self) -> Folding:
        """What folds and opens containers."""
        return self._folding

    def show_lane(self, uid: str, lane: int) -> None:
        """Bring the keyboard to the head of a container's lane."""
        self._model.open([uid])
        index = self._model.index_of(uid, lane)
        self.clearSelection()
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _let_go(self, first: int, last: int) -> None:
        """Go away from rows that will be removed: Qt would go to another one of its own choice."""
        if first <= self.currentIndex().row() <= last:
            self._left_without = self._model.path(self._model.index(first))
            self.selectionModel().setCurrentIndex(QModelIndex(), _Flag.Clear)

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
        self.forget_places()

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
        told, self._told = self._told, self._design.problems_by_block
        if self._rows_changed or told != self._told:
            self.lay_out()
        if self._rows_changed:
            self._rows_changed = False
            self._select_near()
            return
        for row in self.rows_in_sight():
            index = self._model.index(row)
            uid = self._model.holder(index).uid
            is_same = before.facts.get(uid) == self._shown.facts.get(uid)
            if not is_same or told.get(uid) != self._told.get(uid):
                self.update(index)

    # Drag and drop

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        uids = [self._model.holder(index).uid for index in self.selectedIndexes()]
        if self._pressed_alone is not None:
            # Ctrl adds to the selection on the press, but a drag that copies takes what it is on.
            uids = [self._pressed_alone]
        if not uids:
            return
        self._delegate.dragged = frozenset(uids)
        self.viewport().update()
        self._drag.take(uids)
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

    def drop_target_at(self, point: QPoint) -> Path:
        """Return before what something dropped at a point of the viewport would land."""
        return self._drag.place_at(point).target

    @property
    def drop_place(self) -> DropPlace | None:
        """Where what is being dragged would land, None if nothing is or it may not."""
        return self._drag.place

    # Mouse and keyboard

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        node = self._model.node(index)
        is_new = adds and not self.selectionModel().isSelected(index)
        self._pressed_alone = node.uid if is_new and node is not None else None
        if node is not None and self._is_chevron(index, event):
            self._folding.toggle(node.uid)
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
        match event.key():
            case Qt.Key.Key_Left if not event.modifiers():
                self._go_out()
            case Qt.Key.Key_Right if not event.modifiers():
                self._go_in()
            case _:
                super().keyPressEvent(event)

    def _go_out(self) -> None:
        """Fold an open container; from a block go to its lane, from a lane to its container."""
        key = self._model.key(self.currentIndex())
        if key is None:
            return
        path = self._model.path(self.currentIndex())
        if key.lane != WHOLE_BLOCK:
            self.select([key.uid])
        elif self._model.is_open(key.uid):
            self._folding.toggle(key.uid)
        elif len(path) > 1:
            holder, lane = self._design.network.at(path[:-2]), path[-2]
            index = self._model.index_of(holder.uid, lane)
            if self.is_passed(index.row()):
                self.select([holder.uid])
            else:
                self.show_lane(holder.uid, lane)

    def _go_in(self) -> None:
        """Open a folded container; from an open one, or a lane, go to what it holds."""
        node = self._model.node(self.currentIndex())
        if node is not None and node.is_container and not self._model.is_open(node.uid):
            self._folding.toggle(node.uid)
        elif node is None or node.is_container:
            self.setCurrentIndex(self.moveCursor(_Move.MoveDown, Qt.KeyboardModifier.NoModifier))

    # The rows

    @override
    def row_heights(self) -> Sequence[int]:
        return self._delegate.heights(self.viewport().width())

    @override
    def row_left(self, row: int) -> int:
        index = self._model.index(row)
        return (len(self._model.path(index)) - (self._model.node(index) is not None)) * INDENT

    @override
    def is_passed(self, row: int) -> bool:
        """Return whether the keyboard passes a foot, or the head of a lane that has none."""
        index = self._model.index(row)
        if self._model.node(index) is not None:
            return False
        lane, holder = self._model.lane(index), self._model.holder(index)
        return lane is None or (len(holder.lanes) == 1 and bool(holder.lanes[lane]))

    @override
    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        self._delegate.paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect
        row.setLeft(0)
        paint_rails(painter, row, index, self._model, self._theme, self._drag.target)
        painter.restore()

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
