"""Whatever a network takes there is something to look at: the data of any source, made examples."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.file_names import is_number_file
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import DatasetImage, FileImage, ImageSource, MadeInput
from cnnstudio.core.made_inputs import Made, is_picture, words_of
from cnnstudio.ui.data import sentences
from cnnstudio.ui.data.input_fit import input_shape
from cnnstudio.ui.data.sample_store import SampleStore
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.inputs.data_samples import (
    DataSamples,
    ListedData,
    Progress,
    is_read_here,
)
from cnnstudio.ui.viewer.inputs.small_pictures import picture_of_text
from cnnstudio.ui.viewer.source_bar import SourceBar

FIRST = MadeInput(f"{Made.IMPULSE}")
"""What is looked at where nothing else can enter the network."""


class StoredPictures:
    """What the samples of a store look like; of a text, its first words."""

    def __init__(self, store: SampleStore, theme: Theme) -> None:
        self._store, self._theme = store, theme

    def picture(self, number: int) -> QImage | None:
        """Return a sample's picture, None while it is not there yet."""
        sample = self._store.get(number)
        if sample is None:
            return None
        return picture_of_text(sample.text, self._theme) if sample.text else sample.image

    def text(self, number: int) -> str:
        """Return the first words of a sample, "" if it is no text."""
        sample = self._store.get(number)
        return "" if sample is None else sample.text


class AnyInput(QObject):
    """Fills the strips with what the network of the moment takes, and sees that something enters.

    `wanted` carries an image to look at instead of one that the network does not take, as when its
    Input has become another.
    """

    wanted = Signal(object)

    def __init__(
        self, design: OpenDesign, trainer: Trainer, sources: SourceBar, theme: Theme
    ) -> None:
        super().__init__(sources)
        self._design, self._trainer, self._sources = design, trainer, sources
        self.samples = DataSamples(design, trainer, self)
        self._pictures = StoredPictures(self.samples.store, theme)
        self._shape: Shape | None = None
        self._words: int | None = None
        self._is_seen = self._is_made_do = False
        self._before: ImageSource | None = None
        sources.takes = self.takes
        self.samples.listed.connect(self._show_listing)
        self.samples.changed.connect(self._say)
        self.samples.store.changed.connect(sources.data.pictures_changed)
        sources.data_strip.in_sight.connect(self._want)
        design.changed.connect(self._follow)

    def set_seen(self, seen: bool) -> None:
        """Take note whether somebody looks."""
        self._is_seen = seen
        self.samples.set_seen(seen)
        if seen:
            self._follow()

    def takes(self, source: ImageSource) -> bool:
        """Return whether something has the form that the Input wants."""
        shape = self._shape
        if shape is None or isinstance(source, MadeInput):
            return True
        if isinstance(source, FileImage) and is_number_file(source.path):
            return True
        dataset = self._sources.data.dataset
        if isinstance(source, DatasetImage) and dataset is not None and dataset.is_text:
            return len(shape) == 1
        return is_picture(shape)

    def choose_other(self) -> None:
        """Look at something else: a photograph where those enter, or else a made example."""
        takes_pictures = self._shape is not None and is_picture(self._shape)
        self.wanted.emit(self._sources.files.first_shipped if takes_pictures else FIRST)

    def _follow(self) -> None:
        """List what can be made for the Input; look at some of it if nothing else can enter."""
        network = self._design.network
        shape, words = input_shape(network), words_of(network)
        if self._is_seen and (shape, words) != (self._shape, self._words):
            self._shape, self._words = shape, words
            self._sources.made.show_input(shape, words)
            self._choose()

    def _choose(self) -> None:
        marked, before = self._sources.marked, self._before
        if marked is None:
            if self._shape is not None and not is_picture(self._shape):
                self._is_made_do = True
                self.wanted.emit(FIRST)
        elif not self.takes(marked):
            self._before = marked
            self.wanted.emit(FIRST)
        elif marked == FIRST and before is not None and self.takes(before):
            self._before = None
            self.wanted.emit(before)
        elif isinstance(marked, MadeInput):
            # The strip has been filled anew.
            self._sources.mark(marked)

    def _show_listing(self, listed: ListedData) -> None:
        self._sources.show_listing(listed, self._pictures)
        first = DatasetImage(listed.name, self._sources.data.first_of(1))
        if self._is_made_do and self._sources.marked == FIRST and self.takes(first):
            self.wanted.emit(first)
        self._is_made_do = False

    def _say(self) -> None:
        data = self._design.plan.data
        if is_read_here(data):
            return
        if self.samples.progress is Progress.LISTED:
            self._sources.show_data_notice(None)
        else:
            self._sources.show_data_notice(self._notice(data))

    def _notice(self, data: str) -> Notice:
        if self.samples.message:
            read = self.samples.read
            return Notice(self.samples.message, "error", action=_("Try again"), act=read)
        return sentences.placard(self.samples.reading, data, self._trainer.state)

    def _want(self, first: int, last: int) -> None:
        if self._sources.data.collection is None:
            self.samples.store.want(self._sources.data.numbers_of(first, last))
