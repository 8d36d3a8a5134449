"""One pane of maps: mosaic or bars, what is said in their place, and the legend below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.map_layout import Place
from cnnstudio.core.mosaic import Ranges, as_maps, measure
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.view.captions import said_bad
from cnnstudio.ui.background import Latest
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.numbers import exact
from cnnstudio.ui.theme import S, Theme
from cnnstudio.ui.viewer.drawing import Company, Drawing, Style, completed, make_drawing
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.map_legend import MapLegend
from cnnstudio.ui.viewer.map_view import MapView
from cnnstudio.ui.viewer.overlay.underlay import Overlay
from cnnstudio.ui.viewer.placard import Placard
from cnnstudio.ui.viewer.sentences import undrawn
from cnnstudio.ui.viewer.vector_view import MOST_BARS, VectorView

_SETTLE_MS = 60


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What one block puts out.

    Attributes:
        node: the block.
        values: as the engine sent them.
        labels: names of the units, empty if they are not classes.
    """

    node: PlacedBlock
    values: NDArray[np.float32]
    labels: tuple[str, ...] = ()


class MapPane(QWidget):
    """Shows an `Exhibit`, or a `Notice` in its place; `painted` follows each on the screen.

    `pointed` carries the `Place` under mouse or keyboard, None if there is none, `asked` that of a
    number that is to be explained; `left` follows Esc; `enlarged` the choice of one channel or all;
    `exhibited` another exhibit, or none;
    `drawn` says what the tools are good for: for maps, and for pictures of any sort.

    Args:
        theme: gives colours.
        style: says how maps are drawn at the moment.
    """

    painted = Signal()
    pointed = Signal(object)
    asked = Signal(object)
    left = Signal()
    enlarged = Signal()
    exhibited = Signal()
    drawn = Signal(bool, bool)

    def __init__(
        self, theme: Theme, style: Callable[[], Style], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._exhibit: Exhibit | None = None
        self._maps: NDArray[np.float32] = np.zeros(0, np.float32)
        self._ranges: Ranges | None = None
        self._channel: int | None = None
        self._company: Company | None = None
        self._overlay: Overlay | None = None
        self.gives_hints = True
        self.caption = ElidedLabel()
        self.caption.setProperty("tone", "muted")
        self.caption.hide()
        self.map_view = MapView(theme)
        self.vector_view = VectorView(theme)
        self.placard = Placard(theme)
        self.legend = MapLegend(theme)
        self.pages = QStackedWidget()
        for page in (self.map_view, self.vector_view, self.placard):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.caption)
        column.addWidget(self.pages, 1)
        column.addWidget(self.legend)
        self._artist = Latest(self)
        self._artist.done.connect(self._show_drawing)
        self._artist.failed.connect(self._say_undrawn)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.redraw)
        self._connect()
        self.pages.setCurrentWidget(self.placard)

    def _connect(self) -> None:
        self.map_view.chosen.connect(self.enlarge)
        self.map_view.stepped.connect(self._step)
        self.map_view.all_wanted.connect(self.show_all)
        self.map_view.outgrown.connect(self._settle.start)
        for view in (self.map_view, self.vector_view):
            view.pointed.connect(self._read_out)
            view.pointed.connect(self.pointed)
            view.asked.connect(self.asked)
            view.left.connect(self.left)
            view.painted.connect(self.painted)

    @property
    def exhibit(self) -> Exhibit | None:
        """The block shown, None while there is a notice."""
        return self._exhibit

    @property
    def maps(self) -> NDArray[np.float32]:
        """What is drawn: `(height, width, channels)` or `(units,)`."""
        return self._maps

    @property
    def channel(self) -> int | None:
        """The enlarged channel, None if all maps are shown."""
        return self._channel

    @property
    def notice(self) -> Notice | None:
        """What is said in place of maps, None while there are maps."""
        return self.placard.notice if self._exhibit is None else None

    def show_exhibit(self, exhibit: Exhibit) -> None:
        """Show what a block puts out; an enlarged channel stays so while its block is shown."""
        before, self._exhibit = self._exhibit, exhibit
        self._maps, self._ranges = as_maps(exhibit.values), None
        count = self._maps.shape[-1]
        same = before is not None and before.node.uid == exhibit.node.uid
        if self._maps.ndim == 1 or not same or (self._channel or 0) >= count:
            self._channel = None
        self.enlarged.emit()
        self.exhibited.emit()
        self.redraw()

    def show_notice(self, notice: Notice) -> None:
        """Say something in place of maps."""
        self._exhibit, self._channel = None, None
        self._artist.cancel()
        self.map_view.show_drawing(None)
        self.placard.show_notice(notice)
        self.pages.setCurrentWidget(self.placard)
        self.drawn.emit(False, False)
        self.legend.bar.hide()
        self.legend.say("")
        self.exhibited.emit()

    def compare(self, company: Company | None) -> None:
        """Draw from now on as beside other maps, None for alone."""
        before = self._company
        if company is before:
            return
        if company and before and company.now is before.now and company.pinned is before.pinned:
            return
        self._company = company
        self.redraw()

    def mark(self, place: Place | None) -> None:
        """Mark and tell the value that another pane points at, where there is one here."""
        shape = self._maps.shape
        inside = place is not None and self._exhibit is not None and place.channel < shape[-1]
        if place is not None and len(shape) == 3:
            inside = inside and place.row < shape[0] and place.column < shape[1]
        here = place if inside else None
        for view in (self.map_view, self.vector_view):
            view.mark(here)
        if self._exhibit is not None:
            self._read_out(here)

    def lay_over(self, overlay: Overlay | None) -> None:
        """Draw from now on one enlarged map over its image, None for by itself."""
        if overlay != self._overlay:
            self._overlay = overlay
            if self._channel is not None:
                self.redraw()

    def pin(self, place: Place | None) -> None:
        """Frame the number that is explained, None for none."""
        self.map_view.pin(place)
        self.vector_view.pin(place)

    def focus_maps(self) -> None:
        """Give the keyboard to what shows the numbers."""
        bars = self.pages.currentWidget() is self.vector_view
        shown: QWidget = self.vector_view if bars else self.map_view
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def enlarge(self, channel: int) -> None:
        """Show one channel alone."""
        self._channel = channel
        self.enlarged.emit()
        self.redraw()

    def seek(self, channel: int) -> None:
        """Bring a map into view and point at it, or say why it cannot be seen."""
        drawing = self.map_view.drawing
        if drawing is None or drawing.values.ndim == 1:
            return
        count = drawing.values.shape[-1]
        if channel >= count:
            self.legend.say(
                _("There is no map {channel}: the last one is {last}").format(
                    channel=channel, last=count - 1
                ),
                "error",
            )
        elif self._channel is not None:
            self.enlarge(channel)
        elif drawing.tile_of(channel) is None:
            self.legend.say(
                _("Map {channel} is zero everywhere, and such maps are hidden").format(
                    channel=channel
                )
            )
        else:
            self.map_view.select(channel)

    def enlarge_found(self, channel: int) -> None:
        """Enlarge a map that was sought."""
        if self._maps.ndim == 3 and channel < self._maps.shape[-1] and self._exhibit is not None:
            self.enlarge(channel)
            self.map_view.setFocus()
        else:
            self.seek(channel)

    def show_all(self) -> None:
        """Show all channels again."""
        if self._channel is not None:
            self._channel = None
            self.enlarged.emit()
            self.redraw()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def _step(self, steps: int) -> None:
        drawing = self.map_view.drawing
        if self._channel is None or drawing is None:
            return
        # From one that is hidden since, it goes on with the first of those that are not.
        found = np.flatnonzero(drawing.channels == self._channel)
        at = int(found[0]) + steps if len(found) else 0
        self.enlarge(int(drawing.channels[at % len(drawing.channels)]))

    def redraw(self) -> None:
        """Draw anew, as the tools say by now."""
        if self._exhibit is None:
            return
        if self._maps.ndim == 1 and len(self._maps) <= MOST_BARS:
            self._show_bars()
            return
        drawing = self.map_view.drawing
        if self._ranges is None and drawing is not None and drawing.values is self._maps:
            self._ranges = drawing.own
        self._artist.start(
            partial(
                make_drawing,
                self._maps,
                self._styled(),
                self.map_view.device_size,
                channel=self._channel,
                ranges=self._ranges,
                company=self._company,
            )
        )

    def _styled(self) -> Style:
        """Return how maps are drawn: one alone over its image, if that is wanted."""
        style = self._style()
        return style if self._channel is None else replace(style, overlay=self._overlay)

    def _show_bars(self) -> None:
        self._artist.cancel()
        self._ranges = measure(self._maps)
        labels = self._exhibit.labels if self._exhibit else ()
        self.vector_view.show_values(self._maps, labels, self._company)
        self.pages.setCurrentWidget(self.vector_view)
        self.drawn.emit(False, False)
        self.legend.bar.hide()
        self._read_out(self.vector_view.place)

    def _show_drawing(self, drawing: Drawing) -> None:
        if self._exhibit is None:
            return
        self._ranges = drawing.own
        before = self.map_view.drawing
        if (
            before is not None
            and before.overview is not None
            and before.overview is drawing.overview
        ):
            self.map_view.complete(drawing)
            return
        self.map_view.show_drawing(drawing)
        self.pages.setCurrentWidget(self.map_view)
        self.drawn.emit(drawing.values.ndim == 3, True)
        self.legend.bar.show()
        self._read_out(self.map_view.place)
        if not drawing.fits(self.map_view.device_size):
            self._settle.start()
        elif drawing.picture is None:
            self._artist.start(partial(completed, drawing))

    def _say_undrawn(self, error: Exception) -> None:
        self.show_notice(undrawn(error))

    def _read_out(self, place: Place | None) -> None:
        drawing = self.map_view.drawing
        if drawing is not None and self.pages.currentWidget() is self.map_view:
            channel = self._channel if place is None else place.channel
            low, high = drawing.range_of(channel)
            self.legend.bar.show_range(drawing.style.colors, low, high)
        if place is not None:
            self.legend.say(self._value_at(place), "text")
        elif self._ranges is not None and self._ranges.not_finite:
            self.legend.say(said_bad(self._ranges.not_finite, self._maps.size), "error")
        else:
            self.legend.say(self._hint() if self.gives_hints else "")

    def _value_at(self, place: Place) -> str:
        if self._maps.ndim == 1:
            value = exact(float(self._maps[place.channel]))
            labels = self._exhibit.labels if self._exhibit else ()
            if len(labels) == len(self._maps):
                return _("Class {label}: {value}").format(label=labels[place.channel], value=value)
            return _("Unit {unit}: {value}").format(unit=place.channel, value=value)
        value = exact(float(self._maps[place.row, place.column, place.channel]))
        if self._exhibit is not None and self._exhibit.values.ndim == 2:
            return _("Channel {channel} · position {position}: {value}").format(
                channel=place.channel, position=place.column, value=value
            )
        return _("Channel {channel} · row {row}, column {column}: {value}").format(
            channel=place.channel, row=place.row, column=place.column, value=value
        )

    def _hint(self) -> str:
        if self._maps.ndim == 1:
            return _("Point at a unit to read its value, click it to see why it is that")
        if self._channel is not None:
            return _("Click a number to see why; arrow keys step through the channels, Esc leaves")
        drawing = self.map_view.drawing
        hidden = 0 if drawing is None else self._maps.shape[-1] - len(drawing.channels)
        if hidden:
            return ngettext(
                "{count:,} map that is zero everywhere is hidden",
                "{count:,} maps that are zero everywhere are hidden",
                hidden,
            ).format(count=hidden)
        return _("Point at a map for its values, click to enlarge it")
