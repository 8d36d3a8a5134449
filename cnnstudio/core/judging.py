"""What is known of one layer, or one merge, by itself: of its parameters and what it receives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from cnnstudio.core.advice import own_advice
from cnnstudio.core.blocks import Input, Parallel, Shape
from cnnstudio.core.blocks.block import LARGEST_OUTPUT, LARGEST_WEIGHTS, Block
from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.fields import times
from cnnstudio.core.problems import Fault
from cnnstudio.core.report import BlockFacts

Reach = tuple[tuple[float, float], ...] | None
"""What one block adds to the receptive field, along each spatial axis: places from the first to the
last one it sees, and its stride; empty if it changes nothing, None if it sees its whole input."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a layer by itself.

    Attributes:
        facts: its shapes and numbers.
        fault: why it cannot work, None if it can.
        advice: what is seldom meant of it.
        reach: what it adds to the receptive field.
    """

    facts: BlockFacts
    fault: Fault | None = None
    advice: tuple[Fault, ...] = ()
    reach: Reach = ()


@lru_cache(maxsize=16_384)
def judged(block: Block, shape: Shape | None) -> Judged:
    """Return what is known of a layer that receives `shape`, and what is wrong with it.

    Cached, because one keystroke leaves all blocks but a few as they were.
    """
    received = shape or None
    if isinstance(block, Input) and shape != ():
        return Judged(BlockFacts(received), Fault("input_not_first"))
    if shape is None:
        return Judged(BlockFacts())
    fault = block.fault(shape)
    if fault is not None:
        return Judged(BlockFacts(received), fault)
    out = block.output_shape(shape)
    total = trainable = 0
    for weight in block.weights(shape):
        count = weight.count
        total += count
        trainable += count if weight.trainable else 0
    fault = _oversize(out, total)
    if fault is not None:
        return Judged(BlockFacts(received), fault)
    uncounted = 0 if block.counts_macs else 1
    facts = BlockFacts(
        received, out, total, trainable, block.macs(shape), math.prod(out), uncounted
    )
    if not shape:
        return Judged(facts)
    window = block.window(shape)
    return Judged(facts, None, own_advice(block, shape, window), reach_of(window))


@lru_cache(maxsize=4_096)
def merged(block: Parallel, shapes: tuple[Shape, ...]) -> tuple[Shape, Fault | None]:
    """Return what lanes that end in these shapes come to, and why they do not."""
    out = block.merged_shape(shapes) or ()
    return out, block.merge_fault(shapes) or _oversize(out)


def _oversize(out: Shape, weights: int = 0) -> Fault | None:
    if min(out, default=0) < 1:
        return Fault("empty_output", {"size": times(out)})
    if math.prod(out) > LARGEST_OUTPUT:
        return Fault("too_large", {"count": math.prod(out), "limit": LARGEST_OUTPUT})
    if weights > LARGEST_WEIGHTS:
        return Fault("too_many_weights", {"count": weights, "limit": LARGEST_WEIGHTS})
    return None


def reach_of(window: Window | None) -> Reach:
    """Return what a block adds whose output places see such a window."""
    if window is None:
        return None
    if window is same_place(len(window.kernel)):
        return ()
    return tuple((float(n - 1), float(s)) for n, s in zip(window.span, window.stride, strict=True))
