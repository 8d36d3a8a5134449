"""What core says of every block, against Keras itself."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.blocks import (
    LAYERS,
    Activation,
    AveragePooling2D,
    Block,
    CenterCrop,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Cropping2D,
    Dense,
    Embedding,
    Family,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GroupNormalization,
    Input,
    LayerNormalization,
    MaxPooling2D,
    MaxPooling3D,
    Normalization,
    Permute,
    PReLU,
    RandomFlip,
    RandomRotation,
    Rescaling,
    Reshape,
    Resizing,
    Shape,
    Softmax,
    UnitNormalization,
    UpSampling2D,
    ZeroPadding2D,
    choices,
)
from cnnstudio.core.fields import Choice, Field, Integer, Value, defaults_of, fields_of
from cnnstudio.core.problems import Problem
from cnnstudio.core.real_fields import Regularizer
from tests.core import strategies
from tests.core.keras_oracle import keras_refuses, layer_of, silenced_keras, symbolic

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.tensorflow

INNER_LAYERS = [kind for kind in LAYERS if kind is not Input]
MAPS = st.tuples(st.integers(4, 16), st.integers(4, 16), st.integers(1, 6))
_SIZE = st.integers(1, 9)
SHAPES = st.one_of(
    MAPS,
    MAPS,
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 6)),
    st.tuples(st.integers(1, 12)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.tuples(_SIZE, _SIZE, _SIZE, st.integers(1, 4)),
)
TAKES_A_BATCH_FOR_ROWS = {
    CenterCrop,
    Resizing,
    *(kind for kind in LAYERS if kind.family is Family.AUGMENTATION),
}
"""Kinds of which Keras takes sequences, `(batch, length, channels)`, for single images."""


def shapes_for(block: Block) -> st.SearchStrategy[Shape]:
    """Shapes of which many fit a block."""
    ranks = [rank for rank in (1, 2, 3, 4) if block.fault((12,) * rank) is None]
    rows = [st.tuples(*[st.integers(1, 14)] * rank) for rank in ranks]
    return st.one_of(*rows, *rows, SHAPES)


@pytest.fixture(autouse=True, scope="module")
def keras() -> Any:
    """Keras, for those who ask; the others need it brought in before they ask the oracle."""
    return silenced_keras()


def keras_class(kind: type[Block]) -> Any:
    import keras

    return keras.Input if kind is Input else getattr(keras.layers, kind.__name__)


NOT_KERAS_DEFAULT = {(Input, "shape"), (Normalization, "mean"), (Normalization, "variance")}
"""Parameters that Keras lets one leave out for something that is done elsewhere here."""


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_parameters_bear_keras_names_and_defaults(kind: type[Block]) -> None:
    theirs = inspect.signature(keras_class(kind)).parameters
    for name, field in fields_of(kind).items():
        assert name in theirs
        default = theirs[name].default
        if default is not inspect.Parameter.empty and (kind, name) not in NOT_KERAS_DEFAULT:
            assert _plain(field, default) == _plain(field, defaults_of(kind)[name])


@pytest.mark.parametrize("kind", INNER_LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=60)
def test_outputs_weights_and_refusals_of_a_layer_are_keras_own(
    kind: type[Block], data: Any
) -> None:
    block = data.draw(strategies.blocks((kind,), modest=True))
    shape = data.draw(shapes_for(block))
    if block.fault(shape) is not None:
        assert keras_refuses(block, shape) or (len(shape) == 2 and kind in TAKES_A_BATCH_FOR_ROWS)
        return
    layer = layer_of(block)
    assert tuple(layer.compute_output_shape((None, *shape))) == (None, *block.output_shape(shape))
    assert layer(symbolic(shape)).shape == (None, *block.output_shape(shape))
    theirs = [(w.name, tuple(w.shape), w.trainable) for w in layer.weights]
    assert [(w.name, w.shape, w.trainable) for w in block.weights(shape)] == theirs


FAULTY: list[tuple[str, Block, Shape]] = [
    ("vector_received", Conv2D(), (5,)),
    ("wrong_rank", MaxPooling2D(), (5, 5)),
    ("wrong_rank", Conv2D(), (5, 5, 5, 1)),
    ("vector_received", AveragePooling2D(), (5,)),
    ("vector_received", GlobalAveragePooling2D(), (5,)),
    ("vector_received", ZeroPadding2D(), (5,)),
    ("vector_received", RandomFlip(), (5,)),
    ("wrong_rank", RandomRotation(), (5, 5, 5, 1)),
    ("sequence_expected", Conv1D(), (5,)),
    ("sequence_expected", GlobalMaxPooling1D(), (5, 5, 1)),
    ("volume_expected", Conv3D(), (5, 5, 1)),
    ("volume_expected", MaxPooling3D(), (5,)),
    ("kernel_too_large", Conv2D(kernel_size=(7, 7)), (4, 4, 1)),
    ("kernel_too_large", Conv1D(kernel_size=7), (4, 1)),
    ("kernel_too_large_dilated", Conv2D(dilation_rate=(3, 3)), (6, 6, 1)),
    ("window_too_large", MaxPooling2D(pool_size=(5, 5)), (4, 4, 1)),
    ("window_too_large", AveragePooling2D(pool_size=(1, 5)), (4, 4, 1)),
    ("strides_and_dilation", Conv2D(strides=(2, 2), dilation_rate=(2, 2)), (9, 9, 1)),
    ("strides_and_dilation", Conv2DTranspose(strides=(2, 1), dilation_rate=(1, 2)), (9, 9, 1)),
    ("output_padding_too_large", Conv2DTranspose(output_padding=(0, 1)), (9, 9, 1)),
    (
        "output_padding_too_small",
        Conv2DTranspose(kernel_size=(3, 2), padding="same", output_padding=(0, 0)),
        (9, 9, 1),
    ),
    ("groups_channels", Conv2D(groups=2), (9, 9, 3)),
    ("groups_filters", Conv2D(filters=3, groups=2), (9, 9, 4)),
    ("groups_channels", GroupNormalization(), (9, 9, 4)),
    ("axis_missing", LayerNormalization(axis=(3,)), (9, 4)),
    ("axis_missing", PReLU(shared_axes=(2,)), (9,)),
    ("axes_twice", Softmax(axis=(1, -1)), (9,)),
    ("axes_twice", UnitNormalization(axis=(2, 2)), (9, 4)),
    ("means_and_variances", Normalization(mean=(0.0, 1.0)), (9, 2)),
    ("means_channels", Normalization(mean=(0.0, 1.0), variance=(1.0, 1.0)), (9, 3)),
    ("reshape_rests", Reshape(target_shape=(-1, -1)), (9,)),
    ("reshape_count", Reshape(target_shape=(2, 4)), (9,)),
    ("reshape_count", Reshape(target_shape=(2, -1)), (9,)),
    ("permute_axes", Permute(dims=(2, 1)), (9,)),
    ("permute_axes", Permute(dims=(1, 1)), (9, 4)),
    ("cropped_away", Cropping2D(cropping=((0, 0), (2, 2))), (9, 4, 1)),
    ("crop_and_pad", Resizing(crop_to_aspect_ratio=True, pad_to_aspect_ratio=True), (9, 4, 1)),
]


@pytest.mark.parametrize(("code", "block", "shape"), FAULTY, ids=lambda value: str(value)[:30])
def test_each_fault_is_one_of_keras_too(code: str, block: Block, shape: Shape) -> None:
    fault = block.fault(shape)
    assert fault is not None
    assert fault.code == code
    assert Problem(fault.code, None, fault.details).message()
    assert keras_refuses(block, shape)


@given(st.permutations([2, 3, 4, 1]).map(tuple), st.integers(0, 4), st.integers(0, 3))
@settings(max_examples=40)
def test_numbers_are_reshaped_and_axes_permuted_as_keras_does(
    sizes: Shape, rank: int, rest: int
) -> None:
    whole = (*sizes[:rank], math.prod(sizes[rank:]))[:4]
    target = tuple(-1 if axis == rest else size for axis, size in enumerate(whole))
    blocks: list[Block] = [Reshape(target_shape=target), Permute(dims=sizes)]
    for block in blocks:
        values = np.arange(24, dtype=np.float32).reshape(1, 4, 3, 2, 1)
        if block.fault((4, 3, 2, 1)) is not None:
            assert keras_refuses(block, (4, 3, 2, 1))
        else:
            assert layer_of(block)(values).shape == (1, *block.output_shape((4, 3, 2, 1)))


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
            field = fields_of(kind)[name]
            assert _plain(field, config[name]) == _plain(field, value)
    assert type(layer).from_config(config).get_config() == config


def _plain(field: Field, value: Any) -> Value:
    """Bring a value of ours, and what a Keras signature or config makes of it, to one form."""
    import keras

    match field:
        case Regularizer():
            if value is None or isinstance(value, tuple):
                return value
            penalty = keras.regularizers.get(value)
            name = type(penalty).__name__.lower()
            return name, getattr(penalty, name)
        case Choice() if "nitializer" in field.label:
            return type(keras.initializers.get(value)).__name__
        case Choice() if value is None:
            return "linear"
        case _ if value is None:
            return None
        case _:
            # Keras makes a row of one of what it takes for one axis.
            alone = isinstance(field, Integer) and isinstance(value, tuple)
            return field.read(value[0] if alone else value)


_BY_DEFAULT = [kind() for kind in INNER_LAYERS]
PROBABILISTIC: list[Block] = [
    *(b for b in _BY_DEFAULT if not isinstance(b, Rescaling | Normalization | GroupNormalization)),
    # By their defaults they change nothing.
    Rescaling(scale=0.5),
    Normalization(mean=(0.5,)),
    GroupNormalization(groups=5),
    Resizing(interpolation="bicubic"),
    Resizing(width=20, pad_to_aspect_ratio=True),
    CenterCrop(height=3, width=3),
    UpSampling2D(interpolation="bilinear"),
    UpSampling2D(interpolation="lanczos3"),
    Permute(dims=(1, 3, 2)),
    Softmax(axis=(1,)),
    *(kind(activation="softmax") for kind in (Dense, Conv2D, Activation)),
]


@pytest.mark.parametrize("block", PROBABILISTIC, ids=str)
@pytest.mark.parametrize("received", ["softmax", "linear"])
def test_a_block_says_whether_probabilities_leave_it(block: Block, received: str) -> None:
    # Flatten and Reshape keep probabilities only where there is one row of them.
    one_row = isinstance(block, Flatten | Reshape)
    shapes: list[Shape] = [(1, 1, 5)] if one_row else [(6, 6, 5), (6, 5), (6, 6, 6, 5)]
    shape = next(shape for shape in shapes if block.fault(shape) is None)
    values = np.random.default_rng(0).normal(size=(1, *shape)).astype(np.float32)
    if received == "softmax":
        values = np.exp(values) / np.exp(values).sum(axis=-1, keepdims=True)
    if isinstance(block, Embedding):
        values = np.abs(values)
    layer = layer_of(block)
    # Keras's image layers take a call for training unless told otherwise.
    in_use = {"training": False} if "training" in inspect.signature(layer.call).parameters else {}
    out = np.asarray(layer(values, **in_use))
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
    options = {
        name: field.options
        for name, field in fields
        if name.endswith("_initializer") and isinstance(field, Choice)
    }
    assert options
    for weight, names in options.items():
        shape: Shape = (3, 3, 2, 4) if "kernel" in weight or "wise" in weight else (4,)
        if "embeddings" in weight:
            shape = (4, 3)
        for name in names:
            assert keras.initializers.get(name)(shape).shape == shape
