"""Descriptors of parameters that hold several real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from cnnstudio.core.fields import Field, Value, is_real
from cnnstudio.core.i18n import _

REGULARIZERS = ("l1", "l2")
"""Penalties on the size of weights, as Keras names them: the sum of magnitudes, or of squares."""
USUAL_STRENGTH = 0.01
"""The strength that Keras gives a regularizer that is named without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Field):
    """Two numbers, `(lower, upper)`, the first no larger; None too if `optional`.

    A single number `x` in a file stands for -x to x, cut off at `low`, as in Keras.
    """

    low: float
    high: float
    step: float = 0.1
    optional: bool = False
    none_label: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return _are_reals(value, self.low, self.high, 2) and bool(value[0] <= value[1])

    @override
    def coerced(self, value: Value) -> Value:
        if is_real(value, self.low, self.high):
            return (max(-abs(float(value)), self.low), abs(float(value)))
        return tuple(map(float, value)) if _are_reals(value, self.low, self.high, 2) else value

    @override
    def expectation(self) -> str:
        return _("two numbers from {low:g} to {high:g}, [lower, upper]").format(
            low=self.low, high=self.high
        )

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else interval_text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reals(Field):
    """One to `most` numbers; a single number in a file stands for a row of one.

    None is allowed if `optional`.
    """

    low: float
    high: float
    most: int
    optional: bool = False
    none_label: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return _are_reals(value, self.low, self.high, *range(1, self.most + 1))

    @override
    def coerced(self, value: Value) -> Value:
        row = value if isinstance(value, tuple) else (value,)
        return tuple(map(float, row)) if value is not None and self.accepts(row) else value

    @override
    def expectation(self) -> str:
        return _("one to {most} numbers from {low:g} to {high:g}").format(
            most=self.most, low=self.low, high=self.high
        )

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else reals_text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularizer(Field):
    """A penalty on large weights, `(name, strength)`, or None; see `REGULARIZERS`.

    A name alone in a file has the strength that Keras gives it.
    """

    high: float = 10.0

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return True
        return (
            isinstance(value, tuple)
            and len(value) == 2
            and isinstance(value[0], str)
            and value[0] in REGULARIZERS
            and is_real(value[1], 0.0, self.high)
        )

    @override
    def coerced(self, value: Value) -> Value:
        if isinstance(value, str):
            return (value, USUAL_STRENGTH)
        return (value[0], float(value[1])) if value is not None and self.accepts(value) else value

    @override
    def expectation(self) -> str:
        return _('null, or ["l1" or "l2", a number from 0 to {high:g}]').format(high=self.high)

    @override
    def show(self, value: Value) -> str:
        return _("none") if value is None else f"{value[0]} {value[1]:g}"


def interval_text(value: tuple[float, float]) -> str:
    """Write an interval as people do: `±0.2`, `-0.1 … 0.3`."""
    low, high = value
    return f"±{high:g}" if low == -high else f"{low:g} … {high:g}"


def reals_text(value: tuple[float, ...]) -> str:
    """Write a row of numbers: `0.5, 0.25`."""
    return ", ".join(f"{number:.10g}" for number in value)


def _are_reals(value: Any, low: float, high: float, *lengths: int) -> bool:
    """Return whether a value is a tuple of numbers in range, of one of the lengths."""
    return (
        isinstance(value, tuple)
        and len(value) in lengths
        and all(is_real(number, low, high) for number in value)
    )
