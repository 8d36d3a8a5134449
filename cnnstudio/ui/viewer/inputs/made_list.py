"""The made examples for the Input of the moment, as a list to pick from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QImage
from typing_extensions import override

from cnnstudio.core.blocks import Shape
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import MadeInput
from cnnstudio.core.made_inputs import (
    Made,
    has_pixels,
    is_picture,
    kinds,
    make,
    naming,
    titled,
)
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.inputs.small_pictures import SIDE, picture_of_values
from cnnstudio.ui.viewer.strip import SOURCE_ROLE, Index

_SLICES = 3
"""Of a volume, for the picture of its middle."""
_ROOT = QModelIndex()


class MadeList(QAbstractListModel):
    """Lists what can be made for an Input; pictures are drawn when they are wanted."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shape: Shape | None = None
        self._words: int | None = None
        self._pictures: dict[int, QImage] = {}
        theme.changed.connect(self._repaint)

    def show_input(self, shape: Shape | None, words: int | None) -> None:
        """List the examples for an Input, None for none.

        Args:
            shape: of the Input.
            words: how many words it takes the numbers of, None if it takes none.
        """
        if (shape, words) != (self._shape, self._words):
            self.beginResetModel()
            self._shape, self._words = shape, words
            self._pictures.clear()
            self.endResetModel()

    def row_of(self, source: MadeInput) -> int | None:
        """Return the row of an example, None if it is not listed."""
        listed = [(f"{kind}", seed) for kind, seed in self._examples()]
        found = (source.kind, source.seed)
        return listed.index(found) if found in listed else None

    def _examples(self) -> tuple[tuple[Made, int], ...]:
        return () if self._shape is None else kinds(self._words)

    def _repaint(self) -> None:
        self._pictures.clear()
        self.dataChanged.emit(self.index(0, 0), self.index(max(0, self.rowCount() - 1), 0))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._examples())

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        kind, seed = self._examples()[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return titled(kind, seed, self._words)
            case Qt.ItemDataRole.DecorationRole:
                return self._picture(index.row(), kind, seed)
            case Qt.ItemDataRole.ToolTipRole:
                return _(naming(kind, self._words).why)
            case _ if role == SOURCE_ROLE:
                return MadeInput(f"{kind}", seed)
        return None

    def _picture(self, row: int, kind: Made, seed: int) -> QImage | None:
        if self._shape is None:
            return None
        if row not in self._pictures:
            values = make(kind, seed, _small(self._shape), self._words)
            self._pictures[row] = picture_of_values(values, self._theme)
        return self._pictures[row]


def _small(shape: Shape) -> Shape:
    """Return the shape of an example that looks alike but is made in no time."""
    if not has_pixels(shape):
        return shape
    *deep, height, width, _channels = shape
    channels = shape[-1] if is_picture(shape[-3:]) else 1
    return (*(min(size, _SLICES) for size in deep), min(height, SIDE), min(width, SIDE), channels)
