"""Where the blocks of a network stand in one row, and how containers span what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.network import Network, PlacedBlock, Row


@dataclass(frozen=True, slots=True)
class Span:
    """A container over the cells of what it holds and of what leaves it.

    Attributes:
        node: the container.
        first: its first cell.
        last: its own cell, which shows what leaves it.
        depth: how many containers it lies in.
    """

    node: PlacedBlock
    first: int
    last: int
    depth: int


@dataclass(frozen=True, slots=True)
class PathCells:
    """The blocks in the order in which the image comes to them; muted ones are left out.

    Attributes:
        nodes: a block a cell, a container after all that it holds.
        spans: the containers.
        starts: cells with which another lane of a Parallel begins.
    """

    nodes: tuple[PlacedBlock, ...] = ()
    spans: tuple[Span, ...] = ()
    starts: frozenset[int] = frozenset()

    def index_of(self, uid: str | None) -> int | None:
        """Return the cell of a block, None if it has none."""
        return next((i for i, node in enumerate(self.nodes) if node.uid == uid), None)


def cells_of(network: Network) -> PathCells:
    """Return the cells of a network."""
    nodes: list[PlacedBlock] = []
    spans: list[Span] = []
    starts: set[int] = set()

    def add(row: Row, depth: int) -> None:
        for node in row:
            if node.muted:
                continue
            first = len(nodes)
            for number, lane in enumerate(node.lanes):
                if number and len(nodes) > first:
                    starts.add(len(nodes))
                add(lane, depth + 1)
            nodes.append(node)
            if node.is_container:
                spans.append(Span(node, first, len(nodes) - 1, depth))

    add(network.nodes, 0)
    return PathCells(tuple(nodes), tuple(spans), frozenset(starts))
