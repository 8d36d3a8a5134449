"""A network as Keras code that a person would have written.

A plain list of layers becomes a Sequential model, everything else a functional one: a loop for a
Repeat, a function for containers that are alike but for a few numbers. Nothing that a design
brings, names above all, can become code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Group, Input, Opaque, Parallel, Repeat, Shape
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.report import Report
from cnnstudio.core.source.layer_names import function_name, layer_names, prefixes_of
from cnnstudio.core.source.layout import STEP, commented, laid_out
from cnnstudio.core.source.parts import part_lines
from cnnstudio.core.source.pipeline import data_pieces, main_piece
from cnnstudio.core.source.scope import Column, Function, Scope
from cnnstudio.core.source.sequential import ListScope
from cnnstudio.core.source.skeletons import Skeletons, names_inside
from cnnstudio.core.source.template import Piece, import_lines
from cnnstudio.core.source.training import training_lines


@dataclass(frozen=True)
class Source:
    """Code that makes a model.

    Attributes:
        text: the code; it makes `model`. With a plan it has `train(model, images, labels,
            validation)`, `read_data()` and `split(classes, parts)`, and trains when it is run.
        lines: the lines of each block by its uid, the first line of the text being 1. Blocks that
            a loop or function stands for share theirs.
    """

    text: str
    lines: Mapping[str, range]

    def at(self, line: int) -> tuple[str, ...]:
        """Return the blocks that a line, counted from 1, belongs to; the innermost first."""
        return self._blocks.get(line, ())

    @cached_property
    def _blocks(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for uid, lines in sorted(self.lines.items(), key=lambda item: len(item[1])):
            for line in lines:
                found[line] = (*found.get(line, ()), uid)
        return found


def write_source(
    network: Network, *, plan: TrainingPlan | None = None, report: Report | None = None
) -> Source:
    """Write the code of a network.

    Args:
        network: the network; one with errors is written as far as it can be, and a comment says so.
        plan: how it is trained; None leaves that out.
        report: the network's analysis, if there is one already.
    """
    first = next((node for node in network.nodes if not node.muted), None)
    if first is None:
        return Source("".join(f"{line}\n" for line in commented("", _(_NOTHING))), {})
    report = report or analyse(network)
    errors = report.errors
    trouble = _(_TROUBLE).format(problem=network.said(errors[0])) if errors else ""
    text = _Text(network)
    text.model(trouble)
    if plan is not None:
        text.training(plan, report.facts[first.uid].output_shape, report.output_shape or ())
    return text.source()


_NOTHING = N_("There are no blocks yet.")
_TROUBLE = N_("This network has an error: {problem}")


class _Text:
    """A text as it comes about, definitions before what uses them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._names = layer_names(network)
        self._skeletons = Skeletons(network, self._names)
        self._function_names = Names()
        self._functions: dict[object, Function] = {}
        self._sections: list[tuple[list[str], Mapping[str, range]]] = []
        self._imports = {"import keras"}

    def section(self, lines: list[str], marks: Mapping[str, range] | None = None) -> None:
        """Add lines that stand apart from others, and what blocks they belong to."""
        self._sections.append((lines, marks or {}))

    def source(self) -> Source:
        """Put all together."""
        if any(self._skeletons.written.values()):
            self._imports.add("from keras import layers")
        text = import_lines(self._imports)
        found: dict[str, range] = {}
        after_function = False
        for lines, marks in self._sections:
            is_function = lines[0].startswith("def ")
            text += [""] * (2 if is_function or after_function else 1)
            after_function = is_function
            for uid, own in marks.items():
                found[uid] = range(own.start + len(text) + 1, own.stop + len(text) + 1)
            text += lines
        return Source("\n".join(text) + "\n", found)

    def training(self, plan: TrainingPlan, entry: Shape | None, out: Shape) -> None:
        """Write what reads a plan's data, splits it and trains the model."""
        reading = data_pieces(plan, entry)
        for piece in reading:
            self._piece(piece)
        self.section(training_lines(self._network, plan, out[0] if len(out) == 1 else 0))
        if reading:
            self._piece(main_piece(plan))

    def _piece(self, piece: Piece) -> None:
        self._imports |= piece.imports
        self.section(list(piece.lines))

    def model(self, trouble: str) -> None:
        """Write what makes the model."""
        nodes = self._network.nodes
        at = next(index for index, node in enumerate(nodes) if not node.muted)
        entry = nodes[at] if isinstance(nodes[at].block, Input) else None
        rest = nodes if entry is None else (*nodes[:at], *nodes[at + 1 :])
        head = commented("", trouble)
        plain = self._skeletons.is_plain(nodes) and not self._skeletons.is_empty(nodes)
        if plain:
            self._sequential(head, entry, rest)
        else:
            self._functional(head, entry, rest)

    def _sequential(self, head: list[str], entry: PlacedBlock | None, rest: Row) -> None:
        scope = ListScope(self._skeletons, self._names, self, indent=STEP * 2)
        if entry is not None:
            scope.entry((entry,))
        scope.row([(node,) for node in rest], "", "")
        opening = [*head, "model = keras.Sequential(", f"{STEP}["]
        self._whole(opening, scope, [f"{STEP}]", ")"])

    def _functional(self, head: list[str], entry: PlacedBlock | None, rest: Row) -> None:
        scope = Scope(self._skeletons, self._names, self)
        scope.entry((entry,) if entry else ())
        last = max((i for i, n in enumerate(rest) if self._skeletons.written[n.uid]), default=-1)
        value = "inputs"
        for index, node in enumerate(rest):
            ends = index == last and not isinstance(node.block, Group | Repeat)
            value = scope.block((node,), value, "outputs" if ends else "x")
        self._whole(head, scope, ["", f"model = keras.Model(inputs, {value})"])

    def _whole(self, opening: list[str], scope: Scope, closing: list[str]) -> None:
        shift = len(opening)
        marks = {u: range(r.start + shift, r.stop + shift) for u, r in scope.marks.items()}
        self.section([*opening, *scope.lines, *closing], marks)

    def of(self, column: Column, *, alone: bool, looped: bool) -> Function:
        """Return the function that stands for containers, written if it is not yet."""
        key: object = column[0].uid if alone else self._skeletons.function_of(column[0])
        if key not in self._functions:
            nodes = column if alone else tuple(self._skeletons.calls_of(column[0]))
            self._functions[key] = self._define(nodes, names_given=looped or len(nodes) > 1)
        return self._functions[key]

    def part(self, node: PlacedBlock) -> str:
        """Return the name of the function that stands for layers there are no blocks for."""
        if node.block not in self._functions:
            name = self._function_names.take(function_name([node], "part"))
            self._functions[node.block] = Function(name, (), {})
            body = part_lines(node.block) if isinstance(node.block, Opaque) else []
            self.section([f"def {name}(x):", *body])
        return self._functions[node.block].name

    def _define(self, nodes: Column, *, names_given: bool) -> Function:
        prefixes = prefixes_of(names_inside(nodes, self._names)) if names_given else ()
        scope = Scope(
            self._skeletons, self._names, self,
            indent=STEP, prefixes=prefixes, names_given=names_given,
        )  # fmt: skip
        name = self._function_names.take(function_name(nodes, _usual_name(nodes[0])))
        scope.inline(nodes, "x", "x")
        parameters = sorted(scope.parameters.values(), key=lambda found: found.is_name)
        head = laid_out("", f"def {name}(", ["x", *(p.name for p in parameters)], "):")
        self._whole(head, scope, [f"{STEP}return x"])
        calls = {node.uid: number for number, node in enumerate(nodes)}
        return Function(name, tuple(parameters), calls)


def _usual_name(node: PlacedBlock) -> str:
    match node.block:
        case Parallel(merge="Add"):
            return "residual_block"
        case Parallel(merge=merge):
            return f"{merge.lower()}_block"
        case Repeat():
            return "stage"
        case _:
            return "block"
