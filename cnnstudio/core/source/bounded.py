"""Python's operations on plain values, with bounds on what they may make.

Whatever would be larger, or would be an error, is unknown.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnnstudio.core.source.values import UNKNOWN, Plain

MOST_ITEMS = 10_000
"""Items of a list or tuple, those of lists in it counted."""
_DEEPEST = 30
_LONGEST = 10_000
"""Characters of a text."""
_MOST_BITS = 2_048
ERRORS = (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)
"""What Python's operations raise where they do not go."""

_BINARY: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_COMPARISONS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_UNARY: Mapping[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_SPEC = r"[<>=^+ ]?0?\d{0,2}(?:\.\d{1,2})?[a-zA-Z%]?"
_PERCENT = re.compile(r"%(?:0?\d{0,2}(?:\.\d{1,2})?[disfgeGxr]|%)")
_BRACES = re.compile(r"\{(\w{0,40})(?::(" + _SPEC + r"))?\}")


def size(value: object) -> int:
    """Return how many values a value holds, itself counted; beyond the bounds, more than those."""
    count, pending = 0, [(value, 0)]
    while pending:
        found, depth = pending.pop()
        count += 1
        if count > MOST_ITEMS or depth > _DEEPEST:
            return MOST_ITEMS + 1
        if isinstance(found, dict):
            found = list(found.values())
        if isinstance(found, tuple | list):
            if count + len(found) > MOST_ITEMS:
                return MOST_ITEMS + 1
            pending += [(inner, depth + 1) for inner in found]
    return count


def bounded(value: object) -> object:
    """Return a value, or `UNKNOWN` if it is beyond the bounds or no plain one."""
    match value:
        case bool() | None | float() | range():
            return value
        case int():
            return value if value.bit_length() <= _MOST_BITS else UNKNOWN
        case str():
            return value if len(value) <= _LONGEST else UNKNOWN
        case tuple() | list() | dict():
            return value if size(value) <= MOST_ITEMS else UNKNOWN
    return UNKNOWN


def binary(kind: type[ast.AST], left: object, right: object) -> object:
    """Return what an operator makes of two values."""
    if kind not in _BINARY or not _is_plain(left, right) or _grows(kind, left, right):
        return UNKNOWN
    try:
        return bounded(_BINARY[kind](left, right))
    except ERRORS:
        return UNKNOWN


def unary(kind: type[ast.AST], value: object) -> object:
    """Return what a sign makes of a number."""
    if isinstance(value, int | float) and kind in _UNARY:
        try:
            return bounded(_UNARY[kind](value))
        except ERRORS:
            return UNKNOWN
    return UNKNOWN


def compared(kind: type[ast.AST], left: object, right: object) -> object:
    """Return whether two values compare so."""
    if UNKNOWN in (left, right):
        return UNKNOWN
    if kind not in (ast.Is, ast.IsNot) and max(size(left), size(right)) > MOST_ITEMS:
        return UNKNOWN
    if isinstance(right, range) and kind in (ast.In, ast.NotIn) and not isinstance(left, int):
        # Python would go through all of it.
        return UNKNOWN
    try:
        return bool(_COMPARISONS[kind](left, right))
    except ERRORS:
        return UNKNOWN


def item(value: object, key: object) -> object:
    """Return an item of a list, tuple, dict, range or text, or a slice of it."""
    if not isinstance(value, tuple | list | dict | range | str):
        return UNKNOWN
    try:
        return value[key]  # type: ignore[index, call-overload]
    except ERRORS:
        return UNKNOWN


def items(value: object, most: int = MOST_ITEMS) -> list[object] | None:
    """Return the items of what can be looped over, no more than `most`; None of anything else."""
    if not isinstance(value, tuple | list | dict | range | str):
        return None
    return list(value[:most] if not isinstance(value, dict) else value)


def text_of(value: object, spec: str = "") -> object:
    """Return a value as a text, as an f-string has it."""
    if not isinstance(value, bool | int | float | str | None):
        return UNKNOWN
    if not re.fullmatch(_SPEC, spec):
        return UNKNOWN
    try:
        return bounded(format(value, spec))
    except ERRORS:
        return UNKNOWN


def filled_in(text: str, values: Sequence[object], named: Mapping[str, object]) -> object:
    """Return what `text.format(*values, **named)` makes, of plain places only."""
    if len(text) > _LONGEST or "{" in _BRACES.sub("", text):
        return UNKNOWN
    numbers = iter(range(len(values)))

    def value(found: re.Match[str]) -> str:
        key = found[1] or str(next(numbers, ""))
        raw = values[int(key)] if key.isdecimal() and len(key) < 4 else named[key]
        filled = text_of(raw, found[2] or "")
        if not isinstance(filled, str):
            raise TypeError
        return filled

    try:
        return bounded(_BRACES.sub(value, text))
    except ERRORS:
        return UNKNOWN


def _is_plain(*values: object) -> bool:
    return all(isinstance(value, Plain) and value is not None for value in values)


def _grows(kind: type[ast.AST], left: Any, right: Any) -> bool:
    """Return whether an operation might make something large before it can be measured."""
    match kind:
        case ast.Pow if isinstance(left, int) and isinstance(right, int):
            return abs(right) > _MOST_BITS or left.bit_length() * abs(right) > _MOST_BITS
        case ast.LShift:
            return not isinstance(right, int) or right > _MOST_BITS
        case ast.Mult:
            return _repeats(left, right) or _repeats(right, left)
        case ast.Mod if isinstance(left, str):
            return bool(re.search("%", _PERCENT.sub("", left))) or size(right) > 100
    return False


def _repeats(row: Any, times: Any) -> bool:
    return isinstance(row, str | tuple | list) and (
        not isinstance(times, int) or size(row) + len(row) * max(times, 0) > MOST_ITEMS
    )
