"""What analysis says of whole networks, and of what joins lanes, against Keras itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import LAYERS, Block, Input, Parallel, Repeat, Shape
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.network import PlacedBlock
from tests.core import strategies
from tests.core.keras_oracle import layer_of, silenced_keras, symbolic

if TYPE_CHECKING:
    from cnnstudio.core.network import Network

pytestmark = [
    pytest.mark.tensorflow,
    # Of an Embedding that masks zeros, by a layer that knows no masks.
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask:UserWarning"),
]

SIZE, SMALL = st.integers(4, 16), st.integers(1, 6)
MAPS = st.tuples(SIZE, SIZE, SMALL)
SHAPES = st.one_of(
    MAPS,
    st.tuples(st.integers(1, 12)),
    st.tuples(SMALL, SMALL),
    st.tuples(SMALL, SMALL, SMALL, SMALL),
)


@pytest.fixture(autouse=True, scope="module")
def _keras() -> Any:
    return silenced_keras()


@pytest.mark.parametrize("merge", MERGES)
@given(
    shapes=st.lists(MAPS, min_size=2, max_size=3) | st.lists(SHAPES, min_size=2, max_size=2),
    alike=st.booleans(),
)
@settings(max_examples=40)
def test_lanes_merge_where_and_as_keras_merges_them(
    merge: str, shapes: list[Shape], alike: bool
) -> None:
    block = Parallel(merge=merge)
    shapes = [shapes[0]] * len(shapes) if alike else shapes
    # Keras would also line up a vector with a map, by rules of its own that nobody means.
    assume(len({len(shape) for shape in shapes}) == 1)
    tensors = [symbolic(shape) for shape in shapes]
    if block.merge_fault(shapes) is None:
        merged = block.merged_shape(shapes)
        assert merged is not None
        assert layer_of(block)(tensors).shape == (None, *merged)
    else:
        with pytest.raises(ValueError, match=r"\S"):
            layer_of(block)(tensors)


@given(strategies.networks())
@settings(max_examples=150)
def test_analysis_agrees_with_keras_shape_by_shape(network: Network) -> None:
    report = analyse(network)
    assume(not report.errors and len(_copies(network.nodes)) < 200)
    shape = _shape_after(network.nodes, ())
    assert report.output_shape == shape


@given(strategies.networks(most_blocks=6))
@settings(max_examples=25)
def test_analysis_agrees_with_the_model_that_is_built(network: Network) -> None:
    assume(len(_copies(network.nodes)) < 60)
    _check_against_the_model(network)


@pytest.mark.parametrize("kind", [k for k in LAYERS if k is not Input], ids=lambda k: k.__name__)
@given(data=st.data())
@settings(max_examples=6)
def test_analysis_agrees_with_a_model_that_begins_with_a_layer_of_this_kind(
    kind: type[Block], data: Any
) -> None:
    _check_against_the_model(data.draw(strategies.stacks(kind)))


def _check_against_the_model(network: Network) -> None:
    from cnnstudio.engine.builder import build

    report = analyse(network)
    assume(not report.errors and report.total_weights < 1_000_000)
    built = build(network, seed=0)
    model = built.model
    assert model.output_shape == (None, *(report.output_shape or ()))
    assert model.count_params() == report.total_weights
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert trainable == report.trainable_weights
    for uid, tensor in built.outputs.items():
        expected = report.facts[uid].output_shape
        if expected is not None:
            assert tensor.shape == (None, *expected)


def _copies(row: tuple[PlacedBlock, ...]) -> list[PlacedBlock]:
    """Return every block as often as it stands in the model."""
    return list(_standing(row))


def _standing(row: tuple[PlacedBlock, ...]) -> Iterator[PlacedBlock]:
    for node in row:
        if not node.muted:
            yield node
            times = node.block.count if isinstance(node.block, Repeat) else 1
            for lane in node.lanes:
                yield from list(_standing(lane)) * times


def _shape_after(row: tuple[PlacedBlock, ...], shape: Shape) -> Shape:
    """Walk a row with Keras's own layers, none of them built."""
    for node in row:
        if node.muted:
            continue
        match node.block:
            case Input():
                shape = node.block.shape
            case Parallel():
                ends = [(None, *_shape_after(lane, shape)) for lane in node.lanes]
                shape = layer_of(node.block).compute_output_shape(ends)[1:]
            case Repeat():
                for _copy in range(node.block.count):
                    shape = _shape_after(node.lanes[0], shape)
            case _ if node.is_container:
                shape = _shape_after(node.lanes[0], shape)
            case _:
                shape = tuple(layer_of(node.block).compute_output_shape((None, *shape)))[1:]
    return shape
