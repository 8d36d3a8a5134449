"""Calls in source code: of Keras, of Python's own functions, and of the code's own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnnstudio.core.source import bounded
from cnnstudio.core.source.building import Building, tensors_in
from cnnstudio.core.source.keras_calls import KerasCalls
from cnnstudio.core.source.library import builtin, method, of_math
from cnnstudio.core.source.session import Session
from cnnstudio.core.source.values import (
    UNKNOWN,
    Class,
    Function,
    Layer,
    Method,
    Model,
    Partial,
    Ref,
    Tensor,
)

_TYPES: Mapping[str, type] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict
}  # fmt: skip
Run = Callable[[Function, Sequence[object], Mapping[str, object], int], object]
"""Calls a function of the code's own."""


class Applying:
    """Does what calls would do."""

    def __init__(self, session: Session, building: Building, run: Run) -> None:
        self._session = session
        self._building = building
        self._keras = KerasCalls(session, building)
        self._run = run

    def apply(
        self, target: object, args: Sequence[object], named: Mapping[str, object], node: ast.Call
    ) -> object:
        """Return what a call gives."""
        line = node.lineno
        match target:
            case Ref():
                return self._of_ref(target, args, named, node)
            case Function():
                return self._run(target, args, named, line)
            case Partial():
                given = {**target.named, **named}
                return self.apply(target.target, (*target.arguments, *args), given, node)
            case Method():
                return self._method(target, args, named, line)
            case Layer() | Model():
                return self._keras.put(target, args, named, line)
            case Class():
                return self._object(target, args, named, line)
        if tensors_in(*args, *named.values()):
            self._building.left_out(_called(node.func), line)
        return self._keras.put(target, args, named, line)

    def _of_ref(
        self, ref: Ref, args: Sequence[object], named: Mapping[str, object], node: ast.Call
    ) -> object:
        if ref.path[0] == "builtins":
            return self._builtin(ref.last, args, named, node.lineno)
        if ref.path[0] == "math":
            return of_math(ref.last, args)
        if ref.path == ("functools", "partial") and args:
            return _partial(args[0], tuple(args[1:]), named)
        if ref.is_keras and ref.last == "Sequential":
            return self._building.sequential(args, named, node.lineno, _places(node))
        if ref.is_keras:
            return self._keras.call(ref, args, named, node.lineno)
        if tensors_in(*args, *named.values()):
            self._building.left_out(_called(node.func), node.lineno)
        return self._keras.put(UNKNOWN, args, named, node.lineno)

    def _builtin(
        self, name: str, args: Sequence[Any], named: Mapping[str, Any], line: int
    ) -> object:
        if name == "isinstance" and len(args) == 2 and args[0] is not UNKNOWN:
            kinds = args[1] if isinstance(args[1], tuple) else (args[1],)
            names = [kind.last for kind in kinds if isinstance(kind, Ref)]
            return any(isinstance(args[0], _TYPES.get(name, ())) for name in names)
        self._session.spend(sum(map(bounded.size, args)), line)
        return builtin(name, args, named)

    def _method(
        self, target: Method, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        owner = target.owner
        if not isinstance(owner, Model):
            self._session.spend(bounded.size(owner), line)
            return method(owner, target.name, args, named)
        match target.name:
            case "add":
                self._building.add(owner, (*args, *named.values(), UNKNOWN)[0], line)
            case "pop":
                if owner.parts:
                    owner.parts.pop()
                    owner.source = owner.end = None
            case "build":
                shape = (*args, *named.values(), None)[0]
                owner.shape = tuple(shape)[1:] if isinstance(shape, tuple | list) else None
            case "get_layer":
                return self._layer_named(owner, (*args, *named.values(), None)[0])
        return UNKNOWN

    def _layer_named(self, model: Model, name: object) -> object:
        source, end = self._building.ends(model)
        numbers = self._building.calls.leading_to(end, source)
        found = [number for number in numbers if self._building.calls[number].name == name]
        return Class("layer", {"output": Tensor(found[0])}) if found and name else UNKNOWN

    def _object(
        self, kind: Class, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        made = Class(kind.name, dict(kind.members))
        start = made.members.get("__init__")
        if isinstance(start, Function):
            self._run(start, (made, *args), named, line)
        return made


def _partial(target: object, args: tuple[object, ...], named: Mapping[str, object]) -> Partial:
    """Return something to call, in one piece however many times it has been given arguments."""
    if isinstance(target, Partial):
        return Partial(target.target, (*target.arguments, *args), {**target.named, **named})
    return Partial(target, args, dict(named))


def _places(node: ast.Call) -> list[tuple[str, int]]:
    """Return what the layers in the list of a Sequential model are called, and their lines."""
    given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "layers")]
    rows = [row.elts for row in given if isinstance(row, ast.List | ast.Tuple)]
    parts = rows[0] if rows else []
    return [
        (_called(part.func if isinstance(part, ast.Call) else part), part.lineno) for part in parts
    ]


def _called(node: ast.expr) -> str:
    """Return what is called as the code has it, as far as it is names."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "…")
    return ".".join(reversed(names[-4:]))[:80]
