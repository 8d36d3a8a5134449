"""Starting, stopping and ending runs, and saving what they made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cnnstudio.core.analysis import training_problems
from cnnstudio.core.files import safe_stem
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import ModelSaved, SaveFailed, SaveModel, WeightsSaved
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.problems import Problem
from cnnstudio.core.schedules import CONSTANT
from cnnstudio.ui.design_files import DesignFiles
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.plan_queue import PlanQueue, QueuedPlan
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.resuming import Resuming
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import RunRecord, RunState

_LEAST_SHARE = 0.01
"""Of the plan's learning rate, with which one more epoch is learned at the least."""


class RunControl(QObject):
    """Asks the trainer for runs; `started` follows a run that could be asked for."""

    started = Signal()
    block_wanted = Signal(str)

    def __init__(
        self,
        window: QWidget,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        files: DesignFiles,
        queue: PlanQueue,
        notices: Notices,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._design = design
        self._trainer = trainer
        self._record = record
        self._notices = notices
        self._are_saved = True
        self.kept = Resuming(self, design, trainer, record, files, notices)
        self.kept.started.connect(self.started)
        self._queue = queue
        queue.due.connect(self._start_queued)
        trainer.run_started.connect(self._note_learning)
        trainer.model_saved.connect(self._model_saved)
        trainer.weights_saved.connect(self._weights_saved)
        trainer.save_failed.connect(self._save_failed)
        trainer.state_changed.connect(self._engine_changed)

    def train(self, *, fresh: bool = True) -> None:
        """Start a run, or say why it cannot be."""
        if self._trainer.is_running:
            return
        problem = self._obstacle()
        if problem is not None:
            self._refuse(problem)
            return
        self._start(self._design.plan, fresh=fresh)

    def one_more(self) -> None:
        """Have one more epoch: of the run under way, or after the last one."""
        if self._record.is_running:
            self._trainer.add_epochs(1)
        elif not self._trainer.is_running and self._record.has_weights:
            problem = self._obstacle()
            if problem is not None:
                self._refuse(problem)
                return
            self._start(one_epoch(self._design.plan, self._record.learning_rate), fresh=False)

    def resume(self) -> None:
        """Go on with the run that has ended before its last epoch, or with one that rests."""
        if self._record.state is RunState.PAUSED:
            self.pause_or_resume()
        elif self._record.resumable:
            self.kept.resume(self._record.resumable)

    def queue(self) -> None:
        """Let the plan wait for its turn, with the network as it is now."""
        problem = self._obstacle()
        if problem is not None:
            self._refuse(problem)
            return
        design = self._design.design
        self._queue.add(QueuedPlan(design.name, design.network, design.plan))

    def stop(self) -> None:
        """End the run after the batch it is at."""
        self._trainer.stop_run()
        self._record.stop_asked()

    def pause_or_resume(self) -> None:
        """Let the run rest after the batch it is at, or go on."""
        self._trainer.pause_run(self._record.state is not RunState.PAUSED)

    def ask_save_model(self) -> None:
        """Let the person choose where the network with its weights is saved."""
        if self._design.report.errors:
            self._refuse(self._design.report.errors[0])
            return
        folder = self._design.path.parent if self._design.path else Path.home()
        text, _filter = QFileDialog.getSaveFileName(
            self._window,
            _("Save the network with its weights"),
            str(folder / f"{safe_stem(self._design.design.name)}.keras"),
            _("Keras models (*.keras)"),
        )
        path = text if text.endswith(".keras") else f"{text}.keras"
        if text and may_replace(self._window, Path(path), text):
            self._trainer.do(SaveModel(path, self._design.network, self._design.plan))

    def may_close(self) -> bool:
        """Ask about what closing would lose of a run; return whether it may be lost."""
        if self._record.is_running:
            text = _("Training is under way.")
            more = _(
                "If you close now, it ends. It is kept as it is then, and can be resumed at the "
                "next start."
            )
        elif self._record.has_weights and not self._are_saved:
            text = _("The trained weights are not saved.")
            more = _("If you close now, they are lost. Cancel and save the design with Ctrl+S.")
        else:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Trained weights"))
        box.setText(text)
        box.setInformativeText(more)
        leave = box.addButton(_("Close anyway"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is leave

    def _start(self, plan: TrainingPlan, *, fresh: bool) -> None:
        self._ask(QueuedPlan(self._design.design.name, self._design.network, plan), fresh=fresh)

    def _start_queued(self, queued: QueuedPlan) -> None:
        self._ask(queued, fresh=True)

    def _ask(self, wanted: QueuedPlan, *, fresh: bool) -> None:
        network, plan = wanted.network, wanted.plan
        run = self._trainer.train(network, plan, fresh=fresh, name=wanted.name)
        self._record.expect(run, fresh=fresh, network=network, plan=plan)
        self.started.emit()

    def _note_learning(self) -> None:
        self._are_saved = False

    def _obstacle(self) -> Problem | None:
        report = self._design.report
        if report.errors:
            return report.errors[0]
        dataset = self._design.dataset
        if dataset is None:
            return None
        loss = self._design.plan.loss
        problems = training_problems(self._design.network, report, dataset, loss=loss)
        return next(iter(problems), None)

    def _refuse(self, problem: Problem) -> None:
        text, uid = self._design.network.said(problem), problem.block
        if uid is None:
            self._notices.error(text)
        else:
            self._notices.error(text, _("Show the block"), lambda: self.block_wanted.emit(uid))

    def _model_saved(self, event: ModelSaved) -> None:
        self._are_saved = not self._trainer.is_running
        self._notices.info(_("Saved to {path}").format(path=event.path))

    def _weights_saved(self, event: WeightsSaved) -> None:
        self._are_saved = not self._trainer.is_running

    def _save_failed(self, event: SaveFailed) -> None:
        self._notices.error(event.message, details=event.details)

    def _engine_changed(self, state: EngineState) -> None:
        match state:
            case EngineState.LOST:
                self._say_lost()
            case EngineState.BROKEN:
                restart = self._trainer.restart_engine
                self._notices.error(self._trainer.why_lost, _("Try again"), restart)
            case _fine:
                pass

    def _say_lost(self) -> None:
        """Say that the engine is gone, and how to come back to the weights that it had."""
        record, run = self._record, self._record.id
        if run and record.is_running:
            # The words that stand above the curves as well.
            resume = partial(self.kept.resume, run)
            self._notices.error(self._trainer.why_lost, _("Resume"), resume)
        elif record.weights_file is not None:
            text = _(
                "The engine stopped unexpectedly; a new one is being started. Your design is "
                "untouched, and its weights will be read again from {name}."
            )
            self._notices.info(text.format(name=record.weights_file.name))
        elif not len(record.numbers.steps):
            self._notices.info(
                _(
                    "The engine stopped unexpectedly; a new one is being started. Your design is "
                    "untouched."
                )
            )
        elif run:
            text = _(
                "The engine stopped unexpectedly; a new one is being started. Your design is "
                "untouched, and so are the checkpoints of its last run."
            )
            if record.resumable:
                self._notices.lasting(text, _("Resume"), partial(self.kept.resume, run))
            else:
                take = partial(self.kept.take_last_weights, run)
                self._notices.lasting(text, _("Take its weights"), take)
        else:
            self._notices.info(
                _(
                    "The engine stopped unexpectedly; a new one is being started. Your design is "
                    "untouched, weights that were not saved are lost."
                )
            )


def one_epoch(plan: TrainingPlan, last_rate: float) -> TrainingPlan:
    """Return a plan for one epoch after a run that ended with a rate, 0 if that is not known.

    It goes on with that rate, unless a schedule has brought it down to nearly nothing.
    """
    rate = max(last_rate or plan.learning_rate, plan.learning_rate * _LEAST_SHARE)
    return replace(plan, epochs=1, schedule=CONSTANT, learning_rate=rate)
