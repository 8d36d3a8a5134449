"""The editor of where data comes from: a few sources at hand, and a way to all others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from typing_extensions import override

from cnnstudio.core.data.choice import DataChoice
from cnnstudio.core.fields import Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.param_editors.options import ChoiceEditor

_BELOW = 2
"""Items below the sources: a line, and the way to others."""


class DataEditor(ChoiceEditor):
    """A list of sources; `more_wanted` comes when a person wants another than those in it."""

    more_wanted = Signal()

    def __init__(self, field: DataChoice) -> None:
        super().__init__(field)
        self._shown = 0
        self._box.insertSeparator(len(self._options))
        self._box.addItem(_("Choose…"))
        self._tell(self._box.count() - 1, _("Take a folder, a table, arrays, texts or a download"))

    @override
    def set_value(self, value: Value) -> None:
        if value not in self._options:
            self._options += (value,)
            self._box.insertItem(self._box.count() - _BELOW, self._field.show(value))
            self._tell(len(self._options) - 1, str(value))
        super().set_value(value)
        self._shown = self._box.currentIndex()

    @override
    def _choose(self, index: int) -> None:
        if index < len(self._options):
            self._shown = index
            super()._choose(index)
        else:
            self._box.setCurrentIndex(self._shown)
            self.more_wanted.emit()

    def _tell(self, index: int, text: str) -> None:
        self._box.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
