"""Where a person picks what to look at: the data, pictures, made examples, a camera or video."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core import datasets
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import (
    DatasetImage,
    FileImage,
    ImageSource,
    LiveImage,
    MadeInput,
)
from cnnstudio.ui.background import Latest
from cnnstudio.ui.notice_line import Notice, NoticeLine
from cnnstudio.ui.theme import S, Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer import data_images
from cnnstudio.ui.viewer.data_images import Collection, DataImages, Pictures
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.inputs.data_samples import ListedData, is_read_here
from cnnstudio.ui.viewer.inputs.made_list import MadeList
from cnnstudio.ui.viewer.live_bar import LiveBar
from cnnstudio.ui.viewer.open_menu import OpenMenu
from cnnstudio.ui.viewer.picture_files import THUMBNAIL_WIDTH, PictureFiles
from cnnstudio.ui.viewer.strip import HEIGHT, Strip, height_of
from cnnstudio.ui.viewer.thumbnail_store import ThumbnailStore

FIRST_CLASS = 3
"""The class of the image that is shown at first."""
_ICON = QSize(16, 16)
_DATA, _FILES, _LIVE, _MADE = range(4)
"""The pages."""


class SourceBar(QWidget):
    """Strips of samples, pictures and made examples, and the bar of cameras; one of them is seen.

    `chosen` carries the `ImageSource` a person goes to; `live_wanted` asks for the camera or video
    again that was looked at last; `failed` carries why the data set could not be read.

    Attributes:
        takes: whether an image can enter the network, so that one is chosen that can.
    """

    chosen = Signal(object)
    live_wanted = Signal()
    failed = Signal(str)

    def __init__(self, theme: Theme, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dataset = ""
        self._marked: ImageSource | None = None
        self._gone = False
        self.takes: Callable[[ImageSource], bool] = lambda _source: True
        self.data = DataImages(self)
        self.made = MadeList(theme, self)
        self.files = PictureFiles(ThumbnailStore(trainer, self), self)
        self.folder = ""
        self.data_strip = Strip(self.data, HEIGHT, theme)
        self.data_strip.setAccessibleName(_("Images of the data set"))
        self.file_strip = Strip(self.files, THUMBNAIL_WIDTH, theme)
        self.file_strip.setAccessibleName(_("Photographs and your own images"))
        self.made_strip = Strip(self.made, THUMBNAIL_WIDTH, theme)
        self.made_strip.setAccessibleName(_("Made examples"))
        self.data_line = NoticeLine(theme)
        self._data_page, self._strips = QStackedWidget(), QStackedWidget()
        self._data_page.addWidget(self.data_strip)
        self._data_page.addWidget(self.data_line)
        self._strips.addWidget(self._data_page)
        self._strips.addWidget(self.file_strip)
        for strip in (self.data_strip, self.file_strip, self.made_strip):
            strip.chosen.connect(self._choose)
        self.file_strip.in_sight.connect(self.files.want)
        self.live_bar = LiveBar(theme)
        self._strips.addWidget(self.live_bar)
        self._strips.addWidget(self.made_strip)
        self._strips.setFixedHeight(height_of(low=False))
        self._reader = Latest(self)
        self._reader.done.connect(self._show_collection)
        self._reader.failed.connect(self._say_unread)
        self._icons: dict[QToolButton, str] = {}
        self._steps: list[QToolButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        self._line = self._controls()
        column.addLayout(self._line)
        column.addWidget(self._strips)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    @property
    def marked(self) -> ImageSource | None:
        """The image gone to, None before there is one."""
        return self._marked

    @property
    def controls_height(self) -> int:
        """How high the line of controls is above the strips."""
        return self._line.sizeHint().height()

    def give_way(self, *, low: bool, gone: bool) -> None:
        """Leave room to others: have low strips, or none; a camera's buttons stay."""
        self._gone = gone
        for strip in (self.data_strip, self.file_strip, self.made_strip):
            strip.set_low(low=low)
        self._strips.setFixedHeight(height_of(low=low))
        self._show_strips()

    def _show_strips(self) -> None:
        self._strips.setVisible(not self._gone or self._strips.currentIndex() == _LIVE)

    @property
    def where_text(self) -> str:
        """Which image of how many is gone to, in words."""
        return self._where.text()

    @property
    def thumbnail(self) -> QImage | None:
        """What the image gone to looks like, as far as the studio knows."""
        if isinstance(self._marked, LiveImage):
            return None
        image: QImage | None = self._strip().currentIndex().data(Qt.ItemDataRole.DecorationRole)
        return image

    def load(self, dataset: str) -> None:
        """Read a data set and the photographs; what is there already is kept."""
        if not self._dataset:
            self.files.load()
        if dataset != self._dataset:
            self._dataset = dataset
            self._segments.buttons()[0].setToolTip(_(datasets.title_of(dataset)))
            if is_read_here(dataset):
                self.show_data_notice(None)
                self._reader.start(partial(data_images.read, dataset))
            else:
                self._reader.cancel()
                self.data.show_collection(None)
                self._name_classes(())

    def mark(self, source: ImageSource) -> None:
        """Mark an image as the one looked at; one that is not listed is added."""
        self._marked = source
        match source:
            case FileImage(path):
                row = self.files.add(path)
                self._mark_only(self.file_strip, row)
                self._turn_to(_FILES)
            case DatasetImage(_dataset, number):
                if self.data.row_of(number) is None:
                    self._classes.setCurrentIndex(0)
                    self.data.show_class(None)
                self._mark_only(self.data_strip, self.data.row_of(number))
                self._turn_to(_DATA)
            case MadeInput():
                self._mark_only(self.made_strip, self.made.row_of(source))
                self._turn_to(_MADE)
            case LiveImage():
                self._mark_only(None)
                self._segments.button(_LIVE).show()
                self._turn_to(_LIVE)

    def _mark_only(self, marked: Strip | None, row: int | None = None) -> None:
        for strip in (self.data_strip, self.file_strip, self.made_strip):
            strip.mark(row if strip is marked else None)

    def show_data_notice(self, notice: Notice | None) -> None:
        """Say in place of the data's samples why there are none yet, None if there are."""
        if notice is not None:
            self.data_line.show_notice(notice)
        shown: QWidget = self.data_strip if notice is None else self.data_line
        self._data_page.setCurrentWidget(shown)
        self._say_where()

    def show_listing(self, listed: ListedData, pictures: Pictures) -> None:
        """List what the engine has read."""
        self.data.show_listing(listed.name, listed.listing, pictures)
        self._name_classes(listed.listing.dataset.labels)
        self.show_data_notice(None)
        self._go_to_data(listed.name)

    def show_folder(self, folder: str, paths: Sequence[str]) -> None:
        """List the images of a folder, "" for none; what is marked stays so."""
        self.folder = folder
        at = self.file_strip.horizontalScrollBar().value()
        self.files.show_folder(paths)
        self.opener.tell_folder(open=bool(folder))
        if isinstance(self._marked, FileImage):
            row = self.files.row_of(self._marked.path)
            self.file_strip.mark(row)
            self.file_strip.horizontalScrollBar().setValue(at)
        self._say_where()

    def go_to_folder(self) -> None:
        """Go to the first image of the folder."""
        self._turn_to(_FILES)
        row, _end = self.files.rows_of_folder
        self.file_strip.go_to(row)
        index = self.file_strip.model().index(row, 0)
        self.file_strip.scrollTo(index, Strip.ScrollHint.PositionAtTop)
        self.file_strip.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_damaged(self, path: str, why: str) -> bool:
        """Note that an image cannot be opened, and return whether it stays in the list.

        One that was opened by itself does not; one of a folder does, so that one can step on.
        """
        if self.files.is_own(path):
            self.files.remove(path)
            return False
        self.files.store.mark_damaged(path, why)
        return True

    def step(self, steps: int) -> None:
        """Go on by a number of images."""
        strip = self._strip()
        strip.go_to(strip.currentIndex().row() + steps)

    def go_to_random(self) -> None:
        """Go to any image but the present one."""
        strip = self._strip()
        rows = [*range(strip.model().rowCount())]
        here = strip.currentIndex().row()
        if here in rows:
            rows.remove(here)
        if rows:
            strip.go_to(random.choice(rows))
            strip.scrollTo(strip.currentIndex(), Strip.ScrollHint.PositionAtCenter)

    def _strip(self) -> Strip:
        page = self._strips.currentIndex()
        return {_FILES: self.file_strip, _MADE: self.made_strip}.get(page, self.data_strip)

    def _controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._make_segments())
        self._classes = QComboBox()
        self._classes.setToolTip(_("Show images of one class only, to see what they share"))
        self._classes.setAccessibleName(_("Class"))
        self._classes.addItem(_("All classes"))
        self._classes.activated.connect(self._filter)
        row.addWidget(self._classes)
        for icon, name, tooltip, act in (
            ("chevron-left", _("Previous"), _("See the image before this one (←)"), -1),
            ("chevron-right", _("Next"), _("See the image after this one (→)"), 1),
            ("dices", _("Random"), _("See an image you would not have picked"), 0),
        ):
            button = QToolButton()
            button.setProperty("role", "flat")
            button.setIconSize(_ICON)
            button.setAccessibleName(name)
            button.setToolTip(tooltip)
            button.clicked.connect(partial(self.step, act) if act else self.go_to_random)
            self._icons[button] = icon
            self._steps.append(button)
            row.addWidget(button)
        self._where = ElidedLabel()
        self._where.setProperty("tone", "small")
        row.addWidget(self._where, 1)
        self.opener = OpenMenu(self._theme)
        self.opener.takes_pictures = lambda: self.takes(FileImage(""))
        row.addWidget(self.opener)
        return row

    def _make_segments(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("segments")
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments = QButtonGroup(self)
        tips = (
            _("Images the network learns from"),
            _("Photographs and images of your own"),
            _("The camera or video that you looked at last"),
            _("Examples that are made for any Input: an impulse, a ramp, a sine, noise"),
        )
        titles = _("Data set"), _("Pictures"), _("Live"), _("Made")
        for number in (_DATA, _FILES, _MADE, _LIVE):
            text, button = titles[number], QToolButton()
            button.setText(text)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(tips[number])
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._segments.addButton(button, number)
            row.addWidget(button)
        self._segments.button(0).setChecked(True)
        self._segments.button(_LIVE).hide()
        self._segments.idClicked.connect(self._turn_by_hand)
        return frame

    def _turn_to(self, page: int) -> None:
        self._segments.button(page).setChecked(True)
        self._strips.setCurrentIndex(page)
        self._show_strips()
        self._classes.setVisible(page == _DATA)
        for button in self._steps:
            button.setVisible(page != _LIVE)
        self._say_where()

    def _turn_by_hand(self, page: int) -> None:
        self._turn_to(page)
        if page == _LIVE and not isinstance(self._marked, LiveImage):
            self.live_wanted.emit()

    def _choose(self, source: ImageSource) -> None:
        strip = self.sender()
        for other in (self.data_strip, self.file_strip, self.made_strip):
            if other is not strip:
                other.mark(None)
        self._marked = source
        self._say_where()
        self.chosen.emit(source)

    def _filter(self, index: int) -> None:
        self.data.show_class(index - 1 if index else None)
        number = self._marked.index if isinstance(self._marked, DatasetImage) else None
        row = None if number is None else self.data.row_of(number)
        if row is None:
            self.data_strip.go_to(0)
        else:
            self.data_strip.mark(row)
        self._say_where()

    def _show_collection(self, collection: Collection) -> None:
        self.data.show_collection(collection)
        self._name_classes(collection.dataset.labels)
        self._go_to_data(collection.dataset.name)

    def _name_classes(self, labels: Sequence[str]) -> None:
        self._classes.clear()
        self._classes.addItem(_("All classes"))
        self._classes.addItems([_("Class {label}").format(label=label) for label in labels])

    def _go_to_data(self, name: str) -> None:
        """Go to a sample of data that is newly listed, unless another image is looked at."""
        marked, first = self._marked, self.data.first_of(FIRST_CLASS)
        if isinstance(marked, DatasetImage) and marked.dataset == name:
            self.mark(marked)
        elif marked is not None and not isinstance(marked, DatasetImage):
            self._say_where()
        elif self.takes(DatasetImage(name, first)):
            self.data_strip.go_to(first)
            self.data_strip.scrollTo(
                self.data_strip.currentIndex(), Strip.ScrollHint.PositionAtCenter
            )

    def _say_unread(self, error: Exception) -> None:
        if not isinstance(error, OSError | KeyError):
            raise error
        title = _(datasets.title_of(self._dataset))
        self.failed.emit(
            _("{title} could not be read: reinstall CNN Studio, or open an image").format(
                title=title
            )
        )

    def _say_where(self) -> None:
        strip = self._strip()
        row, count = strip.currentIndex().row(), strip.model().rowCount()
        text = _("{number:,} of {count:,}").format(number=row + 1, count=count)
        first, last = self.files.rows_of_folder
        if strip is self.file_strip and first <= row < last:
            text = _("{number:,} of {count:,} in {folder}").format(
                number=row + 1 - first,
                count=last - first,
                folder=PurePath(self.folder).name or self.folder,
            )
        is_live = self._strips.currentIndex() == _LIVE
        self._where.setText(text if row >= 0 and not is_live else "")

    def _paint_icons(self) -> None:
        for button, icon in self._icons.items():
            button.setIcon(self._theme.icon(icon))
