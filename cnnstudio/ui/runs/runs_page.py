"""The Runs page: all kept runs, their curves laid over each other, and what is done to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core import settings as kept_settings
from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.core.runs.kept import RunRow
from cnnstudio.core.settings import Settings
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.runs import run_actions as verbs
from cnnstudio.ui.runs.columns import when_text
from cnnstudio.ui.runs.csv_files import Rows
from cnnstudio.ui.runs.details_view import DetailsView
from cnnstudio.ui.runs.disk_line import DiskLine
from cnnstudio.ui.runs.epochs_table import EpochsTable
from cnnstudio.ui.runs.kept_runs import KeptRuns
from cnnstudio.ui.runs.lower_pages import DETAILS, LowerPages
from cnnstudio.ui.runs.overlay import Overlay
from cnnstudio.ui.runs.reading import DrawnRun, Opened, RunDetails
from cnnstudio.ui.runs.run_actions import RunActions, Standing
from cnnstudio.ui.runs.run_facts import sections_of
from cnnstudio.ui.runs.run_work import RunWork
from cnnstudio.ui.runs.runs_table import ROW, RunsTable
from cnnstudio.ui.theme import L, S, Theme
from cnnstudio.ui.training.run_buttons import busy
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.viewer.placard import Placard

MOST_DRAWN = 12
"""Runs whose curves are laid over each other; more could not be told apart."""
_ROOMY = 560
"""From so many pixels on the buttons have words."""
_LEAST_TABLE = 3 * ROW


class RunsPage(QWidget):
    """Lists the kept runs while it is in sight, and looks at the store about once a second.

    What others do is asked for: `resume_asked` and `design_asked` carry the id of a run,
    `weights_asked` an id and the steps of one of its states, `train_asked` nothing. `laid_over`
    carries the runs that the live curves are to be laid over with, `limit_changed` the billions of
    bytes that checkpoints may take, `said` a `Notice`.

    Args:
        design: the open design, which runs are compared with.
        record: the run that goes on in this window.
        theme: colours it.
        settings: hold the limit.
        folder: where runs are kept, the person's own place if left out.

    Attributes:
        table: the list.
        filter: what it is filtered by.
        overlay: the curves of what is selected.
        epochs: the epochs of the current run.
        details: what else is known of it.
        below: shows one of those three.
        actions_: the buttons and the menus.
        disk: the line on the disk.
        placard: what stands in place of all that where there is nothing to show.
        kept: the store.
        work: what this page does to it.
    """

    resume_asked = Signal(str)
    design_asked = Signal(str)
    weights_asked = Signal(str, int)
    train_asked = Signal()
    laid_over = Signal(object)
    limit_changed = Signal(int)
    said = Signal(object)

    def __init__(
        self,
        design: OpenDesign,
        record: RunRecord,
        theme: Theme,
        settings: Settings,
        folder: Path | None = None,
    ) -> None:
        super().__init__()
        self._design, self._record, self._settings = design, record, settings
        self._known: Mapping[str, DrawnRun] = {}
        self._details: RunDetails | None = None
        self._asked: tuple[list[RunRow], RunRow | None] | None = None
        self._own = record.id
        self._was_purged = False
        self.kept = KeptRuns(self, folder)
        self.work = RunWork(self, self.kept)
        self.table, self.filter = RunsTable(theme), QLineEdit()
        self.overlay, self.epochs, self.details = Overlay(theme), EpochsTable(theme), DetailsView()
        self.below = LowerPages(self.overlay, self.epochs, self.details)
        self.actions_, self.disk = RunActions(theme), DiskLine(settings, theme)
        self.placard = Placard(theme)
        self._content, self._scroll = QWidget(), QScrollArea()
        self._pages = QStackedLayout(self)
        self._arrange()
        self._wire()
        theme.changed.connect(self._show_strokes)

    @property
    def is_listed(self) -> bool:
        """Whether the list is shown, not what stands in its place."""
        return self._pages.currentWidget() is self._scroll

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_purged:
            # Runs that were deleted in an earlier window, which is closed.
            self._was_purged = True
            self.kept.change(lambda store: store.purge())
        self._watch()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.actions_.set_narrow(event.size().width() < _ROOMY)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch()

    def _wire(self) -> None:
        kept, table, work, disk = self.kept, self.table, self.work, self.disk
        kept.listed.connect(self._show)
        kept.opened.connect(self._show_opened)
        kept.unreadable.connect(self._show_error)
        table.chosen.connect(self._open)
        table.opened.connect(lambda: self.below.show_page(DETAILS))
        table.delete_asked.connect(lambda: self._act(verbs.DELETE))
        table.model_.renamed.connect(work.rename)
        table.customContextMenuRequested.connect(self._open_menu)
        self.filter.textChanged.connect(table.order.filter_by)
        self.actions_.asked.connect(self._act)
        self.actions_.weights_asked.connect(self._ask_weights)
        work.said.connect(self.said)
        work.changed.connect(self._follow)
        work.brought_back.connect(self._select_again)
        disk.limit_chosen.connect(self._set_limit)
        disk.fit_asked.connect(lambda: work.ask_fit(self._settings.run_disk_bytes))
        disk.thin_asked.connect(lambda: work.ask_thin(table.model_.runs))
        disk.purge_asked.connect(work.purge)
        self.overlay.live_toggled.connect(self._lay_over)
        self._record.changed.connect(self._follow_record)
        self._design.changed.connect(self._show_details)
        self._design.plan_changed.connect(self._show_details)

    def keep_laid_over(self, runs: Sequence[OtherRun]) -> None:
        """Take note of which runs a person has left over the live curves."""
        if not runs:
            self.overlay.live.setChecked(False)

    # What is shown

    def _watch(self) -> None:
        """Look at the store while somebody sees what is in it, here or in the live curves."""
        self.kept.watch(self.isVisible() or self.overlay.live.isChecked())

    def _show(self, rows: tuple[RunRow, ...]) -> None:
        is_first = not self.table.model_.runs
        self.table.show_runs(rows)
        if is_first and rows and not self.table.selected:
            self.table.select([rows[0].id])
        self._follow()
        if rows:
            self._pages.setCurrentWidget(self._scroll)
            self._open()
        else:
            self._show_empty()

    def _show_empty(self) -> None:
        self.placard.show_notice(
            Notice(
                _("Every run is kept here, of this window and of the command line."),
                icon="history",
                action=_("Train"),
                act=self.train_asked.emit,
            )
        )
        self._pages.setCurrentWidget(self.placard)

    def _show_error(self, text: str) -> None:
        self._asked = None
        notice = Notice(text, "error", action=_("Look again"), act=self.kept.look)
        self.placard.show_notice(notice)
        self._pages.setCurrentWidget(self.placard)

    def _open(self) -> None:
        """Read the runs that are selected, as far as they are not known."""
        selected = self.table.selected
        asked = selected, self.table.current
        if asked == self._asked:
            return
        self._asked = asked
        names = _names(selected)
        wanted = [(row, names[row.id]) for row in selected[:MOST_DRAWN]]
        self.kept.open(wanted, self.table.current, self._known)
        self._follow()

    def _show_opened(self, found: Opened) -> None:
        self._known, self._details = found.drawn, found.details
        left_out = len(self.table.selected) - len(found.drawn)
        self.overlay.show_runs([*found.drawn.values()], max(left_out, 0))
        details = found.details
        self.epochs.epochs.show_epochs(
            details.epochs if details else (), details.row.best_epoch if details else None
        )
        self._show_strokes()
        self._show_details()
        self._follow()
        if self.overlay.live.isChecked():
            self._lay_over()

    def _show_strokes(self) -> None:
        self.table.show_strokes(self.overlay.pens())

    def _show_details(self) -> None:
        if self._details is None:
            self.details.show_sections(())
        elif self.isVisible():
            self.details.show_sections(sections_of(self._details, self._design.design))

    def _follow(self) -> None:
        """Allow the actions that what is selected can take."""
        selected, details = self.table.selected, self._details
        is_known = len(selected) == 1 and details is not None and details.row.id == selected[0].id
        self.actions_.follow(
            Standing(
                selected,
                details.checkpoints if is_known and details is not None else None,
                busy(self._record),
                self.work.has_deleted,
            )
        )
        used = sum(row.bytes for row in self.table.model_.runs)
        self.disk.show_use(used, has_deleted=self.work.has_deleted)

    def _follow_record(self) -> None:
        if self._record.id != self._own:
            # The run that goes on now is not laid over itself, the one before may be.
            self._own = self._record.id
            if self.overlay.live.isChecked():
                self._lay_over()
        if self.isVisible():
            self._follow()

    # What a person does

    def _act(self, key: str) -> None:
        selected = self.table.selected
        doers: dict[str, Callable[[], object]] = {
            verbs.RESUME: lambda: self.resume_asked.emit(selected[0].id),
            verbs.DESIGN: lambda: self.design_asked.emit(selected[0].id),
            verbs.RENAME: self.table.rename_current,
            verbs.DELETE: lambda: self.work.delete(selected),
            verbs.FREE: lambda: self.work.ask_free(selected),
            verbs.BATCHES: lambda: self.work.ask_export(selected, Rows.BATCH),
            verbs.EPOCHS: lambda: self.work.ask_export(selected, Rows.EPOCH),
        }
        if key == verbs.BRING_BACK:
            self.work.bring_back()
        elif selected:
            doers[key]()

    def _ask_weights(self, steps: int) -> None:
        selected = self.table.selected
        if len(selected) == 1:
            self.weights_asked.emit(selected[0].id, steps)

    def _open_menu(self, at: QPoint) -> None:
        self.actions_.open_menu(self.table.viewport().mapToGlobal(at))

    def _select_again(self, runs: list[str]) -> None:
        """Select runs that are back as soon as they are listed."""

        def select(_rows: object) -> None:
            self.kept.listed.disconnect(select)
            self.table.select(runs)

        self.kept.listed.connect(select)

    def _set_limit(self, gigabytes: int) -> None:
        self._settings.run_disk_gb = gigabytes
        kept_settings.save(self._settings)
        self._follow()
        self.limit_changed.emit(gigabytes)

    def _lay_over(self) -> None:
        """Lay the runs that are drawn over the live curves, or take them away from there."""
        runs: list[OtherRun] = []
        if self.overlay.live.isChecked():
            runs = [run.other for run in self.overlay.runs if run.row.id != self._own]
        self.laid_over.emit(tuple(runs))
        self._watch()

    def _arrange(self) -> None:
        self.filter.setPlaceholderText(_("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(_("Filter the runs"))
        self.filter.setToolTip(
            _("Show only runs whose name, state, data or origin has these words")
        )
        top = QHBoxLayout()
        top.setContentsMargins(L, 0, L, S)
        top.setSpacing(S)
        top.addWidget(self.filter, 1)
        top.addWidget(self.actions_)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.table)
        splitter.addWidget(self.below)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        self.table.setMinimumHeight(_LEAST_TABLE)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(splitter, 1)
        column.addWidget(self.disk)
        # Where the window is too small for it, it can be moved.
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._pages.addWidget(self._scroll)
        self._pages.addWidget(self.placard)


def _names(rows: Sequence[RunRow]) -> dict[str, str]:
    """Return names for runs by their ids that differ, as far as need be by when they began."""
    names = {row.id: row.name for row in rows}
    for more in (lambda row: when_text(row.created), lambda row: row.id):
        counts = Counter(names.values())
        names |= {row.id: f"{row.name} · {more(row)}" for row in rows if counts[names[row.id]] > 1}
    return names
