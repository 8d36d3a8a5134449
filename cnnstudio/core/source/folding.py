"""Rounds of a loop that made the same blocks become one Repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from cnnstudio.core.blocks import Repeat
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock, Row, new_uid
from cnnstudio.core.source.values import Loops

_MOST = 1000
"""Rounds of a Repeat."""


def folded(network: Network, loops: Mapping[str, Loops]) -> Network:
    """Return a network with Repeats for what loops have made alike.

    Args:
        network: as the code's calls are.
        loops: in which each block was made, by its uid.
    """
    folding = _Folding(loops, Names(network.names()))
    return Network(folding.row(network.nodes, 0))


class _Folding:
    def __init__(self, loops: Mapping[str, Loops], names: Names) -> None:
        self._loops = loops
        self._names = names

    def row(self, row: Row, depth: int) -> Row:
        """Fold the loops of a row that lie inside `depth` others."""
        found: list[PlacedBlock] = []
        for loop, nodes in groupby(row, lambda node: self._at(node, depth)[0]):
            if loop < 0:
                found += map(self._inside, nodes)
                continue
            rounds = groupby(nodes, lambda node: self._at(node, depth)[1])
            bodies = [self.row(tuple(body), depth + 1) for _round, body in rounds]
            for _key, alike in groupby(bodies, _content):
                found += self._repeated(list(alike))
        return tuple(found)

    def _at(self, node: PlacedBlock, depth: int) -> tuple[int, int]:
        loops = self._loops.get(node.uid, ())
        return loops[depth] if depth < len(loops) else (-1, -1)

    def _inside(self, node: PlacedBlock) -> PlacedBlock:
        if not node.lanes:
            return node
        return replace(node, lanes=tuple(self.row(lane, 0) for lane in node.lanes))

    def _repeated(self, bodies: list[Row]) -> Row:
        """Return rounds that are alike as a Repeat, if there are several."""
        if not 1 < len(bodies) <= _MOST:
            return tuple(node for body in bodies for node in body)
        block = Repeat(count=len(bodies))
        name = self._names.take(f"{Repeat.stem}_1")
        return (PlacedBlock(new_uid(), name, block, lanes=(bodies[0],)),)


def _content(row: Row) -> tuple[object, ...]:
    """Return what is in a row, whatever it is called."""
    return tuple((node.block, tuple(map(_content, node.lanes))) for node in row)
