"""The numbers of a run's epochs as a table, its best epoch marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.runs.kept import EpochRow
from cnnstudio.ui.numbers import NONE, accuracy_text, loss_text
from cnnstudio.ui.theme import BODY, Theme, font
from cnnstudio.ui.training.plot_kinds import KINDS

ROW = 24
_FIRST = ("loss", "val_loss", "accuracy", "val_accuracy")
_LAST = "seconds"
Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EpochsModel(QAbstractTableModel):
    """A row an epoch, a column a number, under Keras's names."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._epochs: tuple[EpochRow, ...] = ()
        self._names: tuple[str, ...] = ()
        self._best: int | None = None
        self._figures = font(BODY, tabular=True)

    def show_epochs(self, epochs: Sequence[EpochRow], best: int | None) -> None:
        """Show epochs; those that have come since the last time are added below.

        Args:
            epochs: in their order.
            best: the number of the best one, from 0.
        """
        epochs, names = tuple(epochs), _names(epochs)
        known, self._best = len(self._epochs), best
        if names != self._names or epochs[:known] != self._epochs or not known:
            self.beginResetModel()
            self._epochs, self._names = epochs, names
            self.endResetModel()
            return
        if len(epochs) > known:
            self.beginInsertRows(QModelIndex(), known, len(epochs) - 1)
            self._epochs = epochs
            self.endInsertRows()
        self.dataChanged.emit(self.index(0, 0), self.index(len(epochs) - 1, 0))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._epochs)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 1 + len(self._names)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        epoch, column = self._epochs[index.row()], index.column()
        is_best = epoch.epoch == self._best
        match role:
            case Qt.ItemDataRole.DisplayRole if column == 0:
                return f"{epoch.epoch + 1:,}"
            case Qt.ItemDataRole.DisplayRole:
                return _written(self._names[column - 1], epoch)
            case Qt.ItemDataRole.DecorationRole if column == 0 and is_best:
                return self._theme.icon("star-filled", "success")
            case Qt.ItemDataRole.ToolTipRole if is_best:
                return _("The best epoch by what the plan watches")
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            case Qt.ItemDataRole.FontRole:
                return self._figures
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return _("Epoch") if section == 0 else self._names[section - 1]


class EpochsTable(QTableView):
    """Shows the epochs of a run."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.epochs = EpochsModel(theme, self)
        self.setModel(self.epochs)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(_("Epochs of the run"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)


def _names(epochs: Sequence[EpochRow]) -> tuple[str, ...]:
    found = dict.fromkeys(name for epoch in epochs for name in epoch.numbers)
    further = sorted(name for name in found if name not in (*_FIRST, _LAST))
    return tuple(name for name in (*_FIRST, *further, _LAST) if name in found)


def _written(name: str, epoch: EpochRow) -> str:
    value = epoch.numbers.get(name)
    if value is None:
        return NONE
    if name == _LAST:
        return f"{value:,.1f}"
    kind = KINDS.get(name.removeprefix("val_"))
    return accuracy_text(value) if kind is not None and kind.is_share else loss_text(value)
