"""Descriptors of what came with a block from elsewhere: shown to a person, not edited."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from cnnstudio.core.fields import Field, Value, times
from cnnstudio.core.i18n import _, ngettext

_LONGEST_TEXT = 4 * 2**20
_LARGEST_SIZE = 2**31 - 1
_MOST_AXES = 8
_LONGEST_NAME = 1000
_MOST_ARRAYS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Field):
    """A value that forms show and leave as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText(Kept):
    """A text of at most 4 MiB."""

    @override
    def accepts(self, value: Value) -> bool:
        return isinstance(value, str) and len(value) <= _LONGEST_TEXT

    @override
    def expectation(self) -> str:
        return _("a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptShape(Kept):
    """A shape without the batch; None where it is not known."""

    none_label: str

    @override
    def accepts(self, value: Value) -> bool:
        return value is None or _is_shape(value)

    @override
    def expectation(self) -> str:
        return _("a shape, or null")

    @override
    def show(self, value: Value) -> str:
        return _(self.none_label) if value is None else times(value) or "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArrays(Kept):
    """The arrays of weights of some layers: `(name, shape, whether training changes it)` each."""

    @override
    def accepts(self, value: Value) -> bool:
        return (
            isinstance(value, tuple)
            and len(value) <= _MOST_ARRAYS
            and all(_is_array(array) for array in value)
        )

    @override
    def expectation(self) -> str:
        return _("a list of arrays, [name, shape, true or false] each")

    @override
    def show(self, value: Value) -> str:
        return ngettext("{count:,} array", "{count:,} arrays", len(value)).format(count=len(value))


def _is_array(value: Value) -> bool:
    if not isinstance(value, tuple) or len(value) != 3:
        return False
    name, shape, trainable = value
    is_named = isinstance(name, str) and len(name) <= _LONGEST_NAME
    return is_named and _is_shape(shape) and isinstance(trainable, bool)


def _is_shape(value: Value) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) <= _MOST_AXES
        and all(type(size) is int and 1 <= size <= _LARGEST_SIZE for size in value)
    )
