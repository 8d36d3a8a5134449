"""Statements that put blocks on a tensor: the script's own, or those of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cnnstudio.core.blocks import Group, Input, Opaque, Parallel, Repeat
from cnnstudio.core.i18n import _
from cnnstudio.core.names import Names
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.source.layer_names import is_given
from cnnstudio.core.source.layout import STEP, WIDTH, commented, laid_out, remark
from cnnstudio.core.source.literals import argument, arguments, callee
from cnnstudio.core.source.skeletons import Skeletons

Column = tuple[PlacedBlock, ...]
"""The blocks that one place in the text stands for: in a function, one a call of it."""

_LOOPS = ("i", "j", "k")
"""Variables of loops inside one another; what loops deeper has a function of its own."""
_LONGEST_VARIABLE = 18
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function.

    Attributes:
        name: as the function calls it.
        values: the text of its value, or the name, in each call.
        is_name: whether it is the name, or the start of the name, of a layer.
    """

    name: str
    values: tuple[str, ...]
    is_name: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function that stands for containers.

    Attributes:
        name: what it is called.
        parameters: besides the tensor.
        calls: the number of the call that stands for a container, by its uid.
    """

    name: str
    parameters: tuple[Parameter, ...]
    calls: Mapping[str, int]


class Functions(Protocol):
    """Makes the functions that a text needs."""

    def of(self, column: Column, *, alone: bool, looped: bool) -> Function:
        """Return the function that stands for containers.

        Args:
            column: the containers.
            alone: whether it is made for these only, not for all that are alike.
            looped: whether it is called several times with the same block.
        """
        ...

    def part(self, node: PlacedBlock) -> str:
        """Return the name of the function that stands for layers there are no blocks for."""
        ...


class Scope:
    """Lines of code in which blocks are put on a tensor, one after another.

    Attributes:
        lines: what has been written.
        marks: by uid, the lines of a block, counted from 0.
        parameters: what differs from one block of a column to the next.
    """

    def __init__(
        self,
        skeletons: Skeletons,
        names: Mapping[str, str],
        functions: Functions,
        *,
        indent: str = "",
        prefixes: tuple[str, ...] = (),
        names_given: bool = False,
    ) -> None:
        """Begin without lines.

        Args:
            skeletons: of the network.
            names: of layers, by uid.
            functions: makes those that are called.
            indent: stands before each line.
            prefixes: what the names of layers start with, for each call of this function.
            names_given: whether the names of layers come from the caller.
        """
        self.lines: list[str] = []
        self.marks: dict[str, range] = {}
        self.parameters: dict[tuple[bool, tuple[str, ...]], Parameter] = {}
        self._skeletons: Final = skeletons
        self._names: Final = names
        self._functions: Final = functions
        self._prefixes: Final = prefixes
        self._names_given: Final = names_given
        self._indent = indent
        self._live: set[str] = set()
        self._loops: list[str] = []
        self._counted: set[str] = set()
        self._parameter_names = Names(("x", "name") if prefixes else ("x",))
        if prefixes:
            self.parameters[True, prefixes] = Parameter("name", prefixes, is_name=True)

    def entry(self, column: Column) -> None:
        """Write the Input, or one for a network that lacks it."""
        items = self._arguments(column) if column else ["shape=(28, 28, 1)"]
        if column and (name := self._layer_name(column)):
            items.append(f"name={name}")
        self.lines += laid_out(self._indent, "inputs = keras.Input(", items, ")")
        self._mark(column, 0)

    def row(self, columns: Sequence[Column], source: str, target: str) -> str:
        """Write blocks in a row.

        Args:
            columns: the blocks.
            source: the variable that they receive.
            target: the variable that what they put out is kept in.

        Returns:
            The variable that holds it: `source` if there is no layer.
        """
        for column in columns:
            source = self.block(column, source, target)
        return source

    def block(self, column: Column, source: str, target: str) -> str:
        """Write one block; arguments and result as those of `row`."""
        node, start = column[0], len(self.lines)
        if node.muted or isinstance(node.block, Input):
            self._leave_out(node)
            column = tuple(inner for twin in column for inner in everything_in(twin))
        elif isinstance(node.block, Opaque):
            name = self._functions.part(node)
            self.lines.append(f"{self._indent}{target} = {name}({source})")
            source = target
        elif not node.is_container:
            self._layer(column, source, target)
            source = target
        elif self._skeletons.is_empty(column[:1]):
            for inside in lanes_of(column):
                self.row(inside, source, target)
        else:
            self._container(column, source, target)
            source = target
        self._mark(column, start)
        return source

    def inline(self, column: Column, source: str, target: str) -> None:
        """Write what a container that comes to some layer holds."""
        node = column[0]
        if isinstance(node.block, Parallel):
            self._parallel(column, node.block, source, target)
            return
        (body,) = lanes_of(column)
        if isinstance(node.block, Repeat):
            counts = tuple(str(getattr(twin.block, "count", 1)) for twin in column)
            if set(counts) != {"1"}:
                self._loop(body, counts, source, target)
                return
        self.row(body, source, target)

    def _container(self, column: Column, source: str, target: str) -> None:
        node = column[0]
        shared = self._skeletons.function_of(node) is not None
        too_deep = len(self._loops) == len(_LOOPS)
        if shared or too_deep or self._skeletons.is_long(node):
            looped = bool(self._loops) or self._names_given
            function = self._functions.of(column, alone=not shared, looped=looped)
            self._call(column, function, source, target)
        else:
            self._told(node)
            self.inline(column, source, target)

    def _told(self, node: PlacedBlock) -> None:
        """Write the name of a Group over what it holds."""
        if isinstance(node.block, Group) and is_given(node):
            self.lines += remark(self._indent, node.name)

    def _layer(self, column: Column, source: str, target: str) -> None:
        items = self._arguments(column)
        if name := self._layer_name(column):
            items.append(f"name={name}")
        self._assign(target, callee(column[0].block), items, source)

    def _assign(self, target: str, called: str, items: Sequence[str], source: str) -> None:
        """Write the statement that puts a layer on a variable."""
        self.lines += laid_out(self._indent, f"{target} = {called}(", items, f")({source})")

    def _parallel(self, column: Column, block: Parallel, source: str, target: str) -> None:
        lanes = lanes_of(column)
        variables = self._lane_variables(block, column[0], target)
        ends = [
            self.row(lane, source, variable or source)
            for lane, variable in zip(lanes, variables, strict=True)
        ]
        self._live -= {variable for variable in variables if variable}
        name = self._layer_name(column)
        self._merge(target, f"layers.{block.merge}(", f"name={name}" if name else "", ends)

    def _merge(self, target: str, called: str, name: str, ends: Sequence[str]) -> None:
        opening = f"{target} = {called}{name})("
        if len(self._indent) + len(opening) > WIDTH:
            # The shorter brackets come last, so they stay closed.
            closing = f")([{', '.join(ends)}])"
            self.lines += laid_out(self._indent, f"{target} = {called}", [name], closing)
        else:
            self.lines += laid_out(self._indent, opening, [f"[{', '.join(ends)}]"], ")")

    def _loop(
        self, body: Sequence[Column], counts: tuple[str, ...], source: str, target: str
    ) -> None:
        if source != target:
            self.lines.append(f"{self._indent}{target} = {source}")
        at, indent, variable = len(self.lines), self._indent, _LOOPS[len(self._loops)]
        self.lines.append("")
        self._loops.append(variable)
        self._indent += STEP
        self.row(body, target, target)
        self._indent = indent
        self._loops.pop()
        shown = variable if variable in self._counted else "_"
        self._counted.discard(variable)
        count = self._value(counts, "repeats")
        self.lines[at] = f"{indent}for {shown} in range({count}):"

    def _call(self, column: Column, function: Function, source: str, target: str) -> None:
        calls = [function.calls[node.uid] for node in column]
        items = [source]
        for parameter in function.parameters:
            values = tuple(parameter.values[call] for call in calls)
            value = self._name(values) if parameter.is_name else self._value(values, parameter.name)
            items.append(f"{parameter.name}={value}")
        self.lines += laid_out(self._indent, f"{target} = {function.name}(", items, ")")

    def _leave_out(self, node: PlacedBlock) -> None:
        """Tell of a block that is not part of the network."""
        shown = node.name if is_given(node) else node.block.kind
        text = _("muted: {block}") if node.muted else _("an Input can only come first: {block}")
        self.lines += commented(self._indent, text.format(block=shown))[:1]

    def _arguments(self, column: Column) -> list[str]:
        block = column[0].block
        if len(column) == 1 or all(node.block == block for node in column):
            return [found.text for found in arguments(block)]
        shown = {found.name for node in column for found in arguments(node.block)}
        first = [found.name for found in arguments(block)]
        names = [*first, *(name for name in block.params() if name in shown - set(first))]
        items = []
        for name in names:
            found = [argument(node.block, name) for node in column]
            value = self._value(tuple(one.value for one in found), name)
            items.append(value if found[0].by_place else f"{name}={value}")
        return items

    def _value(self, values: tuple[str, ...], wanted: str) -> str:
        """Return the text of a value, or the parameter it comes in if the blocks differ in it."""
        return (
            values[0] if len(set(values)) == 1 else self._parameter(values, wanted, is_name=False)
        )

    def _parameter(self, values: tuple[str, ...], wanted: str, *, is_name: bool) -> str:
        key = (is_name, values)
        if key not in self.parameters:
            name = self._parameter_names.take(wanted)
            self.parameters[key] = Parameter(name, values, is_name)
        return self.parameters[key].name

    def _layer_name(self, column: Column) -> str:
        """Return the code for the name of a layer; empty if it needs none."""
        if column[0].uid not in self._names:
            return ""
        return self._name(tuple(self._names[node.uid] for node in column))

    def _name(self, values: tuple[str, ...]) -> str:
        """Return the code for a name, which is another in each round of a loop."""
        if self._prefixes:
            text = "{name}" + values[0][len(self._prefixes[0]) :]
        elif self._names_given:
            text = "{" + self._parameter(values, "name", is_name=True) + "}"
        else:
            text = values[0]
        text += "".join(f".{{{variable}}}" for variable in self._loops)
        self._counted.update(self._loops)
        if lone := _VARIABLE.fullmatch(text):
            return lone[1]
        return f'f"{text}"' if "{" in text else f'"{text}"'

    def _lane_variables(self, block: Parallel, node: PlacedBlock, target: str) -> list[str]:
        """Return a variable for each lane that has a layer, empty for the others."""
        written = [not self._skeletons.is_empty(lane) for lane in node.lanes]
        if sum(written) == 1:
            stem = "residual" if block.merge == "Add" else "branch"
            return [self._variable(stem) if has_layer else "" for has_layer in written]
        stem = target if target.startswith("branch") else "branch"
        if len(stem) > _LONGEST_VARIABLE:
            stem = "branch"
        numbered = enumerate(written, start=1)
        return [self._variable(f"{stem}_{n}") if has_layer else "" for n, has_layer in numbered]

    def _variable(self, wanted: str) -> str:
        """Return a variable that holds nothing that is still needed."""
        name = Names(self._live).take(wanted)
        self._live.add(name)
        return name

    def _mark(self, column: Column, start: int) -> None:
        if len(self.lines) > start:
            lines = range(start, len(self.lines))
            self.marks.update((node.uid, lines) for node in column)


def lanes_of(column: Column) -> list[list[Column]]:
    """Return the lanes of containers that are alike, each as columns of their blocks."""
    lanes = zip(*(node.lanes for node in column), strict=True)
    return [list(zip(*rows, strict=True)) for rows in lanes]


def everything_in(node: PlacedBlock) -> Iterator[PlacedBlock]:
    """Yield a block and all that it holds."""
    yield node
    for lane in node.lanes:
        for inner in lane:
            yield from everything_in(inner)
