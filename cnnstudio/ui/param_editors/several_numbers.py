"""Editors of as many whole numbers as the parameter always has: one an axis, or the margins."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from typing_extensions import override

from cnnstudio.core.fields import Margins, Pair, Triple, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import limit_text
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.spins import WholeSpin


class AxesEditor(Editor):
    """A number an axis; where None is allowed, it stands for all of them."""

    def __init__(self, field: Pair | Triple) -> None:
        super().__init__()
        none = _(field.none_label) if field.optional else ""
        names = [_("height"), _("width")]
        if isinstance(field, Triple):
            names.insert(0, _("depth"))
        self._spins = [WholeSpin(field.low, field.high, none and _("auto")) for _name in names]
        for axis, (spin, name) in enumerate(zip(self._spins, names, strict=True)):
            if axis:
                self._row.addWidget(QLabel("×"))
            spin.setToolTip(_named(name, field))
            spin.setAccessibleName(name)
            self._row.addWidget(spin, 1)
            spin.valueChanged.connect(lambda _value, axis=axis: self._changed(axis))
        self.setFocusProxy(self._spins[0])

    def _changed(self, axis: int) -> None:
        chosen = self._spins[axis].chosen()
        for other in self._spins:
            if chosen is None:
                other.choose(None)
            elif other.chosen() is None:
                other.choose(chosen if other.stands_for is None else other.stands_for)
        self.edited.emit(self.value())

    @override
    def value(self) -> Value:
        chosen = tuple(spin.chosen() for spin in self._spins)
        return None if None in chosen else chosen

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


def _named(name: str, field: Pair | Triple | Margins) -> str:
    return _("{axis}, {low} to {high}").format(
        axis=name, low=limit_text(field.low), high=limit_text(field.high)
    )
