"""What every editor of a parameter is."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.core.fields import Value
from cnnstudio.ui.theme import XS


class Editor(QWidget):
    """A row of widgets that together show and edit one value.

    `edited` carries a new value that a person chose.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(XS)

    @property
    def first(self) -> QWidget:
        """The widget that takes the keyboard focus."""
        return self.focusProxy() or self

    def value(self) -> Value:
        """Return the value as it is shown."""
        raise NotImplementedError

    def set_value(self, value: Value) -> None:
        """Show a value without telling anyone."""
        raise NotImplementedError

    def offer(self, options: Collection[str]) -> None:
        """Offer only some of the options, where they are several."""

    def set_stand_in(self, value: Value) -> None:
        """Take note of what None means at present; stepping away from None begins there."""
