"""Edits of a network, as values: `edit.apply(network)` does it, `edit.inverse()` undoes it."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.network import Network, Path, PlacedBlock, Row


@dataclass(frozen=True, slots=True)
class Insert:
    """Put `block` at `path`; what stood there moves down."""

    path: Path
    block: PlacedBlock

    def apply(self, network: Network) -> Network:
        """Return the network with the block."""
        return network.inserted(self.path, self.block)

    def inverse(self) -> Remove:
        """Return the edit that undoes this one."""
        return Remove(self.path, self.block)


@dataclass(frozen=True, slots=True)
class Remove:
    """Take `block` away from `path`."""

    path: Path
    block: PlacedBlock

    def apply(self, network: Network) -> Network:
        """Return the network without the block."""
        return network.removed(self.path)

    def inverse(self) -> Insert:
        """Return the edit that undoes this one."""
        return Insert(self.path, self.block)


@dataclass(frozen=True, slots=True)
class Move:
    """Take the block at `source` out, then put it at `target`, counted once it is out."""

    source: Path
    target: Path

    def apply(self, network: Network) -> Network:
        """Return the network with the block at its new place."""
        block = network.at(self.source)
        return network.removed(self.source).inserted(self.target, block)

    def inverse(self) -> Move:
        """Return the edit that undoes this one."""
        return Move(self.target, self.source)


@dataclass(frozen=True, slots=True)
class Replace:
    """Give the block at `path` other parameters or another name; uid and lanes stay."""

    path: Path
    before: PlacedBlock
    after: PlacedBlock

    def apply(self, network: Network) -> Network:
        """Return the network with the changed block."""
        return network.replaced(self.path, self.after)

    def inverse(self) -> Replace:
        """Return the edit that undoes this one."""
        return Replace(self.path, self.after, self.before)


@dataclass(frozen=True, slots=True)
class InsertLane:
    """Give the container at `path` one more lane, `row`, before what is lane number `lane`."""

    path: Path
    lane: int
    row: Row

    def apply(self, network: Network) -> Network:
        """Return the network with the lane."""
        lanes = network.at(self.path).lanes
        return network.with_lanes(self.path, (*lanes[: self.lane], self.row, *lanes[self.lane :]))

    def inverse(self) -> RemoveLane:
        """Return the edit that undoes this one."""
        return RemoveLane(self.path, self.lane, self.row)


@dataclass(frozen=True, slots=True)
class RemoveLane:
    """Take lane number `lane`, which is `row`, away from the container at `path`."""

    path: Path
    lane: int
    row: Row

    def apply(self, network: Network) -> Network:
        """Return the network without the lane."""
        lanes = network.at(self.path).lanes
        return network.with_lanes(self.path, (*lanes[: self.lane], *lanes[self.lane + 1 :]))

    def inverse(self) -> InsertLane:
        """Return the edit that undoes this one."""
        return InsertLane(self.path, self.lane, self.row)


@dataclass(frozen=True, slots=True)
class MoveLane:
    """Take lane number `source` of a container out, then put it in as lane number `target`."""

    path: Path
    source: int
    target: int

    def apply(self, network: Network) -> Network:
        """Return the network with its lanes in another order."""
        lanes = list(network.at(self.path).lanes)
        lanes.insert(self.target, lanes.pop(self.source))
        return network.with_lanes(self.path, tuple(lanes))

    def inverse(self) -> MoveLane:
        """Return the edit that undoes this one."""
        return MoveLane(self.path, self.target, self.source)

    def now(self, lane: int) -> int:
        """Return which number a lane has afterwards."""
        if lane == self.source:
            return self.target
        return lane - (lane > self.source) + (lane - (lane > self.source) >= self.target)


Edit = Insert | Remove | Move | Replace | InsertLane | RemoveLane | MoveLane


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does in one go: a name for the undo history and edits, done in order."""

    label: str
    edits: tuple[Edit, ...]

    def apply(self, network: Network) -> Network:
        """Return the network after all edits."""
        for edit in self.edits:
            network = edit.apply(network)
        return network

    def inverse(self) -> Step:
        """Return the step that undoes this one."""
        return Step(self.label, tuple(edit.inverse() for edit in reversed(self.edits)))

    def text(self) -> str:
        """Return its name in the active language."""
        return _(self.label)


ADD = N_("Add block")
RENAME = N_("Rename")
CHANGE = N_("Change {parameter}")
