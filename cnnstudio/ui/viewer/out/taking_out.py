"""What leads out of the viewer: pictures of what it shows, maps and numbers as files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.core.files import safe_stem, why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps, SavingMaps
from cnnstudio.core.view.captions import said_image, said_state
from cnnstudio.core.view.composing import compose, usual_cell
from cnnstudio.core.view.page import Page
from cnnstudio.core.view.panels import Panel
from cnnstudio.ui.background import Every, Latest
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.numbers import short
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.theme import LIGHT, Theme, Tokens
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.out.copying import CopyKey
from cnnstudio.ui.viewer.out.number_files import save_numbers
from cnnstudio.ui.viewer.out.out_menu import EXPORT_KEY, OutMenu
from cnnstudio.ui.viewer.out.page_files import PageError, image_of, save_page
from cnnstudio.ui.viewer.out.picture_sheet import PictureSheet, Wanted
from cnnstudio.ui.viewer.out.view_panels import is_enlarged, panels_of, shows_something
from cnnstudio.ui.viewer.stage import Stage


class TakingOut(QObject):
    """Writes what the stage shows; `said` carries a `Notice` of what has come of it.

    Args:
        design: the open design.
        trainer: asks the engine, which has all maps.
        inquiry: knows which image and block the maps are of.
        stage: shows them; the button stands in its row of tools.
        page: where the key counts.
        theme: the colours of the window.
    """

    said = Signal(object)

    def __init__(
        self,
        design: OpenDesign,
        trainer: Trainer,
        inquiry: Inquiry,
        stage: Stage,
        page: QWidget,
        theme: Theme,
    ) -> None:
        super().__init__(stage)
        self._design, self._trainer, self._inquiry = design, trainer, inquiry
        self._stage, self._page, self._theme = stage, page, theme
        self._answer: Probed | None = None
        self._wanted = Wanted()
        self._folder: Path | None = None
        self._asked: set[str] = set()
        self._writer = Every(self)
        self._writer.done.connect(self._tell_saved)
        self._writer.failed.connect(self._tell_failed)
        self._copier = Latest(self)
        self._copier.done.connect(self._put_on_clipboard)
        self._copier.failed.connect(self._tell_failed)
        self.menu = OutMenu(theme)
        stage.title.tool_row.addWidget(self.menu)
        self.menu.on_opening(self._allow)
        self.menu.picture.triggered.connect(self.ask_picture)
        self.menu.copy.triggered.connect(self.copy)
        self.menu.block.triggered.connect(partial(self.ask_maps, every=False))
        self.menu.blocks.triggered.connect(partial(self.ask_maps, every=True))
        self.menu.numbers.triggered.connect(self.ask_numbers)
        shortcut = QShortcut(QKeySequence(EXPORT_KEY), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.menu.open)
        CopyKey((stage.panes, stage.kernels.map_view), self.copy)
        inquiry.probed.connect(self._take)
        trainer.saving_maps.connect(self._tell_progress)
        trainer.maps_saved.connect(self._maps_saved)
        trainer.maps_not_saved.connect(self._maps_not_saved)

    # Pictures

    def page_of(self, panels: list[Panel], wanted: Wanted) -> Page:
        """Return the figure of panels."""
        measure = Lettering().measure
        return compose(panels, measure, short, cell=wanted.cell, said=wanted.said)

    def panels(self, tokens: Tokens, *, part: bool = False) -> list[Panel]:
        """Return what is shown, or the part of it in sight, in the colours of a theme."""
        return panels_of(self._stage, tokens, self._known(), part=part)

    def ask_picture(self) -> None:
        """Ask how and where a picture of the view is to be saved, and save it."""
        tokens, part = self._tokens(self._wanted), is_enlarged(self._stage)
        panels = self.panels(tokens, part=part)
        if not panels:
            return
        first = replace(self._wanted, cell=usual_cell(panels), part=part)
        both = {True: panels, False: self.panels(tokens) if part else panels}
        sheet = PictureSheet(
            self._page, first, lambda wanted: self.page_of(both[wanted.part], wanted),
            can_be_cut=part,
        )  # fmt: skip
        sheet.wanted.connect(self._ask_picture_file)
        sheet.open()

    def save_picture(self, path: Path, wanted: Wanted) -> None:
        """Save a picture of the view."""
        tokens = self._tokens(wanted)
        page = self.page_of(self.panels(tokens, part=wanted.part), wanted)

        def write() -> Path:
            try:
                save_page(page, path, tokens, wanted.scale)
            except OSError as error:
                raise _SavingError(path, error) from error
            return path

        self._writer.start(write)

    def copy(self) -> None:
        """Put a picture of the view on the clipboard, as it would be saved."""
        tokens = self._tokens(self._wanted)
        panels = self.panels(tokens, part=is_enlarged(self._stage))
        if not panels:
            return
        wanted = Wanted(cell=usual_cell(panels), said=self._wanted.said)
        page = self.page_of(panels, wanted)
        self._copier.start(partial(image_of, page, tokens, wanted.scale))

    def _put_on_clipboard(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(Notice(_("The picture is on the clipboard: paste it where you need it")))

    def _tokens(self, wanted: Wanted) -> Tokens:
        return LIGHT if wanted.light else self._theme.tokens

    def _ask_picture_file(self, wanted: Wanted) -> None:
        self._wanted = wanted
        kinds = _("Pictures (*{suffix})").format(suffix=wanted.suffix)
        path = self._ask_file(_("Save the picture"), self._stem(), wanted.suffix, kinds)
        if path is not None:
            self.save_picture(path, wanted)

    # Numbers

    def ask_maps(self, *, every: bool) -> None:
        """Ask where maps are to be saved, and have the engine write them."""
        title = _("Save the maps of all blocks") if every else _("Save the maps of this block")
        name = safe_stem(self._design.design.name) if every else self._stem()
        path = self._ask_file(title, name, ".npz", _("Arrays of NumPy (*.npz)"))
        if path is not None:
            self.save_maps(path, every=every)

    def save_maps(self, path: Path, *, every: bool) -> None:
        """Have the engine write the maps it has, of the block that is shown or of all."""
        exhibit = self._stage.exhibit
        if exhibit is None:
            return
        self._asked.add(str(path))
        blocks = () if every else (exhibit.node.uid,)
        self._trainer.do(SaveMaps(str(path), blocks))

    def ask_numbers(self) -> None:
        """Ask where the numbers of the enlarged map, or of the vector, are to be saved."""
        path = self._ask_file(
            _("Save the numbers"), self._stem(), ".csv", _("Tables of numbers (*.csv)")
        )
        if path is not None:
            self.save_numbers(path)

    def save_numbers(self, path: Path) -> None:
        """Save the numbers of the enlarged map, or of the vector."""
        values, exhibit = self._numbers(), self._stage.exhibit
        if values is None or exhibit is None:
            return
        names = exhibit.labels if values.ndim == 1 else ()

        def write() -> Path:
            try:
                save_numbers(path, values, names)
            except OSError as error:
                raise _SavingError(path, error) from error
            return path

        self._writer.start(write)

    def _numbers(self) -> NDArray[np.float32] | None:
        pane = self._stage.pane
        if self._stage.tabs.mode is not Mode.MAPS or pane.exhibit is None:
            return None
        if pane.maps.ndim == 1:
            return pane.maps
        return None if pane.channel is None else pane.maps[:, :, pane.channel]

    # What is there, and what is said of it

    def _allow(self) -> None:
        """Enable what can be had at the moment."""
        shown = shows_something(self._stage)
        for action in (self.menu.picture, self.menu.copy):
            action.setEnabled(shown)
        has_maps = self._stage.exhibit is not None and self._trainer.state.listens
        for action in (self.menu.block, self.menu.blocks):
            action.setEnabled(has_maps)
        self.menu.numbers.setEnabled(self._numbers() is not None)

    def _take(self, answer: Probed) -> None:
        self._answer = answer

    def _known(self) -> tuple[str, ...]:
        answer = self._answer
        if answer is None:
            return ()
        return (
            said_image(self._inquiry.answered_image, answer.label, answer.moment),
            said_state(answer.step, is_loaded=answer.is_loaded, trains=answer.trains),
        )

    def _stem(self) -> str:
        block, channel = self._inquiry.block, self._stage.pane.channel
        name = "maps" if block is None else block.name
        weight = self._stage.kernels.weight
        if self._stage.tabs.mode is Mode.KERNELS:
            return safe_stem(name if weight is None else f"{name}_{weight.name}")
        return safe_stem(name if channel is None else f"{name}_{channel}")

    def _ask_file(self, title: str, stem: str, suffix: str, kinds: str) -> Path | None:
        folder = self._folder or (self._design.path.parent if self._design.path else Path.home())
        text, _kind = QFileDialog.getSaveFileName(
            self._page, title, str(folder / f"{stem}{suffix}"), kinds
        )
        path = Path(text if text.lower().endswith(suffix) else f"{text}{suffix}")
        if not text or not may_replace(self._page, path, text):
            return None
        self._folder = path.parent
        return path

    def _tell_progress(self, event: SavingMaps) -> None:
        if event.path in self._asked and event.total:
            text = _("Saving {size:.0f} MB of maps: {percent:.0f} %").format(
                percent=100 * event.done / event.total, size=event.total / 1e6
            )
            self.said.emit(Notice(text))

    def _maps_saved(self, event: MapsSaved) -> None:
        if event.path in self._asked:
            self._asked.discard(event.path)
            text = ngettext(
                "The maps of {count:,} block are saved to {path}",
                "The maps of {count:,} blocks are saved to {path}",
                event.blocks,
            ).format(count=event.blocks, path=event.path)
            self.said.emit(Notice(text))

    def _maps_not_saved(self, event: MapsNotSaved) -> None:
        if event.path in self._asked:
            self._asked.discard(event.path)
            self.said.emit(Notice(event.message, "error", details=event.details))

    def _tell_saved(self, path: Path) -> None:
        self.said.emit(Notice(_("Saved to {path}").format(path=path)))

    def _tell_failed(self, error: Exception) -> None:
        if not isinstance(error, _SavingError | PageError):
            raise error
        self.said.emit(Notice(str(error), "error"))


class _SavingError(Exception):
    """A file that cannot be written; the text is for people."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(_("{path} cannot be saved: {why}").format(path=path, why=why(error)))
