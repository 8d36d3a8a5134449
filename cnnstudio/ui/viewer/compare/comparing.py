"""What connects pins, engine and panes where looks lie side by side."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from cnnstudio.core.beside_messages import SEATS, HeldWeights, StateWeights
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.look_messages import LiveImage, Maps, Probed
from cnnstudio.core.made_inputs import words_of
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.color_scales import ColorScale, pixel_table
from cnnstudio.ui.viewer.compare import captions
from cnnstudio.ui.viewer.compare.beside_inquiry import BesideInquiry
from cnnstudio.ui.viewer.compare.linking import Linking
from cnnstudio.ui.viewer.compare.pin_menu import PinMenu
from cnnstudio.ui.viewer.compare.pin_shelf import PinShelf
from cnnstudio.ui.viewer.compare.pins import MOST_PINS, Pin, PinKind
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.drawing import Company, Style
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.map_pane import Exhibit, MapPane
from cnnstudio.ui.viewer.stage import Stage


@dataclass(frozen=True, slots=True)
class Side:
    """A pane beside the maps of the moment, and who asks for what it shows."""

    inquiry: BesideInquiry
    pane: MapPane


class Comparing(QObject):
    """Lays what is pinned beside the maps of the moment, and what differs beside both.

    `side_made` carries a `Side` that there has not been before; `frame_wanted` says that somebody
    wants to pin a picture of a camera or video, which has to be kept first. `said` carries a
    `Notice` of pins that are gone.

    Args:
        design: the open design.
        trainer: asks the engine.
        inquiry: knows what is looked at.
        stage: has the panes.
        page: where the key P pins an image.
        theme: gives colours.
    """

    side_made = Signal(object)
    frame_wanted = Signal()
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
        self.pins: list[Pin] = []
        self._active: list[int] = []
        self._number = 0
        self._answer: Probed | None = None
        self._outcomes: dict[int, str] = {}
        self.menu = PinMenu(theme)
        self.shelf = PinShelf(theme)
        stage.title.tool_row.insertWidget(1, self.menu)
        stage.title.resized.connect(self.menu.set_roomy)
        stage.hold_shelf(self.shelf)
        self._linking = Linking(self)
        self._linking.add(stage.pane)
        self.sides: tuple[Side, ...] = ()
        self.difference: MapPane | None = None
        self.menu.wanted.connect(self.pin)
        self.shelf.toggled.connect(self._toggle)
        self.shelf.removed.connect(self.unpin)
        self.shelf.difference_wanted.connect(self._arrange)
        stage.pane.exhibited.connect(self._compare)
        inquiry.probed.connect(self._take_answer)
        inquiry.changed.connect(self._allow)
        trainer.state_changed.connect(self._lose_moments)
        theme.changed.connect(self._redraw_difference)
        shortcut = QShortcut(QKeySequence("P"), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(partial(self.pin, PinKind.IMAGE))
        self._allow()

    @property
    def shown(self) -> tuple[Pin, ...]:
        """What lies beside the maps of the moment, from the left."""
        pins = {pin.number: pin for pin in self.pins}
        return tuple(pins[number] for number in self._active)

    def pin(self, kind: PinKind) -> None:
        """Pin something of what is looked at, and lay it beside the maps."""
        if kind is PinKind.STATE:
            self._ask_for_state()
            return
        exhibit, image = self._stage.exhibit, self._inquiry.answered_image
        if exhibit is None or image is None or len(self.pins) >= MOST_PINS:
            return
        match kind:
            case PinKind.IMAGE if isinstance(image, LiveImage):
                self.frame_wanted.emit()
            case PinKind.IMAGE:
                title = captions.image_title(image, words_of(self._design.network))
                self._add(kind, title, image=image)
            case PinKind.BLOCK:
                self._add(kind, exhibit.node.name, block=exhibit.node.uid)
            case _:
                title = _("Network at {time}").format(time=time.strftime("%H:%M:%S"))
                # Of one with errors the part that is looked at.
                network = self._inquiry.network or self._design.network
                self._add(kind, title, network=network, weights=self._trainer.beside.hold(network))

    def unpin(self, number: int) -> None:
        """Take a pin away."""
        gone = next((pin for pin in self.pins if pin.number == number), None)
        if gone is None:
            return
        self.pins.remove(gone)
        self._outcomes.pop(number, None)
        if number in self._active:
            self._active.remove(number)
        self._arrange()
        if gone.weights is not None and gone.weights not in [pin.weights for pin in self.pins]:
            self._trainer.beside.let_go(gone.weights)

    def _add(self, kind: PinKind, title: str, **held: object) -> None:
        self._number += 1
        picture = self._answer.picture if self._answer and kind is PinKind.IMAGE else None
        thumbnail = None if picture is None or picture.ndim != 3 else picture_of(picture)
        self.pins.append(Pin(self._number, kind, title, thumbnail=thumbnail, **held))  # type: ignore[arg-type]
        self._toggle(self._number)

    def _ask_for_state(self) -> None:
        from cnnstudio.ui.viewer.compare.state_sheet import RunState, StateSheet  # reads the store

        def take(state: RunState) -> None:
            weights = StateWeights(state.path)
            self._add(PinKind.STATE, state.title, network=state.design.network, weights=weights)

        sheet = StateSheet(self._page)
        sheet.chosen.connect(take)
        sheet.open()

    def _toggle(self, number: int) -> None:
        """Lay a pin beside the maps, the oldest of too many giving way, or put it away."""
        if number in self._active:
            self._active.remove(number)
        else:
            self._active = [*self._active, number][-SEATS:]
        self._arrange()

    def _arrange(self) -> None:
        """Show the panes that are wanted, and ask for what is new in them."""
        focused = self._stage.window().focusWidget()
        self.shelf.show_pins(self.pins, tuple(self._active))
        if self._active and not self.sides:
            self._make_sides()
        shown = self.shown
        for place, side in enumerate(self.sides):
            pin = shown[place] if place < len(shown) else None
            self._stage.panes.show_pane(side.pane, shown=pin is not None)
            if side.inquiry.pin is not pin:
                side.pane.show_notice(Notice(_("Asking the engine…"), icon="pin"))
                side.pane.caption.setText("" if pin is None else pin.title)
                side.inquiry.look(pin)
        if self.difference is not None:
            wanted = bool(shown) and self.shelf.difference.isChecked()
            self._stage.panes.show_pane(self.difference, shown=wanted)
            self.difference.caption.setText(captions.difference(shown[0]) if wanted else "")
        self._stage.pane.caption.setVisible(bool(shown))
        self._stage.title.tools.allow_separation(allowed=bool(shown))
        self._name_moment()
        self._compare()
        self._allow()
        self._keep_focus(focused)

    def _keep_focus(self, focused: QWidget | None) -> None:
        """Have the keyboard on the maps, if what it was on has been put away."""
        places = (self.shelf, *(side.pane for side in self.sides), self.difference)
        hidden = [place for place in places if place is not None and place.isHidden()]
        if focused is not None and any(place.isAncestorOf(focused) for place in hidden):
            self._stage.pane.focus_maps()

    def _make_sides(self) -> None:
        stage, sides = self._stage, []
        for seat in range(1, SEATS + 1):
            pane = MapPane(self._theme, stage.style_of_maps)
            inquiry = BesideInquiry(seat, self._design, self._trainer, self._inquiry, self)
            side = Side(inquiry, pane)
            inquiry.arrived.connect(partial(self._show, side))
            inquiry.probed.connect(partial(self._caption, side))
            inquiry.failed.connect(partial(self._say, side))
            sides.append(side)
            self._adopt(pane, seat - 1)
        self.sides = tuple(sides)
        for side in sides:
            self.side_made.emit(side)
        self.difference = MapPane(self._theme, self._style_of_difference)
        for pane in (*(side.pane for side in sides), self.difference):
            pane.gives_hints = False
        self._adopt(self.difference, SEATS + 1)

    def _adopt(self, pane: MapPane, place: int) -> None:
        pane.caption.show()
        self._stage.panes.insert(place, pane)
        self._stage.panes.show_pane(pane, shown=False)
        self._stage.title.tools.restyled.connect(pane.redraw)
        pane.left.connect(self._stage.pane.left)
        self._linking.add(pane)

    def _show(self, side: Side, maps: Maps) -> None:
        network = side.inquiry.network
        path = network.find(maps.block)
        node = self._inquiry.find(maps.block) if path is None else network.at(path)
        if node is None:
            return
        labels = () if self._stage.exhibit is None else self._stage.exhibit.labels
        side.pane.show_exhibit(Exhibit(node, maps.values, labels))
        pin = side.inquiry.pin
        if pin is not None:  # of another block there may have been no maps
            side.pane.caption.setText(self._outcomes.get(pin.number, pin.title))
        self._linking.catch_up(side.pane, self._stage.pane)
        self._compare()

    def _say(self, side: Side, text: str) -> None:
        side.pane.show_notice(Notice(sentence(text), "warning"))
        if side.inquiry.pin is not None:
            side.pane.caption.setText(captions.without_maps(side.inquiry.pin))
        self._compare()

    def _caption(self, side: Side, answer: Probed) -> None:
        pin = side.inquiry.pin
        if pin is not None:
            text = captions.with_outcome(pin.title, answer, self._design.plan)
            self._outcomes[pin.number] = text
            side.pane.caption.setText(text)

    def _take_answer(self, answer: Probed) -> None:
        self._answer = answer
        self._name_moment()

    def _name_moment(self) -> None:
        image = self._inquiry.answered_image
        if self._answer is not None and image is not None and self._active:
            title = captions.image_title(image, words_of(self._design.network))
            text = _("Now: {image}").format(image=title)
            self._stage.pane.caption.setText(
                captions.with_outcome(text, self._answer, self._design.plan)
            )

    def _compare(self) -> None:
        """Have all panes share ranges and order, and show what differs."""
        now = self._stage.exhibit
        first = self.sides[0].pane.exhibit if self._active and self.sides else None
        if now is not None and first is not None and not self.sides[0].inquiry.is_answered:
            return  # what was compared stays until both are of the same look
        company = Company(now.values, first.values) if now and first else None
        for pane in (self._stage.pane, *(side.pane for side in self.sides)):
            pane.compare(company)
        self._show_difference(now, first)

    def _show_difference(self, now: Exhibit | None, first: Exhibit | None) -> None:
        pane = self.difference
        if pane is None or pane.isHidden():
            return
        if now is None or first is None:
            pane.show_notice(Notice(_("There is nothing to take the difference of yet")))
        elif now.values.shape != first.values.shape:
            text = _(
                "Only maps of one shape differ number by number; these are {one} and {other}"
            ).format(one=times(first.values.shape), other=times(now.values.shape))
            pane.show_notice(Notice(text))
        else:
            with np.errstate(invalid="ignore", over="ignore"):
                values = now.values - first.values
            pane.show_exhibit(Exhibit(now.node, values, now.labels))
            pane.compare(Company(now.values, first.values, shares=False))
            self._linking.catch_up(pane, self._stage.pane)

    def _style_of_difference(self) -> Style:
        style = self._stage.style_of_maps()
        scale = ColorScale.DIVERGING
        table = pixel_table(scale, self._theme)
        # In the same order and of the same maps as those that it lies beside.
        return replace(style, colors=scale, table=table, about_zero=True)

    def _redraw_difference(self) -> None:
        for pane in (*(side.pane for side in self.sides), self.difference):
            if pane is not None:
                pane.redraw()

    def _lose_moments(self, state: EngineState) -> None:
        """Weights that the engine held are gone with it: say so, once for all of them."""
        if state not in (EngineState.LOST, EngineState.BROKEN):
            return
        lost = [pin for pin in self.pins if isinstance(pin.weights, HeldWeights)]
        for pin in lost:
            self.unpin(pin.number)
        if lost:
            self.said.emit(Notice(captions.gone_with_engine(lost), "warning"))

    def _allow(self) -> None:
        self.menu.allow(look=self._stage.exhibit is not None, room=len(self.pins) < MOST_PINS)
