"""From a network to what a figure shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cnnstudio.core.blocks import Family, Group, Parallel, Repeat
from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.items import Folded, Fork, Frame, Item, Layer, Row
from cnnstudio.core.diagram.runs import Runs
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.network import Row as Nodes
from cnnstudio.core.report import Report

MOST_UNFOLDED = 40
"""Layers that are all drawn one by one unless a person asks for it otherwise."""
LONGEST_BODY = 12
"""Layers that a Repeat may hold and still be drawn open where everything else is folded."""

_ATTACHED = (
    Family.ACTIVATION,
    Family.NORMALIZATION,
    Family.REGULARIZATION,
    Family.AUGMENTATION,
)
_WINDOWED = (Family.CONVOLUTION, Family.POOLING)


@dataclass(frozen=True, slots=True)
class Folding:
    """What is drawn as one.

    Attributes:
        fold: whether Groups are boxes and runs of alike blocks are drawn once.
        toggled: uids of containers that are the other way about.
    """

    fold: bool = False
    toggled: frozenset[str] = frozenset()

    def toggle(self, uid: str) -> Folding:
        """Return the same with one container the other way about."""
        return replace(self, toggled=self.toggled ^ {uid})


def usual_folding(network: Network) -> Folding:
    """Return what fits a network: a large one is folded."""
    return Folding(fold=_layers(network.nodes) > MOST_UNFOLDED)


def read(network: Network, report: Report, folding: Folding) -> Row:
    """Return what is drawn of a network, muted blocks left out."""
    return _Reading(report, folding).row(network.nodes)


@dataclass(slots=True)
class _Pending:
    """Blocks that are drawn with the layer that follows them."""

    words: list[str] = field(default_factory=list)
    nodes: list[PlacedBlock] = field(default_factory=list)


class _Reading:
    def __init__(self, report: Report, folding: Folding) -> None:
        self._facts = report.facts
        self._wrong = {problem.block for problem in report.errors}
        self._folding = folding
        self._runs = Runs()

    def row(self, nodes: Nodes) -> Row:
        """Return what is drawn of a list of blocks."""
        items: list[Item] = []
        pending = _Pending()
        for node in nodes:
            if node.muted:
                continue
            if node.is_container:
                items += self._alone(pending)
                pending = _Pending()
                items += self._container(node)
            elif self._waits(node, items, pending):
                pending.words.append(words.word(node.block))
                pending.nodes.append(node)
            elif self._is_attached(node):
                items[-1] = self._with_note(items[-1], node)
            else:
                if node.block.family not in _WINDOWED and any(map(_pads, pending.nodes)):
                    items += self._alone(pending)
                    pending = _Pending()
                items.append(self._layer(node, pending))
                pending = _Pending()
        items += self._alone(pending)
        return self._runs.shortened(tuple(items)) if self._folding.fold else tuple(items)

    def _waits(self, node: PlacedBlock, items: list[Item], pending: _Pending) -> bool:
        """Return whether a block belongs to the layer that comes after it."""
        if _pads(node):
            return True
        if not self._is_attached(node):
            return False
        if pending.nodes or not items:
            return True
        match items[-1]:
            case Layer():
                return False
            case Fork():
                return node.block.family is not Family.ACTIVATION
            case _:
                return True

    def _is_attached(self, node: PlacedBlock) -> bool:
        facts = self._facts[node.uid]
        keeps = facts.output_shape in (None, facts.input_shape)
        return keeps and node.block.family in _ATTACHED

    def _with_note(self, item: Item, node: PlacedBlock) -> Item:
        assert isinstance(item, Layer | Fork)
        note = words.word(node.block)
        uids = (*item.uids, node.uid)
        wrong = item.wrong or node.uid in self._wrong
        shape = self._facts[node.uid].output_shape
        return replace(item, uids=uids, notes=(*item.notes, note), wrong=wrong, shape=shape)

    def _layer(self, node: PlacedBlock, pending: _Pending) -> Layer:
        block, activation = node.block, words.own_activation(node.block)
        uids = (node.uid, *(before.uid for before in pending.nodes))
        return Layer(
            uids,
            words.word(block),
            words.count_word(block),
            tuple(pending.words),
            (activation,) if activation else (),
            block.family,
            self._facts[node.uid].output_shape,
            not self._wrong.isdisjoint(uids),
        )

    def _alone(self, pending: _Pending) -> Row:
        """Return the layer that pending blocks become if none follows that takes them."""
        if not pending.nodes:
            return ()
        first, *rest = pending.nodes
        layer = self._layer(first, _Pending())
        notes = (*layer.notes, *pending.words[1:])
        uids = tuple(node.uid for node in pending.nodes)
        shape = self._facts[pending.nodes[-1].uid].output_shape
        wrong = layer.wrong or any(node.uid in self._wrong for node in rest)
        return (replace(layer, uids=uids, notes=notes, shape=shape, wrong=wrong),)

    def _container(self, node: PlacedBlock) -> Row:
        shape = self._facts[node.uid].output_shape
        wrong = node.uid in self._wrong
        if isinstance(node.block, Parallel):
            lanes = tuple(map(self.row, node.lanes))
            return (Fork((node.uid,), node.block.merge, (), lanes, shape, wrong),)
        if self._is_folded(node):
            return (self._folded(node),) if _layers(node.lanes[0]) else ()
        body = self.row(node.lanes[0])
        title = node.name if isinstance(node.block, Group) else ""
        frame = Frame((node.uid,), title, words.repeat_count(node.block), body, shape)
        return (frame,) if body else ()

    def _is_folded(self, node: PlacedBlock) -> bool:
        usual = self._folding.fold and (
            not isinstance(node.block, Repeat) or _layers(node.lanes[0]) > LONGEST_BODY
        )
        return usual != (node.uid in self._folding.toggled)

    def _folded(self, node: PlacedBlock) -> Folded:
        inner = [node, *_inside(node)]
        weights: dict[Family, int] = {}
        for block in inner[1:]:
            if not block.is_container:
                family = block.block.family
                weights[family] = weights.get(family, 0) + self._facts[block.uid].weights
        family = max(weights, key=lambda key: weights[key], default=Family.CONTAINER)
        return Folded(
            tuple(block.uid for block in inner),
            node.name,
            words.repeat_count(node.block),
            _layers((node,)),
            family,
            self._facts[node.uid].output_shape,
            any(block.uid in self._wrong for block in inner),
        )


def _pads(node: PlacedBlock) -> bool:
    return node.block.kind == "ZeroPadding2D"


def _inside(node: PlacedBlock) -> Iterator[PlacedBlock]:
    for lane in node.lanes:
        for inner in lane:
            yield inner
            yield from _inside(inner)


def _layers(nodes: Nodes) -> int:
    """Return how many layers stand in a list of blocks, every copy counted."""
    total = 0
    for node in nodes:
        if node.muted:
            continue
        if node.is_container:
            total += words.repeat_count(node.block) * sum(map(_layers, node.lanes))
        else:
            total += 1
    return total
