"""What core says of every block and every network, against Keras itself."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    LAYERS,
    Activation,
    AveragePooling2D,
    Block,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
    Rescaling,
    Shape,
    ZeroPadding2D,
    choices,
)
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.fields import Choice, Value, defaults_of, fields_of
from cnnstudio.core.network import PlacedBlock
from tests.core import strategies

if TYPE_CHECKING:
    from cnnstudio.core.network import Network

pytestmark = pytest.mark.tensorflow

INNER_LAYERS = [kind for kind in LAYERS if kind is not Input]
MAPS = st.tuples(st.integers(4, 16), st.integers(4, 16), st.integers(1, 6))
SHAPES = st.one_of(
    MAPS,
    MAPS,
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 6)),
    st.tuples(st.integers(1, 12)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
)


@pytest.fixture(autouse=True)
def _quiet_keras(keras: Any) -> None:
    """Bring TensorFlow in without its noise, before the functions below import it."""


@pytest.fixture(scope="module")
def keras() -> Any:
    from cnnstudio.engine.quiet import silence_tensorflow

    silence_tensorflow()
    import keras

    return keras


def keras_class(kind: type[Block]) -> Any:
    import keras

    return keras.Input if kind is Input else getattr(keras.layers, kind.__name__)


def layer_of(block: Block) -> Any:
    from cnnstudio.engine.builder import make_layer

    return make_layer(block, "layer")


def symbolic(shape: Shape) -> Any:
    import keras

    return keras.KerasTensor((None, *shape))


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_parameters_bear_keras_names_and_defaults(kind: type[Block]) -> None:
    theirs = inspect.signature(keras_class(kind)).parameters
    for name, field in fields_of(kind).items():
        assert name in theirs
        default = theirs[name].default
        if default is not inspect.Parameter.empty and not (kind is Input and default is None):
            assert field.read(default) == defaults_of(kind)[name]


@pytest.mark.parametrize("kind", INNER_LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=100)
def test_outputs_weights_and_refusals_of_a_layer_are_keras_own(
    kind: type[Block], data: Any
) -> None:
    block = data.draw(strategies.blocks((kind,), modest=True))
    shape = data.draw(SHAPES)
    if block.fault(shape) is not None:
        with pytest.raises(ValueError, match=r"\S"):
            layer_of(block)(symbolic(shape))
        return
    layer = layer_of(block)
    assert layer.compute_output_shape((None, *shape)) == (None, *block.output_shape(shape))
    assert layer(symbolic(shape)).shape == (None, *block.output_shape(shape))
    theirs = [(w.name, tuple(w.shape), w.trainable) for w in layer.weights]
    assert [(w.name, w.shape, w.trainable) for w in block.weights(shape)] == theirs


FAULTY: list[tuple[str, Block, Shape]] = [
    ("vector_received", Conv2D(), (5,)),
    ("wrong_rank", MaxPooling2D(), (5, 5)),
    ("vector_received", AveragePooling2D(), (5,)),
    ("vector_received", GlobalAveragePooling2D(), (5,)),
    ("vector_received", ZeroPadding2D(), (5,)),
    ("kernel_too_large", Conv2D(kernel_size=(7, 7)), (4, 4, 1)),
    ("kernel_too_large_dilated", Conv2D(dilation_rate=(3, 3)), (6, 6, 1)),
    ("window_too_large", MaxPooling2D(pool_size=(5, 5)), (4, 4, 1)),
    ("window_too_large", AveragePooling2D(pool_size=(1, 5)), (4, 4, 1)),
    ("strides_and_dilation", Conv2D(strides=(2, 2), dilation_rate=(2, 2)), (9, 9, 1)),
    ("groups_channels", Conv2D(groups=2), (9, 9, 3)),
    ("groups_filters", Conv2D(filters=3, groups=2), (9, 9, 4)),
]


@pytest.mark.parametrize(("code", "block", "shape"), FAULTY, ids=lambda value: str(value)[:30])
def test_each_fault_is_one_of_keras_too(code: str, block: Block, shape: Shape) -> None:
    fault = block.fault(shape)
    assert fault is not None
    assert fault.code == code
    with pytest.raises(ValueError, match=r"\S"):
        layer_of(block)(symbolic(shape))


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


@pytest.mark.parametrize("kind", INNER_LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=20)
def test_parameters_survive_the_layers_config(kind: type[Block], data: Any) -> None:
    block = data.draw(strategies.blocks((kind,), modest=True))
    if block.fault((64, 64, 60)) is not None:
        return
    layer = layer_of(block)
    config = layer.get_config()
    for name, value in block.params().items():
        if value is not None or name == "activation":
            assert _plain(config[name], name) == _plain(value, name)
    assert type(layer).from_config(config).get_config() == config


def _plain(value: Any, name: str) -> Value:
    """Bring a value of ours, and what a Keras config makes of it, to one form."""
    import keras

    if name.endswith("_initializer"):
        return type(keras.initializers.get(value)).__name__
    if name == "activation":
        return value or "linear"
    if isinstance(value, list | tuple):
        return tuple(_plain(item, "") for item in value)
    return value


PROBABILISTIC: list[Block] = [
    *(kind() for kind in INNER_LAYERS if kind is not Rescaling),
    # By its defaults it changes nothing.
    Rescaling(scale=0.5),
    *(kind(activation="softmax") for kind in (Dense, Conv2D, Activation)),
]


@pytest.mark.parametrize("block", PROBABILISTIC, ids=str)
@pytest.mark.parametrize("received", ["softmax", "linear"])
def test_a_block_says_whether_probabilities_leave_it(block: Block, received: str) -> None:
    # Flatten keeps probabilities only where there is one row of them.
    shape = (1, 1, 1, 5) if isinstance(block, Flatten) else (1, 6, 6, 5)
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    if received == "softmax":
        values = np.exp(values) / np.exp(values).sum(axis=-1, keepdims=True)
    out = np.asarray(layer_of(block)(values))
    are_probabilities = out.min() >= 0 and np.allclose(out.sum(axis=-1), 1, atol=1e-5)
    told = block.output_activation(received)
    # A layer with another activation is known by it, whatever it makes of its input.
    assert told not in ("softmax", "linear") or (told == "softmax") == are_probabilities


@pytest.mark.parametrize("kind", [MaxPooling2D, AveragePooling2D], ids=lambda kind: kind.__name__)
def test_a_pool_without_strides_steps_by_its_window(kind: type[Block]) -> None:
    assert layer_of(kind()).strides == (2, 2)


@pytest.mark.parametrize("name", choices.ACTIVATIONS)
def test_every_activation_keeps_shapes_in_keras(name: str) -> None:
    for shape in ((4, 5, 3), (7,)):
        assert layer_of(Activation(activation=name))(symbolic(shape)).shape == (None, *shape)
        values = layer_of(Activation(activation=name))(np.ones((1, *shape), np.float32))
        assert values.shape == (1, *shape)


def test_every_initializer_of_the_catalogue_is_one_of_keras(keras: Any) -> None:
    fields = [field for kind in LAYERS for field in fields_of(kind).items()]
    names = {
        option
        for name, field in fields
        if name.endswith("_initializer") and isinstance(field, Choice)
        for option in field.options
    }
    assert names
    for name in names:
        assert keras.initializers.get(name)((3, 3, 2, 4)).shape == (3, 3, 2, 4)


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
    from cnnstudio.engine.builder import build

    report = analyse(network)
    assume(not report.errors and len(_copies(network.nodes)) < 60)
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
                shape = layer_of(node.block).compute_output_shape((None, *shape))[1:]
    return shape
