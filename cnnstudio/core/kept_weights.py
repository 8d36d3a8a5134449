"""Which blocks keep what they have learned when a network is changed and trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Repeat
from cnnstudio.core.network import Network, PlacedBlock, Row


@dataclass(frozen=True, slots=True)
class _Layers:
    """What a block comes to in the model: how many layers, of what kind, with what weights."""

    node: PlacedBlock
    copies: int
    kind: str
    shapes: tuple[tuple[int, ...], ...]


def fresh_blocks(trained: Network, network: Network) -> tuple[PlacedBlock, ...]:
    """Return the blocks of `network` that start from new weights after `trained` has learned.

    A block keeps its weights as long as its kind and their shapes stay as they were. Blocks without
    weights have nothing to lose, and those of a network that cannot be built are not known.
    """
    known = {layers.node.uid: layers for layers in _layers(trained)}
    return tuple(
        layers.node for layers in _layers(network) if not _keeps(known.get(layers.node.uid), layers)
    )


def _keeps(before: _Layers | None, after: _Layers) -> bool:
    return (
        before is not None
        and before.kind == after.kind
        and before.shapes == after.shapes
        and before.copies >= after.copies
    )


def _layers(network: Network) -> Iterator[_Layers]:
    facts = analyse(network).facts
    for node, copies in _active(network.nodes, 1):
        shape = facts[node.uid].input_shape
        weights = node.block.weights(shape) if shape and facts[node.uid].output_shape else ()
        if weights:
            shapes = tuple(weight.shape for weight in weights)
            yield _Layers(node, copies, node.block.kind, shapes)


def _active(row: Row, copies: int) -> Iterator[tuple[PlacedBlock, int]]:
    """Yield the blocks that become layers, with how many each becomes."""
    for node in row:
        if node.muted:
            continue
        if not node.is_container:
            yield node, copies
        inside = copies * node.block.count if isinstance(node.block, Repeat) else copies
        for lane in node.lanes:
            yield from _active(lane, inside)
