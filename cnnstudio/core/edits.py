"""Edits of a network, as values: `edit.apply(network)` does it, `edit.inverse()` undoes it."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, Path, PlacedBlock


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


Edit = Insert | Remove | Move | Replace


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
DELETE = N_("Delete")
DUPLICATE = N_("Duplicate")
MOVE = N_("Move")
RENAME = N_("Rename")
CHANGE = N_("Change {parameter}")


def deletion(network: Network, paths: list[Path]) -> Step:
    """Return the step that removes the blocks at `paths`."""
    edits = tuple(Remove(path, network.at(path)) for path in sorted(outermost(paths), reverse=True))
    return Step(DELETE, edits)


def duplication(network: Network, paths: list[Path]) -> Step:
    """Return the step that puts a copy of each block of `paths` right after the last of them.

    The paths must be of one list of blocks.
    """
    names = Names(network.names())
    *base, last = max(paths)
    edits = (
        Insert((*base, number), network.at(path).renewed(names))
        for number, path in enumerate(sorted(set(paths)), start=last + 1)
    )
    return Step(DUPLICATE, tuple(edits))


def moving(paths: list[Path], target: Path) -> Step:
    """Return the step that brings the blocks at `paths`, in order, before what is at `target`.

    All paths, and the target, must be of one list of blocks.
    """
    edits: list[Move] = []
    *base, goal = target
    above = sorted({path[-1] for path in paths if path[-1] < goal})
    below = sorted({path[-1] for path in paths if path[-1] >= goal})
    for done, index in enumerate(reversed(above), start=1):
        edits.append(Move((*base, index), (*base, goal - done)))
    for done, index in enumerate(below):
        edits.append(Move((*base, index), (*base, goal + done)))
    return Step(MOVE, tuple(edit for edit in edits if edit.source != edit.target))


def outermost(paths: list[Path]) -> list[Path]:
    """Return the paths that do not lie inside another of them, each once."""
    chosen = dict.fromkeys(paths)
    return [p for p in chosen if not any(p[:n] in chosen for n in range(1, len(p), 2))]
