"""One walk over a network: shapes, weights, operations and problems of every block.

Pure Python and quick enough for every keystroke. It never raises on a person's mistake; a block
that cannot work gets a problem, and what comes after it has no known shape.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cnnstudio.core.blocks import Block, Input, Parallel, Repeat, Shape
from cnnstudio.core.blocks.block import LARGEST_OUTPUT, LARGEST_WEIGHTS, LINEAR, SOFTMAX
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock
from cnnstudio.core.problems import Fault, Problem, Severity

MOST_LAYERS = 10_000
"""How many layers a network may come to, every copy of a Repeat and every merge counted."""

_Row = tuple[PlacedBlock, ...]


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """What analysis knows of one block; shapes are None where they cannot be known.

    A container's numbers are the sums over all it holds. For a block inside a Repeat these are the
    facts of its first copy.

    Attributes:
        input_shape: what the block receives, None for the Input.
        output_shape: what it puts out.
        weights: numbers in its weights, trained or not.
        trainable: those of them that training changes.
        macs: multiply-accumulates for one image.
        activations: numbers an image in its output.
    """

    input_shape: Shape | None = None
    output_shape: Shape | None = None
    weights: int = 0
    trainable: int = 0
    macs: int = 0
    activations: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What analysis knows of a network.

    Attributes:
        facts: by uid, for every block, those inside a muted container too.
        problems: in the order of the blocks.
        total_weights: numbers in all weights, trained or not.
        trainable_weights: numbers that training changes.
        macs: multiply-accumulates for one image.
        activations: numbers an image in all outputs together.
        output_shape: what comes out at the end, None if unknown.
    """

    facts: Mapping[str, BlockFacts]
    problems: tuple[Problem, ...]
    total_weights: int
    trainable_weights: int
    macs: int
    activations: int
    output_shape: Shape | None
    _by_block: Mapping[str | None, tuple[Problem, ...]] = field(repr=False, default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the network from being built."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def problems_of(self, uid: str | None) -> tuple[Problem, ...]:
        """Return the problems of one block, or of the whole network for None."""
        return self._by_block.get(uid, ())


def analyse(network: Network) -> Report:
    """Return everything that can be known of a network without building it."""
    walk = _Walk()
    first = next((node for node in network.nodes if not node.muted), None)
    shape: Shape | None = None
    if first is None:
        walk.problem(None, Fault("no_blocks"))
    elif not isinstance(first.block, Input):
        walk.problem(None, Fault("no_input"))
    else:
        shape = ()
    return walk.report(walk.row(network.nodes, shape, depth=0))


def training_problems(network: Network, report: Report, dataset: Dataset) -> tuple[Problem, ...]:
    """Return why a network that can be built cannot learn to tell a dataset's classes apart."""
    shape = report.output_shape
    if shape is None or report.errors:
        return ()
    blocks = [node for node in network.nodes if not node.muted]
    first, last = blocks[0], blocks[-1]
    classes, data = dataset.classes, _(dataset.title)
    found: list[Problem] = []
    entry = report.facts[first.uid].output_shape or ()
    if len(entry) != 3 or entry[2] not in (1, 3):
        seen: dict[str, object] = {"received": times(entry), "data": data}
        found.append(Problem("input_not_image", first.uid, seen))
    facts: dict[str, object] = {
        "received": times(shape),
        "classes": classes,
        "data": _(dataset.title),
    }
    if len(shape) != 1:
        found.append(Problem("output_rank", last.uid, facts))
    elif shape[0] != classes:
        found.append(Problem("output_classes", last.uid, facts))
    elif output_activation(network) not in (SOFTMAX, LINEAR):
        last_one: dict[str, object] = {"activation": output_activation(network), "classes": classes}
        found.append(Problem("output_activation", last.uid, last_one))
    if report.trainable_weights == 0:
        found.append(Problem("no_weights"))
    return tuple(found)


def output_activation(network: Network) -> str:
    """Return the activation the network's output has passed last, "linear" if none.

    It decides the loss: after softmax the output is probabilities, else it is taken for logits.
    """
    return _activation_after(network.nodes, LINEAR)


def _activation_after(row: _Row, received: str) -> str:
    for node in row:
        if node.muted:
            continue
        match node.block:
            case Parallel():
                ends = [_activation_after(lane, received) for lane in node.lanes]
                received = node.block.merged_activation(ends)
            case _ if node.is_container:
                # However often a body is repeated, from the second time on nothing changes.
                received = _activation_after(node.lanes[0], received)
            case _:
                received = node.block.output_activation(received)
    return received


class _Walk:
    """The state of one analysis."""

    def __init__(self) -> None:
        self._facts: dict[str, BlockFacts] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}
        self._weights = self._trainable = self._macs = self._activations = self._layers = 0

    def problem(self, uid: str | None, fault: Fault) -> None:
        self._problems.setdefault((uid, fault.code), Problem(fault.code, uid, fault.details))

    def report(self, shape: Shape | None) -> Report:
        problems = tuple(self._problems.values())
        by_block: dict[str | None, tuple[Problem, ...]] = {}
        for problem in problems:
            by_block[problem.block] = (*by_block.get(problem.block, ()), problem)
        return Report(
            self._facts, problems, self._weights, self._trainable, self._macs,
            self._activations, shape or None, by_block,
        )  # fmt: skip

    def row(self, row: _Row, shape: Shape | None, *, depth: int) -> Shape | None:
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
        facts, fault = _judged(node.block, shape)
        self._layers += 1
        if fault is None and shape is not None:
            fault = self._overcount()
        if fault is not None:
            self.problem(node.uid, fault)
            facts = BlockFacts(facts.input_shape)
        self._facts.setdefault(node.uid, facts)
        self._weights += facts.weights
        self._trainable += facts.trainable
        self._macs += facts.macs
        self._activations += facts.activations
        return facts.output_shape

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
        spent = [after - b for b, after in zip(before, self._counts(), strict=True)]
        self._facts.setdefault(node.uid, BlockFacts(shape, out, *spent[:4]))
        return out

    def _parallel(
        self, node: PlacedBlock, block: Parallel, shape: Shape | None, depth: int
    ) -> Shape | None:
        ends = [self.row(lane, shape, depth=depth + 1) for lane in node.lanes]
        shapes = [end for end in ends if end is not None]
        if len(shapes) < len(ends) or shape is None:
            return None
        self._layers += 1
        out = block.merged_shape(shapes) or ()
        fault = block.merge_fault(shapes) or _oversize(out) or self._overcount()
        if fault is not None:
            self.problem(node.uid, fault)
            return None
        self._activations += math.prod(out)
        return out

    def _repeat(
        self, node: PlacedBlock, count: int, shape: Shape | None, depth: int
    ) -> Shape | None:
        """Walk the copies of a body; once its output has its input's shape, the rest are alike."""
        for left in reversed(range(count)):
            before = self._counts()
            out = self.row(node.lanes[0], shape, depth=depth + 1)
            if out is None:
                return None
            if out == shape:
                self._count_again(before, left)
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


@lru_cache(maxsize=16_384)
def _judged(block: Block, shape: Shape | None) -> tuple[BlockFacts, Fault | None]:
    """Return what is known of a layer that receives `shape`, and what is wrong with it.

    Cached, because one keystroke leaves all blocks but a few as they were.
    """
    received = shape or None
    if isinstance(block, Input) and shape != ():
        return BlockFacts(received), Fault("input_not_first")
    if shape is None:
        return BlockFacts(), None
    fault = block.fault(shape)
    if fault is not None:
        return BlockFacts(received), fault
    out = block.output_shape(shape)
    weights = block.weights(shape)
    total = sum(weight.count for weight in weights)
    fault = _oversize(out, total)
    if fault is not None:
        return BlockFacts(received), fault
    trainable = sum(weight.count for weight in weights if weight.trainable)
    facts = BlockFacts(received, out, total, trainable, block.macs(shape), math.prod(out))
    return facts, None


def _oversize(out: Shape, weights: int = 0) -> Fault | None:
    if math.prod(out) > LARGEST_OUTPUT:
        return Fault("too_large", {"count": math.prod(out), "limit": LARGEST_OUTPUT})
    if weights > LARGEST_WEIGHTS:
        return Fault("too_many_weights", {"count": weights, "limit": LARGEST_WEIGHTS})
    return None
