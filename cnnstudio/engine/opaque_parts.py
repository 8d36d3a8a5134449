"""Builds the opaque parts of a design: Keras's own layers, from a description, and nothing else."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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

    It puts out what the part does; if other outputs of a model are kept in it, a list, that first.

    Raises:
        PartError: if it holds anything but Keras's own layers, or this Keras cannot build them.
    """
    if block.received is None:
        raise PartError(_("the shape that the part takes is not known"))
    inputs, output, heads = _ends(block.part, {"": block.received})
    with _telling():
        return keras.Model(inputs, [output, *heads] if heads else output, name=name)


@dataclass(frozen=True, slots=True)
class PartCall:
    """A call in a part, as it was made.

    Attributes:
        name: its own in the part.
        class_name: the layer's.
        config: the layer's arguments.
        reads: what it is called with: the name of a call and which of its tensors.
        is_plain: whether it is called with nothing but those.
        layer: the Keras layer, or the function on tensors.
    """

    name: str
    class_name: str
    config: Mapping[str, Any]
    reads: tuple[tuple[str, int], ...]
    is_plain: bool
    layer: Any


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part all of whose tensors can be asked for.

    Attributes:
        model: puts them all out.
        start: the name of what comes in.
        output: of the call that makes what comes out.
        tensors: what the model puts out, by the name of the call and its number there.
        calls: in their order.
    """

    model: Any
    start: str
    output: str
    tensors: tuple[tuple[str, int], ...]
    calls: tuple[PartCall, ...]


def opened_part(block: Opaque, model: Any) -> OpenPart:
    """Return a part that was built before, with the same layers, as what it is made from.

    Raises:
        PartError: as `part_model`.
    """
    if block.received is None:
        raise PartError(_("the shape that the part takes is not known"))
    with _telling():
        raw = _read(block.part)
        part = _Part(raw, {"": block.received}, {layer.name: layer for layer in model.layers})
        start, _output = part.built()
        tensors = {key: tensor for key, tensor in part.tensors() if tensor is not start}
        opened = keras.Model(start, list(tensors.values()))
        return OpenPart(opened, raw["input"], raw["output"], tuple(tensors), part.calls())


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
    inputs, output, _heads = _ends(part, received)
    return inputs, output


def _ends(part: str, received: Mapping[str, Shape]) -> tuple[Any, Any, list[Any]]:
    """Return the inputs of a part, its output, and other outputs of a model that it keeps."""
    with _telling():
        raw = _read(part)
        made = _Part(raw, received)
        return *made.built(), made.heads()


def _read(part: str) -> Any:
    """Return the description of a part, if it names nothing but Keras's own layers."""
    raw = json.loads(part)
    foreign = foreign_parts(raw)
    if foreign:
        raise PartError(
            _("{layers} is not of Keras itself, and code of others is never run").format(
                layers=", ".join(foreign)
            )
        )
    return raw


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
    """The state of one build.

    Args:
        raw: the part's description.
        received: the shapes of its inputs by name.
        known: layers that there are already, by their names.
    """

    def __init__(
        self, raw: Any, received: Mapping[str, Shape], known: Mapping[str, Any] | None = None
    ) -> None:
        self._raw = raw
        self._known = known or {}
        self._layers: dict[str, Any] = {}
        self._trained = _layers_of_output(raw)
        self._inputs = [keras.Input(shape) for shape in received.values()]
        names = [raw["input"]] if len(received) == 1 else list(received)
        self._tensors: dict[str, Any] = dict(zip(names, self._inputs, strict=True))

    def built(self) -> tuple[Any, Any]:
        """Return what comes in and what goes out."""
        for call in self._raw["calls"]:
            layer = self._layer(call["layer"])
            args = [self._argument(arg) for arg in call["args"]]
            kwargs = {name: self._argument(value) for name, value in call["kwargs"].items()}
            self._tensors[call["name"]] = layer(*args, **kwargs)
        inputs = self._inputs[0] if len(self._inputs) == 1 else self._inputs
        return inputs, _one(self._tensors[self._raw["output"]], 0)

    def heads(self) -> list[Any]:
        """Return the other outputs that are kept."""
        return [self._argument(head) for head in self._raw.get("heads", [])]

    def tensors(self) -> Iterator[tuple[tuple[str, int], Any]]:
        """Yield all tensors that there are by now, by the name of the call and their number."""
        for name, output in self._tensors.items():
            listed = output if isinstance(output, list | tuple) else [output]
            for number, tensor in enumerate(listed):
                if isinstance(tensor, keras.KerasTensor):
                    yield (name, number), tensor

    def calls(self) -> tuple[PartCall, ...]:
        """Return what has been called."""
        found = []
        for call in self._raw["calls"]:
            entry = self._raw["layers"][call["layer"]]
            reads = tuple(_reads((call["args"], call["kwargs"])))
            plain = _is_plain(call["args"]) and all(
                name == "training" or value is None for name, value in call["kwargs"].items()
            )
            found.append(
                PartCall(
                    call["name"], entry["class_name"], entry["config"], reads, plain,
                    self._layers[call["layer"]],
                )
            )  # fmt: skip
        return tuple(found)

    def _layer(self, name: str) -> Any:
        """Return a layer, the same one for all its calls."""
        if name not in self._layers:
            own = f"layer_{len(self._layers)}"
            known = self._known.get(own)
            layer = _made(self._raw["layers"][name], own) if known is None else known
            if name not in self._trained and isinstance(layer, keras.Layer):
                layer.trainable = False  # no loss is computed from what it leads to
            self._layers[name] = layer
        return self._layers[name]

    def _argument(self, raw: Any) -> Any:
        if isinstance(raw, Mapping):
            if "from" in raw:
                return _one(self._tensors[raw["from"]], raw.get("at", 0))
            return {name: self._argument(value) for name, value in raw.items()}
        return [self._argument(item) for item in raw] if isinstance(raw, list) else raw


def _reads(raw: Any) -> Iterator[tuple[str, int]]:
    """Yield the tensors in arguments, in their order."""
    if isinstance(raw, Mapping) and "from" in raw:
        yield raw["from"], raw.get("at", 0)
    elif isinstance(raw, Mapping | list | tuple):
        for item in raw.values() if isinstance(raw, Mapping) else raw:
            yield from _reads(item)


def _layers_of_output(raw: Any) -> set[str]:
    """Return the layers that lead to what a part puts out, not to other outputs alone."""
    calls = {call["name"]: call for call in raw["calls"]}
    pending, found, seen = [raw["output"]], set(), set()
    while pending:
        name = pending.pop()
        if name in calls and name not in seen:
            seen.add(name)
            call = calls[name]
            found.add(call["layer"])
            pending += [read for read, _at in _reads((call["args"], call["kwargs"]))]
    return found


def _is_plain(args: Any) -> bool:
    """Return whether arguments are tensors, or one list of them, and nothing else."""
    flat = args[0] if len(args) == 1 and isinstance(args[0], list) else args
    return all(isinstance(arg, Mapping) and "from" in arg for arg in flat)


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
