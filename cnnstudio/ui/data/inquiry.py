"""What is known of the plan's data, and the reading that finds it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnstudio.core.data.sources import KerasSet, from_text
from cnnstudio.core.data_messages import DataProgress, DataRead, FilesLeftOut
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import Trainer

_PATIENCE_MS = 250
"""A plan that is being changed is left alone for so long before its data is read."""


class Standing(StrEnum):
    """How far the reading of the plan's data is."""

    UNREAD = "unread"
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class _Question:
    """What of a plan decides which images are learned from."""

    data: str
    split: str
    share: float
    seed: int


class DataInquiry(QObject):
    """Reads the data of the open design's plan while somebody looks, and knows the newest answer.

    `changed` comes when anything here is another. What is known of data stays while it is read
    anew, as with another split.

    Attributes:
        standing: how far the reading is.
        facts: what is in the data, None before it has been read.
        left_out: the files that cannot be used, None if there are none.
        progress: of the reading that goes on.
        message: why the last reading failed.
        details: what the message leaves out.
    """

    changed = Signal()

    def __init__(self, design: OpenDesign, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._design, self._trainer = design, trainer
        self.standing = Standing.UNREAD
        self.facts: DataRead | None = None
        self.left_out: FilesLeftOut | None = None
        self.progress: DataProgress | None = None
        self.message = self.details = ""
        self._answered: _Question | None = None
        self._asked: _Question | None = None
        self._failed: _Question | None = None
        self._declined = ""
        self._fetched: set[str] = set()
        self._number: int | None = None
        self._data = design.plan.data
        self._is_seen = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PATIENCE_MS)
        self._pause.timeout.connect(self._begin)
        design.plan_changed.connect(self._consider)
        trainer.state_changed.connect(self._consider)
        trainer.run_ended.connect(self._consider)
        trainer.data_progress.connect(self._take_progress)
        trainer.files_left_out.connect(self._take_left_out)
        trainer.data_read.connect(self._take_facts)
        trainer.reading_ended.connect(self._end)

    @property
    def is_download(self) -> bool:
        """Whether reading the data may mean to download it."""
        return isinstance(from_text(self._design.plan.data), KerasSet)

    @property
    def can_show(self) -> bool:
        """Whether the engine can show images of the data at once."""
        data = self._design.plan.data
        return self.facts is not None and (data in DATASETS or self._trainer.data_held == data)

    def set_seen(self, seen: bool) -> None:
        """Take note whether somebody looks; nothing is read for nobody."""
        self._is_seen = seen
        if seen:
            self._consider()
            if self._pause.isActive():
                self._pause.stop()
                self._begin()

    def read(self) -> None:
        """Read the data, now that a person wants it, also what failed or was declined before."""
        self._declined, self._failed, self._answered = "", None, None
        self._fetched.add(self._design.plan.data)
        self._consider()

    def cancel(self) -> None:
        """End the reading; what is known stays."""
        self._declined = self._design.plan.data
        self._pause.stop()
        self._trainer.stop_reading()

    def _question(self, plan: TrainingPlan) -> _Question:
        return _Question(plan.data, plan.split, plan.validation_split, plan.seed)

    @Slot()
    def _consider(self, _news: object = None) -> None:
        """Find out whether the data is to be read, and say so."""
        plan = self._design.plan
        question = self._question(plan)
        if plan.data != self._data:
            self._forget(plan.data)
        if self._number is not None and self._asked != question:
            # Its answer would be about another plan.
            self._drop()
        self.standing = self._judged(question)
        if self.standing is Standing.READING and self._number is None:
            self._pause.start()
        elif self.standing is not Standing.READING:
            self._pause.stop()
        self.changed.emit()

    def _judged(self, question: _Question) -> Standing:
        if self._number is not None:
            return Standing.READING
        if self._answered == question and (self.can_show or self._trainer.is_running):
            return Standing.READ
        if self._failed == question:
            return Standing.FAILED
        if self._declined == question.data or not self._may_fetch():
            return Standing.UNREAD
        if self._trainer.is_running:
            return Standing.WAITING
        if not self._is_seen:
            return Standing.UNREAD if self.facts is None else Standing.READ
        return Standing.READING

    def _may_fetch(self) -> bool:
        return not self.is_download or self._design.plan.data in self._fetched

    def _forget(self, data: str) -> None:
        self._data = data
        self.facts = self.left_out = None
        self._answered = self._failed = None
        self._declined = self.message = self.details = ""

    def _drop(self) -> None:
        self._number = self.progress = None
        self._trainer.stop_reading()

    def _begin(self) -> None:
        if self._trainer.is_running or self._number is not None or not self._is_seen:
            return
        plan = self._design.plan
        self._asked, self.progress = self._question(plan), None
        # Known before it is asked: an engine that cannot start says so at once.
        self._number = self._trainer.read_data(plan)
        self.changed.emit()

    def _take_progress(self, event: DataProgress) -> None:
        if event.run == self._number:
            self.progress = event
            self.changed.emit()

    def _take_left_out(self, event: FilesLeftOut) -> None:
        if event.run == self._number:
            self.left_out = event
            self.changed.emit()

    def _take_facts(self, event: DataRead) -> None:
        if event.run != self._number or self._asked is None:
            return
        self.facts, self._answered = event, self._asked
        self._fetched.add(self._asked.data)
        divides = not event.has_parts and not event.dataset.is_text
        sizes = tuple(map(sum, event.counts)) if divides else ()
        self._design.learn_of_data(self._asked.data, event.dataset, sizes)

    def _end(self, event: RunFinished | RunFailed) -> None:
        if event.run != self._number:
            return
        self._number = self.progress = None
        if isinstance(event, RunFailed):
            self._failed = self._asked
            self.message, self.details = event.message, event.details
        self._consider()
