"""The table of runs: sorted and filtered, several selected at a time, each with its own stroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.runs.kept import RunRow
from cnnstudio.ui.runs.columns import COLUMNS, NAME, STATE, WHEN
from cnnstudio.ui.runs.run_strokes import SAMPLE, sample_icon
from cnnstudio.ui.runs.runs_model import RunsModel, RunsOrder
from cnnstudio.ui.theme import BODY, M, S, Theme, font

ROW = 28


class RunsTable(QTableView):
    """Shows runs; `chosen` follows every change of which are selected or which is current.

    Attributes:
        model_: all runs.
        order: those that are shown, as they are shown.
    """

    chosen = Signal()
    opened = Signal()
    delete_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model_ = RunsModel(theme, self)
        self.order = RunsOrder(self.model_, self)
        self.names = _Names(self)
        self._arrange()
        self.order.sort(WHEN, Qt.SortOrder.DescendingOrder)
        self.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        selection = self.selectionModel()
        selection.selectionChanged.connect(lambda *_changed: self.chosen.emit())
        selection.currentRowChanged.connect(lambda *_changed: self.chosen.emit())
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    @property
    def selected(self) -> list[RunRow]:
        """The selected runs, from the top down."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.order.run_at(row) for row in rows]

    @property
    def current(self) -> RunRow | None:
        """The run that was selected last, None if none is."""
        index, selection = self.currentIndex(), self.selectionModel()
        if index.isValid() and selection.isRowSelected(index.row(), QModelIndex()):
            return self.order.run_at(index.row())
        return next(iter(self.selected), None)

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        """Show these runs; what is selected and in sight stays so."""
        bar = self.verticalScrollBar()
        top = self.rowAt(0) if bar.value() > 0 else -1
        anchor = QPersistentModelIndex(self.order.index(max(top, 0), 0))
        beyond = bar.value() - top * ROW
        self.model_.show_runs(rows)
        if top >= 0 and anchor.isValid():
            bar.setValue(anchor.row() * ROW + beyond)

    def select(self, runs: Sequence[str]) -> None:
        """Select runs by their ids, the first of them the current one."""
        selection = self.selectionModel()
        selection.clear()
        whole = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in reversed(range(self.order.rowCount())):
            if self.order.run_at(row).id in runs:
                index = self.order.index(row, NAME)
                selection.setCurrentIndex(index, whole)

    def rename_current(self) -> None:
        """Let the person type another name for the current run."""
        current = self.current
        rows = range(self.order.rowCount())
        row = next((n for n in rows if current and self.order.run_at(n).id == current.id), None)
        if row is not None:
            index = self.order.index(row, NAME)
            self.scrollTo(index)
            self.edit(index)

    def show_strokes(self, pens: Mapping[str, QPen]) -> None:
        """Draw beside the names of runs, by their ids, how their curves are drawn."""
        if pens != self.names.pens:
            self.names.pens = dict(pens)
            self.viewport().update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_editing = self.state() == QAbstractItemView.State.EditingState
        match event.key():
            case Qt.Key.Key_Delete if not is_editing:
                self.delete_asked.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not is_editing:
                self.opened.emit()
            case Qt.Key.Key_F2 if not is_editing:
                self.rename_current()
            case _:
                super().keyPressEvent(event)

    def _arrange(self) -> None:
        self.setModel(self.order)
        self.setItemDelegateForColumn(NAME, self.names)
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName(_("Kept runs"))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setMinimumSectionSize(48)
        metrics = QFontMetrics(font(BODY))
        for at, column in enumerate(COLUMNS):
            # The arrow of the sorting stands beside the heading.
            heading = metrics.horizontalAdvance(_(column.title)) + 2 * S + ROW // 2
            sample = metrics.horizontalAdvance(_(column.sample)) + 2 * M
            more = SAMPLE.width() if at == NAME else ROW if at == STATE else 0
            self.setColumnWidth(at, max(heading, sample + more))


class _Names(QStyledItemDelegate):
    """Draws names with the strokes of the runs that are drawn, and lets them be edited.

    Attributes:
        pens: of those runs, by their ids.
    """

    def __init__(self, table: RunsTable) -> None:
        super().__init__(table)
        self._table = table
        self.pens: dict[str, QPen] = {}

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        pen = self.pens.get(self._table.order.run_at(index.row()).id)
        # The room for it is kept, so that no name moves.
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.decorationSize = SAMPLE
        option.icon = sample_icon(pen, self._table.devicePixelRatioF())

    @override
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(_("Name of the run"))
        return editor
