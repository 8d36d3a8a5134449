"""The Train workspace: the plan, the run's state, and its curves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.files import safe_stem
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.core.run_messages import RatesTried
from cnnstudio.core.settings import Settings
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.curves import Curves
from cnnstudio.ui.training.forecaster import Forecaster
from cnnstudio.ui.training.plan_form import WIDTH, PlanForm
from cnnstudio.ui.training.run_buttons import busy
from cnnstudio.ui.training.run_header import RunHeader
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.train_pages import TrainPages
from cnnstudio.ui.training.wording import refusal


class TrainingPanel(QWidget):
    """Shows how the open design is to be trained and how its training goes.

    It asks; the window acts. `train_requested` carries whether to start from new weights. Train and
    Stop are the window's own button, which is always in sight.

    Of the kept runs `kept_resume_asked` and `kept_design_asked` carry an id, `kept_weights_asked`
    an id and the steps of a state. `run_disk_changed` carries the billions of bytes that
    checkpoints may take, `said` a `Notice`.
    """

    train_requested = Signal(bool)
    save_model_requested = Signal()
    kept_resume_asked = Signal(str)
    kept_design_asked = Signal(str)
    kept_weights_asked = Signal(str, int)
    run_disk_changed = Signal(int)
    said = Signal(object)

    def __init__(
        self,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        theme: Theme,
        settings: Settings | None = None,
    ) -> None:
        super().__init__()
        self._settings = settings or Settings()
        self._design = design
        self._trainer = trainer
        self._record = record
        self._theme = theme
        self.header = RunHeader(record, theme)
        self.plan = PlanForm(design, record, theme)
        self.curves = Curves(record, theme)
        self.pages = TrainPages(theme)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._arrange()
        self.pages.add("curves", lambda: self.curves)
        self.pages.add("data", self._make_data)
        self.pages.add("runs", self._make_runs)
        self.plan.data_wanted.connect(lambda: self.pages.show_page("data"))
        self.header.plan_toggle.toggled.connect(self.plan.setVisible)
        self.header.buttons.continue_asked.connect(lambda: self.train_requested.emit(False))
        self.header.buttons.save_asked.connect(self.save_model_requested)
        steering = self.header.steering
        steering.pause_asked.connect(trainer.pause_run)
        steering.epochs_asked.connect(trainer.add_epochs)
        steering.rate_asked.connect(trainer.change_rate)
        self.curves.train_asked.connect(lambda: self.train_requested.emit(True))
        self.curves.saving.propose = self._curves_file
        self.forecaster = Forecaster(design, trainer, record, theme)
        # It goes with its window, of which another language makes a new one.
        self.forecaster.setParent(self)
        self.plan.show_above(self.forecaster.card)
        self.header.smaller_asked.connect(self._train_smaller)
        self._refusal = ""
        self._search: int | None = None
        self._finder = self.plan.form.finder
        self._finder.asked.connect(self._find_rate)
        self._finder.stop_asked.connect(trainer.stop_run)
        trainer.rates_tried.connect(self._take_rates)
        trainer.run_ended.connect(self._end_search)
        self.forecaster.changed.connect(self._show_run)
        record.changed.connect(self._follow)
        design.changed.connect(self._judge)
        design.plan_changed.connect(self._judge)
        trainer.state_changed.connect(self._judge)
        self._judge()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_run()

    def _arrange(self) -> None:
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.splitter.addWidget(self.plan)
        self.splitter.addWidget(self.pages)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([WIDTH, 3 * WIDTH])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.splitter, 1)

    def _make_data(self) -> QWidget:
        from cnnstudio.ui.data.data_page import DataPage  # few need it before the window

        return DataPage(self._design, self._trainer, self._theme)

    def _make_runs(self) -> QWidget:
        from cnnstudio.ui.runs.runs_page import RunsPage  # few need it before the window

        page = RunsPage(self._design, self._record, self._theme, self._settings)
        page.resume_asked.connect(self.kept_resume_asked)
        page.design_asked.connect(self.kept_design_asked)
        page.weights_asked.connect(self.kept_weights_asked)
        page.limit_changed.connect(self.run_disk_changed)
        page.said.connect(self.said)
        page.train_asked.connect(lambda: self.train_requested.emit(True))
        page.laid_over.connect(self.curves.lay_over)
        self.curves.laid_over_changed.connect(lambda: page.keep_laid_over(self.curves.laid_over))
        return page

    def _curves_file(self) -> Path:
        """Return where the curves are saved unless a person says otherwise, without a suffix."""
        folder = self._design.path.parent if self._design.path else Path.home()
        return folder / f"{safe_stem(self._design.design.name)}-curves"

    def _judge(self) -> None:
        """Find out whether the design can be trained as it is now."""
        self._refusal = refusal(self._design, self._trainer.state)
        self._show_run()

    def _follow(self) -> None:
        if self.isVisible():
            self._show_run()

    def _show_run(self) -> None:
        refusal = self._refusal
        if self._search is not None:
            refusal = _("A learning rate is being looked for: stop the search first.")
        elif self.forecaster.is_trying:
            refusal = _("A few steps are being tried: cancel that first.")
        self.header.follow(self._trainer.state, refusal, self.forecaster.smaller_batch)
        self.forecaster.allow(busy(self._record) or refusal)
        self.curves.allow_training(busy(self._record) or refusal)
        self._finder.allow(busy(self._record) or refusal)

    def _train_smaller(self, batch: int) -> None:
        self.forecaster.take_batch(batch)
        self.train_requested.emit(self._record.is_fresh or not self._record.has_weights)

    def _find_rate(self) -> None:
        if self._trainer.is_running:
            return
        fresh = not self._record.has_weights
        self._search = self._trainer.find_rate(self._design.network, self._design.plan, fresh=fresh)
        self._finder.begin()
        self._show_run()

    def _take_rates(self, tried: RatesTried) -> None:
        if tried.run == self._search:
            self._finder.take(tried)

    def _end_search(self, ended: RunFinished | RunFailed) -> None:
        if ended.run == self._search:
            self._search = None
            self._finder.end(ended.message if isinstance(ended, RunFailed) else "")
            self._show_run()
