"""Which containers are alike but for their numbers, and so become one function each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cnnstudio.core.blocks import Block, Group, Input, Opaque, Parallel
from cnnstudio.core.fields import Value
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.source.layer_names import prefixes_of

MOST_PARAMETERS = 10
"""A function with more, or with more than it has layers, would be harder to read than they are."""
LONG_GROUP = 12
"""Layers from which on a Group is a function though it is there once, among functions."""
_WORTH_IT = 2
"""Layers, or times, below which nothing is won by a function."""

Key = int
"""Names a function to be."""


class Skeletons:
    """What a network's containers have in common.

    Attributes:
        written: by uid, how many layers a block comes to in the text, loops counted once.
        occurrences: the containers that are calls of the same function.
    """

    def __init__(self, network: Network, names: Mapping[str, str]) -> None:
        """Survey a network; `names` are those of layers that are written, by uid."""
        self.written: dict[str, int] = {}
        self.occurrences: dict[Key, list[PlacedBlock]] = {}
        self._names: Final = names
        self._known: dict[object, Key] = {}
        self._keys: dict[str, Key] = {}
        for node in network.nodes:
            self._survey(node)
        self._part()
        counts: dict[Key, int] = {}
        self._count(network.nodes, counts)
        self._functions = {key for key, count in counts.items() if count >= _WORTH_IT}

    def function_of(self, node: PlacedBlock) -> Key | None:
        """Return the key of the function that a container is a call of."""
        key = self._keys.get(node.uid)
        return key if key in self._functions else None

    def calls_of(self, node: PlacedBlock) -> list[PlacedBlock]:
        """Return all containers that are calls of the same function as this one."""
        return self.occurrences[self._keys[node.uid]]

    def is_long(self, node: PlacedBlock) -> bool:
        """Return whether a container is better told apart from what surrounds it."""
        return isinstance(node.block, Group) and self.written[node.uid] >= LONG_GROUP

    def is_plain(self, row: Row) -> bool:
        """Return whether there are only layers, and Groups that are all different."""
        return all(
            not self.written[node.uid]
            or not (node.is_container or isinstance(node.block, Opaque))
            or (
                isinstance(node.block, Group)
                and self.function_of(node) is None
                and self.is_plain(node.lanes[0])
            )
            for node in row
        )

    def is_empty(self, row: Row) -> bool:
        """Return whether a list of blocks comes to no layer."""
        return not any(self.written[node.uid] for node in row)

    def _survey(self, node: PlacedBlock) -> Key:
        """Note a block and all it holds; return what it has in common with others like it."""
        if node.muted:
            self.written[node.uid] = 0
            return self._key(("muted", node.block.kind))
        if not node.is_container:
            self.written[node.uid] = 0 if isinstance(node.block, Input) else 1
            own = node.block if isinstance(node.block, Opaque) else None
            return self._key((node.block.kind, own, node.uid in self._names))
        lanes = tuple(tuple(map(self._survey, lane)) for lane in node.lanes)
        merge = getattr(node.block, "merge", None)
        key = self._key((node.block.kind, merge, node.uid in self._names, lanes))
        inner = sum(self.written[n.uid] for lane in node.lanes for n in lane)
        self.written[node.uid] = inner + isinstance(node.block, Parallel)
        if self.written[node.uid] >= _WORTH_IT and isinstance(node.block, Parallel | Group):
            self._keys[node.uid] = key
            self.occurrences.setdefault(key, []).append(node)
        return key

    def _key(self, what: object) -> Key:
        return self._known.setdefault(what, len(self._known))

    def _part(self) -> None:
        """Leave together only what a function with few parameters can stand for."""
        for key, nodes in list(self.occurrences.items()):
            if len(nodes) < _WORTH_IT or not self._differ_much(nodes):
                continue
            del self.occurrences[key]
            for node in nodes:
                blocks = tuple(inner.block for inner in _inside(node))
                same = self._key((key, blocks))
                self._keys[node.uid] = same
                self.occurrences.setdefault(same, []).append(node)

    def _differ_much(self, nodes: Sequence[PlacedBlock]) -> bool:
        most = min(MOST_PARAMETERS, self.written[nodes[0].uid])
        columns = zip(*map(_inside, nodes), strict=True)
        differences: set[tuple[Value, ...]] = set()
        for column in columns:
            differences |= differing(tuple(node.block for node in column))
            if len(differences) > most:
                return True
        return len(differences) + self._name_parameters(nodes) > most

    def _name_parameters(self, nodes: Sequence[PlacedBlock]) -> int:
        rows = names_inside(nodes, self._names)
        return 1 if prefixes_of(rows) else len(rows[0])

    def _count(self, row: Row, counts: dict[Key, int]) -> None:
        """Count how often each function would be called in a text in which each stands once."""
        for node in row:
            key = self._keys.get(node.uid)
            if key is not None:
                counts[key] = counts.get(key, 0) + 1
            if not node.muted and (key is None or counts[key] == 1):
                for lane in node.lanes:
                    self._count(lane, counts)


def names_inside(nodes: Sequence[PlacedBlock], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return, for each of some containers, the names of the layers that it comes to."""
    return [tuple(names[n.uid] for n in _inside(node) if n.uid in names) for node in nodes]


def differing(blocks: tuple[Block, ...]) -> set[tuple[Value, ...]]:
    """Return the values of the parameters in which blocks of a kind differ."""
    first = blocks[0]
    if all(block == first for block in blocks[1:]):
        return set()
    rows = zip(*(block.params().values() for block in blocks), strict=True)
    return {row for row in rows if len(set(row)) > 1}


def _inside(node: PlacedBlock) -> Iterator[PlacedBlock]:
    """Yield a container and all it holds that is not muted."""
    yield node
    for lane in node.lanes:
        for inner in lane:
            if not inner.muted:
                yield from _inside(inner)
