"""The place of a problem, and how a repair of it is written down: as edits with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cnnstudio.core.advice import runs
from cnnstudio.core.blocks import Block, Repeat, Shape
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.edits import Edit, Insert, Remove, RemoveLane, Replace, Step
from cnnstudio.core.fields import Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network, Path, PlacedBlock, has_room
from cnnstudio.core.problems import Problem
from cnnstudio.core.report import Report


@dataclass(frozen=True, slots=True)
class Repair:
    """What a button beside a problem offers.

    Attributes:
        text: what it does, in the language that was active when it was made: "Set units to 10".
        step: the edits, as one step of the undo history.
    """

    text: str
    step: Step


@dataclass(frozen=True, slots=True)
class Site:
    """A problem in its network.

    Attributes:
        network: the network as it is.
        report: its analysis.
        problem: what is to be repaired.
        path: of the problem's block; empty if the whole network is meant.
        dataset: what the network is to learn, if that is known.
        cures: tells whether a repair takes the problem away and brings no error.
    """

    network: Network
    report: Report
    problem: Problem
    path: Path
    dataset: Dataset | None
    cures: Callable[[Repair], bool]

    @property
    def node(self) -> PlacedBlock:
        """The problem's block."""
        return self.network.at(self.path)

    @property
    def received(self) -> Shape:
        """What the problem's block receives, empty if that is not known."""
        return self.report.facts[self.node.uid].input_shape or ()

    @property
    def draft(self) -> Draft:
        """A new draft of the network."""
        return Draft(self.network)

    def size(self, detail: str) -> Shape:
        """Return the sizes that one of the problem's details names: (28, 28) for 28×28."""
        return tuple(map(int, str(self.problem.details[detail]).split("×")))

    def change(self, **params: Value) -> Iterator[Repair]:
        """Yield the repair that gives the problem's block other parameters."""
        yield from self.change_at(self.path, **params)

    def change_at(self, path: Path, **params: Value) -> Iterator[Repair]:
        """Yield the repair that gives a block other parameters.

        Nothing if it has them already, or cannot have them.
        """
        node = self.network.at(path)
        fields = fields_of(type(node.block))
        for name, value in params.items():
            if name not in fields or not fields[name].accepts(value):
                return
        changed = {n: v for n, v in params.items() if getattr(node.block, n) != v}
        if not changed:
            return
        name, value = next(iter(changed.items()))
        said = {"parameter": _(fields[name].label).lower(), "value": fields[name].show(value)}
        if path == self.path:
            text = _("Set {parameter} to {value}").format(**said)
        else:
            text = _("Set {parameter} of {block} to {value}").format(**said, block=node.name)
        yield self.draft.changed(path, **params).repair(text)

    def insert_before(self, *blocks: Block) -> Iterator[Repair]:
        """Yield the repair that puts blocks, one after another, before the problem's block."""
        kinds = ", ".join(_described(block) for block in blocks)
        text = _("Insert {kind} before it").format(kind=kinds)
        yield self.draft.inserted(self.path, *blocks).repair(text)

    def append(self, *blocks: Block) -> Iterator[Repair]:
        """Yield the repair that puts blocks at the end of the network."""
        kinds = ", ".join(_described(block) for block in blocks)
        text = _("Add {kind} at the end").format(kind=kinds)
        yield self.draft.inserted((len(self.network.nodes),), *blocks).repair(text)

    def remove(self, path: Path | None = None) -> Iterator[Repair]:
        """Yield the repair that takes a block away, the problem's own unless told otherwise."""
        path = self.path if path is None else path
        node = self.network.at(path)
        if not has_room(path, node):
            return  # what cannot be put back cannot be undone
        own = path == self.path
        text = _("Remove it") if own else _("Remove {block}").format(block=node.name)
        yield self.draft.removed(path).repair(text)

    def neighbour(self, by: int) -> Path | None:
        """Return the path of the layer right before (-1) or after (1) the problem's block."""
        uid = self.node.uid
        for run in runs(self.network):
            for index, node in enumerate(run):
                if node.uid == uid:
                    there = index + by
                    return self.network.find(run[there].uid) if 0 <= there < len(run) else None
        return None

    def repeats(self) -> Iterator[Path]:
        """Yield the paths of the Repeats the problem's block is in, or is, from inside out."""
        for length in range(len(self.path), 0, -2):
            path = self.path[:length]
            if isinstance(self.network.at(path).block, Repeat):
                yield path


class Draft:
    """A network on which edits are done one after another, and remembered."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._edits: list[Edit] = []

    def repair(self, text: str) -> Repair:
        """Return all edits so far as a repair; its text is the name in the undo history as well."""
        return Repair(text, Step(text, tuple(self._edits)))

    def done(self, *edits: Edit) -> Draft:
        """Do edits."""
        for edit in edits:
            self.network = edit.apply(self.network)
            self._edits.append(edit)
        return self

    def inserted(self, path: Path, *blocks: Block) -> Draft:
        """Put new blocks, one after another, before what is at `path`."""
        *base, index = path
        for number, block in enumerate(blocks, index):
            self.done(Insert((*base, number), self.network.placed(block)))
        return self

    def removed(self, path: Path) -> Draft:
        """Take the block at `path` away."""
        return self.done(Remove(path, self.network.at(path)))

    def exchanged(self, path: Path, block: Block) -> Draft:
        """Put a new block of another kind in the place of the one at `path`."""
        return self.removed(path).inserted(path, block)

    def changed(self, path: Path, **params: Value) -> Draft:
        """Give the block at `path` other parameters."""
        node = self.network.at(path)
        after = replace(node, block=replace(node.block, **params))
        return self.done(Replace(path, node, after))

    def lane_removed(self, path: Path, lane: int) -> Draft:
        """Take a lane and all it holds away from the container at `path`."""
        return self.done(RemoveLane(path, lane, self.network.at(path).lanes[lane]))

    def muted(self, path: Path, muted: bool = True) -> Draft:
        """Leave the block at `path` out, or take it in again."""
        node = self.network.at(path)
        return self.done(Replace(path, node, replace(node, muted=muted)))


def _described(block: Block) -> str:
    """Return a block as a button names it: `Dense 10 · softmax`."""
    return f"{block.kind} {block.key_params()}".strip()
