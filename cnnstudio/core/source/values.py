"""What names stand for while source code is read: plain values, and layers that are not made."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Loops = tuple[tuple[int, int], ...]
"""The loops in which something was made, outermost first: each loop's number and its round."""

_KERAS = ("keras", "tensorflow", "tf_keras", "tf")


class Unknown:
    """A value that cannot be known without running the code."""

    __slots__ = ()


UNKNOWN: Final = Unknown()
MISSING: Final = Unknown()
"""What a name that there is not stands for."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that is imported, or built into Python, by its dotted name."""

    path: tuple[str, ...]

    @property
    def last(self) -> str:
        """What it is called in its module."""
        return self.path[-1]

    @property
    def is_keras(self) -> bool:
        """Whether it belongs to Keras or TensorFlow."""
        return self.path[0] in _KERAS

    def within(self, *modules: str) -> bool:
        """Return whether it lies in a module of one of these names."""
        return any(module in self.path[:-1] for module in modules)


@dataclass(slots=True, eq=False)
class Layer:
    """A layer that code makes.

    Attributes:
        kind: its class in Keras.
        arguments: by name, already plain.
        name: what the code calls it.
        line: where it is made.
        loops: in which it is made.
        then: a layer in the place of its activation that is no activation of the catalogue.
        used: whether it has been put on a tensor before.
    """

    kind: str
    arguments: Mapping[str, object]
    name: str | None
    line: int
    loops: Loops
    then: Layer | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a layer puts out, by the number of the call."""

    number: int


@dataclass(slots=True, eq=False)
class Model:
    """A model: what lies between two tensors.

    Attributes:
        line: where it is made.
        name: what the code calls it, or the variable that it is kept in.
        source: what enters; None for a Sequential model that has not been put together.
        end: what leaves.
        parts: the layers, models and the Input of a Sequential model; None for any other.
        shape: that of the input, if it is told otherwise than by the first layer.
        depth: how many models lie inside one another in a Sequential one.
        is_part: whether it is a part of another.
        used: whether it has been put on a tensor.
    """

    line: int
    name: str | None
    source: int | None = None
    end: int | None = None
    parts: list[object] | None = None
    shape: tuple[object, ...] | None = None
    depth: int = 1
    is_part: bool = False
    used: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """The names that code sees: its own, then those around it."""

    names: dict[str, object] = field(default_factory=dict)
    outer: Scope | None = None
    shared: set[str] = field(default_factory=set)
    borrowed: set[str] = field(default_factory=set)

    def find(self, name: str) -> object:
        """Return what a name stands for, `MISSING` if there is no such name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return MISSING

    def put(self, name: str, value: object) -> None:
        """Let a name stand for a value."""
        self._owner(name).names[name] = value

    def _owner(self, name: str) -> Scope:
        """Return the scope that a name is given its value in."""
        scope: Scope = self
        if name in self.shared:
            while scope.outer is not None:
                scope = scope.outer
        elif name in self.borrowed:
            while scope.outer is not None and (scope is self or name not in scope.names):
                scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the code's own; `scope` is where it was defined."""

    definition: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: Mapping[str, object]

    @property
    def name(self) -> str:
        """What it is called."""
        definition = self.definition
        return definition.name if isinstance(definition, ast.FunctionDef) else "lambda"

    @property
    def parameters(self) -> list[str]:
        """What it takes by place."""
        args = self.definition.args
        return [arg.arg for arg in (*args.posonlyargs, *args.args)]

    @property
    def is_bound(self) -> bool:
        """Whether it takes the object, or the class, that it is a method of."""
        return self.parameters[:1] in (["self"], ["cls"])


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the code's own, whose functions may make models, or an object of it."""

    name: str
    members: dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """Something to call with some arguments given before."""

    target: object
    arguments: tuple[object, ...]
    named: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value that the reader knows."""

    owner: object
    name: str


Plain = bool | int | float | str | tuple | list | dict | range | None  # type: ignore[type-arg]
"""Python's own values; `isinstance` wants them without parameters."""
