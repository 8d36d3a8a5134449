"""Hypothesis strategies for what core declares; none needs a change when a block is added."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import Any

from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import CONTAINERS, LAYERS, Block, Input
from cnnstudio.core.document import Design
from cnnstudio.core.fields import (
    Choice,
    Field,
    Flag,
    Integer,
    Margins,
    Pair,
    Real,
    Sizes,
    Triple,
    Value,
    fields_of,
)
from cnnstudio.core.metrics import METRICS, MetricChoice, ordered
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.real_fields import REGULARIZERS, Interval, Reals, Regularizer

_Tree = tuple[Block, bool, list[list[Any]]]
_LARGEST_STACK = 100_000
_MUTED = st.integers(0, 9).map(lambda n: n == 9)


def numbers(low: int, high: int, *, modest: bool) -> st.SearchStrategy[int]:
    """Whole numbers of a range; modest ones are its lower end or a little more."""
    if not modest:
        return st.integers(low, high)
    return st.integers(0, 6).map(lambda n: min(high, low + max(0, n - 2)))


def values(field: Field, *, modest: bool = False) -> st.SearchStrategy[Value]:
    """What a parameter may be."""
    found = _values(field, modest=modest)
    return st.none() | found if getattr(field, "optional", False) else found


def _values(field: Field, *, modest: bool) -> st.SearchStrategy[Value]:
    match field:
        case Integer() | Pair() | Triple() | Margins() | Sizes():
            return _whole_numbers(field, modest=modest)
        case Real():
            return st.floats(field.low, field.high)
        case Flag():
            return st.booleans()
        case Choice() | MetricChoice():
            return _chosen(field)
        case Interval():
            ends = st.floats(field.low, field.high)
            return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair)))
        case Reals():
            number = st.floats(field.low, field.high)
            most = 4 if modest else field.most
            return st.lists(number, min_size=1, max_size=most).map(tuple)
        case Regularizer():
            strength = st.floats(0.0, field.high)
            return st.none() | st.tuples(st.sampled_from(REGULARIZERS), strength)
        case _:
            raise NotImplementedError(field)


def _chosen(field: Choice | MetricChoice) -> st.SearchStrategy[Value]:
    if isinstance(field, Choice):
        return st.sampled_from(field.options)
    return st.sets(st.sampled_from(sorted(METRICS))).map(ordered)


def _whole_numbers(
    field: Integer | Pair | Triple | Margins | Sizes, *, modest: bool
) -> st.SearchStrategy[Value]:
    number = numbers(field.low, field.high, modest=modest)
    match field:
        case Integer():
            return number | st.just(-1) if field.minus_one else number
        case Pair():
            return st.tuples(number, number)
        case Triple():
            return st.tuples(number, number, number)
        case Margins():
            pair = st.tuples(number, number)
            return st.tuples(pair, pair)
        case Sizes():
            number = number | st.just(-1) if field.minus_one else number
            return st.lists(number, min_size=1, max_size=field.max_rank).map(tuple)


def blocks(
    kinds: tuple[type[Block], ...] = (*LAYERS, *CONTAINERS), *, modest: bool = False
) -> st.SearchStrategy[Block]:
    """Blocks with any parameters in range; modest ones mostly fit one another."""
    # By way of flatmap, for the strategies of all kinds written out are too long to be shown.
    return st.sampled_from(kinds).flatmap(partial(_made, modest=modest))


def plans() -> st.SearchStrategy[TrainingPlan]:
    """Any training plan."""
    return _made(TrainingPlan, modest=False)


def input_shapes(kind: Any = None) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of modest inputs: mostly maps, now and then a vector, a sequence or a volume.

    With a kind, those of the ranks that it takes.
    """
    size, edge, channels = st.integers(4, 32), st.integers(4, 9), st.integers(1, 6)
    maps = st.tuples(size, size, channels)
    shapes: dict[int, st.SearchStrategy[tuple[int, ...]]] = {
        1: st.tuples(size),
        2: st.tuples(size, channels),
        3: maps | maps,
        4: st.tuples(edge, edge, edge, channels),
    }
    # Channels of which any usual number of groups can be made.
    fit = [shapes[rank] for rank in shapes if kind and not kind().fault((12,) * (rank - 1) + (96,))]
    return st.one_of(*(fit or shapes.values()))


def networks(*, modest: bool = True, most_blocks: int = 12) -> st.SearchStrategy[Network]:
    """Networks with containers, muted blocks, and now and then an Input where none belongs.

    Modest ones start with an Input, and most of them are without an error: the blocks that do not
    fit are taken out again.
    """
    layers = tuple(kind for kind in LAYERS if kind is not Input)
    inner = blocks(layers, modest=modest)
    leaf = _trees(inner if modest else inner | blocks((Input,)))
    tree = leaf | st.recursive(leaf, _containers, max_leaves=most_blocks)
    if not modest:
        return st.lists(tree, max_size=most_blocks).map(_network)
    rows = st.lists(tree, max_size=2 * most_blocks)
    first = _trees(input_shapes().map(lambda s: Input(shape=s)), mutable=False)
    whole = st.tuples(first, rows).map(lambda pair: _network([pair[0], *pair[1]]))
    return whole | whole.map(fitting) | whole.map(fitting) | whole.map(fitting)


@st.composite
def stacks(draw: st.DrawFn, first: Any, *, most_blocks: int = 6) -> Network:
    """Networks of layers in a row of which each fits what it receives.

    Args:
        draw: given by Hypothesis.
        first: the kind after the Input, unless its parameters keep it from fitting.
        most_blocks: how many may follow.
    """
    shape = draw(input_shapes(first))
    row: list[Block] = [Input(shape=shape)]
    for number in range(draw(st.integers(1, most_blocks))):
        kinds: list[Any] = [kind for kind in LAYERS if takes(kind(), shape)]
        kind = draw(st.sampled_from(kinds)) if number else first
        block = draw(_made(kind, modest=True))
        if takes(block, shape):
            row.append(block)
            shape = block.output_shape(shape)
    return network_of(*row)


def takes(block: Block, shape: tuple[int, ...]) -> bool:
    """Return whether a layer works on an input and makes neither nothing nor very much of it."""
    if isinstance(block, Input) or block.fault(shape) is not None:
        return False
    after = block.output_shape(shape)
    return min(after) > 0 and math.prod(after) < _LARGEST_STACK


def fitting(network: Network) -> Network:
    """Return a network without the blocks at which it has an error."""
    while errors := {problem.block for problem in analyse(network).errors}:
        left = Network(_without(network.nodes, errors))
        if left == network:
            break
        network = left
    return network


def _without(row: tuple[PlacedBlock, ...], uids: set[str | None]) -> tuple[PlacedBlock, ...]:
    return tuple(
        replace(node, lanes=tuple(_without(lane, uids) for lane in node.lanes))
        for node in row
        if node.uid not in uids
    )


def designs() -> st.SearchStrategy[Design]:
    """Any design with a name that a file may have."""
    return st.builds(Design, st.text(max_size=30), networks(modest=False), plans())


def json_values() -> st.SearchStrategy[Any]:
    """Anything that JSON can hold, and the NaN and Infinity that Python reads besides."""
    leaves = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
        | st.sampled_from([10**400, -(10**30), 1e308])
    )  # fmt: skip
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=6,
    )


@cache
def _made(kind: Any, *, modest: bool) -> st.SearchStrategy[Any]:
    params = {name: values(field, modest=modest) for name, field in fields_of(kind).items()}
    return st.fixed_dictionaries({}, optional=params).map(lambda chosen: kind(**chosen))


def _trees(found: st.SearchStrategy[Block], *, mutable: bool = True) -> st.SearchStrategy[_Tree]:
    return st.tuples(found, _MUTED if mutable else st.just(False), st.just([]))


def _containers(inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
    return st.one_of(*(_container(kind, inner) for kind in CONTAINERS))


def _container(kind: Any, inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
    row = st.lists(inner, max_size=4)
    most = kind.most_lanes
    lanes = st.lists(row, min_size=most or 2, max_size=most or 3)
    if most is None:
        lanes |= st.lists(row, max_size=4)
    return st.tuples(_made(kind, modest=True), _MUTED, lanes)


def _network(rows: list[_Tree]) -> Network:
    names = Names()
    count = iter(range(10**6))

    def place(tree: _Tree) -> PlacedBlock:
        block, muted, lanes = tree
        uid, name = f"{next(count):08x}", names.take(f"{block.stem}_1")
        placed_lanes = tuple(tuple(map(place, lane)) for lane in lanes)
        return PlacedBlock(uid, name, block, muted, placed_lanes)

    return Network(tuple(map(place, rows)))
