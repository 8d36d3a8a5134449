"""What works but is seldom meant, seen at a block by itself or beside its neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from cnnstudio.core.blocks import (
    BatchNormalization,
    Block,
    Dense,
    Family,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    Group,
    Shape,
    Softmax,
)
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import times
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, Row
from cnnstudio.core.problems import Fault, Problem
from cnnstudio.core.report import BlockFacts

_SETTLED = frozenset({"relu", "relu6", "hard_tanh", "sparsemax"})
"""Activations that change nothing when they are applied to their own output."""

POOLINGS: Mapping[int, type[Block]] = {
    1: GlobalAveragePooling1D,
    2: GlobalAveragePooling2D,
    3: GlobalAveragePooling3D,
}
"""What makes one vector of all places, by how many axes of places there are."""


def own_advice(block: Block, shape: Shape, window: Window | None) -> tuple[Fault, ...]:
    """Return what is seldom meant of a block that works on an input of `shape`.

    Args:
        block: the block.
        shape: what it receives.
        window: what its output places see.
    """
    found: list[Fault] = []
    rate = getattr(block, "rate", None) if block.family is Family.REGULARIZATION else None
    if rate is not None and (rate <= 0 or rate >= 1):
        found.append(Fault("dropout_nothing" if rate <= 0 else "dropout_everything"))
    if applied(block) == SOFTMAX and block.output_shape(shape)[-1] == 1:
        found.append(Fault("softmax_of_one"))
    if isinstance(block, Softmax) and block.axis == (len(shape),) and math.prod(shape[:-1]) == 1:
        found.append(Fault("softmax_axis", {"axis": len(shape)}))
    if window is not None and getattr(block, "padding", None) == "valid":
        found += _dropped(shape, window)
    return tuple(found)


def applied(block: Block) -> str:
    """Return the activation a block applies itself, "linear" if none."""
    if block.family is Family.ACTIVATION:
        name = block.output_activation(LINEAR)
        return name if name != LINEAR or hasattr(block, "activation") else block.kind.lower()
    return getattr(block, "activation", None) or LINEAR


def advice(
    network: Network, facts: Mapping[str, BlockFacts], output: Shape | None
) -> Iterator[Problem]:
    """Yield what is seldom meant of blocks beside one another, in one pass.

    Args:
        network: the network.
        facts: of every block, by uid.
        output: the shape of the network's output, None if it is not known.
    """
    for run in runs(network):
        before: PlacedBlock | None = None
        for node in run:
            if before is not None:
                fault = _beside(before.block, node.block)
                if fault is not None:
                    at = node if fault.code in _AT_THE_SECOND else before
                    yield Problem(fault.code, at.uid, fault.details)
            if isinstance(node.block, Dense):
                yield from _dense_on_map(node, facts, output)
            before = node


_AT_THE_SECOND = frozenset({"softmax_twice", "activation_twice", "two_activations"})


def _beside(first: Block, then: Block) -> Fault | None:
    """Return what is seldom meant of two blocks of which one follows right on the other."""
    if isinstance(then, BatchNormalization):
        return _before_normalization(first)
    if then.family is not Family.ACTIVATION:
        return None
    one, other = applied(first), applied(then)
    if LINEAR in (one, other):
        return None
    if one == other == SOFTMAX:
        return Fault("softmax_twice")
    if one == other and one in _SETTLED and _is_plain(first) and _is_plain(then):
        return Fault("activation_twice", {"activation": one})
    return Fault("two_activations", {"first": one, "then": other})


def _is_plain(block: Block) -> bool:
    """Return whether a block applies its activation as it is named: not a ReLU with a slope."""
    return (
        block.family is not Family.ACTIVATION
        or block == type(block)()
        or (hasattr(block, "activation"))
    )


def _before_normalization(first: Block) -> Fault | None:
    if first.family is Family.REGULARIZATION and getattr(first, "rate", 0) > 0:
        return Fault("dropout_before_normalization")
    if getattr(first, "use_bias", False) and applied(first) == LINEAR:
        return Fault("useless_bias")
    return None


def _dense_on_map(
    node: PlacedBlock, facts: Mapping[str, BlockFacts], output: Shape | None
) -> Iterator[Problem]:
    shape = facts[node.uid].input_shape
    if shape is None or math.prod(shape[:-1]) == 1 or output is None:
        return
    rank = len(shape) - 1
    details: dict[str, object] = {"received": times(shape)}
    if len(output) == 1:
        yield Problem("dense_on_map", node.uid, {**details, "kernel": times((1,) * rank)})
    elif rank in POOLINGS:
        pooling = POOLINGS[rank].__name__
        yield Problem("flatten_missing", node.uid, {**details, "pooling": pooling})


def _dropped(shape: Shape, window: Window) -> Iterator[Fault]:
    """Yield a fault if a window that stays inside its input never reaches the last places."""
    axes = zip(shape[:-1], window.span, window.stride, strict=True)
    left = [math.floor((size - span) % step) if step > 1 else 0 for size, span, step in axes]
    size = times(shape[:-1])
    match left:
        case [rows, columns] if rows or columns:
            yield Fault("places_dropped", {"rows": rows, "columns": columns, "size": size})
        case [steps] if steps:
            yield Fault("steps_dropped", {"left": steps, "size": size})
        case _even_or_a_volume:
            pass


def runs(network: Network) -> Iterator[list[PlacedBlock]]:
    """Yield the layers of a network in rows that follow right on one another, Groups opened up."""
    return _runs_of(network.nodes, 0)


def _runs_of(row: Row, depth: int) -> Iterator[list[PlacedBlock]]:
    run: list[PlacedBlock] = []
    inner: list[Row] = []
    pending = list(reversed(row))
    while pending:
        node = pending.pop()
        if node.muted:
            continue
        if not node.lanes and not node.is_container:
            run.append(node)
        elif isinstance(node.block, Group):
            pending += reversed(node.lanes[0])
        else:
            inner += node.lanes
            yield run
            run = []
    yield run
    if depth < DEEPEST:
        for lane in inner:
            yield from _runs_of(lane, depth + 1)
