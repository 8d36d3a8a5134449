"""The receptive field of every block, against counting which pixels an output can depend on."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
    Shape,
    UpSampling2D,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.judging import reach_of
from cnnstudio.core.network import Network, Row, starter_network
from cnnstudio.core.receptive import ReceptiveField, first_field, receptive_field, whole_field
from tests.core import build
from tests.core.build import placed

MEAN = GlobalAveragePooling2D(keepdims=True)
LARGE = Input(shape=(300, 300, 2))
CONV = Conv2D(filters=2, padding="same")
STRIDED = Conv2D(filters=2, kernel_size=(5, 3), strides=(2, 1), padding="same")

Seen = dict[int, tuple[int, int]]
"""The first and the last pixel that every place of an output sees along one axis."""


def sizes(network: Network, *path: int) -> tuple[int, ...]:
    field = receptive_field(network, network.at(path).uid)
    assert field is not None
    return field.size


def jumps(network: Network, *path: int) -> tuple[float, ...]:
    field = receptive_field(network, network.at(path).uid)
    assert field is not None
    return field.jump


def _seen_through(window: Window, size: int, seen: Seen) -> Seen:
    """Look at every tap of every place, as the window is described; padding sees nothing."""
    found: Seen = {}
    for place in range(size):
        start = math.floor(window.first[0] + place * window.stride[0])
        taps = [start + tap * window.dilation[0] for tap in range(window.kernel[0])]
        if all(tap in seen for tap in taps):
            firsts, lasts = zip(*(seen[tap] for tap in taps), strict=True)
            found[place] = (min(firsts), max(lasts))
    return found


def _seen(row: Row, shape: Shape, seen: Seen) -> tuple[Shape, Seen]:
    for node in row:
        match node.block:
            case Parallel():
                ends = [_seen(lane, shape, seen) for lane in node.lanes]
                shape = node.block.merged_shape([end for end, _seen_there in ends]) or ()
                common = set.intersection(*(set(end) for _shape, end in ends))
                seen = {
                    n: (min(end[n][0] for _s, end in ends), max(end[n][1] for _s, end in ends))
                    for n in common
                }
            case Repeat(count=count):
                for _copy in range(count):
                    shape, seen = _seen(node.lanes[0], shape, seen)
            case Group():
                shape, seen = _seen(node.lanes[0], shape, seen)
            case block:
                window = block.window(shape)
                assert window is not None
                shape = block.output_shape(shape)
                seen = _seen_through(window, shape[0], seen)
    return shape, seen


def _counted(network: Network) -> set[int]:
    """Return how many pixels, first to last, the places see whose field has no padding in it."""
    entry, *rest = network.nodes
    shape = entry.block.output_shape(())
    _shape, seen = _seen(tuple(rest), shape, {n: (n, n) for n in range(shape[0])})
    return {last - first + 1 for first, last in seen.values()}


_ODD = st.integers(0, 2).map(lambda n: 2 * n + 1)
_PLAIN: st.SearchStrategy[Block] = st.one_of(
    st.builds(
        lambda k, s, padding: Conv2D(
            filters=2, kernel_size=(k, 3), strides=(s, 1), padding=padding
        ),
        st.integers(1, 5), st.integers(1, 3), st.sampled_from(["same", "valid"]),
    ),
    st.builds(
        lambda k, d, padding: Conv2D(
            filters=2, kernel_size=(k, 3), dilation_rate=(d, 1), padding=padding
        ),
        st.integers(1, 4), st.integers(1, 3), st.sampled_from(["same", "valid"]),
    ),
    st.builds(
        lambda k, s, padding: MaxPooling2D(pool_size=(k, 1), strides=(s, 1), padding=padding),
        st.integers(1, 4), st.integers(1, 3), st.sampled_from(["same", "valid"]),
    ),
    st.sampled_from([Activation(), BatchNormalization(), ZeroPadding2D()]),
)  # fmt: skip


@given(st.lists(_PLAIN, max_size=6))
def test_the_field_of_a_stack_is_what_its_places_see(stack: list[Block]) -> None:
    network = build.network(LARGE, *stack)
    assume(not analyse(network).errors)
    counted = _counted(network)
    assume(counted)
    assert counted == {sizes(network, len(stack))[0]}


_ENLARGING: st.SearchStrategy[Block] = st.one_of(
    st.builds(
        lambda n, how: UpSampling2D(size=(n, 1), interpolation=how),
        st.integers(2, 3), st.sampled_from(["nearest", "bilinear"]),
    ),
    st.builds(
        lambda k, s, padding: Conv2DTranspose(
            filters=2, kernel_size=(k, 1), strides=(s, 1), padding=padding
        ),
        st.integers(1, 5), st.integers(2, 3), st.sampled_from(["same", "valid"]),
    ),
)  # fmt: skip
_STEADY = st.builds(
    lambda k: Conv2D(filters=2, kernel_size=(k, 1), padding="same"), st.integers(1, 5)
)


@given(st.lists(_PLAIN, max_size=3), st.lists(_ENLARGING | _STEADY, min_size=1, max_size=4))
def test_after_an_enlarging_the_field_is_one_that_some_places_have(
    stack: list[Block], enlarging: list[Block]
) -> None:
    network = build.network(LARGE, *stack, *enlarging)
    assume(not analyse(network).errors)
    counted = _counted(network)
    assume(len(counted) > 0)
    assert min(counted) <= sizes(network, len(stack) + len(enlarging))[0] <= max(counted)


@given(st.lists(st.lists(_ODD, max_size=3), min_size=2, max_size=3), st.integers(1, 3))
def test_the_field_of_lanes_is_that_of_the_one_that_sees_most(
    kernels: list[list[int]], count: int
) -> None:
    lanes = [
        [Conv2D(filters=2, kernel_size=(k, k), padding="same") for k in lane] for lane in kernels
    ]
    body: build.Row = [CONV, placed(Group(), [placed(Parallel(), *lanes)])]
    network = build.network(LARGE, STRIDED, placed(Repeat(count=count), body))
    assert _counted(network) == {sizes(network, 2)[0]}


@given(st.lists(_PLAIN, max_size=3), st.integers(1, 5), st.lists(_PLAIN, max_size=2))
def test_a_repeat_sees_what_its_copies_see(
    body: list[Block], count: int, then: list[Block]
) -> None:
    network = build.network(LARGE, placed(Repeat(count=count), body), *then)
    assume(not analyse(network).errors)
    counted = _counted(network)
    assume(counted)
    assert counted == {sizes(network, 1 + len(then))[0]}


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=6))
def test_the_field_of_a_sequence_has_one_axis(steps: list[tuple[int, int]]) -> None:
    stack = [Conv1D(filters=2, kernel_size=k, strides=s, padding="same") for k, s in steps]
    network = build.network(Input(shape=(2000, 2)), *stack)
    counted = _counted(network)
    assume(counted)
    assert [counted] == [set(sizes(network, len(stack)))]


def test_the_first_network_sees_four_pixels_until_it_sees_all() -> None:
    network = starter_network()
    assert [sizes(network, n) for n in range(7)] == [
        (1, 1), (3, 3), (4, 4), (4, 4), (4, 4), (28, 28), (28, 28),
    ]  # fmt: skip
    assert jumps(network, 2) == (2.0, 2.0)
    assert jumps(network, 6) == (0.0, 0.0)


def test_vgg16_sees_212_pixels_before_its_dense_layers() -> None:
    # The value of Araujo et al. 2019, table 1.
    conv = Conv2D(filters=8, padding="same")
    stages = [[conv] * 2, [conv] * 2, [conv] * 3, [conv] * 3, [conv] * 3]
    row = [block for stage in stages for block in (*stage, MaxPooling2D())]
    network = build.network(Input(shape=(224, 224, 3)), *row)
    assert sizes(network, len(row)) == (212, 212)
    assert jumps(network, len(row)) == (32.0, 32.0)


@pytest.mark.parametrize(
    "row",
    [
        [Flatten()],
        [MEAN],
        [CONV, placed(Parallel(merge="Multiply"), [MEAN], [])],
        [placed(Repeat(count=3), [placed(Parallel(), [MEAN], [])])],
        [Flatten(), Dense()],
        [MEAN, CONV, MaxPooling2D(padding="same"), Dense()],
    ],
)
def test_what_sees_the_whole_image_goes_on_seeing_it(row: build.Row) -> None:
    network = build.network(Input(shape=(9, 7, 2)), *row)
    assert sizes(network, len(row)) == (9, 7)
    assert jumps(network, len(row)) == (0.0, 0.0)


def test_where_nothing_is_known_no_field_is_told() -> None:
    network = build.network(
        Input(shape=(9, 9, 2)), placed(CONV, muted=True), Conv2D(kernel_size=(99, 1)), CONV
    )
    assert [receptive_field(network, node.uid) for node in network.nodes[1:]] == [None] * 3


def test_a_vector_has_no_axes_to_see_along() -> None:
    network = build.network(Input(shape=(9,)), Dense(), Activation())
    assert sizes(network, 2) == ()


@given(st.floats(1, 4), st.integers(0, 999))
def test_even_a_thousand_growing_strides_come_to_a_number(growth: float, times: int) -> None:
    before = ReceptiveField((3.0,), (2.0,))
    after = ReceptiveField((7.0,), (2.0 * growth,))
    field = after.repeated(before, times)
    assert 7 <= field.size[0] < math.inf
    assert field.extent[0] >= after.extent[0]


def test_enlarging_divides_the_jump() -> None:
    half = Fraction(1, 2)
    twice = Window((1,), (half,), (1,), (half / 2,))
    whole = whole_field((30,))
    field = first_field(1).after(reach_of(twice), whole)
    assert field == ReceptiveField((1.0,), (0.5,))
    three = Window((3,), (Fraction(1),), (1,), (Fraction(0),))
    # Three places of an image that was doubled are always two of its pixels.
    assert field.after(reach_of(three), whole).size == (2,)
