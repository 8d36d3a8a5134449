"""Looking at one image of the data, large."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cnnstudio.core.data_messages import SamplesShown
from cnnstudio.ui.data.class_rows import ClassRows, caption
from cnnstudio.ui.data.enlarged import SIDE, Enlarged
from cnnstudio.ui.data.sample_store import Sample, SampleStore, sample_of
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer


class Looking(QObject):
    """Opens what a person wants to see large; an image of a file is asked for in more pixels."""

    def __init__(
        self, trainer: Trainer, samples: SampleStore, rows: ClassRows, theme: Theme
    ) -> None:
        super().__init__(rows)
        self._trainer, self._samples, self._rows = trainer, samples, rows
        self._number: int | None = None
        self._asked: int | None = None
        self._sharper: Sample | None = None
        self.popup = Enlarged(theme, rows)
        self.popup.stepped.connect(self._step)
        trainer.samples_shown.connect(self._take)

    def open(self, number: int) -> None:
        """Show an image large, by its number in the data."""
        self._turn_to(number)
        self.popup.open_beside(self._rows.place_of(number))

    def refresh(self) -> None:
        """Show what has come meanwhile."""
        if self._number is not None:
            sample = self._sharper or self._samples.get(self._number)
            name = "" if sample is None else sample.name
            label = self._rows.label_of(self._number)
            self.popup.show_sample(sample, caption(self._number, label, name))

    def _turn_to(self, number: int) -> None:
        self._number, self._sharper = number, None
        self._asked = self._samples.ask_sharper(number, SIDE)
        self.refresh()

    def _step(self, across: int) -> None:
        self._rows.step(across)
        number = self._rows.current
        if number is not None and number != self._number:
            self._turn_to(number)

    def _take(self, event: SamplesShown) -> None:
        if event.number == self._asked:
            self._asked, self._sharper = None, sample_of(event, 0)
            self.refresh()
