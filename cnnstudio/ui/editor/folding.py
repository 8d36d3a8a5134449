"""What folds and opens the containers of the list, and where the selection goes meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QObject
from PySide6.QtWidgets import QAbstractItemView

from cnnstudio.ui.editor.stack_model import StackModel


class Folding(QObject):
    """Folds and opens containers; a folded one is selected instead of what it hides."""

    def __init__(self, view: QAbstractItemView, model: StackModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def toggle(self, uid: str) -> None:
        """Fold an open container, open a folded one."""
        if not self._model.is_open(uid):
            self._model.open([uid])
        else:
            self._fold([uid])

    def fold_all(self) -> None:
        """Fold every container, the innermost too."""
        self._fold([node.uid for node in self._model.containers()])

    def open_all(self) -> None:
        """Open every container."""
        self._model.open(self._model.folded)

    def _fold(self, uids: list[str]) -> None:
        selection, flags = self._view.selectionModel(), QItemSelectionModel.SelectionFlag
        folded = self._model.folded.union(uids)
        chosen = [*selection.selectedIndexes(), self._view.currentIndex()]
        for index in chosen:
            key = self._model.key(index)
            instead = None if key is None else self._model.shown_instead(*key, folded)
            if instead is not None and instead != key:
                selection.select(index, flags.Deselect)
                selection.setCurrentIndex(self._model.index_of(*instead), flags.Select)
        self._model.fold(uids)
