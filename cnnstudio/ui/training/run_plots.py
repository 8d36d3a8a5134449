"""The plots of a run beside or below one another, over the same steps, with one crosshair."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.ui.focus_frame import paint_focus
from cnnstudio.ui.theme import XS, M, S, Theme
from cnnstudio.ui.training.metric_plot import AXIS_WIDTH, MetricPlot
from cnnstudio.ui.training.other_curves import OtherCurve, curve_of
from cnnstudio.ui.training.other_runs_bar import OtherRunsBar
from cnnstudio.ui.training.plot_cell import PlotCell
from cnnstudio.ui.training.plot_kinds import KINDS, PlotKind, there_are, usual
from cnnstudio.ui.training.plot_range import Range, step_range
from cnnstudio.ui.training.plot_tools import SMOOTHINGS, PlotTools
from cnnstudio.ui.training.run_record import RunRecord

ZOOM = 1.25
FEWEST_IN_COLUMNS = 3
COLUMN_WIDTH = 420
"""From that many plots on they stand in two columns where each is so many pixels wide."""


class RunPlots(QWidget):
    """The plots of a record, their legends and their crosshair.

    Until a person moves or zooms, the view follows the run; "Show all" lets it follow again. With
    the keyboard: arrows move the crosshair, + and − zoom about it, 0 shows all, P chooses plots, L
    makes axes logarithmic, S smooths more or less.

    `laid_over_changed` comes when a person has taken away a run that was laid over.

    Attributes:
        tools: the buttons above the plots.
    """

    laid_over_changed = Signal()

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self._theme = theme
        self._follows = True
        self._step: int | None = None
        self._chosen: tuple[str, ...] | None = None
        self._logs = frozenset[str]()
        self._smoothing = 1.0
        self._others: tuple[OtherRun, ...] = ()
        self._cells: dict[str, PlotCell] = {}
        self._arranged: tuple[tuple[str, ...], int] = ((), 0)
        self._offered: tuple[object, ...] = ()
        self.tools, self._bar = PlotTools(theme), OtherRunsBar(theme)
        self._axis_name = QLabel()
        self._grid = QGridLayout()
        self._arrange()
        self._show_plots()
        self.tools.plot_toggled.connect(self.show_plot)
        self.tools.log_toggled.connect(self.set_log)
        self.tools.smoothing_chosen.connect(self.smooth_by)
        self.tools.show_all.clicked.connect(self.show_all)
        self._bar.removed.connect(self._take_away)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Curves of the run"))
        record.changed.connect(self._follow)

    @property
    def step(self) -> int | None:
        """The step under the crosshair, None if there is no crosshair."""
        return self._step

    @property
    def follows(self) -> bool:
        """Whether the view follows the run."""
        return self._follows

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the plots that are shown, from the top down."""
        names = there_are(self._record)
        chosen = tuple(name for name in self._chosen or () if name in names)
        return chosen or usual(self._record)

    @property
    def laid_over(self) -> tuple[OtherRun, ...]:
        """The other runs that are laid over the curves."""
        return self._others

    @property
    def smoothing(self) -> float:
        """How smooth the curves are, a key of `SMOOTHINGS`."""
        return self._smoothing

    @property
    def axis_name(self) -> str:
        """What the horizontal axes count."""
        return self._axis_name.text()

    @property
    def last_step(self) -> int:
        """The number of the last step of any run that is shown, 0 if there is none."""
        return max([len(self._record.numbers.steps), *(run.last_step for run in self._others)])

    def cells(self) -> list[PlotCell]:
        """Return the plots that are shown with their legends, from the top down."""
        return [self._cells[name] for name in self._arranged[0]]

    def lay_over(self, runs: Iterable[OtherRun]) -> None:
        """Lay other runs over the curves in place of those that are; none takes them away."""
        self._others = tuple(runs)
        self._bar.show_runs(self._others)
        self._look()
        self.refresh()

    def show_plot(self, name: str, is_shown: bool) -> None:
        """Show or hide a plot; one always stays."""
        names = {*self.shown, name} if is_shown else {*self.shown} - {name}
        self._chosen = tuple(kind for kind in KINDS if kind in names) or self.shown
        self.refresh()

    def set_log(self, name: str, is_log: bool) -> None:
        """Choose whether the values of a plot have a logarithmic axis."""
        self._logs = self._logs | {name} if is_log else self._logs - {name}
        self._look()
        for cell in self.cells():
            if cell.kind.name == name:
                # The values of a zoomed view would mean something else.
                cell.fit(self._steps_in_view())
                cell.plot.show_steps(self._first.steps_in_view)
        self.refresh()

    def smooth_by(self, strength: float) -> None:
        """Choose how smooth the curves are, a key of `SMOOTHINGS`."""
        self._smoothing = strength
        self._record.smooth_by(strength or 1.0)
        self._look()
        self.refresh()

    def refresh(self) -> None:
        """Show the numbers the record has now."""
        self.draw()
        self._read()

    def draw(self) -> None:
        """Draw the curves alone; the legends follow `RunRecord.changed`, at a reader's pace."""
        if self._step is not None and self._step > self.last_step:
            self.point_at(None)
        self._show_plots()
        steps = self._steps_in_view()
        for cell in self.cells():
            if self._follows:
                cell.fit(steps)
            cell.plot.refresh()
            cell.plot.point_at(self._step)

    def show_all(self) -> None:
        """Show the whole run again, and follow it."""
        self._follows = True
        self.tools.show_all.setEnabled(False)
        self.refresh()

    def point_at(self, step: int | None) -> None:
        """Put the crosshair on the step nearest to `step`, or take it away for None."""
        if step is not None:
            step = min(max(step, 1), max(self.last_step, 1))
        if step == self._step:
            return
        self._step = step
        for cell in self.cells():
            cell.plot.point_at(step)
        self._read()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_plots()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.last_step
        here = self._step or last
        epoch = self._record.numbers.stretches.locate(here)[0]
        match event.key():
            case Qt.Key.Key_Left:
                self.point_at(here - 1)
            case Qt.Key.Key_Right:
                self.point_at(here + 1)
            case Qt.Key.Key_PageUp:
                self.point_at(self._record.numbers.stretches.end_of(epoch - 1))
            case Qt.Key.Key_PageDown:
                self.point_at(self._record.numbers.stretches.end_of(epoch + 1))
            case Qt.Key.Key_Home:
                self.point_at(1)
            case Qt.Key.Key_End:
                self.point_at(last)
            case Qt.Key.Key_P:
                self.tools.open_plots()
            case _:
                self._look_key(event, here)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_focus(self, self._theme)

    @property
    def _first(self) -> MetricPlot:
        return self.cells()[0].plot

    def _look_key(self, event: QKeyEvent, here: int) -> None:
        match event.key():
            case Qt.Key.Key_L:
                names = {n for n in self.shown if KINDS[n].can_be_log}
                is_log = not names <= self._logs
                for name in names:
                    self.set_log(name, is_log)
            case Qt.Key.Key_S:
                levels = [*SMOOTHINGS]
                self.smooth_by(levels[(levels.index(self._smoothing) + 1) % len(levels)])
            case _:
                self._zoom_key(event, here)

    def _zoom_key(self, event: QKeyEvent, here: int) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(1 / ZOOM, here)
            case Qt.Key.Key_Minus:
                self._zoom(ZOOM, here)
            case Qt.Key.Key_0:
                self.show_all()
            case Qt.Key.Key_Escape if self._step is not None:
                self.point_at(None)
            case _:
                event.ignore()

    def _zoom(self, factor: float, center: float) -> None:
        self._first.zoom(factor, center)
        self._zoomed(self._first)

    def _zoomed(self, plot: MetricPlot) -> None:
        """Let the other plots follow one that a person has moved or zoomed."""
        for cell in self.cells():
            if cell.plot is not plot:
                cell.plot.show_steps(plot.steps_in_view)
        self._follows = False
        self.tools.show_all.setEnabled(True)
        self._name_axis()

    def _follow(self) -> None:
        if self.isVisible():
            self._read()

    def _hover(self, at: float | None) -> None:
        self.point_at(None if at is None else round(at))

    def _steps_in_view(self) -> Range:
        record = self._record
        found = step_range(
            record.numbers.stretches, len(record.numbers.steps), is_running=record.is_running
        )
        return found[0], max(found[1], float(self.last_step))

    def _read(self) -> None:
        """Say which step the legends read, and let them read it."""
        numbers = self._record.numbers
        step = self._step or len(numbers.steps)
        epoch, batch = numbers.stretches.locate(step)
        ended = len(numbers.epoch_steps) - 1 if self._step is None else numbers.ended_at(step)
        for cell in self.cells():
            cell.read(step - 1, ended)
        text = (
            _("Newest values")
            if self._step is None
            else _("Step {step:,}: epoch {epoch:,}, batch {batch:,}").format(
                step=step, epoch=epoch, batch=batch
            )
        )
        if numbers.best is not None:
            best = numbers.stretches.locate(int(numbers.epoch_steps[numbers.best]))[0]
            text = _("{text} · best: epoch {epoch:,}").format(text=text, epoch=best)
        self.tools.place.setText(text)
        self._name_axis()
        self._offer()

    def _offer(self) -> None:
        """Offer the plots there are now, where that is something else than before."""
        offered = (there_are(self._record), self.shown, self._logs, self._smoothing)
        if offered != self._offered:
            self._offered = offered
            self.tools.set_plots(*offered)

    def _name_axis(self) -> None:
        epochs = self._first.steps_axis.shows_epochs
        self._axis_name.setText(_("epoch") if epochs else _("step (one batch each)"))

    def _show_plots(self) -> None:
        """Bring the plots that are to be shown to their places."""
        shown = self.shown
        has_columns = len(shown) >= FEWEST_IN_COLUMNS and self.width() >= 2 * COLUMN_WIDTH
        columns = 2 if has_columns else 1
        if (shown, columns) == self._arranged:
            return
        for cell in self.cells():
            self._grid.removeWidget(cell)
            cell.setVisible(cell.kind.name in shown)
        before = [cell.plot for cell in self.cells()]
        self._arranged = shown, columns
        for place, name in enumerate(shown):
            cell = self._cells.get(name) or self._make(KINDS[name])
            is_last = place >= len(shown) - (len(shown) % columns or columns)
            spans = columns if place == len(shown) - 1 and place % columns == 0 else 1
            self._grid.addWidget(cell, place // columns, place % columns, 1, spans)
            cell.plot.label_steps(is_last)
            if before and not self._follows:
                cell.fit(before[0].steps_in_view)
            cell.show()
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < columns))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, int(row < -(-len(shown) // columns)))
        self._offer()

    def _make(self, kind: PlotKind) -> PlotCell:
        cell = self._cells[kind.name] = PlotCell(self._record, self._theme, kind)
        plot = cell.plot
        plot.hovered.connect(self._hover)
        plot.zoomed.connect(lambda: self._zoomed(plot))
        plot.reset_asked.connect(self.show_all)
        plot.setFocusProxy(self)
        self._look_at(cell)
        return cell

    def _look(self) -> None:
        for cell in self._cells.values():
            self._look_at(cell)

    def _look_at(self, cell: PlotCell) -> None:
        cell.plot.look(
            is_log=cell.kind.name in self._logs,
            shows_smooth=self._smoothing > 0,
            others=self.others_of(cell.kind),
        )

    def others_of(self, kind: PlotKind) -> list[OtherCurve]:
        """Return what a plot shows of the runs that are laid over."""
        found = (
            curve_of(run, number, kind.name, self._smoothing)
            for number, run in enumerate(self._others)
        )
        return [curve for curve in found if curve is not None]

    def _take_away(self, name: str) -> None:
        self.lay_over(run for run in self._others if run.name != name)
        self.laid_over_changed.emit()

    def _arrange(self) -> None:
        self._axis_name.setProperty("tone", "small")
        self._axis_name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._axis_name.setContentsMargins(AXIS_WIDTH, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, XS, S, S)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self._bar)
        column.addLayout(self._grid, 1)
        column.addWidget(self._axis_name)
