"""The button that pins something of what is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import Theme, beside_icon
from cnnstudio.ui.viewer.compare.pin_shelf import ICONS
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.tools import NARROWEST

_ICON = QSize(16, 16)


class PinMenu(QToolButton):
    """Offers what can be pinned; `wanted` carries the `PinKind`."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "flat")
        self.setText(beside_icon(_("Compare")))
        self.setAccessibleName(_("Compare"))
        self.setToolTip(
            _("Pin an image, a block or a state of the network, and see two of them side by side")
        )
        self.setIconSize(_ICON)
        self.setMinimumWidth(NARROWEST)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        texts = {
            PinKind.IMAGE: _("Pin this image, then look at another one (P)"),
            PinKind.BLOCK: _("Pin this block, then select another one"),
            PinKind.MOMENT: _("Pin the network as it is now, then change it or train on"),
            PinKind.STATE: _("Pin the weights that a kept run had at some time…"),
        }
        self.choices: Mapping[PinKind, QAction] = {
            kind: QAction(text, menu) for kind, text in texts.items()
        }
        for kind, action in self.choices.items():
            action.triggered.connect(lambda _checked=False, kind=kind: self.wanted.emit(kind))
            menu.addAction(action)
        self.setMenu(menu)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def allow(self, *, look: bool, room: bool) -> None:
        """Offer what can be pinned: with maps on the screen all, with room for another pin any."""
        for kind, action in self.choices.items():
            action.setEnabled(room and (look or kind is PinKind.STATE))

    def set_roomy(self, roomy: bool) -> None:
        """Show its text, or the icon alone."""
        beside, alone = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        )
        self.setToolButtonStyle(beside if roomy else alone)

    def _paint_icons(self) -> None:
        self.setIcon(self._theme.icon("pin"))
        for kind, action in self.choices.items():
            action.setIcon(self._theme.icon(ICONS[kind]))
