"""The boxes that numbers are typed into."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox
from typing_extensions import override

from cnnstudio.ui.param_editors.manners import calm

_DECIMALS = 14
_WIDE = 1e4
"""Largest over smallest number of a range that spans many powers of ten."""


class WholeSpin(QSpinBox):
    """A spin box for whole numbers; with `none_label` its lowest step means "not set"."""

    def __init__(self, low: int, high: int, none_label: str = "") -> None:
        super().__init__()
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


class RealSpin(QDoubleSpinBox):
    """A spin box that writes numbers without needless zeros, and takes 1e-3.

    Where its range spans many powers of ten, a step is a tenth of the number's own.
    """

    def __init__(self, low: float, high: float, step: float) -> None:
        super().__init__()
        self.setDecimals(_DECIMALS)
        self.setRange(low, high)
        self.setSingleStep(step)
        if low > 0 and high / low > _WIDE:
            self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        calm(self)

    def chosen(self) -> float:
        """Return the number."""
        return round(self.value(), _DECIMALS)

    def choose(self, value: float) -> None:
        """Show a number without telling anyone."""
        _show(self, value)

    @override
    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    @override
    def valueFromText(self, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return self.minimum()

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        try:
            value = float(text)
        except ValueError:
            partial = all(c in "0123456789.eE+-" for c in text)
            state = QValidator.State.Intermediate if partial else QValidator.State.Invalid
            return state, text, pos
        inside = self.minimum() <= value <= self.maximum()
        return (
            QValidator.State.Acceptable if inside else QValidator.State.Intermediate,
            text,
            pos,
        )


def _show(spin: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    """Show a value unless it is shown already, so that a half-typed text is left alone."""
    if spin.value() == value:
        return
    blocked = spin.blockSignals(True)
    spin.setValue(value)
    spin.blockSignals(blocked)
