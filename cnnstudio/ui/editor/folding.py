"""Which containers of the list are folded, remembered by uid through every edit."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject
from PySide6.QtWidgets import QTreeView

from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.editor.stack_model import StackModel


class Folding(QObject):
    """Keeps the list's containers open but those that a person has folded."""

    def __init__(self, view: QTreeView, model: StackModel, folded: set[str]) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._folded = folded
        view.collapsed.connect(self._note_folded)
        view.expanded.connect(self._note_open)
        model.rowsInserted.connect(self._unfold)

    def toggle(self, index: QModelIndex) -> None:
        """Fold an open container, open a folded one."""
        if self._model.rowCount(index):
            self._view.setExpanded(index, not self._view.isExpanded(index))

    def fold_all(self) -> None:
        """Fold every container, the innermost too."""
        for node in self._model.containers():
            self._view.collapse(self._model.index_of(node.uid))

    def open_all(self) -> None:
        """Open every container."""
        self._folded.clear()
        # Not expandAll: it would open layers too, which Left would then fold.
        self._unfold(QModelIndex(), 0, self._model.rowCount() - 1)

    def _note_folded(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is None:
            # Lanes have no rows of their own to be folded into.
            self._view.expand(index)
            return
        self._folded.add(node.uid)
        self._select_instead(index, node)

    def _note_open(self, index: QModelIndex) -> None:
        uid = self._model.uid(index)
        if uid is not None:
            self._folded.discard(uid)

    def _select_instead(self, index: QModelIndex, node: PlacedBlock) -> None:
        """Select a folded container instead of what is in it, which is no longer to be seen."""
        path = self._model.path(index)
        selection = self._view.selectionModel()
        chosen = [*selection.selectedIndexes(), self._view.currentIndex()]
        hidden = [i for i in chosen if i.isValid() and _is_inside(self._model, i, path)]
        for inner in hidden:
            selection.select(inner, QItemSelectionModel.SelectionFlag.Deselect)
        if hidden:
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)

    def _unfold(self, parent: QModelIndex, first: int, last: int) -> None:
        """Show inserted blocks and what they hold, but what has been folded before."""
        if parent.isValid() and self._model.uid(parent) is None:
            self._view.expand(parent)
        for row in range(first, last + 1):
            index = self._model.index(row, 0, parent)
            rows = self._model.rowCount(index)
            uid = self._model.uid(index)
            if uid is None or (rows and uid not in self._folded):
                self._view.expand(index)
            if rows:
                self._unfold(index, 0, rows - 1)


def _is_inside(model: StackModel, index: QModelIndex, path: tuple[int, ...]) -> bool:
    own = model.path(index)
    beside = model.uid(index) is None
    return own[: len(path)] == path and (len(own) > len(path) or beside)
