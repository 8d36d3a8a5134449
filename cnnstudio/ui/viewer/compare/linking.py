"""Panes that show the same part, mark the same place and enlarge the same channel."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from cnnstudio.core.map_layout import Place
from cnnstudio.ui.viewer.map_pane import MapPane


class Linking(QObject):
    """Has the other panes do what a person does in one of them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._panes: list[MapPane] = []
        self._busy = False

    def add(self, pane: MapPane) -> None:
        """Link a pane with those that are linked already."""
        self._panes.append(pane)
        pane.map_view.moved.connect(partial(self._move, pane))
        pane.pointed.connect(partial(self._mark, pane))
        pane.enlarged.connect(partial(self._enlarge, pane))

    def catch_up(self, pane: MapPane, like: MapPane) -> None:
        """Have a pane that has just been filled show what another one shows."""
        if not self._busy:
            self._busy = True
            _enlarge_like(pane, like)
            self._busy = False

    def _others(self, pane: MapPane) -> list[MapPane]:
        return [other for other in self._panes if other is not pane and not other.isHidden()]

    def _move(self, pane: MapPane) -> None:
        port = pane.map_view.viewport
        if port is not None:
            for other in self._others(pane):
                other.map_view.follow(port)

    def _mark(self, pane: MapPane, place: Place | None) -> None:
        for other in self._others(pane):
            other.mark(place)

    def _enlarge(self, pane: MapPane) -> None:
        if self._busy or pane.isHidden():
            return
        self._busy = True
        for other in self._others(pane):
            _enlarge_like(other, pane)
        self._busy = False


def _enlarge_like(pane: MapPane, like: MapPane) -> None:
    """Enlarge the channel that another pane has enlarged, if there is one of that number."""
    channel = like.channel
    if pane.exhibit is None or pane.channel == channel or pane.maps.ndim != 3:
        return
    if channel is None:
        pane.show_all()
    elif channel < pane.maps.shape[-1]:
        pane.enlarge(channel)
