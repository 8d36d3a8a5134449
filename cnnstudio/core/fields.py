"""Descriptors of parameters: what a value may be, its label and its help.

A block or plan declares each parameter once, `param(Integer("Filters", 1, 4096), default=32)`.
Forms, validation and the saved design are all derived from that declaration. Values are plain and
hashable: bool, int, float, str, None and tuples of them. Parameters of several real numbers are
described in `real_fields.py`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from cnnstudio.core.i18n import _

Value = Any
"""A parameter's value: bool, int, float, str, None, or nested tuples of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What one parameter may be.

    Attributes:
        label: its short name for a form, marked for translation.
        help: one sentence that says what it does, marked for translation.
        advanced: whether a form may tuck it away.
    """

    label: str
    help: str
    advanced: bool = False

    def accepts(self, value: Value) -> bool:
        """Return whether `value`, already of this field's type, is within its range."""
        raise NotImplementedError

    def read(self, raw: Any) -> Value:
        """Turn what JSON brought into a value.

        Raises:
            ValueError: if it is of another type or out of range; the text says what was expected.
        """
        value = self.coerced(_hashable(raw))
        if not self.accepts(value):
            raise ValueError(self.expectation())
        return value

    def coerced(self, value: Value) -> Value:
        """Return a value that may be written shorter in a file as it is kept; others unchanged."""
        return value

    def expectation(self) -> str:
        """Say what is expected, in the active language: "a whole number from 1 to 10"."""
        raise NotImplementedError

    def show(self, value: Value) -> str:
        """Return `value` as a person reads it."""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Field):
    """A whole number from `low` to `high`; None too if `optional`.

    Where Keras gives -1 a meaning of its own, `minus_one` says which, and -1 is allowed as well.
    """

    low: int
    high: int
    optional: bool = False
    none_label: str = ""
    minus_one: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return _is_int(value, self.low, self.high) or _is_minus_one(value, self.minus_one)

    @override
    def expectation(self) -> str:
        return _expected(
            _("a whole number from {low} to {high}"), self.low, self.high, self.minus_one
        )

    @override
    def show(self, value: Value) -> str:
        if value is None:
            return _(self.none_label)
        return _(self.minus_one) if _is_minus_one(value, self.minus_one) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Real(Field):
    """A finite number from `low` to `high`, stepped by `step` in a form; None too if `optional`."""

    low: float
    high: float
    step: float = 0.1
    optional: bool = False
    none_label: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return is_real(value, self.low, self.high)

    @override
    def coerced(self, value: Value) -> Value:
        # A whole number out of range may be too large for a float.
        return float(value) if is_real(value, self.low, self.high) else value

    @override
    def expectation(self) -> str:
        return _("a number from {low:g} to {high:g}").format(low=self.low, high=self.high)

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else f"{value:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """Yes or no."""

    @override
    def accepts(self, value: Value) -> bool:
        return isinstance(value, bool)

    @override
    def expectation(self) -> str:
        return _("true or false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a few names; `labels` may give some of them a text for people."""

    options: tuple[str | None, ...]
    labels: Mapping[str | None, str] = dataclasses.field(default_factory=dict)

    @override
    def accepts(self, value: Value) -> bool:
        return value in self.options if isinstance(value, str | None) else False

    @override
    def expectation(self) -> str:
        options = ", ".join("null" if option is None else option for option in self.options)
        return _("one of {options}").format(options=options)

    @override
    def show(self, value: Value) -> str:
        label = self.labels.get(value)
        return _(label) if label else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Field):
    """Two whole numbers, `(height, width)`; None too if `optional`.

    A single number in a file stands for both, as in Keras.
    """

    low: int
    high: int
    optional: bool = False
    none_label: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return _is_row(value, self.low, self.high, 2)

    @override
    def coerced(self, value: Value) -> Value:
        return _twice(value)

    @override
    def expectation(self) -> str:
        return _("two whole numbers from {low} to {high}, [height, width]").format(
            low=self.low, high=self.high
        )

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else times(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple(Field):
    """Three whole numbers, `(depth, height, width)`; None too if `optional`.

    A single number in a file stands for all, as in Keras.
    """

    low: int
    high: int
    optional: bool = False
    none_label: str = ""

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        return _is_row(value, self.low, self.high, 3)

    @override
    def coerced(self, value: Value) -> Value:
        return (value,) * 3 if _is_int(value) else value

    @override
    def expectation(self) -> str:
        return _("three whole numbers from {low} to {high}, [depth, height, width]").format(
            low=self.low, high=self.high
        )

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else times(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins(Field):
    """Whole numbers of rows and columns at the edges, `((top, bottom), (left, right))`."""

    low: int
    high: int

    @override
    def accepts(self, value: Value) -> bool:
        pairs = value if isinstance(value, tuple) else ()
        return len(pairs) == 2 and all(_is_row(pair, self.low, self.high, 2) for pair in pairs)

    @override
    def coerced(self, value: Value) -> Value:
        both = _twice(value)
        return tuple(map(_twice, both)) if isinstance(both, tuple) else both

    @override
    def expectation(self) -> str:
        return _("whole numbers from {low} to {high}, [[top, bottom], [left, right]]").format(
            low=self.low, high=self.high
        )

    @override
    def show(self, value: Value) -> str:
        return margins_text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes(Field):
    """One to `max_rank` whole numbers: a shape without the batch, or numbers of axes.

    A single number in a file stands for a row of one. None is allowed if `optional`.

    Attributes:
        axes: what the numbers are called, a tuple for each rank that has names.
        minus_one: what -1 means, where it is allowed besides the numbers of the range.
        joint: what stands between two numbers when they are shown.
    """

    low: int
    high: int
    max_rank: int
    axes: tuple[tuple[str, ...], ...] = ()
    optional: bool = False
    none_label: str = ""
    minus_one: str = ""
    joint: str = "×"

    @override
    def accepts(self, value: Value) -> bool:
        if value is None:
            return self.optional
        if not isinstance(value, tuple) or not 1 <= len(value) <= self.max_rank:
            return False
        return all(
            _is_int(v, self.low, self.high) or _is_minus_one(v, self.minus_one) for v in value
        )

    @override
    def coerced(self, value: Value) -> Value:
        return (value,) if _is_int(value) else value

    @override
    def expectation(self) -> str:
        text = _("one to {rank} whole numbers from {low} to {high}")
        return _expected(text, self.low, self.high, self.minus_one, rank=self.max_rank)

    @override
    def show(self, value: Value) -> str:
        if value is None:
            return _(self.none_label)
        shown = (_(self.minus_one) if _is_minus_one(v, self.minus_one) else str(v) for v in value)
        return self.joint.join(shown)


def param(field: Field, *, default: Value = dataclasses.MISSING) -> Any:
    """Declare a dataclass attribute whose values `field` describes."""
    return dataclasses.field(default=default, metadata={"field": field})


def fields_of(kind: type) -> Mapping[str, Field]:
    """Return the declared parameters of a block or plan class, in their order."""
    return _declared(kind)[0]


def defaults_of(kind: type) -> Mapping[str, Value]:
    """Return the default of every declared parameter of a class."""
    return _declared(kind)[1]


def times(sizes: tuple[int, ...]) -> str:
    """Write sizes as people do: `28×28×1`."""
    return "×".join(str(size) for size in sizes)


def margins_text(margins: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """Write `((top, bottom), (left, right))` as short as it can be said: `1`, `1×2`."""
    (top, bottom), (left, right) = margins
    if top == bottom == left == right:
        return str(top)
    if top == bottom and left == right:
        return times((top, left))
    return f"{top}, {bottom} · {left}, {right}"


def is_real(value: Any, low: float, high: float) -> bool:
    """Return whether a value is a number of a range; NaN is of none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


@cache
def _declared(kind: type) -> tuple[Mapping[str, Field], Mapping[str, Value]]:
    found = [f for f in dataclasses.fields(kind) if "field" in f.metadata]
    fields = {f.name: f.metadata["field"] for f in found}
    return MappingProxyType(fields), MappingProxyType({f.name: f.default for f in found})


def _twice(value: Value) -> Value:
    """Return a single number as a pair of it; anything else unchanged."""
    return (value, value) if _is_int(value) else value


def _is_int(value: Any, low: float = -math.inf, high: float = math.inf) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_minus_one(value: Any, meaning: str) -> bool:
    return bool(meaning) and _is_int(value, -1, -1)


def _expected(text: str, low: int, high: int, minus_one: str, **more: int) -> str:
    """Fill in a range, and what -1 means where it is allowed."""
    expected = text.format(low=low, high=high, **more)
    if not minus_one:
        return expected
    return _("{expected}, or -1 ({meaning})").format(expected=expected, meaning=_(minus_one))


def _is_row(value: Any, low: int, high: int, *lengths: int) -> bool:
    """Return whether a value is a tuple of whole numbers in range, of one of the lengths."""
    if not isinstance(value, tuple) or len(value) not in lengths:
        return False
    return all(_is_int(v, low, high) for v in value)


def _hashable(raw: Any) -> Any:
    return tuple(_hashable(item) for item in raw) if isinstance(raw, list | tuple) else raw
