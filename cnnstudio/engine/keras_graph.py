"""The description of a Keras model, of Keras 2 or 3, as the calls of its layers.

Models inside a model are opened: their layers are calls like any other, at the place where the
model stands. Nothing is looked up in Keras; a description is taken for what it is, data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from typing_extensions import override

from cnnstudio.core.analysis import MOST_LAYERS
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import stated_shape
from cnnstudio.core.names import snake
from cnnstudio.engine.keras_calls import Call, Key, Place, Tensor, is_operation, tensors_in
from cnnstudio.engine.model_files import ModelError

_FUNCTIONAL = ("Functional", "Model")
_SEQUENTIAL = "Sequential"
_DEEPEST = 20
"""How many models may lie inside one another."""
_MOST_STEPS = 20 * MOST_LAYERS
"""Layers that are gone through, those of a model inside the model at every call of it."""


@dataclass(frozen=True, slots=True)
class KerasGraph:
    """A model as calls.

    Attributes:
        name: the model's.
        calls: all of them, in the order of the file.
        outputs: the tensors that leave the model.
    """

    name: str
    calls: tuple[Call, ...]
    outputs: tuple[Key, ...]


def graph_of(description: Any) -> KerasGraph:
    """Return the calls of a model.

    Raises:
        ModelError: if the model is of a kind that does not say what it is built from, or the
            description is spoilt.
    """
    try:
        return _graph(description)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        raise ModelError(
            _("the description of the model is spoilt: {what}").format(
                what=str(error)[:80] or type(error).__name__
            )
        ) from error


def _graph(description: Any) -> KerasGraph:
    name = description["class_name"]
    if not _is_model(description):
        raise ModelError(
            _(
                "a model of the class {name} is code of its own that does not say what it is built "
                "from: only Sequential and functional models can be opened"
            ).format(name=str(name)[:80])
        )
    scope = _scope(description, "", Place("", ()), None, 0, _Work())
    calls = []
    for call in scope.calls():
        calls.append(call)
        if len(calls) > MOST_LAYERS:
            raise _too_many()
    config = description["config"]
    title = config.get("name", "") if isinstance(config, Mapping) else ""
    return KerasGraph(str(title), tuple(calls), scope.outputs())


def _is_model(entry: Mapping[str, Any]) -> bool:
    config = entry.get("config")
    if entry["class_name"] == _SEQUENTIAL:
        return isinstance(config, list | Mapping)
    return entry["class_name"] in _FUNCTIONAL and isinstance(config, Mapping) and "layers" in config


def _too_many() -> ModelError:
    return ModelError(_("the model has more than {limit:,} layers").format(limit=MOST_LAYERS))


class _Work:
    """How much is left to do: a model that calls a model that calls a model … has no end."""

    def __init__(self) -> None:
        self._left = _MOST_STEPS

    def spend(self, steps: int) -> None:
        """Note that so many layers are gone through.

        Raises:
            ModelError: if that is enough.
        """
        self._left -= steps
        if self._left < 0:
            raise _too_many()


def _scope(
    entry: Mapping[str, Any], prefix: str, place: Place, inputs: tuple[Tensor, ...] | None,
    depth: int, work: _Work,
) -> _Scope:  # fmt: skip
    if depth > _DEEPEST:
        raise ModelError(
            _("models lie inside one another deeper than {limit} levels").format(limit=_DEEPEST)
        )
    kind = _Row if entry["class_name"] == _SEQUENTIAL else _Web
    return kind(entry["config"], prefix, place, inputs, depth, work)


class _Scope:
    """One model: the whole, or one inside another.

    Args:
        config: the model's.
        prefix: what the keys of its calls begin with.
        place: of its weights.
        given: what flows into it; None for the whole model.
        depth: how many models it lies in.
        work: what is left to do for all of them together.
    """

    def __init__(
        self,
        config: Any,
        prefix: str,
        place: Place,
        given: tuple[Tensor, ...] | None,
        depth: int,
        work: _Work,
    ) -> None:
        self.config = config
        self.prefix = prefix
        self.place = place
        self.given = given
        self.depth = depth
        self.work = work

    def calls(self) -> Iterator[Call]:
        """Yield the calls in it."""
        raise NotImplementedError

    def outputs(self) -> tuple[Key, ...]:
        """Return what leaves it."""
        raise NotImplementedError

    def _entries(self) -> list[tuple[Mapping[str, Any], Place]]:
        """Return the layers with the places of their weights, in Keras's order."""
        layers = self.config if isinstance(self.config, list) else self.config["layers"]
        self.work.spend(len(layers))
        saved = [
            entry for entry in layers if not is_operation(entry) and not self._has_no_place(entry)
        ]
        groups = group_names(str(entry["class_name"]) for entry in saved)
        paths = {
            id(entry): f"{self.place.path}/layers/{group}".lstrip("/")
            for entry, group in zip(saved, groups, strict=True)
        }
        return [
            (entry, Place(paths.get(id(entry), ""), (*self.place.names, _name(entry))))
            for entry in layers
        ]

    def _has_no_place(self, entry: Mapping[str, Any]) -> bool:
        return False

    def _call(
        self,
        entry: Mapping[str, Any],
        place: Place,
        number: int,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Call:
        layer = "/".join(place.names)
        return Call(
            self._key(_name(entry), number), _name(entry), layer, entry, place, args, kwargs or {},
        )  # fmt: skip

    def _key(self, name: str, number: int) -> str:
        return f"{self.prefix}{name}" + (f"#{number}" if number else "")

    def _input(self, entry: Mapping[str, Any], place: Place, shape: Any) -> Call:
        sizes = tuple(None if size is None else int(size) for size in shape)
        return replace(self._call(entry, place, 0), input_shape=sizes)


class _Row(_Scope):
    """A Sequential model."""

    @override
    def calls(self) -> Iterator[Call]:
        yield from self._walked[0]

    @override
    def outputs(self) -> tuple[Key, ...]:
        return self._walked[1]

    @cached_property
    def _walked(self) -> tuple[list[Call], tuple[Key, ...]]:
        """The calls, and what leaves the last of them."""
        calls: list[Call] = []
        at = self.given
        for entry, place in self._entries():
            if entry["class_name"] == "InputLayer":
                if self.given is None:
                    calls.append(self._input(entry, place, _sizes(entry["config"])))
                    at = (Tensor((calls[-1].key, 0)),)
                continue
            if at is None:
                calls.append(self._first(entry))
                at = (Tensor((calls[-1].key, 0)),)
            if _is_model(entry):
                prefix = f"{self.prefix}{_name(entry)}/"
                inner = _scope(entry, prefix, place, at, self.depth + 1, self.work)
                calls += inner.calls()
                at = tuple(Tensor(key) for key in inner.outputs())
            else:
                calls.append(self._call(entry, place, 0, at))
                at = (Tensor((calls[-1].key, 0)),)
        return calls, tuple(tensor.key for tensor in at or ())

    @override
    def _has_no_place(self, entry: Mapping[str, Any]) -> bool:
        return bool(entry["class_name"] == "InputLayer")

    def _first(self, entry: Mapping[str, Any]) -> Call:
        """Return the Input of a model that has none of its own: its shape is said elsewhere."""
        shape = stated_shape(str(entry["class_name"]), entry["config"])
        for holder, name in ((self.config, "build_input_shape"), (entry, "build_config")):
            if shape is None and isinstance(holder, Mapping) and holder.get(name):
                found = holder[name]
                found = found.get("input_shape") if isinstance(found, Mapping) else found
                shape = tuple(found[1:]) if found else None
        if shape is None:
            raise ModelError(
                _(
                    "the model does not say how large its input is: build it, by calling it once "
                    "or with model.build(), and save it again"
                )
            )
        made = {"class_name": "InputLayer", "config": {"name": "input"}}
        return self._input(made, Place("", ("input",)), shape)


class _Web(_Scope):
    """A functional model."""

    @override
    def calls(self) -> Iterator[Call]:
        for entry, place in self._entries():
            if entry["class_name"] == "InputLayer":
                if self.given is None:
                    yield self._input(entry, place, _sizes(entry["config"]))
                continue
            for number, node in enumerate(entry["inbound_nodes"]):
                if _is_model(entry):
                    yield from self._model(_name(entry), number).calls()
                else:
                    args, kwargs = self._arguments(node)
                    yield self._call(entry, place, number, args, kwargs)

    @override
    def outputs(self) -> tuple[Key, ...]:
        return tuple(self._resolved(*ref) for ref in _refs(self.config["output_layers"]))

    @cached_property
    def _layers(self) -> dict[str, tuple[Mapping[str, Any], Place]]:
        return {_name(entry): (entry, place) for entry, place in self._entries()}

    @cached_property
    def _models(self) -> dict[Key, _Scope]:
        return {}

    def _model(self, name: str, number: int) -> _Scope:
        """Return a model inside this one, as it is called for the n-th time."""
        known = self._models.get((name, number))
        if known is None:
            entry, place = self._layers[name]
            args, _kwargs = self._arguments(entry["inbound_nodes"][number])
            given = tuple(tensors_in(args))
            prefix = f"{self._key(name, number)}/"
            known = _scope(entry, prefix, place, given, self.depth + 1, self.work)
            self._models[name, number] = known
        return known

    def _resolved(self, name: str, number: int, index: int) -> Key:
        """Return the tensor that a reference of the description means."""
        entry, _place = self._layers[name]
        if entry["class_name"] == "InputLayer" and self.given is not None:
            sources = [ref[0] for ref in _refs(self.config["input_layers"])]
            return self.given[sources.index(name)].key
        if _is_model(entry):
            return self._model(name, number).outputs()[index]
        return self._key(name, number), index

    def _arguments(self, node: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return what a layer is called with, of either Keras's form."""
        if isinstance(node, Mapping):
            return (
                tuple(self._new(arg) for arg in node["args"]),
                {name: self._new(value) for name, value in node["kwargs"].items()},
            )
        refs = [node] if isinstance(node[0], str) else node
        tensors = [Tensor(self._resolved(*map(_plain, ref[:3]))) for ref in refs]
        raw = refs[0][3] if len(refs[0]) > 3 else {}
        kwargs = {name: self._old(value) for name, value in raw.items()}
        return (tensors[0] if len(tensors) == 1 else tensors,), kwargs

    def _new(self, raw: Any) -> Any:
        """Return an argument of Keras 3."""
        if isinstance(raw, Mapping):
            if raw.get("class_name") == "__keras_tensor__":
                shape = raw["config"].get("shape")
                sizes = None if shape is None else tuple(shape[1:])
                return Tensor(self._resolved(*raw["config"]["keras_history"]), sizes)
            return {name: self._new(value) for name, value in raw.items()}
        return [self._new(item) for item in raw] if isinstance(raw, list) else raw

    def _old(self, raw: Any) -> Any:
        """Return an argument by name of Keras 2, where a tensor is a bare reference."""
        if isinstance(raw, list):
            if len(raw) in (3, 4) and isinstance(raw[0], str) and raw[0] in self._layers:
                return Tensor(self._resolved(*map(_plain, raw[:3])))
            return [self._old(item) for item in raw]
        return raw


def _refs(raw: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the references of a list of them, of one alone, or of a dict."""
    if isinstance(raw, Mapping):
        for value in raw.values():
            yield from _refs(value)
    elif raw and isinstance(raw[0], str):
        yield str(raw[0]), int(raw[1]), int(raw[2])
    else:
        for item in raw:
            yield from _refs(item)


def _sizes(config: Mapping[str, Any]) -> Sequence[Any]:
    shape = stated_shape("InputLayer", config)
    if shape is None:
        raise ValueError("an InputLayer without a shape")
    return shape


def _plain(raw: Any) -> Any:
    return raw if isinstance(raw, str) else int(raw)


def _name(entry: Mapping[str, Any]) -> str:
    config = entry.get("config")
    inner = config.get("name") if isinstance(config, Mapping) else None
    return str(entry.get("name") or inner or snake(entry["class_name"]))


def group_names(class_names: Iterable[str]) -> list[str]:
    """Return the groups in which Keras saves the weights of layers, by their classes.

    Layers of one class are told apart by a number.
    """
    taken: dict[str, int] = {}
    found = []
    for class_name in class_names:
        stem = snake(class_name)
        count = taken[stem] = taken.get(stem, -1) + 1
        found.append(f"{stem}_{count}" if count else stem)
    return found
