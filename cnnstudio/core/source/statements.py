"""Statements of source code, gone through one after another; nothing of them is executed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import kind_of, merge_of
from cnnstudio.core.source.building import Building
from cnnstudio.core.source.expressions import MOST_ROUNDS, Expressions
from cnnstudio.core.source.session import DEEPEST, Session
from cnnstudio.core.source.values import (
    UNKNOWN,
    Class,
    Function,
    Layer,
    Ref,
    Scope,
)

_CALL_COSTS = 4
"""How much deeper a function lies than an expression."""
_OWN_CODE = ("Model", "Layer", "Module")
_MAKING = ("Sequential", "Model", "Input", "add")


class _Left(Exception):  # noqa: N818 - a part of going through code, no error
    """A function or a loop is left."""


class _Return(_Left):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class _Break(_Left):
    pass


class _Continue(_Left):
    pass


MERGING = tuple(merge.lower() for merge in MERGES)
"""Functions of `keras.layers` that merge tensors."""


class Statements:
    """Goes through statements.

    Attributes:
        scope: the names of the text itself.
        loose: layers that the text makes and does nothing with.
    """

    def __init__(self, session: Session, building: Building) -> None:
        self.scope = Scope({"__name__": "__main__"})
        self.loose: list[object] = []
        self._session = session
        self._building = building
        self._expressions = Expressions(session, building, self.call)
        self._handlers: Mapping[type[ast.AST], Callable[[Any, Scope], None]] = {
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Expr: self._expression,
            ast.FunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Break: self._break,
            ast.Continue: self._continue,
            ast.If: self._if,
            ast.For: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.Try: self._try,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Global: self._global,
            ast.Nonlocal: self._nonlocal,
            ast.Delete: self._delete,
        }

    def text(self, body: Sequence[ast.stmt]) -> None:
        """Go through the whole text."""
        try:
            self._body(body, self.scope)
        except _Left:
            # A return outside any function ends the text.
            return

    def call(
        self, function: Function, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        """Return what a function of the code's own returns."""
        session = self._session
        session.spend(1, line)
        if session.depth > DEEPEST:
            return UNKNOWN
        scope = Scope(_bound(function, args, named), function.scope)
        session.depth += _CALL_COSTS
        loops = session.loops
        try:
            if isinstance(function.definition, ast.Lambda):
                return self._expressions.value(function.definition.body, scope)
            self._body(function.definition.body, scope)
        except _Return as found:
            return found.value
        except _Left:
            return None
        finally:
            session.depth -= _CALL_COSTS
            session.loops = loops
        return None

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._session.spend(1, statement.lineno)
            handler = self._handlers.get(type(statement))
            if handler is None:
                self._skipped(statement, _("This statement is not understood: it is left out."))
            elif self._session.depth <= DEEPEST:
                self._session.depth += 1
                try:
                    handler(statement, scope)
                finally:
                    self._session.depth -= 1

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self._expressions.value(node.value, scope)
        for target in node.targets:
            self._expressions.assign(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._expressions.assign(node.target, self._expressions.value(node.value, scope), scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        before = _loaded(node.target)
        if before is not None:
            left = self._expressions.value(before, scope)
            right = self._expressions.value(node.value, scope)
            value = self._expressions.operated(type(node.op), left, right, node.lineno)
            self._expressions.assign(node.target, value, scope)

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        value = self._expressions.value(node.value, scope)
        for part in value if isinstance(value, tuple | list) else (value,):
            if isinstance(part, Layer) and scope is self.scope:
                self.loose.append(part)

    def _function(self, node: ast.FunctionDef, scope: Scope) -> None:
        scope.put(node.name, self._expressions.function(node, scope))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self._expressions.value(base, scope) for base in node.bases]
        if any(isinstance(base, Ref) and base.last in _OWN_CODE for base in bases):
            text = _("The class {name} computes what its own code says, which is not read.")
            self._session.remark(node.lineno, text.format(name=node.name))
            scope.put(node.name, UNKNOWN)
            return
        inner = Scope(outer=scope)
        self._body(node.body, inner)
        scope.put(node.name, Class(node.name, inner.names))

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise _Return(None if node.value is None else self._expressions.value(node.value, scope))

    def _raise(self, _node: ast.Raise, _scope: Scope) -> None:
        raise _Return(UNKNOWN)

    def _break(self, _node: ast.Break, _scope: Scope) -> None:
        raise _Break

    def _continue(self, _node: ast.Continue, _scope: Scope) -> None:
        raise _Continue

    def _if(self, node: ast.If, scope: Scope) -> None:
        truth = self._expressions.truth(node.test, scope)
        if truth is None:
            self._skipped(node, _("Whether this condition holds cannot be known: what hangs on it "
                                  "is left out."))  # fmt: skip
        else:
            self._body(node.body if truth else node.orelse, scope)

    def _for(self, node: ast.For, scope: Scope) -> None:
        rounds = self._expressions.rounds(node.iter, scope)
        if rounds is None:
            self._skipped(node, _("What this loop goes through cannot be known: it is left out."))
            return
        for value in rounds:
            self._expressions.assign(node.target, value, scope)
            try:
                self._body(node.body, scope)
            except _Continue:
                continue
            except _Break:
                return
        self._body(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        loop, outer = self._session.new_loop(), self._session.loops
        try:
            for number in range(MOST_ROUNDS):
                truth = self._expressions.truth(node.test, scope)
                if truth is None:
                    text = _("What this loop goes through cannot be known: it is left out.")
                    self._skipped(node, text)
                if not truth:
                    return
                self._session.loops = (*outer, (loop, number))
                try:
                    self._body(node.body, scope)
                except _Continue:
                    continue
                except _Break:
                    return
            text = _("This loop is left after {count} rounds.")
            self._session.remark(node.lineno, text.format(count=MOST_ROUNDS))
        finally:
            self._session.loops = outer

    def _with(self, node: ast.With, scope: Scope) -> None:
        for part in node.items:
            self._expressions.value(part.context_expr, scope)
            if part.optional_vars is not None:
                self._expressions.assign(part.optional_vars, UNKNOWN, scope)
        self._body(node.body, scope)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        self._body([*node.body, *node.orelse, *node.finalbody], scope)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            path = tuple(alias.name.split("."))[:20]
            scope.put(alias.asname or path[0], Ref(path if alias.asname else path[:1]))

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        path = tuple((node.module or "").split("."))[:20]
        for alias in node.names:
            # Classes are known by their names alone; a function such as add could be anyone's.
            names = MERGING if alias.name == "*" and path[-1] == "layers" else (alias.name,)
            for name in names:
                if name != "*":
                    scope.put(alias.asname or name, Ref((*path, name)))

    def _global(self, node: ast.Global, scope: Scope) -> None:
        scope.shared |= set(node.names)

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.borrowed |= set(node.names)

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)

    def _skipped(self, node: ast.stmt, text: str) -> None:
        """Say that a part is left out, if layers might be made in it."""
        self._session.spend(20, node.lineno)
        for inner in ast.walk(node):
            self._session.spend(1, node.lineno)
            if isinstance(inner, ast.Call) and _makes(inner.func):
                self._session.remark(node.lineno, text)
                return


def _makes(called: ast.expr) -> bool:
    """Return whether what is called is named like something that models are made of."""
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in _MAKING or kind_of(name) is not None or merge_of(name) == name


def _bound(
    function: Function, args: Sequence[object], named: Mapping[str, object]
) -> dict[str, object]:
    """Return what a function's parameters stand for; those without a value are unknown."""
    declared = function.definition.args
    names = function.parameters
    every = [*names, *(arg.arg for arg in declared.kwonlyargs)]
    found: dict[str, object] = dict.fromkeys(every, UNKNOWN)
    found |= function.defaults
    found |= dict(zip(names, args, strict=False))
    found |= {name: value for name, value in named.items() if name in every}
    if declared.vararg is not None:
        found[declared.vararg.arg] = tuple(args[len(names) :])
    if declared.kwarg is not None:
        others = {name: value for name, value in named.items() if name not in every}
        found[declared.kwarg.arg] = others
    return found


def _loaded(target: ast.expr) -> ast.expr | None:
    """Return the expression that reads what an augmented assignment changes."""
    match target:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return target
    return None
