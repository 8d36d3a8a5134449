"""The calls of the layers of a Keras model, as its description has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnstudio.core.safe_layers import operation_home

Key = tuple[str, int]
"""A tensor: the call that puts it out, and which of its outputs it is."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as an argument of a call; `shape` is without the batch, None if not written."""

    key: Key
    shape: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer's weights are in a file.

    Attributes:
        path: the group in a `.keras` file.
        names: the names of the models it lies in and its own, as `.h5` files have them.
    """

    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer.

    Attributes:
        key: unique in the model.
        name: the layer's name, as a person gave it.
        layer: the same for all calls of one layer, and for no other.
        entry: the layer's description, with `class_name` and `config`.
        place: of the weights.
        args: what it is called with: `Tensor`s, plain values, lists and dicts of them.
        kwargs: the same by name.
        input_shape: of an Input, without the batch.
    """

    key: str
    name: str
    layer: str
    entry: Mapping[str, Any]
    place: Place
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    input_shape: tuple[int | None, ...] | None = None

    @property
    def class_name(self) -> str:
        """The layer's class."""
        return str(self.entry["class_name"])

    @property
    def config(self) -> Mapping[str, Any]:
        """The layer's arguments."""
        found = self.entry.get("config")
        return found if isinstance(found, Mapping) else {}

    @property
    def is_operation(self) -> bool:
        """Whether it is one of Keras's functions on tensors, `x + y`, and no layer."""
        return is_operation(self.entry)

    def tensors(self) -> tuple[Tensor, ...]:
        """Return the tensors it is called with, in their order."""
        return tuple(tensors_in((self.args, self.kwargs)))


def is_operation(entry: Mapping[str, Any]) -> bool:
    """Return whether a description is of one of Keras's functions on tensors."""
    module = entry.get("module")
    if isinstance(module, str):
        return module.startswith(("keras.src.ops", "keras.ops"))
    return operation_home(str(entry.get("class_name"))) is not None


def tensors_in(raw: Any) -> Iterator[Tensor]:
    """Yield the tensors in an argument, in their order."""
    if isinstance(raw, Tensor):
        yield raw
    elif isinstance(raw, Mapping):
        for value in raw.values():
            yield from tensors_in(value)
    elif isinstance(raw, list | tuple):
        for item in raw:
            yield from tensors_in(item)
