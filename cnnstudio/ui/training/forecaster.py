"""Has a few steps tried before a run, and learns from each run how good the forecast was."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from cnnstudio.core import forecasts
from cnnstudio.core.edits import CHANGE
from cnnstudio.core.fields import fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import EpochDone, RunFailed, RunFinished, RunStarted
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import PreflightDone, fitting_batch, memory_needed, same_pace
from cnnstudio.ui.machine_memory import free_memory
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.preflight import MemoryOutlook, PreflightCard
from cnnstudio.ui.training.run_record import RunRecord

_EPOCHS_COMPARED = 2
"""Epochs of a run, at most, that are held against the forecast: the first has what begins it."""


class Forecaster(QObject):
    """Fills the card of what a run will take; `changed` follows when a trial begins or ends.

    Attributes:
        card: the card.
    """

    changed = Signal()

    def __init__(
        self, design: OpenDesign, trainer: Trainer, record: RunRecord, theme: Theme
    ) -> None:
        super().__init__()
        self._design = design
        self._trainer = trainer
        self._record = record
        self.card = PreflightCard(theme)
        self._trial: int | None = None
        self._tried: tuple[Network, TrainingPlan] | None = None
        self._found: PreflightDone | None = None
        self._past = forecasts.load()
        self._compared: int | None = None
        self._seconds: list[float] = []
        self.card.asked.connect(self._try)
        self.card.stop_asked.connect(trainer.stop_run)
        self.card.batch_taken.connect(self.take_batch)
        trainer.preflight_done.connect(self._take)
        trainer.run_started.connect(self._compare)
        trainer.epoch_done.connect(self._count)
        trainer.run_ended.connect(self._end)
        design.changed.connect(self._show)
        design.plan_changed.connect(self._show)
        self._show()

    @property
    def is_trying(self) -> bool:
        """Whether steps are being tried."""
        return self._trial is not None

    @property
    def smaller_batch(self) -> int:
        """Half of the plan's batch size, 0 if no batch would be small enough."""
        outlook = self._outlook()
        if not outlook.fits and outlook.batch is None:
            return 0
        return self._design.plan.batch_size // 2

    def allow(self, objection: str) -> None:
        """Allow a trial; `objection` is why none can begin, empty if one can."""
        self.card.allow(objection)

    def take_batch(self, batch: int) -> None:
        """Give the plan another batch size."""
        plan = replace(self._design.plan, batch_size=batch)
        label = _(fields_of(TrainingPlan)["batch_size"].label)
        self._design.push_plan(plan, _(CHANGE).format(parameter=label))

    def _try(self) -> None:
        if self._trainer.is_running:
            return
        self._tried = self._design.network, self._design.plan
        self._found = None
        self._trial = self._trainer.try_steps(*self._tried)
        self.card.begin()
        self.changed.emit()

    def _take(self, found: PreflightDone) -> None:
        if found.run == self._trial:
            self._found = found

    def _end(self, ended: RunFinished | RunFailed) -> None:
        if ended.run == self._trial:
            self._trial = None
            self._show()
            if isinstance(ended, RunFailed):
                self.card.end(ended.message, ended.details)
            else:
                self.card.end()
            self.changed.emit()
        elif ended.run == self._compared:
            self._learn()

    def _compare(self, started: RunStarted) -> None:
        """Hold the forecast, if it is of this run, against what the run will take."""
        self._compared, self._seconds = None, []
        # What is designed now may be another network than that of a run that waited or goes on.
        learned = self._record.learned_by(started.run)
        if self._found is None or self._tried is None or learned is None:
            return
        counts = started.batches, started.batch_size
        # The first epoch of a run that goes on is a part of one.
        if (
            not started.steps
            and same_pace(self._tried, learned)
            and counts == (self._found.batches, self._tried[1].batch_size)
        ):
            self._compared = started.run

    def _count(self, done: EpochDone) -> None:
        if done.run == self._compared:
            self._seconds.append(done.seconds)
            if len(self._seconds) == _EPOCHS_COMPARED:
                self._learn()

    def _learn(self) -> None:
        """Remember how long the epochs took that were compared, once a run."""
        self._compared = None
        if self._seconds and self._found is not None:
            forecast = self._found.seconds(len(self._seconds))
            # Another window may have learned meanwhile.
            self._past = forecasts.load().with_one_more(forecast, sum(self._seconds))
            forecasts.save(self._past)
            self._show()

    @property
    def _is_valid(self) -> bool:
        now = self._design.network, self._design.plan
        return self._tried is not None and same_pace(self._tried, now)

    def _outlook(self) -> MemoryOutlook:
        report, plan = self._design.report, self._design.plan
        needed, free = memory_needed(report, plan), free_memory()
        batch = None if needed <= free else fitting_batch(report, plan, free)
        return MemoryOutlook(needed, free, batch)

    def _show(self) -> None:
        self.card.show_size(self._design.report)
        self.card.show_memory(self._outlook())
        if self.is_trying:
            return
        if self._found is None:
            self.card.show_untried()
        else:
            epochs = self._design.plan.epochs
            self.card.show_found(self._found, epochs, self._past, stale=not self._is_valid)
