"""Goes on with a kept run where it ended, and offers that when one was interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.document import Design
from cnnstudio.core.file_messages import ReadFailed, ReadWeights, WeightsRead
from cnnstudio.core.i18n import _
from cnnstudio.core.run_messages import KeepingFailed
from cnnstudio.ui.background import Latest
from cnnstudio.ui.design_files import DesignFiles
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord

if TYPE_CHECKING:
    from cnnstudio.core.runs.kept import Curve, RunRow
    from cnnstudio.core.runs.store import RunStore

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that is to go on: its id, its design with the plan, and its numbers so far."""

    id: str
    design: Design
    curve: Curve


@dataclass(frozen=True, slots=True)
class StateFile:
    """A state of a kept run: its file, the batches learned by then, and the run's design."""

    path: str
    steps: int
    design: Design


class Resuming(QObject):
    """Asks the trainer to go on with kept runs; `started` follows one that could be asked for."""

    started = Signal()

    def __init__(
        self,
        parent: QObject,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        files: DesignFiles,
        notices: Notices,
    ) -> None:
        super().__init__(parent)
        self._design = design
        self._trainer = trainer
        self._record = record
        self._files = files
        self._notices = notices
        self._reading, self._looking, self._opening = Latest(self), Latest(self), Latest(self)
        self._reading.done.connect(self._go_on)
        self._looking.done.connect(self._offer)
        self._opening.done.connect(self._open)
        for job in (self._reading, self._opening):
            job.failed.connect(self._say)
        self._looking.failed.connect(self._say)
        self._fetching = Latest(self)
        self._fetching.done.connect(self._take)
        self._fetching.failed.connect(self._say)
        self._taking: StateFile | None = None
        trainer.weights_read.connect(self._taken)
        trainer.read_failed.connect(self._not_taken)
        trainer.keeping_failed.connect(self._say_not_kept)

    def look(self) -> None:
        """Find out whether the last run was interrupted, and offer to go on with it."""
        self._looking.start(lambda: _read(_interrupted))

    def resume(self, run: str) -> None:
        """Go on with a kept run, whose design is opened if it is not open."""
        if not self._trainer.is_running:
            self._reading.start(lambda: _read(lambda store: _kept(store, run)))

    def open_design(self, run: str) -> None:
        """Open the design of a kept run as one that is in no file yet."""
        self._opening.start(lambda: _read(lambda store: store.design(run)))

    def take_weights(self, run: str, steps: int) -> None:
        """Have the weights that a kept run had after so many batches, in its design."""
        if not self._trainer.is_running:
            self._fetching.start(lambda: _read(lambda store: _state_of(store, run, steps)))

    def take_last_weights(self, run: str) -> None:
        """Have the weights of a kept run's last checkpoint, as `take_weights`."""
        if not self._trainer.is_running:
            self._fetching.start(lambda: _read(lambda store: _last_state_of(store, run)))

    def _offer(self, run: RunRow | None) -> None:
        if run is None or self._trainer.is_running:
            return
        when = time.strftime("%H:%M", time.localtime(run.created))
        self._notices.lasting(
            _(
                "The run “{name}” of {time} was interrupted in epoch {epoch:,} of {epochs:,}. It "
                "can go on as if nothing had happened."
            ).format(
                name=run.name,
                time=when,
                epoch=min(run.done_epochs + 1, run.epochs),
                epochs=run.epochs,
            ),
            _("Resume"),
            lambda: self.resume(run.id),
        )

    def _go_on(self, kept: KeptRun) -> None:
        if self._trainer.is_running:
            return
        design = kept.design
        if self._design.network != design.network and not self._files.start_from(design):
            return
        # It offers what is done now.
        self._notices.hide()
        run = self._trainer.train(design.network, design.plan, name=design.name, resume=kept.id)
        self._record.expect(
            run,
            fresh=True,
            network=design.network,
            plan=design.plan,
            history=kept.curve,
            id=kept.id,
        )
        self.started.emit()

    def _open(self, design: Design) -> None:
        self._files.start_from(design)

    def _take(self, state: StateFile) -> None:
        if self._trainer.is_running:
            return
        design = state.design
        if self._design.network != design.network and not self._files.start_from(design):
            return
        self._taking = state
        self._trainer.do(ReadWeights(state.path, design.network))

    def _taken(self, event: WeightsRead) -> None:
        if self._taking is None or event.path != self._taking.path:
            return
        state, self._taking = self._taking, None
        self._record.adopt_weights(state.design.network, state.path)
        self._notices.info(
            _("The network has the weights of the run “{name}” after {steps:,} batches.").format(
                name=state.design.name, steps=state.steps
            )
        )

    def _not_taken(self, event: ReadFailed) -> None:
        if self._taking is not None and event.path == self._taking.path:
            self._taking = None
            self._notices.error(event.message, details=event.details)

    def _say(self, error: Exception) -> None:
        from cnnstudio.core.runs.schema import StoreError  # with the store

        if not isinstance(error, StoreError):
            raise error
        self._notices.error(str(error))

    def _say_not_kept(self, event: KeepingFailed) -> None:
        self._notices.error(event.message)


def _read(work: Callable[[RunStore], Result]) -> Result:
    """Read from the run store; on a pool thread."""
    from cnnstudio.ui.runs.reading import read  # reads SQLite, which the window can do without

    return read(None, work)


def _interrupted(store: RunStore) -> RunRow | None:
    """Return the window's newest run if it was interrupted and can go on."""
    from cnnstudio.core.runs.kept import KeptState  # with the store

    store.bury_dead()
    newest = next((row for row in store.rows() if row.origin == "window"), None)
    if newest is None or newest.state is not KeptState.INTERRUPTED or not newest.checkpoints:
        return None
    return newest


def _kept(store: RunStore, run: str) -> KeptRun:
    return KeptRun(run, store.design(run), store.curve(run))


def _last_state_of(store: RunStore, run: str) -> StateFile:
    from cnnstudio.core.runs.schema import StoreError  # with the store

    last = store.last_checkpoint(run)
    if last is None:
        raise StoreError(_("It has no checkpoint: its weights are not kept."))
    return _state_of(store, run, last.steps)


def _state_of(store: RunStore, run: str, steps: int) -> StateFile:
    from cnnstudio.core.runs.checkpoint import file_name  # with the store

    path = store.folder_of(run) / file_name(steps)
    return StateFile(str(path), steps, store.design(run))
