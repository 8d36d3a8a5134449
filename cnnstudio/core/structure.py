"""The graph of a model's layer calls as a network: a fork and its merge become a Parallel.

A graph fits if it is series-parallel: whatever several layers read comes together again in one
merge, and no edge leads from one branch into another. What stands in the way is told as regions,
parts with one way in and one way out, so that each may be put into a block of its own and the rest
kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Block, Parallel
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.declared import quoted
from cnnstudio.core.dominators import dominators
from cnnstudio.core.i18n import _
from cnnstudio.core.names import LONGEST_GIVEN, Names
from cnnstudio.core.network import DEEPEST, MOST_LANES, Network, PlacedBlock, Row, new_uid

_NAMES_TOLD = 5


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One layer call of a model's graph.

    Attributes:
        name: unique in the graph; becomes the block's name.
        block: what the call computes; None for a merge.
        merge: the Keras name of a merge, as `MERGES` has them; None for any other layer.
        inputs: the names of the nodes it reads, in order; none for the Input.
        axis: along which a Concatenate joins, as Keras counts them.
    """

    name: str
    block: Block | None
    merge: str | None
    inputs: tuple[str, ...]
    axis: int = -1


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a graph that is no network, with one way in and one way out.

    Attributes:
        start: the node that all of the part starts from; it is not in it, and others may read it.
        end: the last node of the part, the only one that is read from outside.
        nodes: all of the part, `end` among them, each after those that it reads.
        why: what is in the way, in a sentence for people.
    """

    start: str
    end: str
    nodes: tuple[str, ...]
    why: str


class BrokenGraphError(ValueError):
    """Nodes that make no graph at all; the text is for people."""


class NotSeriesParallel(ValueError):  # noqa: N818 - its name is agreed on
    """A graph that is no network; the text is for people.

    Attributes:
        nodes: the names of the nodes that stand in the way.
        regions: the parts they lie in, no two of which share a node; empty if the way in or out
            itself is in the way, as with several Inputs.
    """

    def __init__(self, text: str, nodes: tuple[str, ...], regions: tuple[Region, ...] = ()) -> None:
        super().__init__(text)
        self.nodes = nodes
        self.regions = regions


@dataclass(frozen=True, slots=True)
class Structure:
    """A graph as a network.

    Attributes:
        network: the network, with fresh uids.
        uids: the block of each node by the node's name; a merge's is its Parallel. A merge of a
            single branch changes nothing and has no block.
        unused: the names of the nodes that do not lead to the output, in their order.
    """

    network: Network
    uids: Mapping[str, str]
    unused: tuple[str, ...]


def structured(nodes: Sequence[GraphNode], output: str) -> Network:
    """Return a graph as a network; see `structure` for what else can be known of it.

    Raises:
        NotSeriesParallel: if it is none.
        BrokenGraphError: if the nodes make no graph.
    """
    return structure(nodes, output).network


def structure(nodes: Sequence[GraphNode], output: str) -> Structure:
    """Return a graph as a network, branches as Parallels with their lanes in the merge's order.

    Args:
        nodes: the layer calls, in any order.
        output: the name of the node that is the model's output.

    Raises:
        NotSeriesParallel: if the graph is no network.
        BrokenGraphError: if a name is missing or twice there, or nodes read one another in a ring.
    """
    graph = _Graph(nodes, output)
    graph.check()
    rows = _Rows(graph)
    network = rows.network()
    _check_axes(graph, network, rows.uids)
    uids = {node.name: uid for node, uid in zip(graph.nodes, rows.uids, strict=True)}
    return Structure(
        network, uids, tuple(node.name for node in nodes if node.name not in graph.used)
    )


def region_around(
    nodes: Sequence[GraphNode], output: str, names: Sequence[str], why: str
) -> Region:
    """Return the smallest part with one way in and one way out that some nodes lie in together.

    Args:
        nodes: the layer calls, in any order.
        output: the name of the node that is the model's output.
        names: of the nodes, the Input not among them; those that lead nowhere are passed over.
        why: what binds them together, in a sentence for people.

    Raises:
        NotSeriesParallel: if the graph has several Inputs.
        BrokenGraphError: if the nodes make no graph, or none of them leads to the output.
    """
    graph = _Graph(nodes, output)
    numbers = [number for number, node in enumerate(graph.nodes) if node.name in set(names)]
    if not numbers:
        raise BrokenGraphError(_("the model has no layer {layer}").format(layer=quoted(names[0])))
    return graph.region(numbers, why)


class _Graph:
    """The nodes that lead to the output, numbered so that each comes after what it reads.

    Node 0 is the Input and the last one the output, once `check` has passed.
    """

    def __init__(self, nodes: Sequence[GraphNode], output: str) -> None:
        known = {node.name: node for node in nodes}
        if len(known) < len(nodes):
            raise BrokenGraphError(_("two layers of the model have the same name"))
        numbers: dict[str, int] = {}
        self.nodes: list[GraphNode] = []
        for node in _in_order(known, output):
            if _changes_nothing(node):
                numbers[node.name] = numbers[node.inputs[0]]
            else:
                numbers[node.name] = len(self.nodes)
                self.nodes.append(node)
        self.used = numbers.keys()
        self.reads = [[numbers[name] for name in node.inputs] for node in self.nodes]
        self.readers: list[list[int]] = [[] for _node in self.nodes]
        for number, reads in enumerate(self.reads):
            for read in reads:
                self.readers[read].append(number)
        self._check_sources()
        count = len(self.nodes)
        self._before = dominators(range(count), self.reads)
        self._after = dominators(reversed(range(count)), self.readers)

    def fork(self, number: int) -> int:
        """Return the last node that every path to a node other than the Input passes."""
        return self._before.parents[number]

    def check(self) -> None:
        """Refuse a graph that is not series-parallel or has nodes that no network has."""
        found = {number: why for number in range(len(self.nodes)) if (why := self._why_not(number))}
        self.refuse(found)

    def refuse(self, found: Mapping[int, str]) -> None:
        """Raise `NotSeriesParallel` if nodes stand in the way, each for a reason."""
        if found:
            names = tuple(self.nodes[number].name for number in found)
            raise NotSeriesParallel(next(iter(found.values())), names, self._regions(found))

    def region(self, numbers: Sequence[int], why: str) -> Region:
        """Return the smallest region that some nodes lie in together."""
        first = reduce(self._before.meet, (self.fork(number) for number in numbers))
        start, end, inside = self._span(first, reduce(self._after.meet, numbers))
        names = tuple(self.nodes[number].name for number in sorted(inside))
        return Region(self.nodes[start].name, self.nodes[end].name, names, why)

    def _check_sources(self) -> None:
        sources = tuple(
            node.name for node, reads in zip(self.nodes, self.reads, strict=True) if not reads
        )
        if len(sources) > 1:
            text = _("the model has {count} inputs, but a design has one: {layers}").format(
                count=len(sources), layers=_listed(sources)
            )
            raise NotSeriesParallel(text, sources)

    def _why_not(self, number: int) -> str | None:
        """Say why a node can be no part of a network, None if it can."""
        node, count = self.nodes[number], len(self.reads[number])
        if count > 1 and node.block is not None:
            return _("{layer} reads the outputs of {count} layers and is no merge").format(
                layer=node.name, count=count
            )
        if node.merge is not None and node.merge not in MERGES:
            return _("{layer} joins branches by {merge}, which Parallel does not offer").format(
                layer=node.name, merge=node.merge
            )
        if count > MOST_LANES:
            return _("{layer} joins {count} branches, but a Parallel has at most {most}").format(
                layer=node.name, count=count, most=MOST_LANES
            )
        if self._is_open(number):
            return _("the branches after {layer} do not come together in one merge").format(
                layer=node.name
            )
        return None

    def _regions(self, found: Mapping[int, str]) -> tuple[Region, ...]:
        """Return the smallest parts with one way in and one way out that hold what is found."""
        spans: dict[int, tuple[int, int, set[int], str]] = {}
        owners: dict[int, int] = {}
        for number, why in found.items():
            owner = owners.get(number)
            if owner is not None and number != spans[owner][1]:
                continue
            end = self._after.parents[number] if self._is_open(number) else number
            start, end, inside = self._span(self.fork(number), end)
            reason = why
            while touching := {owners[inner] for inner in inside if inner in owners}:
                for key in sorted(touching):
                    other_start, other_end, other_inside, reason = spans.pop(key)
                    start = self._before.meet(start, other_start)
                    end = self._after.meet(end, other_end)
                    for inner in other_inside:
                        del owners[inner]
                start, end, inside = self._span(start, end)
            spans[number] = (start, end, inside, reason)
            owners.update(dict.fromkeys(inside, number))
        return tuple(
            Region(
                self.nodes[start].name,
                self.nodes[end].name,
                tuple(self.nodes[number].name for number in sorted(inside)),
                why,
            )
            for start, end, inside, why in sorted(spans.values(), key=lambda span: span[0])
        )

    def _is_open(self, number: int) -> bool:
        """Return whether branches leave a node that do not come together in a merge of theirs."""
        return len(self.readers[number]) > 1 and self.fork(self._after.parents[number]) != number

    def _span(self, start: int, end: int) -> tuple[int, int, set[int]]:
        """Return the nearest way in and way out of all that lies between two nodes, and that."""
        while True:
            start = self._before.meet(start, end)
            inside = self._between(start, end)
            wider = reduce(self._after.meet, inside, end)
            if wider == end:
                return start, end, inside
            end = wider

    def _between(self, start: int, end: int) -> set[int]:
        inside, pending = {end}, [end]
        while pending:
            for read in self.reads[pending.pop()]:
                if read != start and read not in inside:
                    inside.add(read)
                    pending.append(read)
        return inside


class _Rows:
    """Builds the network of a graph that fits, from the output back to the Input."""

    def __init__(self, graph: _Graph) -> None:
        self._graph = graph
        names = Names()
        self._names = [names.take(_name_of(node)) for node in graph.nodes]
        self.uids = [new_uid() for _node in graph.nodes]
        self._too_deep: dict[int, str] = {}

    def network(self) -> Network:
        """Return the network.

        Raises:
            NotSeriesParallel: if its Parallels lie too deep inside one another.
        """
        rest = self._row(len(self.uids) - 1, 0, depth=0)
        self._graph.refuse(self._too_deep)
        return Network((self._placed(0), *rest))

    def _row(self, end: int, start: int, *, depth: int) -> Row:
        """Return what lies between two nodes, `end` included."""
        row: list[PlacedBlock] = []
        while end != start:
            if self._graph.nodes[end].block is not None:
                row.append(self._placed(end))
                end = self._graph.reads[end][0]
                continue
            fork = self._graph.fork(end)
            if depth < DEEPEST:
                row.append(self._parallel(end, fork, depth))
            else:
                self._too_deep[end] = _(
                    "branches lie inside one another deeper than {most} levels at {layer}"
                ).format(most=DEEPEST, layer=self._graph.nodes[end].name)
            end = fork
        return tuple(reversed(row))

    def _parallel(self, number: int, fork: int, depth: int) -> PlacedBlock:
        lanes = tuple(self._row(end, fork, depth=depth + 1) for end in self._graph.reads[number])
        return self._placed(number, lanes)

    def _placed(self, number: int, lanes: tuple[Row, ...] = ()) -> PlacedBlock:
        node = self._graph.nodes[number]
        block = Parallel(merge=node.merge or "") if node.block is None else node.block
        return PlacedBlock(self.uids[number], self._names[number], block, lanes=lanes)


def _check_axes(graph: _Graph, network: Network, uids: Sequence[str]) -> None:
    """Refuse a Concatenate along another axis than the channels, the only one of Parallel."""
    odd = [
        number
        for number, node in enumerate(graph.nodes)
        if node.merge == "Concatenate" and node.axis != -1
    ]
    if not odd:
        return
    facts = analyse(network).facts
    found: dict[int, str] = {}
    for number in odd:
        node, shape = graph.nodes[number], facts[uids[number]].output_shape
        if shape is None or node.axis != len(shape):
            found[number] = _(
                "{layer} joins branches along axis {axis}, but Parallel joins along the channels"
            ).format(layer=node.name, axis=node.axis)
    graph.refuse(found)


def _in_order(known: Mapping[str, GraphNode], output: str) -> list[GraphNode]:
    """Return the nodes that lead to the output, each after those that it reads."""
    order: list[GraphNode] = []
    pending = [(_named(known, output), False)]
    begun: set[str] = set()
    done: set[str] = set()
    while pending:
        node, is_read = pending.pop()
        if is_read:
            done.add(node.name)
            order.append(node)
        elif node.name not in begun:
            begun.add(node.name)
            pending.append((node, True))
            pending += [(_named(known, name), False) for name in reversed(node.inputs)]
        elif node.name not in done:
            raise BrokenGraphError(
                _("the layers of the model read one another in a ring, {layer} among them").format(
                    layer=node.name
                )
            )
    return order


def _named(known: Mapping[str, GraphNode], name: str) -> GraphNode:
    if name not in known:
        raise BrokenGraphError(_("the model has no layer {layer}").format(layer=quoted(name)))
    return known[name]


def _changes_nothing(node: GraphNode) -> bool:
    """Return whether a node is a merge of a single branch, which is what comes in."""
    return node.merge in MERGES and len(node.inputs) == 1


def _name_of(node: GraphNode) -> str:
    """Return the name a node's block should have."""
    stem = Parallel.stem if node.block is None else node.block.stem
    return " ".join(node.name.split())[:LONGEST_GIVEN].strip() or f"{stem}_1"


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(names[:_NAMES_TOLD])
    return told if len(names) <= _NAMES_TOLD else f"{told}, …"
