"""Editors of a single number."""

from __future__ import annotations

from typing_extensions import override

from cnnstudio.core.fields import Integer, Real, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.spins import RealSpin, WholeSpin


class IntegerEditor(Editor):
    """A whole number; its lowest step may mean that there is none."""

    def __init__(self, field: Integer) -> None:
        super().__init__()
        self._spin = WholeSpin(field.low, field.high, _(field.none_label) if field.optional else "")
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    @override
    def value(self) -> Value:
        return self._spin.chosen()

    @override
    def set_value(self, value: Value) -> None:
        self._spin.choose(value)


class RealEditor(Editor):
    """A number."""

    def __init__(self, field: Real) -> None:
        super().__init__()
        self._spin = RealSpin(field.low, field.high, field.step)
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    @override
    def value(self) -> Value:
        return self._spin.chosen()

    @override
    def set_value(self, value: Value) -> None:
        self._spin.choose(value)
