"""Builds the opaque parts of a design: Keras's own layers, from a description, and nothing else."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state

from cnnstudio.core.blocks import Opaque, Shape
from cnnstudio.core.i18n import _
from cnnstudio.core.safe_layers import SAFE_OPERATIONS, foreign_parts, home_of
from cnnstudio.engine.errors import EngineError

log = logging.getLogger(__name__)


_NOTED = "uninitialized_variables"
_LEFT_OUT = ("dtype", "unroll")
"""The second of them would let a description make as many layers as its input has steps."""


class PartError(EngineError):
    """A part of a model that cannot be built here; the text is for people."""


def part_model(block: Opaque, name: str | None = None) -> Any:
    """Return the layers of an opaque part as a Keras model of one input.

    Raises:
        PartError: if it holds anything but Keras's own layers, or this Keras cannot build them.
    """
    if block.received is None:
        raise PartError(_("the shape that the part takes is not known"))
    ends = part_outputs(block.part, {"": block.received})
    with _telling():
        return keras.Model(*ends, name=name)


@contextmanager
def weightless() -> Iterator[None]:
    """Let layers be built without memory for their weights, only to know what they would have.

    Keras notes such weights to make them up later, with the next ones: it is made to forget them.
    """
    noted = list(global_state.get_global_attribute(_NOTED) or ())
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute(_NOTED, noted)


def part_outputs(part: str, received: Mapping[str, Shape]) -> tuple[Any, Any]:
    """Return the symbolic inputs and the output of a part.

    Args:
        part: its description, see `Opaque`.
        received: the shapes of its inputs by name; of a single one the name does not matter.

    Raises:
        PartError: if it holds anything but Keras's own layers, or this Keras cannot build them.
    """
    with _telling():
        raw = json.loads(part)
        foreign = foreign_parts(raw)
        if foreign:
            raise PartError(
                _("{layers} is not of Keras itself, and code of others is never run").format(
                    layers=", ".join(foreign)
                )
            )
        return _Part(raw, received).built()


@contextmanager
def _telling() -> Iterator[None]:
    """Say of whatever goes wrong in building that this Keras cannot build the part."""
    try:
        yield
    except PartError:
        raise
    except Exception as error:
        # Whatever Keras has to say of a description that others wrote.
        log.info("a part was not built", exc_info=error)
        raise PartError(
            _("this Keras ({version}) cannot build it").format(version=keras.__version__)
        ) from error


def clean_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description with the modules that Keras has the allowed classes in, not those said.

    Left out is the type of numbers, for a design computes in float32, and what only says how a
    computation goes on.
    """
    name = entry["class_name"]
    config = {key: _clean(v) for key, v in entry["config"].items() if key not in _LEFT_OUT}
    home = home_of(name, entry.get("module"))
    return {"class_name": name, "module": home, "config": config, "registered_name": None}


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "class_name" in value and isinstance(value.get("config"), Mapping):
            return {**value, **clean_entry(value)}
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


class _Part:
    """The state of one build."""

    def __init__(self, raw: Any, received: Mapping[str, Shape]) -> None:
        self._raw = raw
        self._layers: dict[str, Any] = {}
        self._inputs = [keras.Input(shape) for shape in received.values()]
        names = [raw["input"]] if len(received) == 1 else list(received)
        self._tensors: dict[str, Any] = dict(zip(names, self._inputs, strict=True))

    def built(self) -> tuple[Any, Any]:
        for call in self._raw["calls"]:
            layer = self._layer(call["layer"])
            args = [self._argument(arg) for arg in call["args"]]
            kwargs = {name: self._argument(value) for name, value in call["kwargs"].items()}
            self._tensors[call["name"]] = layer(*args, **kwargs)
        inputs = self._inputs[0] if len(self._inputs) == 1 else self._inputs
        return inputs, _one(self._tensors[self._raw["output"]], 0)

    def _layer(self, name: str) -> Any:
        """Return a layer, the same one for all its calls."""
        if name not in self._layers:
            number = len(self._layers)
            self._layers[name] = _made(self._raw["layers"][name], f"layer_{number}")
        return self._layers[name]

    def _argument(self, raw: Any) -> Any:
        if isinstance(raw, Mapping):
            if "from" in raw:
                return _one(self._tensors[raw["from"]], raw.get("at", 0))
            return {name: self._argument(value) for name, value in raw.items()}
        return [self._argument(item) for item in raw] if isinstance(raw, list) else raw


def _made(entry: Mapping[str, Any], name: str) -> Any:
    clean = clean_entry(entry)
    clean["config"]["name"] = name
    if clean["module"] in SAFE_OPERATIONS:
        kind = getattr(importlib.import_module(clean["module"]), clean["class_name"])
        config = {key: _tuples(value) for key, value in clean["config"].items()}
        return kind(**config)
    return keras.saving.deserialize_keras_object(clean, safe_mode=True)


def _one(output: Any, index: int) -> Any:
    """Return one of the tensors that a layer puts out, or the only one."""
    return output[index] if isinstance(output, list | tuple) else output


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
