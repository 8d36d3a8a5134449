"""One walk over a network: shapes, weights, operations, problems of all blocks.

Pure Python and quick enough for every keystroke. It never raises on a person's mistake; a block
that cannot work gets a problem, and what comes after it has no known shape.
"""

from __future__ import annotations

import math

from cnnstudio.core.advice import advice
from cnnstudio.core.blocks import Input, Parallel, Repeat, Shape
from cnnstudio.core.judging import judged, merged
from cnnstudio.core.learning import output_activation, training_problems
from cnnstudio.core.network import DEEPEST, Network, Path, PlacedBlock, Row
from cnnstudio.core.problems import Fault, Problem, Severity
from cnnstudio.core.report import MOST_LAYERS, BlockFacts, Report

_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


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
    out = walk.row(network.nodes, shape, depth=0)
    return walk.report(network, out or None)


class _Walk:
    """The state of one analysis."""

    def __init__(self) -> None:
        self._facts: dict[str, BlockFacts] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}
        self._weights = self._trainable = self._macs = self._activations = 0
        self._uncounted = self._layers = 0

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
            self._activations, self._uncounted, out, by_block,
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
        known = judged(node.block, shape)
        facts, fault = known.facts, known.fault
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
        for remark in known.advice:
            self.problem(node.uid, remark)
        if node.uid not in self._facts:
            self._facts[node.uid] = facts
        self._weights += facts.weights
        self._trainable += facts.trainable
        self._macs += facts.macs
        self._activations += facts.activations
        self._uncounted += facts.uncounted
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
        *counts, _layers = (after - b for b, after in zip(before, self._counts(), strict=True))
        self._facts.setdefault(node.uid, BlockFacts(shape, out, *counts))
        return out

    def _parallel(
        self, node: PlacedBlock, block: Parallel, shape: Shape | None, depth: int
    ) -> Shape | None:
        ends = [self.row(lane, shape, depth=depth + 1) for lane in node.lanes]
        shapes = [end for end in ends if end is not None]
        if len(shapes) < len(ends) or shape is None:
            return None
        self._layers += 1
        out, fault = merged(block, tuple(shapes))
        fault = fault or self._overcount()
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

    def _counts(self) -> tuple[int, int, int, int, int, int]:
        """Return the sums so far, in the order of `BlockFacts`, and the layers."""
        return (
            self._weights, self._trainable, self._macs, self._activations, self._uncounted,
            self._layers,
        )  # fmt: skip

    def _count_again(self, before: tuple[int, ...], times: int) -> None:
        """Add what has been counted since `before` a number of times more."""
        now = self._counts()
        (
            self._weights, self._trainable, self._macs, self._activations, self._uncounted,
            self._layers,
        ) = (n + (n - b) * times for n, b in zip(now, before, strict=True))  # fmt: skip


def _sorted(network: Network, problems: list[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of the blocks, those of one block by how much they matter."""
    if len(problems) > 1:
        paths = network.paths

        def place(problem: Problem) -> tuple[Path, int]:
            path = () if problem.block is None else paths[problem.block]
            return path, _RANKS[problem.severity]

        problems.sort(key=place)
    return tuple(problems)


__all__ = [
    "MOST_LAYERS", "BlockFacts", "Report", "analyse", "output_activation", "training_problems",
]  # fmt: skip
