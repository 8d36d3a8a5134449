"""Editors of what is chosen, not typed: yes or no, one of a few."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox
from typing_extensions import override

from cnnstudio.core.fields import Choice, Flag, Value
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.manners import calm


class FlagEditor(Editor):
    """A box to tick."""

    def __init__(self, _field: Flag) -> None:
        super().__init__()
        self._box = QCheckBox()
        self._row.addWidget(self._box)
        self._row.addStretch()
        self.setFocusProxy(self._box)
        self._box.toggled.connect(self.edited.emit)

    @override
    def value(self) -> Value:
        return self._box.isChecked()

    @override
    def set_value(self, value: Value) -> None:
        blocked = self._box.blockSignals(True)
        self._box.setChecked(value)
        self._box.blockSignals(blocked)


class ChoiceEditor(Editor):
    """A list that drops down."""

    def __init__(self, field: Choice) -> None:
        super().__init__()
        self._field = field
        self._options = field.options
        self._box = QComboBox()
        self._box.addItems([field.show(option) for option in field.options])
        self._box.setMaxVisibleItems(16)
        self._box.setMinimumContentsLength(8)
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        calm(self._box)
        self._row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._box.activated.connect(self._choose)

    def _choose(self, index: int) -> None:
        self.edited.emit(self._options[index])

    @override
    def value(self) -> Value:
        return self._options[self._box.currentIndex()]

    @override
    def set_value(self, value: Value) -> None:
        self._box.setCurrentIndex(self._options.index(value))
