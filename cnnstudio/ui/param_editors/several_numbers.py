"""Editors of as many numbers as the parameter always has: a pair, the margins of an image."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from typing_extensions import override

from cnnstudio.core.fields import Margins, Pair, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import limit_text
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.spins import WholeSpin


class PairEditor(Editor):
    """Height and width; where None is allowed, it stands for both."""

    def __init__(self, field: Pair) -> None:
        super().__init__()
        none = _(field.none_label) if field.optional else ""
        self._spins = [WholeSpin(field.low, field.high, none and _("auto")) for _axis in (0, 1)]
        for axis, (spin, name) in enumerate(
            zip(self._spins, (_("height"), _("width")), strict=True)
        ):
            if axis:
                self._row.addWidget(QLabel("×"))
            spin.setToolTip(_named(name, field))
            spin.setAccessibleName(name)
            self._row.addWidget(spin, 1)
            spin.valueChanged.connect(lambda _value, axis=axis: self._changed(axis))
        self.setFocusProxy(self._spins[0])

    def _changed(self, axis: int) -> None:
        chosen, other = self._spins[axis].chosen(), self._spins[1 - axis]
        if chosen is None:
            other.choose(None)
        elif other.chosen() is None:
            other.choose(chosen if other.stands_for is None else other.stands_for)
        self.edited.emit(self.value())

    @override
    def value(self) -> Value:
        pair = tuple(spin.chosen() for spin in self._spins)
        return None if None in pair else pair

    @override
    def set_value(self, value: Value) -> None:
        for axis, spin in enumerate(self._spins):
            spin.choose(None if value is None else value[axis])

    @override
    def set_stand_in(self, value: Value) -> None:
        for spin, number in zip(self._spins, value, strict=True):
            spin.stands_for = number


class MarginsEditor(Editor):
    """Rows at top and bottom, columns at left and right."""

    def __init__(self, field: Margins) -> None:
        super().__init__()
        names = (_("top"), _("bottom"), _("left"), _("right"))
        self._spins = [WholeSpin(field.low, field.high) for _name in names]
        for spin, name in zip(self._spins, names, strict=True):
            spin.setToolTip(_named(name, field))
            spin.setAccessibleName(name)
            self._row.addWidget(spin, 1)
            spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))
        self.setFocusProxy(self._spins[0])

    @override
    def value(self) -> Value:
        top, bottom, left, right = (spin.value() for spin in self._spins)
        return ((top, bottom), (left, right))

    @override
    def set_value(self, value: Value) -> None:
        for spin, number in zip(self._spins, (*value[0], *value[1]), strict=True):
            spin.choose(number)


def _named(name: str, field: Pair | Margins) -> str:
    return _("{axis}, {low} to {high}").format(
        axis=name, low=limit_text(field.low), high=limit_text(field.high)
    )
