"""The button under which everything is that leads out of the viewer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import Theme

EXPORT_KEY, COPY_KEY = "Ctrl+Shift+E", "Ctrl+C"
_ICON = QSize(16, 16)


class OutMenu(QToolButton):
    """A menu of ways out, those that make no sense at the moment disabled."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "flat")
        self.setIconSize(_ICON)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(_("Export"))
        keys = QKeySequence(EXPORT_KEY).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(
            _("Take what you see into a paper or a program: picture or numbers ({keys})").format(
                keys=keys
            )
        )
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.picture = self._add(
            _("Picture of this view (PNG or SVG)…"),
            _("With a caption and the meaning of the colours, so that it can stand alone"),
        )
        self.copy = self._add(
            _("Copy picture"), _("Put it on the clipboard, to paste it into slides or a mail")
        )
        self.copy.setShortcut(QKeySequence(COPY_KEY))
        # Else it would be the whole window's, where the list of blocks has the same key.
        self.copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._menu.addSeparator()
        self.block = self._add(
            _("Maps of this block (.npz)…"), _("All its numbers, for NumPy and its kin")
        )
        self.blocks = self._add(
            _("Maps of all blocks (.npz)…"), _("The numbers of the whole network for this image")
        )
        self.numbers = self._add(
            _("Numbers of this map (.csv)…"),
            _("The enlarged map, or the vector, as a table: enlarge a map to have its numbers"),
        )
        self.setMenu(self._menu)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def on_opening(self, act: Callable[[], object]) -> None:
        """Have something done before the menu is seen."""
        self._menu.aboutToShow.connect(act)

    def open(self) -> None:
        """Open the menu, as a click does."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))
        self._menu.setActiveAction(self.picture)

    def _add(self, text: str, tip: str) -> QAction:
        action = QAction(text, self._menu)
        action.setToolTip(tip)
        self._menu.addAction(action)
        return action

    def _paint_icon(self) -> None:
        self.setIcon(self._theme.icon("download"))
