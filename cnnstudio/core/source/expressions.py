"""Expressions of source code, evaluated over values that are known without running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cnnstudio.core.i18n import _
from cnnstudio.core.source import bounded
from cnnstudio.core.source.applying import Applying, Run
from cnnstudio.core.source.building import Building
from cnnstudio.core.source.keras_calls import free_name
from cnnstudio.core.source.library import BUILTINS, constant_of_math, has_method
from cnnstudio.core.source.session import DEEPEST, Session
from cnnstudio.core.source.values import (
    MISSING,
    UNKNOWN,
    Class,
    Function,
    Method,
    Model,
    Partial,
    Ref,
    Scope,
    Tensor,
)

_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_LOOP_COSTS = 3
"""How much deeper the loop of a comprehension lies than an expression."""
MOST_ROUNDS = 2_000
"""Rounds of one loop."""


class Expressions:
    """Evaluates expressions; what cannot be known is `UNKNOWN`."""

    def __init__(self, session: Session, building: Building, run: Run) -> None:
        self._session = session
        self._building = building
        self._applying = Applying(session, building, run)
        self._line = 1
        self._handlers: Mapping[type[ast.AST], Callable[[Any, Scope], object]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.Tuple: self._row,
            ast.List: self._row,
            ast.Set: self._row,
            ast.Dict: self._dict,
            ast.Subscript: self._subscript,
            ast.JoinedStr: self._text,
            ast.FormattedValue: self._formatted,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._dict_comprehension,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._named,
        }

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """Return the value of an expression."""
        session = self._session
        self._line = node.lineno
        session.spend(1, node.lineno)
        handler = self._handlers.get(type(node))
        if handler is None or session.depth > DEEPEST:
            return UNKNOWN
        session.depth += 1
        try:
            return handler(node, scope)
        finally:
            session.depth -= 1

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Return whether a condition holds, None if that cannot be known."""
        return _truth(self.value(node, scope))

    def rounds(self, node: ast.expr, scope: Scope) -> Iterator[object] | None:
        """Return what a loop goes through, None if that cannot be known.

        A loop that is too long ends early, and is said to.
        """
        found = bounded.items(self.value(node, scope), MOST_ROUNDS + 1)
        return None if found is None else self._counted(found, node.lineno)

    def _counted(self, found: list[object], line: int) -> Iterator[object]:
        loop, outer = self._session.new_loop(), self._session.loops
        try:
            for number, value in enumerate(found):
                if number == MOST_ROUNDS:
                    text = _("This loop is left after {count} rounds.")
                    self._session.remark(line, text.format(count=MOST_ROUNDS))
                    return
                self._session.loops = (*outer, (loop, number))
                self._session.spend(1, line)
                yield value
        finally:
            self._session.loops = outer

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give a value to a name, to several, or to an item of a list."""
        match target:
            case ast.Name():
                if isinstance(value, Model) and value.name is None:
                    value.name = target.id
                scope.put(target.id, value)
            case ast.Tuple() | ast.List():
                self._unpack(target.elts, value, scope)
            case ast.Starred():
                self.assign(target.value, value, scope)
            case ast.Subscript():
                self._set_item(target, value, scope)
            case ast.Attribute():
                owner = self.value(target.value, scope)
                if isinstance(owner, Class):
                    owner.members[target.attr] = value

    def _unpack(self, targets: Sequence[ast.expr], value: object, scope: Scope) -> None:
        found = bounded.items(value)
        if found is None or len(found) != len(targets):
            found = [UNKNOWN] * len(targets)
        for target, inner in zip(targets, found, strict=True):
            self.assign(target, inner, scope)

    def _set_item(self, target: ast.Subscript, value: object, scope: Scope) -> None:
        owner, key = self.value(target.value, scope), self.value(target.slice, scope)
        if isinstance(owner, list | dict) and isinstance(key, int | str):
            if bounded.size(owner) + bounded.size(value) > bounded.MOST_ITEMS:
                return
            try:
                owner[key] = value  # type: ignore[index]
            except bounded.ERRORS:
                return

    def _constant(self, node: ast.Constant, _scope: Scope) -> object:
        return bounded.bounded(node.value)

    def _name(self, node: ast.Name, scope: Scope) -> object:
        found = scope.find(node.id)
        if found is not MISSING:
            return found
        if node.id in BUILTINS:
            return Ref(("builtins", node.id))
        return free_name(node.id) or UNKNOWN

    def _attribute(self, node: ast.Attribute, scope: Scope) -> object:
        owner, name = self.value(node.value, scope), node.attr
        match owner:
            case Ref():
                if owner.path == ("math",) and constant_of_math(name) is not UNKNOWN:
                    return constant_of_math(name)
                return Ref((*owner.path, name)) if len(owner.path) < 20 else UNKNOWN
            case Model():
                return self._of_model(owner, name)
            case Tensor():
                return self._building.shape(owner) if name in ("shape", "_keras_shape") else UNKNOWN
            case Class():
                return self._member(owner, name)
        return Method(owner, name) if has_method(owner, name) else UNKNOWN

    def _of_model(self, model: Model, name: str) -> object:
        if name in ("add", "pop", "build", "get_layer"):
            return Method(model, name)
        if name not in ("input", "output", "inputs", "outputs"):
            return UNKNOWN
        source, end = self._building.ends(model)
        found = Tensor(source if name.startswith("in") else end)
        return [found] if name.endswith("s") else found

    def _member(self, owner: Class, name: str) -> object:
        found = owner.members.get(name, UNKNOWN)
        if isinstance(found, Function) and found.is_bound:
            return Partial(found, (owner,), {})
        return found

    def _call(self, node: ast.Call, scope: Scope) -> object:
        target = self._target(node.func, scope)
        args: list[object] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                args += bounded.items(self.value(arg.value, scope), 1000) or ()
            else:
                args.append(self.value(arg, scope))
        named: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named |= {key: inner for key, inner in value.items() if isinstance(key, str)}
        return self._applying.apply(target, args, named, node)

    def _target(self, node: ast.expr, scope: Scope) -> object:
        """Return what is called; a model that nothing defines begins where it is added to."""
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "add"
            and isinstance(node.value, ast.Name)
            and scope.find(node.value.id) is MISSING
            and free_name(node.value.id) is None
        ):
            self.assign(node.value, self._building.sequential((), {}, node.lineno), scope)
        return self.value(node, scope)

    def _binary(self, node: ast.BinOp, scope: Scope) -> object:
        return self.operated(
            type(node.op), self.value(node.left, scope), self.value(node.right, scope), node.lineno
        )

    def operated(self, kind: type[ast.operator], left: object, right: object, line: int) -> object:
        """Return what an operator makes of two values."""
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            sign = _SIGNS.get(kind, kind.__name__)
            return self._building.arithmetic(sign, left, right, line)
        if isinstance(left, list | tuple) or isinstance(right, list | tuple):
            self._session.spend(bounded.size(left) + bounded.size(right), line)
        return bounded.binary(kind, left, right)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> object:
        if isinstance(node.op, ast.Not):
            truth = self.truth(node.operand, scope)
            return UNKNOWN if truth is None else not truth
        value = self.value(node.operand, scope)
        if isinstance(value, Tensor) and isinstance(node.op, ast.USub):
            return self._building.arithmetic("*", value, -1, node.lineno)
        return bounded.unary(type(node.op), value)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> object:
        value: object = UNKNOWN
        for part in node.values:
            value = self.value(part, scope)
            truth = _truth(value)
            if truth is None:
                return UNKNOWN
            if truth is isinstance(node.op, ast.Or):
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        left = self.value(node.left, scope)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, scope)
            self._session.spend(bounded.size(left) + bounded.size(right), node.lineno)
            found = bounded.compared(type(kind), left, right)
            if found is not True:
                return found
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Scope) -> object:
        truth = self.truth(node.test, scope)
        if truth is None:
            return UNKNOWN
        return self.value(node.body if truth else node.orelse, scope)

    def _row(self, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> object:
        found: list[object] = []
        if len(node.elts) > bounded.MOST_ITEMS:
            return UNKNOWN
        for part in node.elts:
            if isinstance(part, ast.Starred):
                found += bounded.items(self.value(part.value, scope)) or ()
            else:
                found.append(self.value(part, scope))
        return self._within_bounds(tuple(found) if isinstance(node, ast.Tuple) else found)

    def _dict(self, node: ast.Dict, scope: Scope) -> object:
        found: dict[object, object] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.value(value_node, scope)
            key = None if key_node is None else self.value(key_node, scope)
            if key_node is None and isinstance(value, dict):
                found.update(value)
            elif isinstance(key, int | str):
                found[key] = value
        return self._within_bounds(found)

    def _within_bounds(self, found: Any) -> object:
        count = bounded.size(found)
        self._session.spend(count, self._line)
        return found if count <= bounded.MOST_ITEMS else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope) -> object:
        owner = self.value(node.value, scope)
        if isinstance(owner, Tensor):
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            self._building.left_out(f"{name[:40]}[…]", node.lineno)
            return owner
        if not isinstance(node.slice, ast.Slice):
            return bounded.item(owner, self.value(node.slice, scope))
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        values = [None if end is None else self.value(end, scope) for end in ends]
        if isinstance(owner, tuple | list):
            self._session.spend(len(owner), node.lineno)
        return bounded.item(owner, slice(*values))

    def _text(self, node: ast.JoinedStr, scope: Scope) -> object:
        parts = [self.value(part, scope) for part in node.values]
        texts = [part for part in parts if isinstance(part, str)]
        return bounded.bounded("".join(texts)) if len(texts) == len(parts) else UNKNOWN

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> object:
        spec = "" if node.format_spec is None else self.value(node.format_spec, scope)
        value = self.value(node.value, scope)
        return bounded.text_of(value, spec) if isinstance(spec, str) else UNKNOWN

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope
    ) -> object:
        inner = Scope(outer=scope)
        found: list[object] = []
        known = self._filled(
            node.generators, inner, lambda: found.append(self.value(node.elt, inner))
        )
        return self._within_bounds(found) if known else UNKNOWN

    def _dict_comprehension(self, node: ast.DictComp, scope: Scope) -> object:
        inner = Scope(outer=scope)
        found: dict[object, object] = {}

        def add() -> None:
            key, value = self.value(node.key, inner), self.value(node.value, inner)
            if isinstance(key, int | str):
                found[key] = value

        known = self._filled(node.generators, inner, add)
        return self._within_bounds(found) if known else UNKNOWN

    def _filled(
        self, generators: Sequence[ast.comprehension], scope: Scope, add: Callable[[], None]
    ) -> bool:
        """Go through the loops of a comprehension; return whether they are known."""
        if not generators:
            add()
            return True
        # Python's own stack holds more calls of a loop than of another expression.
        self._session.depth += _LOOP_COSTS
        try:
            return self._gone_through(*generators, scope=scope, add=add)
        finally:
            self._session.depth -= _LOOP_COSTS

    def _gone_through(
        self,
        first: ast.comprehension,
        *rest: ast.comprehension,
        scope: Scope,
        add: Callable[[], None],
    ) -> bool:
        rounds = self.rounds(first.iter, scope)
        if rounds is None:
            return False
        for value in rounds:
            self.assign(first.target, value, scope)
            holds = [self.truth(condition, scope) for condition in first.ifs]
            if None in holds or (all(holds) and not self._filled(rest, scope, add)):
                return False
        return True

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return self.function(node, scope)

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Function:
        """Return a function of the code's own, with the defaults it has now."""
        args = node.args
        places = [*args.posonlyargs, *args.args]
        late = places[len(places) - len(args.defaults) :]
        pairs = [
            *zip(late, args.defaults, strict=True),
            *zip(args.kwonlyargs, args.kw_defaults, strict=True),
        ]
        defaults = {arg.arg: self.value(d, scope) for arg, d in pairs if d is not None}
        return Function(node, scope, defaults)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> object:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value


def _truth(value: object) -> bool | None:
    if value is UNKNOWN or isinstance(value, Tensor):
        return None
    return bool(value)
