"""Editors of a single number."""

from __future__ import annotations

from typing_extensions import override

from cnnstudio.core.fields import Integer, Real, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.spins import RealSpin, WholeSpin


class IntegerEditor(Editor):
    """A whole number; its lowest step may mean that there is none, or stand for -1."""

    def __init__(self, field: Integer) -> None:
        super().__init__()
        self._lowest = -1 if field.minus_one else None
        special = field.minus_one or (field.none_label if field.optional else "")
        self._spin = WholeSpin(field.low, field.high, special and _(special))
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    @override
    def value(self) -> Value:
        chosen = self._spin.chosen()
        return self._lowest if chosen is None else chosen

    @override
    def set_value(self, value: Value) -> None:
        self._spin.choose(None if value == self._lowest else value)

    @override
    def set_stand_in(self, value: Value) -> None:
        self._spin.stands_for = value


class RealEditor(Editor):
    """A number; its lowest step may mean that there is none."""

    def __init__(self, field: Real) -> None:
        super().__init__()
        self._spin = RealSpin(
            field.low, field.high, field.step, _(field.none_label) if field.optional else ""
        )
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    @override
    def value(self) -> Value:
        return self._spin.chosen()

    @override
    def set_value(self, value: Value) -> None:
        self._spin.choose(value)
