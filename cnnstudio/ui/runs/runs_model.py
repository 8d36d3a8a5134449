"""The list of runs as Qt's views take it: brought up to date by id, sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.runs.kept import RunRow
from cnnstudio.ui.runs.columns import COLUMNS, NAME, STATE, STATE_ICONS
from cnnstudio.ui.theme import BODY, Theme, font

ORDER = Qt.ItemDataRole.UserRole + 1
"""What a cell sorts by."""
Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunsModel(QAbstractTableModel):
    """A row a run, the newest first; `renamed` carries id and name that a person has typed."""

    renamed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[RunRow] = []
        self._figures = font(BODY, tabular=True)
        theme.changed.connect(self._repaint)

    @property
    def runs(self) -> tuple[RunRow, ...]:
        """All runs, the newest first."""
        return tuple(self._rows)

    def run_at(self, row: int) -> RunRow:
        """Return the run of a row."""
        return self._rows[row]

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        """Show these runs, whose order among themselves never changes: the newest first."""
        if not self._rows or not rows:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        ids = {row.id for row in rows}
        for at in reversed(range(len(self._rows))):
            if self._rows[at].id not in ids:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
        last = len(COLUMNS) - 1
        for at, row in enumerate(rows):
            if at == len(self._rows) or self._rows[at].id != row.id:
                self.beginInsertRows(QModelIndex(), at, at)
                self._rows.insert(at, row)
                self.endInsertRows()
            elif self._rows[at] != row:
                self._rows[at] = row
                self.dataChanged.emit(self.index(at, 0), self.index(at, last))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return (column.tip or column.text)(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.is_number else _LEFT
            case Qt.ItemDataRole.FontRole:
                return self._figures if column.is_number else None
            case Qt.ItemDataRole.DecorationRole if index.column() == STATE:
                return self._theme.icon(*STATE_ICONS[row.state])
            case _:
                return column.order(row) if role == ORDER else None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run, name = self._rows[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == run.name:
            return False
        self.renamed.emit(run.id, name)
        return True

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _(column.title)
            case Qt.ItemDataRole.ToolTipRole:
                return _("{help} (click to sort)").format(help=_(column.help))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.is_number else _LEFT
            case _:
                return None

    def _repaint(self) -> None:
        if self._rows:
            end = self.index(len(self._rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), end)


class RunsOrder(QSortFilterProxyModel):
    """The runs that a filter lets through, in the order of a column."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self.setSourceModel(model)
        self.setSortRole(ORDER)
        self.setDynamicSortFilter(True)

    def run_at(self, row: int) -> RunRow:
        """Return the run of a row, as it is shown."""
        return self._model.run_at(self.mapToSource(self.index(row, 0)).row())

    def filter_by(self, text: str) -> None:
        """Let only runs through whose name, state, data, origin or id has all words of a text."""
        self._words = tuple(text.casefold().split())
        self.invalidate()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._words:
            return True
        row = self._model.run_at(source_row)
        told = (c.text(row) for c in COLUMNS if not c.is_number)
        text = " ".join((*told, row.id, row.data)).casefold()
        return all(word in text for word in self._words)

    @override
    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        order = COLUMNS[source_left.column()].order
        left, right = (order(self._model.run_at(i.row())) for i in (source_left, source_right))
        if left is None or right is None:
            is_rising = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (left is not None) if is_rising else (left is None and right is not None)
        return left < right  # type: ignore[operator]  # both are of one column


def find(model: RunsOrder, wanted: Callable[[RunRow], bool]) -> list[int]:
    """Return the rows of the runs that are wanted, from the top down."""
    return [row for row in range(model.rowCount()) if wanted(model.run_at(row))]
