"""What gives way on a low Look page, so that the maps always have room."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.ui.theme import M, S
from cnnstudio.ui.viewer.explain.panel import ExplainPanel
from cnnstudio.ui.viewer.inside.inside_panel import InsidePanel
from cnnstudio.ui.viewer.path.path_panel import PathPanel
from cnnstudio.ui.viewer.source_bar import SourceBar
from cnnstudio.ui.viewer.stage import Stage
from cnnstudio.ui.viewer.strip import height_of

LEAST = 160
"""Pixels that maps are high at least."""
ENOUGH = 600
"""Pixels of a page, that of a window of 1280×720, from which on nothing gives way."""


class Given(IntEnum):
    """What gives way, each with all before it: what can be done without goes first."""

    NOTHING = 0
    NAMES = 1
    STATISTICS = 2
    PATH = 3
    STRIPS = 4


class RoomForMaps(QObject):
    """Has as little give way as leaves the maps their room, whenever the page or a part changes.

    Args:
        page: is low or not.
        sources: its strips become lower, and go last.
        stage: has maps and statistics.
        path: goes before the strips, for the stack of blocks leads along it too.
        inside: stays, for nothing else leads to the layers inside a part.
        explanation: takes room of its own while it is open, and has no ways below it.
        foot: holds path and layers, and is hidden while none of them is seen.
    """

    def __init__(
        self,
        page: QWidget,
        sources: SourceBar,
        stage: Stage,
        path: PathPanel,
        inside: InsidePanel,
        explanation: ExplainPanel,
        foot: QWidget,
    ) -> None:
        super().__init__(page)
        self._page, self._sources, self._stage = page, sources, stage
        self._path, self._inside, self._explanation = path, inside, explanation
        self._foot = foot
        self._given = Given.NOTHING
        page.installEventFilter(self)

    @property
    def given(self) -> Given:
        """What has given way."""
        return self._given

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._settle()
            ways = not self._path.isHidden() or not self._inside.isHidden()
            self._foot.setVisible(ways and not self._is_explaining)
        return False

    @property
    def _is_explaining(self) -> bool:
        return not self._explanation.isHidden()

    def _settle(self) -> None:
        given = Given.NOTHING
        if self._page.height() < ENOUGH:
            left = self._page.height() - self._taken()
            fits = (given for given in Given if left - self._takes(given) >= LEAST)
            given = next(fits, Given.STRIPS)
        if given is self._given:
            return
        self._given = given
        self._sources.give_way(low=given >= Given.NAMES, gone=given >= Given.STRIPS)
        self._stage.foot.setVisible(given < Given.STATISTICS)
        self._path.setVisible(given < Given.PATH)

    def _taken(self) -> int:
        """Return the height of all that does not give way; gaps are counted with what they follow.

        By what parts wish for, not by what they have: that would depend on what gives way.
        """
        pane, stage = self._stage.pane, self._stage
        parts = (stage.title, stage.shelf, pane.caption, pane.legend)
        high = sum(_high(part) + S for part in parts if part is not None and not part.isHidden())
        if self._is_explaining:
            high += self._explanation.minimumHeight() + self._stage.split.handleWidth()
        elif not self._inside.isHidden():
            high += _high(self._inside) + M
        return high + 3 * M + self._sources.controls_height

    def _takes(self, given: Given) -> int:
        """Return the height of all that may give way where so much has."""
        high = 0
        if given < Given.STRIPS:
            high += height_of(low=given >= Given.NAMES) + S
        # While something is explained these two are hidden.
        if given < Given.STATISTICS and not self._is_explaining:
            high += _high(self._stage.statistics) + S
        if given < Given.PATH and not self._is_explaining:
            high += _high(self._path) + M
        return high


def _high(widget: QWidget) -> int:
    return min(widget.maximumHeight(), max(widget.minimumHeight(), widget.sizeHint().height()))
