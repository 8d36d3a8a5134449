"""The parameters of a block or plan by name, as a form shows them and as JSON brings them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from cnnstudio.core.fields import Field, Value, defaults_of, fields_of
from cnnstudio.core.i18n import _

_MOST_NAMED = 20
"""How many names of parameters a message gives."""
_NAMED_OF_MANY = 5


def params_of(declaring: object) -> dict[str, Value]:
    """Return every declared parameter of a block or plan by its name."""
    return {name: getattr(declaring, name) for name in fields_of(type(declaring))}


def changed_params(declaring: object) -> dict[str, Value]:
    """Return the parameters of a block or plan that differ from their defaults."""
    defaults = defaults_of(type(declaring))
    return {n: v for n, v in params_of(declaring).items() if v != defaults[n]}


def read_params(declaring: type, raw: Mapping[str, Any], kind: str) -> dict[str, Value]:
    """Turn plain values, as a file or a form brings them, into parameters of a class.

    Args:
        declaring: the class of a block or plan.
        raw: its parameters by name; those left out are left out of the result.
        kind: what a message calls the class.

    Raises:
        ValueError: if a parameter is unknown or out of range; the text says what, expected and
            received.
    """
    fields = fields_of(declaring)
    values = {}
    for name, value in raw.items():
        if name not in fields:
            raise ValueError(
                _("{kind} has no parameter {name}: expected one of {known}").format(
                    kind=kind, name=quoted(name), known=_known(name, fields)
                )
            )
        try:
            values[name] = fields[name].read(value)
        except ValueError as error:
            raise ValueError(
                _("{kind}: {name} must be {expected}, not {received}").format(
                    kind=kind, name=name, expected=error, received=quoted(value)
                )
            ) from error
    return values


def _known(name: str, fields: Mapping[str, Field]) -> str:
    """Return the names there are, of many only those most like `name`."""
    if len(fields) <= _MOST_NAMED:
        return ", ".join(fields) or "—"
    return ", ".join(difflib.get_close_matches(name, fields, _NAMED_OF_MANY, 0.0)) + " …"


def quoted(raw: Any) -> str:
    """Return what a message shows of a value from a file: as JSON has it, cut to 80 characters."""
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:80]}…"
