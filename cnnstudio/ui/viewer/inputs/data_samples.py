"""What is in the data of the plan, of any source, for the strip to list: read and asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from cnnstudio.core.data.sources import Bundled, Shapes, SourceError, from_text
from cnnstudio.core.data_messages import Listing, SamplesFailed, SamplesShown
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.data.inquiry import DataInquiry
from cnnstudio.ui.data.inquiry import Standing as Reading
from cnnstudio.ui.data.sample_store import SampleStore, View
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import Trainer


class Progress(StrEnum):
    """How far it is that the data can be listed."""

    LISTED = "listed"
    UNREAD = "unread"
    WAITING = "waiting"
    READING = "reading"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListedData:
    """Data that the engine has listed.

    Attributes:
        name: as the plan names it.
        listing: what is in it.
    """

    name: str
    listing: Listing


def is_read_here(data: str) -> bool:
    """Return whether the studio itself reads data, as that which ships with it."""
    try:
        return isinstance(from_text(data), Bundled | Shapes)
    except SourceError:
        return False


class DataSamples(QObject):
    """Lists the data of the open design's plan while somebody looks, once the engine has read it.

    What the engine has not read it reads as the Data page does: while no run goes on, and giving
    way to whatever begins. `listed` carries a `ListedData`; `changed` follows all else.

    Attributes:
        reading: of the data, with its progress.
        store: the thumbnails.
        message: why the data cannot be listed.
    """

    listed = Signal(object)
    changed = Signal()

    def __init__(self, design: OpenDesign, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._design, self._trainer = design, trainer
        self.reading = DataInquiry(design, trainer, self)
        self.store = SampleStore(trainer, self)
        self.message = ""
        self._is_seen = self._reads = False
        self._known: ListedData | None = None
        self._asked: tuple[int, str] | None = None
        self.reading.changed.connect(self.consider)
        design.plan_changed.connect(self.consider)
        trainer.state_changed.connect(self.consider)
        trainer.run_ended.connect(self.consider)
        trainer.data_read.connect(self.consider)
        trainer.reading_ended.connect(self.consider)
        trainer.samples_shown.connect(self._take)
        trainer.samples_failed.connect(self._fail)

    @property
    def progress(self) -> Progress:
        """How far it is that the data can be listed."""
        if self._known is not None and self._known.name == self._design.plan.data:
            return Progress.LISTED
        if self.message:
            return Progress.FAILED
        if self._asked is not None:
            return Progress.READING
        match self.reading.standing:
            case Reading.FAILED:
                return Progress.FAILED
            case Reading.UNREAD:
                return Progress.UNREAD
            case Reading.WAITING:
                return Progress.WAITING
            case _:
                return Progress.READING

    def set_seen(self, seen: bool) -> None:
        """Take note whether somebody looks; nothing is read for nobody."""
        self._is_seen = seen
        self.consider()

    @Slot()
    def consider(self, _news: object = None) -> None:
        """Ask for what is missing, if it can be had now."""
        data = self._design.plan.data
        if is_read_here(data):
            self.reading.set_seen(False)
            return
        if self._asked is not None and self._asked[1] != data:
            self._asked = None
        if self._known is not None and self._known.name != data:
            self._known = None
        held = self._trainer.data_held == data
        self.store.allow(held)
        wants = self._is_seen and not held
        if wants != self._reads:
            self._reads = wants
            self.reading.set_seen(wants)
        if held and self._is_seen and self._known is None and self._asked is None:
            self.message = ""
            if self._trainer.state.listens:
                self._asked = self._trainer.list_samples(TrainingPlan(data=data)), data
        self.changed.emit()

    def read(self) -> None:
        """Read the data now that a person wants it."""
        self.message = ""
        self.reading.read()

    def _take(self, event: SamplesShown) -> None:
        if self._asked is None or event.number != self._asked[0] or event.listing is None:
            return
        _number, data = self._asked
        self._asked = None
        self._known = ListedData(data, event.listing)
        self.store.show_as(View(TrainingPlan(data=data), None, 0, data))
        self.listed.emit(self._known)
        self.changed.emit()

    def _fail(self, event: SamplesFailed) -> None:
        if self._asked is not None and event.number == self._asked[0]:
            self._asked = None
            self.message = event.message
            self.changed.emit()
