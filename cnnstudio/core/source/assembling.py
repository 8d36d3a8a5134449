"""Layer calls as a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cnnstudio.core.blocks import Group, Input, Parallel
from cnnstudio.core.i18n import _
from cnnstudio.core.names import LONGEST_GIVEN, Names
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, Row
from cnnstudio.core.source.calls import Calls
from cnnstudio.core.source.folding import folded
from cnnstudio.core.source.values import Loops
from cnnstudio.core.structure import GraphNode, NotSeriesParallel, Region, structure

Remarks = Callable[[int, str], None]
"""Takes a line and what is to be said of it."""


def assembled(calls: Calls, start: int | None, end: int, remark: Remarks) -> Network | None:
    """Return the network from one call to another; None if there is none.

    Branches that are no Parallel are left out, and said to be.

    Args:
        calls: what has been read.
        start: the number of the call that is the input, None if there is none.
        end: the number of the call that is the output.
        remark: is told what could not be kept.
    """
    assembly = _Assembly(calls, remark)
    row = assembly.row(start, end)
    if row is None:
        return None
    network = folded(Network(row), assembly.loops)
    return network if _fits(network.nodes) else Network(row)


@dataclass(slots=True)
class _Assembly:
    calls: Calls
    remark: Remarks
    names: Names
    loops: dict[str, Loops]

    def __init__(self, calls: Calls, remark: Remarks) -> None:
        self.calls = calls
        self.remark = remark
        self.names = Names()
        self.loops = {}

    def row(self, start: int | None, end: int, *, inside: bool = False) -> Row | None:
        """Return the blocks that lead from a call to another, without the Input if it is inside."""
        numbers = self.calls.leading_to(end, start)
        labels = self._labels(numbers)
        nodes = [self._node(number, labels, number == start) for number in numbers]
        lines = {labels[number]: self.calls[number].line for number in numbers}
        result = self._structured(nodes, labels[end], lines)
        if result is None:
            return None
        network, uids = result
        inner: dict[str, Row] = {}
        for number in numbers:
            uid, call = uids.get(labels[number]), self.calls[number]
            if uid is not None:
                self.loops[uid] = call.loops
                if call.inner is not None:
                    inner[uid] = self.row(*call.inner, inside=True) or ()
        first = self.calls[numbers[0]]
        left_out = inside or first.is_missing or not isinstance(first.block, Input)
        return self._filled(network.nodes[int(left_out) :], inner, first.line)

    def _filled(self, row: Row, inner: Mapping[str, Row], line: int) -> Row:
        """Return a row with the models inside it, as far as containers may lie inside others."""
        filled = _filled(row, inner) if inner else row
        if _fits(filled):
            return filled
        if _fits(flat := _flat(filled)):
            return flat
        text = _("The models inside this model lie too deep: they are left out.")
        self.remark(line, text)
        return _filled(row, dict.fromkeys(inner, ()))

    def _node(self, number: int, labels: Mapping[int, str], is_start: bool) -> GraphNode:
        call = self.calls[number]
        if is_start:
            block = call.block if isinstance(call.block, Input) else Input()
            return GraphNode(labels[number], block, None, ())
        return GraphNode(
            labels[number], call.block, call.merge, tuple(labels[read] for read in call.inputs)
        )

    def _labels(self, numbers: list[int]) -> dict[int, str]:
        """Return a name for each call: the code's own, or one that is free."""
        labels = {}
        for number in numbers:
            if given := " ".join((self.calls[number].name or "").split())[:LONGEST_GIVEN].strip():
                labels[number] = self.names.take(given)
        for number in numbers:
            if number not in labels:
                block = self.calls[number].block
                stem = Parallel.stem if block is None else block.stem
                labels[number] = self.names.take(f"{stem}_1")
        return labels

    def _structured(
        self, nodes: list[GraphNode], end: str, lines: Mapping[str, int]
    ) -> tuple[Network, Mapping[str, str]] | None:
        """Return a graph as a network, without the parts of it that are none."""
        while True:
            try:
                found = structure(nodes, end)
            except NotSeriesParallel as error:
                line = lines.get(error.nodes[0], 1) if error.nodes else 1
                if not error.regions:
                    self.remark(line, _("{problem}.").format(problem=str(error)))
                    return None
                for region in error.regions:
                    text = _("{problem}: {layers} are left out")
                    layers = ", ".join(region.nodes[:4]) + (", …" if len(region.nodes) > 4 else "")
                    self.remark(
                        lines[region.nodes[0]], text.format(problem=region.why, layers=layers)
                    )
                nodes, end = _without(nodes, error.regions, end)
            else:
                return found.network, found.uids


def _without(
    nodes: list[GraphNode], regions: tuple[Region, ...], end: str
) -> tuple[list[GraphNode], str]:
    """Return a graph in which what reads the ends of regions reads their starts."""
    instead = {region.end: region.start for region in regions}

    def before(name: str) -> str:
        while name in instead:
            name = instead[name]
        return name

    gone = {name for region in regions for name in region.nodes}
    kept = [
        replace(node, inputs=tuple(map(before, node.inputs)))
        for node in nodes
        if node.name not in gone
    ]
    return kept, before(end)


def _fits(row: Row) -> bool:
    return all(node.depth <= DEEPEST for node in row)


def _filled(row: Row, inner: Mapping[str, Row]) -> Row:
    """Return a row with Groups that hold the models that they stand for."""
    return tuple(
        replace(
            node,
            lanes=(inner[node.uid],)
            if node.uid in inner
            else tuple(_filled(lane, inner) for lane in node.lanes),
        )
        for node in row
    )


def _flat(row: Row) -> Row:
    """Return a row without Groups, where containers would lie too deep."""
    found: list[PlacedBlock] = []
    for node in row:
        if isinstance(node.block, Group):
            found += _flat(node.lanes[0])
        else:
            found.append(replace(node, lanes=tuple(map(_flat, node.lanes))))
    return tuple(found)
