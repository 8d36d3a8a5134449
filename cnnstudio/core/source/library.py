"""Python's own functions, and methods of its own values, as far as models are made with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnnstudio.core.source.bounded import (
    ERRORS,
    MOST_ITEMS,
    bounded,
    filled_in,
    items,
    size,
    text_of,
)
from cnnstudio.core.source.values import UNKNOWN

Arguments = Sequence[Any]
Named = Mapping[str, Any]
_MOST_DIGITS = 1_000
"""To which a number is rounded: Python takes the power of ten, however long that takes."""


def builtin(name: str, args: Arguments, named: Named) -> object:
    """Return what one of Python's own functions makes of values."""
    if name not in _BUILTINS or any(value is UNKNOWN for value in args):
        return UNKNOWN
    return _tried(_BUILTINS[name], args, named)


def of_math(name: str, args: Arguments) -> object:
    """Return what a function of `math` makes of numbers."""
    if name not in _MATH or not all(isinstance(value, int | float) for value in args):
        return UNKNOWN
    return _tried(getattr(math, name), args, {})


def constant_of_math(name: str) -> object:
    """Return a constant of `math`."""
    return {"pi": math.pi, "e": math.e, "inf": math.inf}.get(name, UNKNOWN)


def has_method(owner: object, name: str) -> bool:
    """Return whether a plain value has a method that is known here."""
    return name in _METHODS.get(type(owner), {})


def method(owner: object, name: str, args: Arguments, named: Named) -> object:
    """Return what a method of a plain value makes of others; a list is changed in place."""
    if isinstance(owner, list | dict) and size(owner) + sum(map(size, args)) > MOST_ITEMS:
        return UNKNOWN
    return _tried(_METHODS[type(owner)][name], (owner, *args), named, is_bounded=name != "pop")


def _tried(
    call: Callable[..., Any], args: Arguments, named: Named, *, is_bounded: bool = True
) -> object:
    try:
        value = call(*args, **named)
    except ERRORS:
        return UNKNOWN
    if isinstance(value, tuple | list | dict):
        return value if size(value) <= MOST_ITEMS else UNKNOWN
    return bounded(value) if is_bounded and isinstance(value, int | float | str) else value


def _all(value: Any) -> list[Any]:
    found = items(value)
    if found is None or (isinstance(value, range) and len(value) > MOST_ITEMS):
        raise TypeError
    return found


def _int(value: Any = 0) -> int:
    if isinstance(value, str) and len(value) > 20:
        raise ValueError
    return int(value)


def _round(number: Any, digits: Any = None) -> Any:
    if digits is not None and abs(digits) > _MOST_DIGITS:
        raise ValueError
    return round(number, digits)


def _text(value: Any = "") -> object:
    return text_of(value)


def _range(*ends: Any) -> range:
    if any(isinstance(end, bool) or abs(end) > 2**40 for end in ends):
        raise ValueError
    return range(*ends)


def _enumerate(value: Any, start: int = 0) -> list[tuple[int, Any]]:
    return list(enumerate(_all(value), start))


def _zip(*values: Any) -> list[tuple[Any, ...]]:
    return list(zip(*map(_all, values), strict=False))


def _dict(*pairs: Any, **named: Any) -> dict[Any, Any]:
    given = pairs[0] if pairs else {}
    return {**(given if isinstance(given, dict) else dict(_all(given))), **named}


def _largest(*values: Any) -> Any:
    return max(_all(values[0]) if len(values) == 1 else values)


def _smallest(*values: Any) -> Any:
    return min(_all(values[0]) if len(values) == 1 else values)


_BUILTINS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "dict": _dict,
    "divmod": divmod,
    "enumerate": _enumerate,
    "float": float,
    "int": _int,
    "len": lambda value: len(value) if isinstance(value, range) else len(_all(value)),
    "list": lambda value=(): list(_all(value)),
    "max": _largest,
    "min": _smallest,
    "range": _range,
    "xrange": _range,
    "reversed": lambda value: list(reversed(_all(value))),
    "round": _round,
    "set": lambda value=(): list(dict.fromkeys(_all(value))),
    "sorted": lambda value, reverse=False: sorted(_all(value), reverse=reverse),
    "str": _text,
    "sum": lambda value, start=0: sum(_all(value), start),
    "tuple": lambda value=(): tuple(_all(value)),
    "zip": _zip,
}
BUILTINS = frozenset((*_BUILTINS, "print", "isinstance", "getattr", "input", "open", "super"))
"""Names of Python's own that code may use."""

_MATH = frozenset(("sqrt", "ceil", "floor", "log", "log2", "log10", "exp", "prod", "pow", "gcd"))


def _joined(joint: str, parts: Any) -> str:
    texts = _all(parts)
    if sum(map(len, texts)) + len(joint) * len(texts) > MOST_ITEMS:
        raise ValueError
    return joint.join(texts)


_METHODS: Mapping[type, Mapping[str, Callable[..., Any]]] = {
    str: {
        "format": lambda text, *values, **named: filled_in(text, values, named),
        "join": _joined,
        "lower": str.lower,
        "upper": str.upper,
        "title": str.title,
        "capitalize": str.capitalize,
        "strip": str.strip,
        "split": str.split,
        "startswith": str.startswith,
        "endswith": str.endswith,
    },
    list: {
        "append": list.append,
        "extend": lambda row, more: row.extend(_all(more)),
        "insert": list.insert,
        "pop": list.pop,
        "copy": list.copy,
        "reverse": list.reverse,
        "index": list.index,
        "count": list.count,
    },
    dict: {
        "get": dict.get,
        "items": lambda found: list(found.items()),
        "keys": list,
        "values": lambda found: list(found.values()),
        "pop": dict.pop,
        "copy": dict.copy,
        "update": lambda found, *more, **named: found.update(_dict(*more, **named)),
        "setdefault": dict.setdefault,
    },
}
