"""Hypothesis strategies for what core declares; none needs a change when a block is added."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cnnstudio.core.blocks import CONTAINERS, LAYERS, Block, Container, Input
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
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.real_fields import REGULARIZERS, Interval, Reals, Regularizer

_Tree = tuple[Block, bool, list[list[Any]]]
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
        case Choice():
            return st.sampled_from(field.options)
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
    return st.one_of(*(_made(kind, modest=modest) for kind in kinds))


def plans() -> st.SearchStrategy[TrainingPlan]:
    """Any training plan."""
    return _made(TrainingPlan, modest=False)


def networks(*, modest: bool = True, most_blocks: int = 12) -> st.SearchStrategy[Network]:
    """Networks with containers, muted blocks, and now and then an Input where none belongs.

    Modest ones start with an Input, and about half of them are without a problem.
    """
    layers = tuple(kind for kind in LAYERS if kind is not Input)
    inner = blocks(layers, modest=modest)
    leaf = _trees(inner if modest else inner | blocks((Input,)))
    tree = leaf | st.recursive(leaf, _containers, max_leaves=most_blocks)
    rows = st.lists(tree, max_size=most_blocks)
    if modest:
        size = st.integers(4, 32)
        shape = st.tuples(size, size, st.integers(1, 6))
        first = _trees(shape.map(lambda s: Input(shape=s)), mutable=False)
        rows = st.tuples(first, rows).map(lambda pair: [pair[0], *pair[1]])
    return rows.map(_network)


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


def _made(kind: type[Any], *, modest: bool) -> st.SearchStrategy[Any]:
    params = {name: values(field, modest=modest) for name, field in fields_of(kind).items()}
    return st.fixed_dictionaries({}, optional=params).map(lambda chosen: kind(**chosen))


def _trees(found: st.SearchStrategy[Block], *, mutable: bool = True) -> st.SearchStrategy[_Tree]:
    return st.tuples(found, _MUTED if mutable else st.just(False), st.just([]))


def _containers(inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
    return st.one_of(*(_container(kind, inner) for kind in CONTAINERS))


def _container(kind: type[Container], inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
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
