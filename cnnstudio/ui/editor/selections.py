"""Selections of the list, made so that Qt has little to do for them."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QItemSelection, QItemSelectionRange, QModelIndex


def ranges(indexes: list[QModelIndex]) -> QItemSelection:
    """Return a selection of indexes, neighbours in one range: Qt compares each with each."""
    selection = QItemSelection()
    first: QModelIndex | None = None
    for index, after in zip_longest(indexes, indexes[1:]):
        first = index if first is None else first
        if after is None or after.row() != index.row() + 1 or after.parent() != index.parent():
            selection.append(QItemSelectionRange(first, index))
            first = None
    return selection
