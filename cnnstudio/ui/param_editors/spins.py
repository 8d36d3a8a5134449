"""The boxes that numbers are typed into."""

from __future__ import annotations

import math
import re
from typing import Any, TypeVar

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import limit_text
from cnnstudio.ui.param_editors.manners import calm, say_beside

_Number = TypeVar("_Number", int, float)
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_DECIMALS = 14
_WIDE = 1e4
"""Largest over smallest number of a range that spans many powers of ten."""


class WholeSpin(QSpinBox):
    """A spin box for whole numbers; with `none_label` its lowest step means "not set".

    A typed number out of range is shown while it is typed, and then replaced by the nearest one in
    range, which is said.
    """

    def __init__(self, low: int, high: int, none_label: str = "") -> None:
        super().__init__()
        self._low, self._high = low, high
        self._stands_for: int | None = None
        self._optional = bool(none_label)
        self.setRange(low - 1 if self._optional else low, high)
        if self._optional:
            self.setSpecialValueText(none_label)
        calm(self)

    def chosen(self) -> int | None:
        """Return the number, None for "not set"."""
        return None if self._optional and self.value() == self.minimum() else self.value()

    def choose(self, value: int | None) -> None:
        """Show a number, or None for "not set", without telling anyone."""
        _show(self, self.minimum() if value is None else value)

    @property
    def stands_for(self) -> int | None:
        """The number that "not set" means at present, None if that is not known."""
        return self._stands_for

    @stands_for.setter
    def stands_for(self, number: int | None) -> None:
        self._stands_for = number

    @override
    def stepBy(self, steps: int) -> None:
        if steps > 0 and self.chosen() is None and self._stands_for is not None:
            self.setValue(self._stands_for)
        else:
            super().stepBy(steps)

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        typed = _whole(text)
        if typed is None or self._low <= typed <= self._high:
            return super().validate(text, pos)
        return QValidator.State.Intermediate, text, pos

    @override
    def fixup(self, text: str) -> str:
        typed = _whole(text)
        if typed is None:
            return super().fixup(text)
        return str(_cut(self, text, typed, self._low, self._high))


class RealSpin(QDoubleSpinBox):
    """A spin box that writes numbers without needless zeros, and takes 1e-3.

    Where its range spans many powers of ten, a step is a tenth of the number's own. With
    `none_label` the step below its range means "not set".
    """

    def __init__(self, low: float, high: float, step: float, none_label: str = "") -> None:
        super().__init__()
        self._low, self._optional = low, bool(none_label)
        self.setDecimals(_DECIMALS)
        self.setRange(low - step if self._optional else low, high)
        self.setSpecialValueText(none_label)
        self.setSingleStep(step)
        if low > 0 and high / low > _WIDE:
            self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        calm(self)

    def chosen(self) -> float | None:
        """Return the number, None for "not set"."""
        number = round(self.value(), _DECIMALS)
        return None if self._optional and number < self._low else number

    def choose(self, value: float | None) -> None:
        """Show a number, or None for "not set", without telling anyone."""
        _show(self, self.minimum() if value is None else value)

    @override
    def textFromValue(self, value: float) -> str:
        return _written(value)

    @override
    def fixup(self, text: str) -> str:
        typed = _real(text)
        if typed is None:
            return super().fixup(text)
        return _written(_cut(self, text, typed, self._low, self.maximum()))

    @override
    def valueFromText(self, text: str) -> float:
        typed = _real(text)
        return self.minimum() if typed is None else typed

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        value = _real(text)
        if self._optional and text == self.specialValueText():
            state = QValidator.State.Acceptable
        elif value is None:
            partial = all(c in "0123456789.eE+-" for c in text)
            state = QValidator.State.Intermediate if partial else QValidator.State.Invalid
        elif self._low <= value <= self.maximum():
            state = QValidator.State.Acceptable
        else:
            state = QValidator.State.Intermediate
        return state, text, pos


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text.strip()) else None


def _real(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _written(value: float) -> str:
    return f"{value:.10g}"


def _cut(spin: QWidget, text: str, typed: _Number, low: _Number, high: _Number) -> _Number:
    """Return the number in range that is nearest to a typed one, and say so if it is another."""
    if typed > high:
        message = _("{typed} is too large: the most is {limit}")
        say_beside(spin, message.format(typed=text, limit=limit_text(high)))
        return high
    if typed < low:
        message = _("{typed} is too small: the least is {limit}")
        say_beside(spin, message.format(typed=text, limit=limit_text(low)))
        return low
    return typed


def _show(spin: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    """Show a value unless it is shown already, so that a half-typed text is left alone."""
    if spin.value() == value:
        return
    blocked = spin.blockSignals(True)
    spin.setValue(value)
    spin.blockSignals(blocked)
