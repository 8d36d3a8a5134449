"""Panes of maps beside each other, all equally wide to the pixel."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.ui.theme import M

_GAP = M


class PaneRow(QWidget):
    """Lays out those of its panes that are not hidden.

    A layout of Qt's gives one of them a pixel more, and the same maps would be drawn in other
    sizes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def insert(self, at: int, pane: QWidget) -> None:
        """Put a pane before the one that is at a place, counted from 0."""
        self._panes.insert(at, pane)
        pane.setParent(self)
        pane.show()
        self.arrange()

    def show_pane(self, pane: QWidget, *, shown: bool) -> None:
        """Show or hide a pane."""
        if pane.isHidden() == shown:
            pane.setVisible(shown)
            self.updateGeometry()
            self.arrange()

    def arrange(self) -> None:
        """Give each pane its place."""
        panes = self._shown()
        width = (self.width() - _GAP * (len(panes) - 1)) // max(1, len(panes))
        for number, pane in enumerate(panes):
            pane.setGeometry(number * (width + _GAP), 0, width, self.height())

    def _shown(self) -> list[QWidget]:
        return [pane for pane in self._panes if not pane.isHidden()]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    @override
    def sizeHint(self) -> QSize:
        return self._across([pane.sizeHint() for pane in self._shown()])

    @override
    def minimumSizeHint(self) -> QSize:
        return self._across([pane.minimumSizeHint() for pane in self._shown()])

    def _across(self, sizes: list[QSize]) -> QSize:
        width = max((size.width() for size in sizes), default=0)
        height = max((size.height() for size in sizes), default=0)
        return QSize(len(sizes) * width + _GAP * max(0, len(sizes) - 1), height)
