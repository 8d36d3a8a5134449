"""A small field in which a map is looked for by its number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import XS, S

_MOST = 999_999


class Finder(QLineEdit):
    """Takes the number of a map.

    `sought` carries it while it is typed, `wanted` once Enter is pressed; `left` asks for the focus
    to go to the maps.
    """

    sought = Signal(int)
    wanted = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(_("Map no."))
        self.setAccessibleName(_("Number of the map to find"))
        self.setToolTip(
            _("Type the number of a map to find it among many, Enter to enlarge it (/)")
        )
        self.setValidator(QIntValidator(0, _MOST, self))
        self.ensurePolished()
        widest = max(map(self.fontMetrics().horizontalAdvance, (self.placeholderText(), "0" * 7)))
        self.setFixedWidth(widest + 2 * (S + XS))
        self.textEdited.connect(self._seek)

    @property
    def number(self) -> int | None:
        """What is typed, None if that is no number."""
        return int(self.text()) if self.text() else None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.number is not None:
                self.wanted.emit(self.number)
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _seek(self) -> None:
        if self.number is not None:
            self.sought.emit(self.number)
