"""Code for the layers of a Keras model that there are no blocks for."""

from __future__ import annotations

import json
import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cnnstudio.core.blocks import Opaque
from cnnstudio.core.i18n import _
from cnnstudio.core.names import Names, snake
from cnnstudio.core.safe_layers import SAFE_LAYERS, foreign_parts
from cnnstudio.core.source.layout import STEP, WIDTH, commented, laid_out
from cnnstudio.core.source.literals import plain_literal

_INSIDE = STEP * 2
_DEEPEST = 8
_LONGEST_TEXT = 40
_MOST_LINES = 400
_LEFT_OUT = frozenset(("name", "dtype"))
"""What a layer's description need not say: Keras finds a name, and a design is in float32."""
_USUAL = {"trainable": True, "batch_input_shape": None}


class _NoCodeError(Exception):
    """A part that code cannot be written for; never leaves this module."""


def part_lines(block: Opaque) -> list[str]:
    """Return the body of a function that puts the layers of an opaque part on `x`.

    Only layers of Keras's own are written, with descriptions of plain values; for all others it is
    a comment that names them, and raises NotImplementedError.
    """
    try:
        return _Part(block.part).lines()
    except (_NoCodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        text = _("No code is known for these layers: {layers}")
        told = commented(STEP, text.format(layers=block.key_params()))
        return [*told, f"{STEP}raise NotImplementedError"]


class _Part:
    """The state of writing one part."""

    def __init__(self, part: str) -> None:
        raw = json.loads(part)
        if foreign_parts(raw):
            raise _NoCodeError
        self._layers: Final[Mapping[str, Any]] = raw["layers"]
        self._calls: Final[Sequence[Any]] = _calls_of_output(raw)
        self._heads: Final[Sequence[Any]] = raw.get("heads", ())
        self._output: Final[str] = raw["output"]
        self._variables = {raw["input"]: "x"}
        self._names = Names(("x", "keras", "layers"))
        self._shared: dict[str, str] = {}
        self._lines: list[str] = []

    def lines(self) -> list[str]:
        layers = [call["layer"] for call in self._calls]
        for call in self._calls:
            given = [self._argument(arg) for arg in call["args"]]
            for name, value in call["kwargs"].items():
                given.append(f"{_identifier(name)}={self._argument(value)}")
            kind = snake(self._layers[call["layer"]]["class_name"])
            if layers.count(call["layer"]) > 1:
                shared = self._shared_layer(call["layer"], kind)
                variable = self._names.take(kind)
                self._lines += laid_out(STEP, f"{variable} = {shared}(", given, ")")
            else:
                variable = self._names.take(kind)
                self._make(variable, call["layer"], f")({', '.join(given)})")
            self._variables[call["name"]] = variable
        if len(self._lines) > _MOST_LINES or max(map(len, self._lines), default=0) > WIDTH:
            raise _NoCodeError
        return [*self._said(), *self._lines, f"{STEP}return {self._variables[self._output]}"]

    def _said(self) -> list[str]:
        """Say which other outputs of the model there is no code for."""
        names = [str(head["from"])[:_LONGEST_TEXT] for head in self._heads]
        if not names:
            return []
        text = _("Other outputs of the model are left out: {names}")
        return commented(STEP, text.format(names=", ".join(names)))

    def _shared_layer(self, name: str, kind: str) -> str:
        """Return the variable of a layer that is called several times."""
        if name not in self._shared:
            self._shared[name] = self._names.take(f"{kind}_layer")
            self._make(self._shared[name], name, ")")
        return self._shared[name]

    def _make(self, variable: str, name: str, closing: str) -> None:
        """Write the statement that makes a layer, with what follows its arguments."""
        entry = self._layers[name]
        if entry["class_name"] not in SAFE_LAYERS:
            raise _NoCodeError
        config = _described(entry["config"])
        made = f"{variable} = layers.{entry['class_name']}"
        if any(isinstance(value, Mapping) for value in config.values()):
            text = f"{made}.from_config(\n{_INSIDE}{_literal(config, _INSIDE)}\n{STEP}{closing}"
            self._lines += f"{STEP}{text}".split("\n")
        else:
            items = [f"{_identifier(key)}={_literal(value, '')}" for key, value in config.items()]
            self._lines += laid_out(STEP, f"{made}(", items, closing)

    def _argument(self, raw: Any) -> str:
        if isinstance(raw, Mapping):
            variable = self._variables[raw["from"]]
            return f"{variable}[{int(raw['at'])}]" if "at" in raw else variable
        if isinstance(raw, list):
            return f"[{', '.join(map(self._argument, raw))}]"
        return _plain(raw)


def _calls_of_output(raw: Any) -> list[Any]:
    """Return the calls that lead to what a part puts out, not to other outputs of the model."""
    wanted, found = {raw["output"]}, []
    for call in reversed(raw["calls"]):
        if call["name"] in wanted:
            found.append(call)
            wanted.update(_sources((call["args"], call["kwargs"])))
    return found[::-1]


def _sources(raw: Any) -> Iterator[str]:
    if isinstance(raw, Mapping) and "from" in raw:
        yield raw["from"]
    elif isinstance(raw, Mapping | list | tuple):
        for item in raw.values() if isinstance(raw, Mapping) else raw:
            yield from _sources(item)


def _described(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description without what Keras takes anyway."""
    return {
        key: _short(value) if isinstance(value, Mapping) else value
        for key, value in config.items()
        if key not in _LEFT_OUT and not (key in _USUAL and value == _USUAL[key])
    }


def _short(entry: Mapping[str, Any]) -> Any:
    """Return what is described: by its name alone where that says all."""
    config = entry.get("config")
    if not isinstance(config, Mapping) or entry.get("class_name") in SAFE_LAYERS:
        return _described(entry)
    unusual = {k: v for k, v in config.items() if v is not None and (k, v) != ("gain", 1.0)}
    return _described(entry) if unusual else snake(entry["class_name"])


def _identifier(name: Any) -> str:
    if not (isinstance(name, str) and name.isascii() and name.isidentifier()):
        raise _NoCodeError
    if keyword.iskeyword(name):
        raise _NoCodeError
    return name


def _literal(value: Any, indent: str) -> str:
    """Return plain values as code, on several lines where they are more than fit on one."""
    if len(indent) > _DEEPEST * len(STEP):
        raise _NoCodeError
    if not isinstance(value, Mapping):
        if isinstance(value, list):
            return f"[{', '.join(_literal(item, indent) for item in value)}]"
        return _plain(value)
    deeper = indent + STEP
    items = [f"{_plain(key)}: {_literal(inner, deeper)}" for key, inner in value.items()]
    if not items:
        return "{}"
    return "{\n" + "".join(f"{deeper}{item},\n" for item in items) + f"{indent}}}"


def _plain(value: Any) -> str:
    too_long = isinstance(value, str) and len(value) > _LONGEST_TEXT
    if too_long or (isinstance(value, float) and not math.isfinite(value)):
        raise _NoCodeError
    return plain_literal(value)
