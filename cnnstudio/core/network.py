"""A network as a value: an immutable tree of placed blocks.

A place is named by a path of indices: `(2,)` is the third block of the network, `(2, 0, 1)` the
second block in the first lane of that container, and so on, always of odd length.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from cnnstudio.core.blocks import (
    BatchNormalization,
    Block,
    Container,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
)
from cnnstudio.core.i18n import _
from cnnstudio.core.names import LONGEST_GIVEN, Names
from cnnstudio.core.problems import Problem

DEEPEST = 50
"""How many containers may lie inside one another; the recursions over a network rely on it."""
MOST_LANES = 100
"""How many lanes a container may have; a window shows each of them."""

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block at a place in a network.

    Attributes:
        uid: made when the block is placed, and kept through moves, renames and new parameters;
            it names the Keras layer, so weights and maps are found by it.
        name: the person's name for it, unique in the network.
        block: the layer kind and its parameters.
        muted: kept in the list but left out of the network.
        lanes: what a container holds; empty for layers.
    """

    uid: str
    name: str
    block: Block
    muted: bool = False
    lanes: tuple[tuple[PlacedBlock, ...], ...] = ()

    @property
    def is_container(self) -> bool:
        """Whether it holds lanes."""
        return isinstance(self.block, Container)

    @property
    def depth(self) -> int:
        """How many containers lie inside one another here, itself counted; 0 for a layer."""
        if not self.is_container:
            return 0
        return 1 + max((inner.depth for lane in self.lanes for inner in lane), default=0)

    def renewed(self, names: Names) -> PlacedBlock:
        """Return a copy with uids of its own, and with names that are free in `names`."""
        lanes = tuple(tuple(inner.renewed(names) for inner in lane) for lane in self.lanes)
        return replace(self, uid=new_uid(), name=names.take(self.name), lanes=lanes)


Row = tuple[PlacedBlock, ...]
"""Blocks one after another: the network's own, or those of a lane."""


@dataclass(frozen=True, slots=True)
class Network:
    """Placed blocks in the order data flows through them."""

    nodes: Row = ()
    _known_paths: dict[str, Path] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def at(self, path: Path) -> PlacedBlock:
        """Return the block at a path.

        Raises:
            IndexError: if there is none.
        """
        node = self.nodes[path[0]]
        for lane, index in zip(path[1::2], path[2::2], strict=True):
            node = node.lanes[lane][index]
        return node

    def siblings(self, path: Path) -> Row:
        """Return the list in which a path's last index counts."""
        return self.nodes if len(path) == 1 else self.at(path[:-2]).lanes[path[-2]]

    def nearest(self, path: Path) -> PlacedBlock | None:
        """Return the block at a path, or what is nearest to it if the path leads nowhere.

        That is the last block of a list that is too short, or the container of a lane that is
        empty or gone; None if there are no blocks at all.
        """
        row, found = self.nodes, None
        for index, lane in zip_longest(path[::2], path[1::2]):
            if not row:
                break
            found = row[min(index, len(row) - 1)]
            if lane is None or index >= len(row) or lane >= len(found.lanes):
                break
            row = found.lanes[lane]
        return found

    def walk(self) -> Iterator[tuple[Path, PlacedBlock]]:
        """Yield every block with its path, containers before what they hold."""
        return _walk(self.nodes, ())

    def find(self, uid: str) -> Path | None:
        """Return the path of a block, None if it is not here."""
        return self.paths.get(uid)

    @property
    def paths(self) -> Mapping[str, Path]:
        """The path of every block by its uid."""
        if not self._known_paths:
            self._known_paths.update((node.uid, path) for path, node in self.walk())
        return self._known_paths

    def names(self) -> Iterator[str]:
        """Yield the name of every block."""
        return (node.name for _path, node in self.walk())

    def said(self, problem: Problem) -> str:
        """Say a problem and which block has it, in the active language."""
        path = None if problem.block is None else self.find(problem.block)
        if path is None:
            return problem.message()
        return _("{block}: {problem}").format(block=self.at(path).name, problem=problem.message())

    def placed(self, block: Block) -> PlacedBlock:
        """Return `block` with a new uid and a name that is free here, ready to be inserted."""
        return _placed(block, Names(self.names()))

    def inserted(self, path: Path, node: PlacedBlock) -> Network:
        """Return the network with `node` at `path`, what stood there moved down.

        Raises:
            ValueError: if there is no room for it, see `has_room`.
            IndexError: if its list is shorter than that.
        """
        if not has_room(path, node):
            raise ValueError(f"containers deeper than {DEEPEST} levels at {path}")
        index = path[-1]
        if index > len(self.siblings(path)):
            raise IndexError(f"no place {path}: the list ends before it")
        return self._with_siblings(path, lambda row: (*row[:index], node, *row[index:]))

    def removed(self, path: Path) -> Network:
        """Return the network without the block at `path`."""
        index = path[-1]
        return self._with_siblings(path, lambda row: (*row[:index], *row[index + 1 :]))

    def replaced(self, path: Path, node: PlacedBlock) -> Network:
        """Return the network with `node` instead of what stands at `path`."""
        index, before = path[-1], self.at(path)
        after = self._with_siblings(path, lambda row: (*row[:index], node, *row[index + 1 :]))
        if (before.uid, before.lanes) == (node.uid, node.lanes):
            # No block has gone elsewhere, and looking for all of them takes longer than the rest.
            after._known_paths.update(self._known_paths)  # noqa: SLF001 - of its own class
        return after

    def __reduce__(self) -> tuple[type[Network], tuple[Row]]:
        """Go through the pipe to the engine without what is known by heart."""
        return Network, (self.nodes,)

    def with_lanes(self, path: Path, lanes: tuple[Row, ...]) -> Network:
        """Return the network with other lanes in the container at `path`."""
        return self.replaced(path, replace(self.at(path), lanes=lanes))

    def _with_siblings(self, path: Path, change: Callable[[Row], Row]) -> Network:
        if len(path) == 1:
            return Network(change(self.nodes))
        *parent, lane, _index = path
        holder = self.at(tuple(parent))
        lanes = (*holder.lanes[:lane], change(holder.lanes[lane]), *holder.lanes[lane + 1 :])
        return self.replaced(tuple(parent), replace(holder, lanes=lanes))


def has_room(path: Path, node: PlacedBlock) -> bool:
    """Return whether a block may stand at a path: containers lie no deeper than `DEEPEST`."""
    return len(path) // 2 + node.depth <= DEEPEST


def network_of(*blocks: Block) -> Network:
    """Return a plain stack of blocks with fresh uids and names."""
    names = Names()
    return Network(tuple(_placed(block, names) for block in blocks))


def starter_network() -> Network:
    """Return the network a newcomer meets first: 109,066 weights, 0.96 on digits in 8 epochs."""
    return network_of(
        Input(shape=(28, 28, 1)),
        Conv2D(filters=64, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(pool_size=(2, 2)),
        Dropout(rate=0.25),
        BatchNormalization(),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )


def new_uid() -> str:
    """Return a fresh uid: eight hexadecimal digits, a valid Keras layer name."""
    return secrets.token_hex(4)


def renamed(network: Network, node: PlacedBlock, wanted: str) -> PlacedBlock:
    """Return a block under another name, made unique in the network; an empty one is ignored."""
    wanted = " ".join(wanted.split())[:LONGEST_GIVEN].strip()
    if not wanted or wanted == node.name:
        return node
    return replace(node, name=Names(set(network.names()) - {node.name}).take(wanted))


def _placed(block: Block, names: Names) -> PlacedBlock:
    lanes: tuple[Row, ...] = ()
    if isinstance(block, Container):
        lanes = ((),) if block.most_lanes == 1 else ((), ())
    return PlacedBlock(new_uid(), names.take(f"{block.stem}_1"), block, lanes=lanes)


def _walk(row: Row, base: Path) -> Iterator[tuple[Path, PlacedBlock]]:
    for index, node in enumerate(row):
        path = (*base, index)
        yield path, node
        for lane, body in enumerate(node.lanes):
            yield from _walk(body, (*path, lane))
