"""A block's parameters as the arguments of its Keras layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cnnstudio.core.blocks import Block, Input
from cnnstudio.core.fields import Field, Margins, Pair, Triple, Value, defaults_of, fields_of
from cnnstudio.core.real_fields import Interval, Regularizer

_BLOCKS_KNOWN = 4096
_SMALL = 10_000
"""Up to where a number that is one over a whole number is written so."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a layer.

    Attributes:
        name: of the parameter.
        value: the text of its value.
        by_place: whether it stands at its place, without its name.
    """

    name: str
    value: str
    by_place: bool

    @property
    def text(self) -> str:
        """The argument as it stands in the call."""
        return self.value if self.by_place else f"{self.name}={self.value}"


def callee(block: Block) -> str:
    """Return what is called to make a layer: `layers.Conv2D`."""
    return "keras.Input" if isinstance(block, Input) else f"layers.{block.kind}"


@lru_cache(_BLOCKS_KNOWN)
def arguments(block: Block) -> tuple[Argument, ...]:
    """Return the arguments that differ from what Keras takes where none is given."""
    defaults = {**defaults_of(type(block)), **dict.fromkeys(block.stated)}
    found = [name for name, value in block.params().items() if value != defaults[name]]
    names = [*block.required, *(name for name in found if name not in block.required)]
    return tuple(argument(block, name) for name in names)


@lru_cache(_BLOCKS_KNOWN)
def argument(block: Block, name: str) -> Argument:
    """Return one argument, whether it differs from Keras's or not."""
    field = fields_of(type(block))[name]
    return Argument(name, literal(field, getattr(block, name)), name in block.required)


def literal(field: Field, value: Value) -> str:
    """Return a parameter's value as code that makes it."""
    if isinstance(field, Regularizer) and value is not None:
        name, strength = value
        return f"keras.regularizers.{name.upper()}({number(strength)})"
    if isinstance(value, tuple):
        return plain_literal(_one_for_all(field, value))
    return plain_literal(value)


def plain_literal(value: Value) -> str:
    """Return a plain value, or a tuple of them, as code."""
    match value:
        case bool() | None | int():
            return repr(value)
        case float():
            return number(value)
        case str():
            return _quoted(value)
        case tuple():
            inner = ", ".join(map(plain_literal, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
    raise TypeError(f"no plain value: {value!r}")


def number(value: float) -> str:
    """Return a real number as a person writes it: `0.001`, `1e-5`, `1 / 255`."""
    text = repr(value)
    if len(text) > len("1 / 255") and value and abs(value) < 1:
        whole = round(1 / abs(value)) if abs(value) > 1 / _SMALL else 0
        if whole and 1 / whole == abs(value):
            return f"{'-' if value < 0 else ''}1 / {whole}"
    return text.replace("e-0", "e-").replace("e+", "e")


def _one_for_all(field: Field, value: tuple[Value, ...]) -> Value:
    """Return the one number that Keras takes for all of a value's, where there is one."""
    match field:
        case Pair() | Triple() | Margins():
            alike = set(value) if not isinstance(value[0], tuple) else set().union(*value)
            return alike.pop() if len(alike) == 1 else value
        case Interval() if field.high <= 1.0 and value[0] == -value[1]:
            # A share to either side; the ends of a range of values are always two.
            return value[1]
    return value


def _quoted(text: str) -> str:
    """Return a string as code, in double quotes unless it holds some itself."""
    code = repr(text)
    return f'"{code[1:-1]}"' if code[0] == "'" and '"' not in code else code
