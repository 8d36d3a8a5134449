"""Keras layers as blocks, against Keras's own configs and those that Keras 2 wrote."""

from __future__ import annotations

import inspect
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.blocks import (
    CATALOGUE,
    ELU,
    LAYERS,
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Block,
    Conv1D,
    Conv2D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Embedding,
    Input,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Normalization,
    RandomFlip,
    ReLU,
    SeparableConv2D,
    UpSampling2D,
    ZeroPadding2D,
)
from cnnstudio.core.fields import fields_of
from cnnstudio.core.keras_layers import (
    UnfitArgument,
    UnknownLayer,
    block_of,
    fitted,
    kind_of,
    merge_of,
    positional,
    stated_shape,
)
from tests.core import strategies
from tests.core.keras_oracle import layer_of, silenced_keras

INNER_LAYERS = [kind for kind in LAYERS if kind is not Input]


@pytest.fixture(scope="module")
def keras() -> Any:
    return silenced_keras()


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", INNER_LAYERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=20)
def test_a_layers_config_is_the_block_it_was_made_from(
    keras: Any, kind: type[Block], data: Any
) -> None:
    block = data.draw(strategies.blocks((kind,), modest=True))
    try:
        config = layer_of(block).get_config()
    except ValueError:
        return
    assert block_of(kind.__name__, config) == unsaid(block)


def unsaid(block: Block) -> Block:
    """Return a block as a config has it: no activation is a linear one.

    Keras keeps the strength of L1 as float32; the shortest number of that is meant.
    """
    params = block.params()
    if params.get("activation") == "linear" and not isinstance(block, Activation):
        params["activation"] = None
    if "pool_size" in params and params["strides"] == params["pool_size"]:
        params["strides"] = None
    for name, value in params.items():
        if name.endswith("_regularizer") and value is not None:
            penalty, strength = value
            single = np.float32(strength)
            shorter = penalty == "l1" or float(single) == strength
            params[name] = (penalty, float(str(single)) if shorter else strength)
    return type(block)(**params)


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_arguments_have_the_places_they_have_in_keras(keras: Any, kind: type[Block]) -> None:
    cls = keras.Input if kind is Input else getattr(keras.layers, kind.__name__)
    theirs = tuple(inspect.signature(cls).parameters)
    ours = positional(kind.__name__)
    assert ours == theirs[: len(ours)]
    assert set(fields_of(kind)) <= set(ours)


@pytest.mark.tensorflow
def test_an_input_layers_config_is_an_input(keras: Any) -> None:
    model = keras.Sequential([keras.Input((28, 30, 1)), keras.layers.Flatten()])
    (layer,) = [entry for entry in model.get_config()["layers"] if "Input" in entry["class_name"]]
    assert block_of(layer["class_name"], layer["config"]) == Input(shape=(28, 30, 1))


@pytest.mark.tensorflow
def test_the_nearest_initializer_is_that_of_keras(keras: Any) -> None:
    for name in ("he_normal", "lecun_uniform", "glorot_normal", "he_uniform"):
        theirs = keras.initializers.get(name)
        # Keras 2 wrote them as what they are made of.
        law = "uniform" if "uniform" in name else "truncated_normal"
        config = {"scale": theirs.scale, "mode": theirs.mode, "distribution": law, "seed": None}
        found = fitted(
            "Dense", {"units": 1, "kernel_initializer": old("VarianceScaling", **config)}
        )
        assert found.block == Dense(units=1, kernel_initializer=name)
        assert not found.left_out


def old(class_name: str, **config: Any) -> dict[str, Any]:
    """Return an object as Keras 2 wrote it."""
    return {"class_name": class_name, "config": config}


_KERAS_2 = {"name": "layer_1", "trainable": True, "dtype": "float32"}
_CONV = {
    **_KERAS_2,
    "batch_input_shape": [None, 28, 28, 1],
    "filters": 32,
    "kernel_size": [3, 3],
    "strides": [1, 1],
    "padding": "same",
    "data_format": "channels_last",
    "dilation_rate": [1, 1],
    "groups": 1,
    "activation": "relu",
    "use_bias": True,
    "kernel_initializer": old(
        "VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None
    ),
    "bias_initializer": old("Zeros"),
    "kernel_regularizer": old("L1L2", l1=0.0, l2=9.999999747378752e-05),
    "bias_regularizer": None,
    "activity_regularizer": None,
    "kernel_constraint": None,
    "bias_constraint": None,
}


@pytest.mark.parametrize(
    ("class_name", "config", "block"),
    [
        (
            "Conv2D",
            _CONV,
            Conv2D(
                filters=32, padding="same", activation="relu", kernel_regularizer=("l2", 0.0001)
            ),
        ),
        (
            "SeparableConv2D",
            {
                **_KERAS_2,
                "filters": 8,
                "kernel_size": [3, 3],
                "groups": 1,
                "kernel_initializer": old("GlorotUniform", seed=None),
                "kernel_regularizer": None,
                "kernel_constraint": None,
                "depthwise_initializer": old("GlorotUniform", seed=None),
                "activation": "linear",
            },
            SeparableConv2D(filters=8),
        ),
        (
            "DepthwiseConv2D",
            {**_KERAS_2, "kernel_size": [5, 5], "depth_multiplier": 1, "groups": 1},
            DepthwiseConv2D(kernel_size=(5, 5)),
        ),
        (
            "BatchNormalization",
            {
                **_KERAS_2,
                "axis": [3],
                "momentum": 0.9,
                "moving_mean_initializer": old("Zeros"),
                "moving_variance_initializer": old("Ones"),
                "fused": None,
                "renorm": False,
            },
            BatchNormalization(momentum=0.9),
        ),
        (
            "MaxPooling2D",
            {**_KERAS_2, "pool_size": [2, 2], "padding": "valid", "strides": [2, 2]},
            MaxPooling2D(),
        ),
        ("LeakyReLU", {**_KERAS_2, "alpha": 0.30000001192092896}, LeakyReLU(negative_slope=0.3)),
        ("LeakyReLU", {"alpha": {"type": "ndarray", "value": 0.5}}, LeakyReLU(negative_slope=0.5)),
        ("ReLU", {**_KERAS_2, "max_value": 6.0, "negative_slope": 0.0}, ReLU(max_value=6.0)),
        ("Dropout", {**_KERAS_2, "rate": 0.25, "noise_shape": None, "seed": None}, Dropout(0.25)),
        ("InputLayer", {"batch_input_shape": [None, 8, 8, 3], "sparse": False}, Input((8, 8, 3))),
        (
            "Embedding",
            {
                **_KERAS_2,
                "batch_input_shape": [None, 80],
                "input_dim": 9,
                "output_dim": 4,
                "input_length": 80,
                "embeddings_initializer": old("RandomUniform", minval=-0.05, maxval=0.05),
            },
            Embedding(input_dim=9, output_dim=4),
        ),
        ("Conv1D", {**_KERAS_2, "filters": 4, "kernel_size": [5], "strides": [2]},
         Conv1D(filters=4, kernel_size=5, strides=2)),
        ("Normalization", {**_KERAS_2, "axis": [-1], "mean": [0.5], "variance": [4.0]},
         Normalization(mean=(0.5,), variance=(4.0,))),
        ("LayerNormalization", {**_KERAS_2, "axis": [3]}, LayerNormalization(axis=(3,))),
        ("Activation", {**_KERAS_2, "activation": "linear"}, Activation(activation="linear")),
        ("Activation", {"activation": "swish"}, Activation(activation="silu")),
    ],
)  # fmt: skip
def test_configs_of_keras_2_are_blocks(
    class_name: str, config: dict[str, Any], block: Block
) -> None:
    assert block_of(class_name, config) == block


@pytest.mark.parametrize(
    ("class_name", "arguments", "block"),
    [
        ("Convolution2D", {"filters": 6, "kernel_size": 5}, Conv2D(6, (5, 5))),
        ("MaxPool2D", {"pool_size": 2, "strides": (2, 2)}, MaxPooling2D((2, 2), (2, 2))),
        ("AvgPool2D", {}, AveragePooling2D()),
        ("Dense", {"units": 3, "activation": "linear"}, Dense(3, "linear")),
        ("Dense", {"units": 3, "kernel_regularizer": "l2"},
         Dense(3, kernel_regularizer=("l2", 0.01))),
        ("Dense", {"units": 3, "activation": old("LeakyReLU", alpha=0.2)}, Dense(3, "leaky_relu")),
        ("Dense", {"units": 3, "activation": old("function")}, None),
        ("Dense", {"units": 3, "input_shape": (5,), "input_dim": 5}, Dense(3)),
        ("Conv2D", {"filters": 3, "kernel_size": 3, "input_dim": 5}, Conv2D(3)),
        ("ZeroPadding2D", {"padding": [1, 2]}, ZeroPadding2D(((1, 1), (2, 2)))),
        ("Cropping2D", {"cropping": 1}, Cropping2D(((1, 1), (1, 1)))),
        ("UpSampling2D", {"size": 3}, UpSampling2D(size=(3, 3))),
        ("Conv2D", {"filters": 3, "kernel_size": 3, "kernel_initializer": "HeNormal"},
         Conv2D(3, kernel_initializer="he_normal")),
        ("Dense", {"units": 3, "bias_initializer": old("Constant", value=1)},
         Dense(3, bias_initializer="ones")),
        ("RandomFlip", {"mode": "horizontal", "seed": 3}, RandomFlip("horizontal", 3)),
        ("ELU", {"alpha": 2}, ELU(2.0)),
        ("Input", {"shape": 784}, Input((784,))),
        ("Normalization", {}, Normalization(None, None)),
        ("Normalization", {"axis": None, "mean": 1, "variance": 4}, Normalization((1.0,), (4.0,))),
    ],
)  # fmt: skip
def test_arguments_of_source_code_are_blocks(
    class_name: str, arguments: dict[str, Any], block: Block | None
) -> None:
    if block is None:
        with pytest.raises(UnfitArgument):
            block_of(class_name, arguments)
    else:
        assert block_of(class_name, arguments) == block


@pytest.mark.parametrize(
    ("class_name", "arguments", "told"),
    [
        ("Conv2D", {"filters": 3, "kernel_size": 3, "data_format": "channels_first"},
         "data_format"),
        ("Conv2D", {"filters": 3}, "kernel_size"),
        ("Conv2D", {"filters": 3, "kernel_size": 3, "colour": 1}, "colour"),
        ("Conv2D", {"filters": -3, "kernel_size": 3}, "65536"),
        ("Dense", {"units": 3, "activation": "magic"}, "magic"),
        ("Dense", {"units": 3, "activation": old("LeakyReLU", alpha=0.25)}, "LeakyReLU"),
        ("Dense", {"units": None}, "units"),
        ("Normalization", {"axis": None}, "axis"),
        ("BatchNormalization", {"axis": [1, 2]}, "axis"),
        ("Input", {"shape": (None, None, 3)}, "null"),
        ("Input", {"shape": (8,), "sparse": True}, "sparse"),
        ("Dropout", {"rate": 3.0}, "rate"),
        ("Resizing", {"height": 2, "width": 2, "fill_mode": "reflect"}, "fill_mode"),
    ],
)  # fmt: skip
def test_what_changes_the_network_is_refused(
    class_name: str, arguments: dict[str, Any], told: str
) -> None:
    for read in (block_of, fitted):
        with pytest.raises(UnfitArgument, match=told):
            read(class_name, arguments)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"kernel_constraint": old("MaxNorm", max_value=3)}, "MaxNorm"),
        ({"activity_regularizer": "l1"}, "activity_regularizer"),
        ({"kernel_regularizer": old("L1L2", l1=0.1, l2=0.2)}, "L1L2"),
        ({"trainable": False}, "trainable"),
        ({"dtype": "mixed_float16"}, "float16"),
        ({"dtype": {"class_name": "DTypePolicy", "config": {"name": "float16"}}}, "float16"),
    ],
)
def test_what_matters_in_training_alone_is_refused_or_left_out_as_one_asks(
    arguments: dict[str, Any], told: str
) -> None:
    arguments = {"units": 3, **arguments}
    with pytest.raises(UnfitArgument, match=told):
        block_of("Dense", arguments)
    found = fitted("Dense", arguments)
    assert found.block == Dense(3)
    (text,) = found.left_out
    assert told in text


def test_an_initializer_that_there_is_not_becomes_the_nearest() -> None:
    efficient = old("VarianceScaling", scale=2.0, mode="fan_out", distribution="truncated_normal")
    found = fitted("Conv2D", {"filters": 3, "kernel_size": 3, "kernel_initializer": efficient})
    assert found.block == Conv2D(3, kernel_initializer="he_normal")
    assert "he_normal" in found.left_out[0]
    arguments = {"units": 3, "kernel_initializer": old("Identity"), "use_bias": False}
    assert block_of("Dense", arguments) == Dense(3, use_bias=False)
    assert "glorot_uniform" in fitted("Dense", arguments).left_out[0]


def test_an_axis_that_is_not_the_last_is_refused_where_the_rank_is_known() -> None:
    assert block_of("BatchNormalization", {"axis": 3}, rank=4) == BatchNormalization()
    assert block_of("BatchNormalization", {"axis": [1]}, rank=2) == BatchNormalization()
    with pytest.raises(UnfitArgument, match="axis 1"):
        block_of("BatchNormalization", {"axis": 1}, rank=4)
    assert fitted("BatchNormalization", {"axis": 1}).last_axis == 1
    assert fitted("BatchNormalization", {"axis": -1}).last_axis is None
    assert block_of("LayerNormalization", {"axis": [-2, -1]}, rank=4) == LayerNormalization((2, -1))


@pytest.mark.parametrize("name", ["LSTM", "Lambda", "Parallel", "Group", "TFOpLambda", "Add"])
def test_classes_that_are_no_layer_of_the_catalogue_are_unknown(name: str) -> None:
    with pytest.raises(UnknownLayer, match=name):
        block_of(name, {})
    assert kind_of(name) is None


def test_an_unknown_class_names_those_it_is_like() -> None:
    with pytest.raises(UnknownLayer, match="Conv2DTranspose"):
        block_of("Conv2DTransposed", {})


def test_merges_are_known_as_classes_and_as_functions() -> None:
    assert [merge_of(name) for name in ("Add", "concatenate", "subtract")] == [
        "Add",
        "Concatenate",
        "Subtract",
    ]
    assert merge_of("Dot") is merge_of("Dense") is None


@pytest.mark.parametrize(
    ("class_name", "arguments", "shape"),
    [
        ("Conv2D", {"input_shape": (28, 28, 1)}, (28, 28, 1)),
        ("Conv2D", {"batch_input_shape": [None, 28, 28, 1]}, (28, 28, 1)),
        ("Dense", {"input_shape": 784}, (784,)),
        ("Dense", {"input_dim": 784}, (784,)),
        ("Conv1D", {"input_dim": 4, "input_length": 9}, (9, 4)),
        ("Embedding", {"input_dim": 4, "input_length": 9}, (9,)),
        ("Embedding", {"input_dim": 4}, None),
        ("Dense", {"units": 3}, None),
    ],
)
def test_the_first_layer_may_say_what_enters(
    class_name: str, arguments: dict[str, Any], shape: tuple[int, ...] | None
) -> None:
    assert stated_shape(class_name, arguments) == shape


@given(st.sampled_from([*CATALOGUE, "LSTM", "InputLayer"]), st.dictionaries(
    st.sampled_from(["units", "filters", "kernel_size", "activation", "axis", "strides", "dtype",
                     "kernel_initializer", "kernel_regularizer", "batch_input_shape", "name",
                     "trainable", "pool_size", "seed", "shape", "input_dim", "alpha"]),
    strategies.json_values(), max_size=6))  # fmt: skip
def test_any_config_is_a_block_or_refused(class_name: str, config: dict[str, Any]) -> None:
    for read in (block_of, fitted):
        with suppress(UnknownLayer, UnfitArgument):
            read(class_name, config)
