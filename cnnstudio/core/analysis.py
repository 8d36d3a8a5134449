"""One walk over a network: shapes, weights, operations, receptive fields, problems of all blocks.

Pure Python and quick enough for every keystroke. It never raises on a person's mistake; a block
that cannot work gets a problem, and what comes after it has no known shape.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cnnstudio.core.advice import advice, own_advice
from cnnstudio.core.blocks import Block, Input, Parallel, Repeat, Shape
from cnnstudio.core.blocks.block import LARGEST_OUTPUT, LARGEST_WEIGHTS
from cnnstudio.core.fields import times
from cnnstudio.core.learning import output_activation, training_problems
from cnnstudio.core.network import DEEPEST, Network, Path, PlacedBlock, Row
from cnnstudio.core.problems import Fault, Problem, Severity
from cnnstudio.core.receptive import (
    Reach,
    ReceptiveField,
    first_field,
    reach_of,
    whole_field,
    widest,
)
from cnnstudio.core.report import BlockFacts, Report

MOST_LAYERS = 10_000
"""How many layers a network may come to, every copy of a Repeat and every merge counted."""

_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


def analyse(network: Network, before: Report | None = None) -> Report:
    """Return everything that can be known of a network without building it.

    Args:
        network: the network.
        before: what this has told of the same network before an edit, to be quicker.
    """
    walk = _Walk(before)
    first = next((node for node in network.nodes if not node.muted), None)
    shape: Shape | None = None
    if first is None:
        walk.problem(None, Fault("no_blocks"))
    elif not isinstance(first.block, Input):
        walk.problem(None, Fault("no_input"))
    else:
        shape = ()
    out = walk.row(network.nodes, shape, depth=0)
    return walk.report(network, out or None)


class _Walk:
    """The state of one analysis.

    `_field` is the receptive field of what flows into the block the walk is at.
    """

    def __init__(self, before: Report | None) -> None:
        self._before: Mapping[str, Seen] = before.seen if before else {}
        self._seen: dict[str, Seen] = {}
        self._facts: dict[str, BlockFacts] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}
        self._weights = self._trainable = self._macs = self._activations = self._layers = 0
        self._field = self._whole = first_field(0)

    def problem(self, uid: str | None, fault: Fault) -> None:
        self._problems.setdefault((uid, fault.code), Problem(fault.code, uid, fault.details))

    def report(self, network: Network, out: Shape | None) -> Report:
        for problem in advice(network, self._facts, out):
            self._problems.setdefault((problem.block, problem.code), problem)
        problems = _sorted(network, list(self._problems.values()))
        by_block: dict[str | None, tuple[Problem, ...]] = {}
        for problem in problems:
            by_block[problem.block] = (*by_block.get(problem.block, ()), problem)
        return Report(
            self._facts, problems, self._weights, self._trainable, self._macs,
            self._activations, out, by_block, self._seen,
        )  # fmt: skip

    def row(self, row: Row, shape: Shape | None, *, depth: int) -> Shape | None:
        """Walk one list of blocks; return what comes out at its end."""
        for node in row:
            if node.muted:
                self._leave_out(node, BlockFacts(shape or None, shape or None))
            elif node.is_container:
                shape = self._container(node, shape or None, depth)
            else:
                shape = self._layer(node, shape)
        return shape

    def _layer(self, node: PlacedBlock, shape: Shape | None) -> Shape | None:
        judged = _judged(node.block, shape)
        facts, fault = judged.facts, judged.fault
        self._layers += 1
        if fault is None and shape is not None:
            fault = self._overcount()
        if fault is not None:
            self.problem(node.uid, fault)
            self._facts.setdefault(node.uid, BlockFacts(facts.input_shape))
            return None
        if facts.output_shape is None:
            self._facts.setdefault(node.uid, facts)
            return None
        for remark in judged.advice:
            self.problem(node.uid, remark)
        if not shape:
            self._field = first_field(len(facts.output_shape) - 1)
            self._whole = whole_field(facts.output_shape[:-1])
        facts = self._with_field(node.uid, judged)
        self._weights += facts.weights
        self._trainable += facts.trainable
        self._macs += facts.macs
        self._activations += facts.activations
        return facts.output_shape

    def _with_field(self, uid: str, judged: _Judged) -> BlockFacts:
        """Return a layer's facts with its receptive field, those of before if they are the same."""
        field, whole, facts = self._field, self._whole, judged.facts
        known = self._before.get(uid)
        if (
            known is not None
            and known.judged is judged
            and (known.field is field or known.field == field)
            and (known.whole is whole or known.whole == whole)
        ):
            facts, known_out = known.facts, known.facts.receptive_field
            assert known_out is not None
            self._field = known_out
        else:
            if judged.reach != ():
                self._field = field.after(judged.reach, whole)
            facts = BlockFacts(
                facts.input_shape, facts.output_shape, facts.weights, facts.trainable, facts.macs,
                facts.activations, self._field,
            )  # fmt: skip
            known = Seen(judged, field, whole, facts)
        if uid not in self._facts:
            self._facts[uid] = facts
            self._seen[uid] = known
        return facts

    def _leave_out(self, node: PlacedBlock, facts: BlockFacts) -> None:
        self._facts.setdefault(node.uid, facts)
        for lane in node.lanes:
            for inner in lane:
                self._leave_out(inner, BlockFacts())

    def _container(self, node: PlacedBlock, shape: Shape | None, depth: int) -> Shape | None:
        if depth >= DEEPEST:
            self.problem(node.uid, Fault("too_deep", {"limit": DEEPEST}))
            self._leave_out(node, BlockFacts(shape))
            return None
        before = self._counts()
        match node.block:
            case Parallel():
                out = self._parallel(node, node.block, shape, depth)
            case Repeat():
                out = self._repeat(node, node.block.count, shape, depth)
            case _:
                out = self.row(node.lanes[0], shape, depth=depth + 1)
        weights, trainable, macs, activations, _layers = (
            after - b for b, after in zip(before, self._counts(), strict=True)
        )
        field = None if out is None else self._field
        self._facts.setdefault(
            node.uid, BlockFacts(shape, out, weights, trainable, macs, activations, field)
        )
        return out

    def _parallel(
        self, node: PlacedBlock, block: Parallel, shape: Shape | None, depth: int
    ) -> Shape | None:
        start = self._field
        ends: list[Shape | None] = []
        fields: list[ReceptiveField] = []
        for lane in node.lanes:
            self._field = start
            ends.append(self.row(lane, shape, depth=depth + 1))
            fields.append(self._field)
        shapes = [end for end in ends if end is not None]
        if len(shapes) < len(ends) or shape is None:
            return None
        self._layers += 1
        out, fault = _merged(block, tuple(shapes))
        fault = fault or self._overcount()
        if fault is not None:
            self.problem(node.uid, fault)
            return None
        self._field = widest(fields)
        self._activations += math.prod(out)
        return out

    def _repeat(
        self, node: PlacedBlock, count: int, shape: Shape | None, depth: int
    ) -> Shape | None:
        """Walk the copies of a body; once its output has its input's shape, the rest are alike."""
        for left in reversed(range(count)):
            before, field = self._counts(), self._field
            out = self.row(node.lanes[0], shape, depth=depth + 1)
            if out is None:
                return None
            if out == shape:
                self._count_again(before, left)
                self._field = self._field.repeated(field, left)
                break
            shape = out
        fault = self._overcount()
        if fault is not None:
            self.problem(node.uid, fault)
            return None
        return shape

    def _overcount(self) -> Fault | None:
        if self._layers <= MOST_LAYERS:
            return None
        return Fault("too_many_layers", {"limit": MOST_LAYERS})

    def _counts(self) -> tuple[int, int, int, int, int]:
        return self._weights, self._trainable, self._macs, self._activations, self._layers

    def _count_again(self, before: tuple[int, ...], times: int) -> None:
        """Add what has been counted since `before` a number of times more."""
        now = self._counts()
        self._weights, self._trainable, self._macs, self._activations, self._layers = (
            n + (n - b) * times for n, b in zip(now, before, strict=True)
        )


class Seen(NamedTuple):
    """A layer as a walk has met it, for the next walk: after an edit most are met alike.

    Attributes:
        judged: what is known of it by itself.
        field: the receptive field of its input.
        whole: the field of a number that sees the whole image.
        facts: what the walk has told of it.
    """

    judged: _Judged
    field: ReceptiveField
    whole: ReceptiveField
    facts: BlockFacts


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is known of a layer by itself; its facts have no receptive field yet."""

    facts: BlockFacts
    fault: Fault | None = None
    advice: tuple[Fault, ...] = ()
    reach: Reach = ()


@lru_cache(maxsize=16_384)
def _judged(block: Block, shape: Shape | None) -> _Judged:
    """Return what is known of a layer that receives `shape`, and what is wrong with it.

    Cached, because one keystroke leaves all blocks but a few as they were.
    """
    received = shape or None
    if isinstance(block, Input) and shape != ():
        return _Judged(BlockFacts(received), Fault("input_not_first"))
    if shape is None:
        return _Judged(BlockFacts())
    fault = block.fault(shape)
    if fault is not None:
        return _Judged(BlockFacts(received), fault)
    out = block.output_shape(shape)
    total = trainable = 0
    for weight in block.weights(shape):
        count = weight.count
        total += count
        trainable += count if weight.trainable else 0
    fault = _oversize(out, total)
    if fault is not None:
        return _Judged(BlockFacts(received), fault)
    facts = BlockFacts(received, out, total, trainable, block.macs(shape), math.prod(out))
    if not shape:
        return _Judged(facts)
    window = block.window(shape)
    return _Judged(facts, None, own_advice(block, shape, window), reach_of(window))


@lru_cache(maxsize=4_096)
def _merged(block: Parallel, shapes: tuple[Shape, ...]) -> tuple[Shape, Fault | None]:
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


def _sorted(network: Network, problems: list[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the blocks, those of one block by how much they matter."""
    if len(problems) > 1:
        paths = network.paths

        def place(problem: Problem) -> tuple[Path, int]:
            path = () if problem.block is None else paths[problem.block]
            return path, _RANKS[problem.severity]

        problems.sort(key=place)
    return tuple(problems)


__all__ = ["BlockFacts", "Report", "analyse", "output_activation", "training_problems"]
