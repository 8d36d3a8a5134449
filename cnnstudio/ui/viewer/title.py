"""Above the maps: which block they are of, what came out of it, and the tools."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.theme import BODY, XS, S, Theme, font
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.tools import MapTools

_ROOMY, _TIGHT, _NARROW = 880, 556, 420
_ICON = 20


class StageTitle(QWidget):
    """Name, kind and shape of a block; with one channel enlarged, its number and a way back.

    `resized` says whether there is room for the texts of buttons.
    """

    resized = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._node: PlacedBlock | None = None
        self._all = ""
        self.back = QToolButton()
        self.back.setProperty("role", "flat")
        self.back.setToolTip(_("Go back to all maps of the block (Esc)"))
        self.back.setAccessibleName(_("All maps"))
        self.back.hide()
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._name = ElidedLabel()
        self._name.setProperty("tone", "title")
        self._kind = QLabel()
        self._kind.setProperty("tone", "muted")
        self._facts = QLabel()
        self._facts.setProperty("tone", "muted")
        self._facts.setFont(font(BODY, tabular=True))
        self.tools = MapTools(theme)
        row = QHBoxLayout()
        row.setSpacing(S)
        for widget in (self.back, self._icon, self._name, self._kind, self._facts):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.addStretch(1)
        self._row = row
        self.tool_row = QHBoxLayout()
        self.tool_row.setSpacing(XS)
        self.tool_row.addStretch(1)
        self.tool_row.addWidget(self.tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(row)
        column.addLayout(self.tool_row)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def hold(self, widget: QWidget) -> None:
        """Put something at the end of the line with the name."""
        self._row.addWidget(widget)

    @property
    def text(self) -> str:
        """What is written, for reading aloud."""
        return " ".join((self._name.text(), self._kind.text(), self._facts.text())).strip()

    def show_block(self, node: PlacedBlock | None, facts: str = "") -> None:
        """Name a block, and what came out of it."""
        self._node, self._all = node, facts
        self._name.setText(node.name if node else "")
        self._kind.setText(node.block.kind if node else "")
        self._facts.setText(facts)
        self._paint_icons()

    def show_channel(self, channel: int | None, count: int = 0) -> None:
        """Say that one channel is shown alone; None if all are."""
        self.back.setVisible(channel is not None)
        if channel is None:
            self._facts.setText(self._all)
        else:
            self._facts.setText(
                _("channel {channel}, numbered 0 to {last}").format(channel=channel, last=count - 1)
            )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tools.set_tight(tight=self.width() < _TIGHT)
        self.tools.set_roomy(roomy=self.width() >= _ROOMY)
        self.resized.emit(self.width() >= _ROOMY)
        self._kind.setVisible(self.width() >= _NARROW)

    def _paint_icons(self) -> None:
        self.back.setIcon(self._theme.icon("arrow-left"))
        if self._node is None:
            self._icon.clear()
            return
        icon = self._theme.family_icon(self._node.block.family)
        self._icon.setPixmap(icon.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
