"""What the Look page shows, for another page that is to show the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cnnstudio.core.look_messages import FileImage, ImageSource, LiveImage
from cnnstudio.ui.viewer.browsed_folder import Listing
from cnnstudio.ui.viewer.compare.comparing import Comparing
from cnnstudio.ui.viewer.compare.pins import Pin
from cnnstudio.ui.viewer.fitting import Fitting
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.overlay.overlay_bar import OverlayBar, OverlayChoices
from cnnstudio.ui.viewer.picture_files import PictureFiles
from cnnstudio.ui.viewer.strip import SOURCE_ROLE
from cnnstudio.ui.viewer.tools import ToolChoices
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel


@dataclass(frozen=True, slots=True)
class KeptPins:
    """What is pinned, and how much of it is seen.

    Attributes:
        pins: all of them, numbered below those of a page that counts from 1.
        shown: the numbers of those beside the maps, from the left.
        difference: whether the difference is shown.
    """

    pins: tuple[Pin, ...]
    shown: tuple[int, ...]
    difference: bool

    @staticmethod
    def of(comparing: Comparing) -> KeptPins:
        """Return what is pinned."""
        numbers = {pin.number: -place for place, pin in enumerate(comparing.pins, 1)}
        return KeptPins(
            tuple(replace(pin, number=numbers[pin.number]) for pin in comparing.pins),
            tuple(numbers[pin.number] for pin in comparing.shown),
            comparing.shelf.difference.isChecked(),
        )

    def pin_in(self, comparing: Comparing) -> None:
        """Pin the same where nothing is pinned yet."""
        comparing.pins.extend(self.pins)
        comparing.shelf.show_pins(comparing.pins, ())
        for number in self.shown:
            comparing.shelf.chips[number].click()
        comparing.shelf.difference.setChecked(self.difference)


@dataclass(frozen=True, slots=True)
class KeptLook:
    """What a page shows and how.

    Attributes:
        image: that is looked at, None for none.
        pictures: path and title of a person's own images, the newest first.
        folder: that is browsed, None for none.
        fitting: how images enter.
        tools: how maps are drawn and the network is run.
        overlay: whether and how a map lies over its image.
        mode: whether maps are seen or weights.
        channel: the uid of a block and its map that is enlarged, None for none.
        pins: what is compared.
    """

    image: ImageSource | None
    pictures: tuple[tuple[str, str], ...]
    folder: Listing | None
    fitting: Fitting
    tools: ToolChoices
    overlay: OverlayChoices
    mode: Mode
    channel: tuple[str, int] | None
    pins: KeptPins

    def show_in(self, panel: ViewerPanel) -> None:
        """Show the same in a new page, of which nothing has been seen yet."""
        for path, title in reversed(self.pictures):
            panel.sources.files.add(path, title)
        if self.folder is not None:
            panel.intake.browsed.go_on(self.folder)
        panel.image_card.fitting.choose(self.fitting)
        _bar(panel).choose(self.overlay)
        # Before the tools, for one order needs something beside the maps.
        self.pins.pin_in(panel.comparing)
        panel.stage.title.tools.choose(self.tools)
        if isinstance(self.image, LiveImage):
            panel.intake.open_live(self.image.source)
            panel.live.play(on=self.image.plays)
        elif self.image is not None:
            panel.set_image(self.image)
        panel.stage.tabs.turn_to(self.mode)
        if self.channel is not None:
            _enlarge_later(panel.stage.pane, *self.channel)


def keep_look(page: QWidget | None) -> KeptLook | None:
    """Return what the Look page shows, None for a page that has not been made yet."""
    if not isinstance(page, ViewerPanel):
        return None
    pane = page.stage.pane
    enlarged = None
    if pane.exhibit is not None and pane.channel is not None:
        enlarged = pane.exhibit.node.uid, pane.channel
    return KeptLook(
        page.current_image,
        _own(page.sources.files),
        page.intake.browsed.listing,
        page.image_card.fitting.fitting,
        page.stage.title.tools.choices,
        _bar(page).choices,
        page.stage.tabs.mode,
        enlarged,
        KeptPins.of(page.comparing),
    )


def _bar(panel: ViewerPanel) -> OverlayBar:
    return panel.overlaying.bar


def _own(files: PictureFiles) -> tuple[tuple[str, str], ...]:
    """Return path and title of the images that were opened one by one."""
    first_of_folder, _end = files.rows_of_folder
    found = []
    for row in range(first_of_folder):
        index = files.index(row, 0)
        source = index.data(SOURCE_ROLE)
        if isinstance(source, FileImage):
            found.append((source.path, str(index.data(Qt.ItemDataRole.DisplayRole))))
    return tuple(found)


def _enlarge_later(pane: MapPane, block: str, channel: int) -> None:
    """Enlarge a map as soon as there are maps, if they are of that block."""

    def enlarge() -> None:
        exhibit = pane.exhibit
        if exhibit is None:
            return
        pane.exhibited.disconnect(enlarge)
        if exhibit.node.uid == block and pane.maps.ndim == 3 and channel < pane.maps.shape[-1]:
            pane.enlarge(channel)

    pane.exhibited.connect(enlarge)
