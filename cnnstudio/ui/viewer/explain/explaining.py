"""What connects maps, engine, panel and image where a number is explained or pointed at."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from cnnstudio.core.explain_messages import Explained, ExplainFailed
from cnnstudio.core.explaining import Index
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Maps
from cnnstudio.core.map_layout import Place
from cnnstudio.core.mosaic import as_maps, index_of
from cnnstudio.core.seen_pixels import SeenPixels
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.compare.beside_inquiry import BesideInquiry
from cnnstudio.ui.viewer.explain.panel import ExplainPanel
from cnnstudio.ui.viewer.inputs.entered_cards import EnteredCards
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.map_pane import MapPane
from cnnstudio.ui.viewer.seen_numbers import SeenNumbers
from cnnstudio.ui.viewer.stage import Stage

_ROOMY = 960
"""Pixels of a window that is tall enough for everything at once."""
_SHARE = 0.56
"""Of the height that maps and explanation share, what the explanation has at first."""


class Explaining(QObject):
    """Asks why a number is what it is, newest question first, and shows what it sees.

    Args:
        design: the open design.
        trainer: asks the engine.
        inquiry: knows which look the maps are of.
        stage: shows the maps, and makes room for the panel.
        card: shows the image, with the receptive field of the number that is pointed at.
        panel: shows the explanation.
        spare: what makes room for the panel in a low window.
    """

    def __init__(
        self,
        design: OpenDesign,
        trainer: Trainer,
        inquiry: Inquiry,
        stage: Stage,
        card: EnteredCards,
        panel: ExplainPanel,
        spare: tuple[QWidget, ...] = (),
    ) -> None:
        super().__init__(stage)
        self._design, self._trainer, self._inquiry = design, trainer, inquiry
        self._stage, self._card, self._panel, self._spare = stage, card, panel, spare
        self._pane: MapPane = stage.pane
        self._source: Inquiry | BesideInquiry = inquiry
        self._seen = SeenNumbers(inquiry)
        self._pinned: Place | None = None
        self._asked: tuple[int, str, Index] | None = None
        self._was_open = False
        self._kept: list[tuple[QWidget, QSizePolicy]] = []
        panel.hide()
        stage.pane.left.connect(self.leave)
        panel.closed.connect(self.close)
        panel.moved.connect(self._move)
        self.explain_also(stage.pane, inquiry)
        inquiry.changed.connect(self._forget)
        trainer.explained.connect(self._take)
        trainer.explain_failed.connect(self._take_failure)

    def explain_also(self, pane: MapPane, source: Inquiry | BesideInquiry) -> None:
        """Explain numbers of a pane, whose maps a source has asked for."""
        pane.asked.connect(partial(self._explain_in, pane, source))
        pane.pointed.connect(partial(self._show_field_of, pane, source))
        source.arrived.connect(partial(self._follow, source))
        if source is not self._inquiry:
            # What is unpinned or gives way to another pin takes its explanation along.
            pane.exhibited.connect(self._forget)

    def _explain_in(self, pane: MapPane, source: Inquiry | BesideInquiry, place: Place) -> None:
        if pane is not self._pane:
            self._pane.pin(None)
            self._pane, self._source = pane, source
        self.explain(place)

    def _show_field_of(
        self, pane: MapPane, source: Inquiry | BesideInquiry, place: Place | None
    ) -> None:
        """Show what a number sees, unless it is of another image than the one that is shown."""
        if pane is self._pane or (self._pinned is None and source is self._inquiry):
            self._pane, self._source = pane, source
            self._show_field(place)

    @property
    def pinned(self) -> Place | None:
        """The number that is explained, None while the panel is closed."""
        return self._pinned

    def explain(self, place: Place) -> None:
        """Explain the number at a place of the maps that are shown."""
        self._pinned = place
        self._pane.pin(place)
        if self._panel.isHidden():
            self._open()
        self._panel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()
        self._show_field(place)

    def _open(self) -> None:
        low = self._stage.window().height() < _ROOMY
        for widget in self._spare if low else ():
            policy = widget.sizePolicy()
            self._kept.append((widget, policy))
            roomless = widget.sizePolicy()
            roomless.setRetainSizeWhenHidden(False)
            widget.setSizePolicy(roomless)
            widget.hide()
        self._panel.show()
        split = self._stage.split
        if not self._was_open:
            self._was_open = True
            height = split.height()
            split.setSizes([round(height * (1 - _SHARE)), round(height * _SHARE)])

    @property
    def is_open(self) -> bool:
        """Whether there is a panel to close."""
        return not self._panel.isHidden()

    def close(self) -> None:
        """Close the panel."""
        if self._panel.isHidden():
            return
        focus = QApplication.focusWidget()
        had_focus = focus is not None and (focus is self._panel or self._panel.isAncestorOf(focus))
        self._pinned = self._asked = None
        self._panel.hide()
        while self._kept:
            widget, policy = self._kept.pop()
            widget.setSizePolicy(policy)
            widget.show()
        self._pane.pin(None)
        self._show_field(None)
        if had_focus:
            self._pane.focus_maps()

    def leave(self) -> None:
        """Esc closes the panel first, then leads back to all maps."""
        if self._panel.isHidden():
            self._stage.pane.show_all()
        else:
            self._panel.leave()

    def _ask(self) -> None:
        exhibit, generation = self._pane.exhibit, self._source.generation
        if self._pinned is None or exhibit is None or generation is None:
            return
        index = index_of(exhibit.values.shape, self._pinned)
        self._asked = (generation, exhibit.node.uid, index)
        self._trainer.explain(*self._asked)

    def _take(self, answer: Explained) -> None:
        exhibit = self._pane.exhibit
        if (answer.generation, answer.block, answer.index) != self._asked or exhibit is None:
            return  # another number has been asked about since
        pin = None if isinstance(self._source, Inquiry) else self._source.pin
        self._panel.show_explanation(exhibit.node, answer.explanation, exhibit.labels, pin)

    def _take_failure(self, answer: ExplainFailed) -> None:
        if (answer.generation, answer.block, answer.index) == self._asked:
            self._panel.say(answer.message)

    def _follow(self, source: Inquiry | BesideInquiry, maps: Maps) -> None:
        """Explain anew what new maps have at the same place; of another block, wait for a click."""
        if self._pinned is None or source is not self._source:
            return
        before = self._asked[1] if self._asked else ""
        shape = as_maps(maps.values).shape
        if maps.block == before and _has(shape, self._pinned):
            self._ask()
            return
        self._unpin(_("Click a number of this block, or press Enter on it, to explain it"))

    def _forget(self) -> None:
        """Explain nothing where there are no maps any more."""
        if self._pinned is None or self._pane.exhibit is not None:
            return
        if self._source is self._inquiry:
            self._unpin(_("There are no numbers to explain at the moment"))
        else:
            self._unpin(
                _("The maps this number was of are not shown any more: click another to see why")
            )

    def _unpin(self, text: str) -> None:
        self._pinned = self._asked = None
        self._pane.pin(None)
        self._panel.say(text)

    def _move(self, down: int, right: int) -> None:
        """Explain a neighbour; in a vector the next unit."""
        exhibit = self._pane.exhibit
        if self._pinned is None or exhibit is None:
            return
        shape, here = as_maps(exhibit.values).shape, self._pinned
        if len(shape) == 1:
            place = Place(here.channel + down + right)
        else:
            place = Place(here.channel, here.row + down, here.column + right)
        if _has(shape, place):
            self.explain(place)

    def _show_field(self, place: Place | None) -> None:
        """Frame in the image what the number that is pointed at sees, or else the explained one."""
        place = place or self._pinned
        exhibit = self._pane.exhibit
        seen = self._fields() if place is not None and self._source is self._inquiry else None
        if place is None or exhibit is None or seen is None:
            self._card.show_field(None)
            return
        index = index_of(exhibit.values.shape, place)
        fits = len(index) == len(seen.shape)
        self._card.show_field(seen.of(index) if fits else None, self._inquiry.fitting.resize)

    def _fields(self) -> SeenPixels | None:
        exhibit, network = self._pane.exhibit, self._source.network or self._design.network
        return None if exhibit is None else self._seen.of(exhibit.node.uid, network)


def _has(shape: tuple[int, ...], place: Place) -> bool:
    if len(shape) == 1:
        return 0 <= place.channel < shape[0]
    return (
        0 <= place.row < shape[0] and 0 <= place.column < shape[1] and 0 <= place.channel < shape[2]
    )
