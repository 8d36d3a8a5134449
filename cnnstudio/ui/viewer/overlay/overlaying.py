"""What connects image, maps and the controls where a map is laid over its image."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.map_places import Area, image_under
from cnnstudio.core.pixels import as_pixels
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.map_pane import Exhibit
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.overlay.overlay_bar import OverlayBar
from cnnstudio.ui.viewer.overlay.underlay import Overlay, Underlay
from cnnstudio.ui.viewer.seen_numbers import SeenNumbers
from cnnstudio.ui.viewer.stage import Stage


class Overlaying(QObject):
    """Lays the enlarged map over the image as it entered the network, if that is wanted.

    Args:
        design: the open design.
        inquiry: knows which image the maps are of.
        stage: shows the maps; the controls stand beside its title.
        page: where the key counts.
        theme: gives colours.
    """

    def __init__(
        self, design: OpenDesign, inquiry: Inquiry, stage: Stage, page: QWidget, theme: Theme
    ) -> None:
        super().__init__(stage)
        self._design, self._inquiry, self._stage = design, inquiry, stage
        self._seen = SeenNumbers(inquiry)
        self._answer: Probed | None = None
        self._made: tuple[Probed, Area, Underlay] | None = None
        self.bar = OverlayBar(theme)
        self.bar.add_key(page)
        stage.title.hold(self.bar)
        stage.title.resized.connect(lambda roomy: self.bar.set_roomy(roomy=roomy))
        self.bar.changed.connect(self._update)
        inquiry.probed.connect(self._take)
        stage.pane.enlarged.connect(self._update)
        stage.tabs.chosen.connect(self._update)
        self._update()

    def _take(self, answer: Probed) -> None:
        # The maps of this answer follow, and with them the update.
        self._answer = answer

    def _update(self, *_said: object) -> None:
        exhibit, pane = self._stage.exhibit, self._stage.pane
        is_single = pane.channel is not None and self._stage.tabs.mode is Mode.MAPS
        self.bar.setVisible(is_single)
        if exhibit is None or not is_single:
            return
        why_not = self._why_not(exhibit)
        self.bar.allow(why_not)
        wanted = self.bar.is_wanted and not why_not
        pane.lay_over(self._overlay(exhibit) if wanted else None)

    def _why_not(self, exhibit: Exhibit) -> str:
        """Say why a map of the block lies over no image; "" if it does."""
        answer = self._answer
        if answer is None or not answer.is_picture or answer.entered.ndim != 3:
            return _("What entered the network is no image that the map could lie over")
        if self._area(exhibit) is None:
            return _(
                "The numbers of this block have no place in the image: they are of all of it, or "
                "in another order"
            )
        return ""

    def _overlay(self, exhibit: Exhibit) -> Overlay | None:
        area, answer = self._area(exhibit), self._answer
        if area is None or answer is None:
            return None
        made = self._made
        if made is None or made[0] is not answer or made[1] != area:
            pixels = as_pixels(answer.entered, self._inquiry.fitting.pixels)
            made = self._made = answer, area, Underlay(picture_of(pixels), area)
        return Overlay(made[2], self.bar.opacity.value() / 100, self.bar.fade.isChecked())

    def _area(self, exhibit: Exhibit) -> Area | None:
        network = self._inquiry.network or self._design.network
        seen = self._seen.of(exhibit.node.uid, network)
        same = seen is not None and seen.shape == exhibit.values.shape
        return image_under(seen) if seen is not None and same else None
