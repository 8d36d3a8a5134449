"""Strided convolutions of one place learn what they should, and never end the engine's process."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

Array = NDArray[np.float32]

_TRAINED = """
import numpy as np

from cnnstudio.engine.quiet import silence_tensorflow
silence_tensorflow()
import keras
import tensorflow as tf
from cnnstudio.core.blocks import Conv2D, Conv2DTranspose, Flatten, Input
from cnnstudio.core.network import network_of
from cnnstudio.core.objective import Objective, Task
from cnnstudio.engine.builder import build
from cnnstudio.engine.losses import Marks
from cnnstudio.engine.steps import Steps

objective = Objective(Task.CLASSES, "crossentropy", from_logits=True)
for size in ((20, 17), (56, 17), (28, 28)):
    for strides in ((2, 1), (2, 2)):
        network = network_of(
            Input((*size, 3)),
            Conv2D(filters=8, kernel_size=(1, 1), strides=strides),
            Conv2DTranspose(filters=3, kernel_size=(1, 1), strides=strides),
            Flatten(),
        )
        model = build(network, seed=0).model
        steps = Steps(model, keras.optimizers.SGD(0.01), Marks(objective))
        x = np.random.default_rng(0).random((60, *size, 3)).astype(np.float32)
        y = np.zeros(60, np.int64)
        batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(1)
        results, _ends = steps.learn(iter(batches), np.full(60, 0.01, np.float32))
        assert np.isfinite(results).all() and len(results) == 60
print("whole")
"""


def linear(layer: Any, images: Array, aim: Any) -> tuple[Array, Array, Array]:
    """Return a layer's output, and by images and kernel the gradient of its product with `aim`."""
    import keras
    import tensorflow as tf

    from cnnstudio.engine.safe_convolutions import sparing

    inputs = keras.Input(images.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    layer.set_weights([np.random.default_rng(7).random(w.shape) for w in layer.weights])
    entered = tf.constant(images)
    with tf.GradientTape() as tape, sparing(model):
        tape.watch(entered)
        outputs = model(entered, training=True)
        kernel = layer.trainable_weights[0].value
        slopes = tape.gradient(tf.reduce_sum(outputs * aim), [entered, kernel])
    assert "call" not in vars(layer), "the layer is as it was"
    np.testing.assert_allclose(outputs, model(images), rtol=1e-5, err_msg="as Keras has it")
    return outputs.numpy(), slopes[0].numpy(), slopes[1].numpy()


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [(2, 1), (1, 3), (2, 2), (5, 3)])
def test_a_strided_kernel_of_one_place_learns_as_its_formula_says(
    keras: Any, strides: tuple[int, int], padding: str
) -> None:
    draw = np.random.default_rng(0)
    images = draw.normal(size=(2, 8, 7, 3)).astype(np.float32)
    layer = keras.layers.Conv2D(4, 1, strides=strides, padding=padding, activation="linear")
    seen = images[:, :: strides[0], :: strides[1]]
    aim = draw.normal(size=(*seen.shape[:-1], 4)).astype(np.float32)
    outputs, by_image, by_kernel = linear(layer, images, aim)
    kernel, bias = (weight.numpy() for weight in layer.weights)
    np.testing.assert_allclose(outputs, seen @ kernel[0, 0] + bias, rtol=1e-5, atol=1e-5)
    expected = np.zeros_like(images)
    expected[:, :: strides[0], :: strides[1]] = aim @ kernel[0, 0].T
    np.testing.assert_allclose(by_image, expected, rtol=1e-5, atol=1e-5)
    product = np.einsum("nijc,nijf->cf", seen, aim)
    np.testing.assert_allclose(by_kernel[0, 0], product, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("kind", "sizes"), [("Conv1D", (9,)), ("Conv3D", (5, 4, 3))])
def test_sequences_and_volumes_too(keras: Any, kind: str, sizes: tuple[int, ...]) -> None:
    draw = np.random.default_rng(0)
    images = draw.normal(size=(2, *sizes, 3)).astype(np.float32)
    layer = getattr(keras.layers, kind)(4, 1, strides=2, padding="same", activation="relu")
    seen = images[(slice(None), *(slice(None, None, 2) for _size in sizes))]
    outputs, _by_image, by_kernel = linear(layer, images, np.float32(1.0))
    product = np.einsum("nc,nf->cf", seen.reshape(-1, 3), (outputs > 0).reshape(-1, 4))
    np.testing.assert_allclose(by_kernel.reshape(3, 4), product, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["DepthwiseConv2D", "SeparableConv2D", "SeparableConv1D"])
def test_those_that_go_by_channel_too_where_there_is_one(keras: Any, kind: str) -> None:
    draw = np.random.default_rng(0)
    images = draw.normal(size=(2, 8, 7, 1) if "2D" in kind else (2, 15, 1)).astype(np.float32)
    filters = {} if kind.startswith("Depthwise") else {"filters": 3}
    layer = getattr(keras.layers, kind)(kernel_size=1, strides=2, depth_multiplier=2, **filters)
    outputs, *_slopes = linear(layer, images, np.float32(1.0))
    seen = images[:, ::2, ::2] if "2D" in kind else images[:, ::2]
    kernels = layer.depthwise_kernel if filters else layer.kernel
    made = seen @ kernels.numpy().reshape(1, 2)
    if filters:
        made = made @ layer.pointwise_kernel.numpy().reshape(2, 3)
    np.testing.assert_allclose(outputs, made + layer.bias.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("padding", "extra"), [("same", None), ("valid", None), ("valid", (1, 0))])
@pytest.mark.parametrize("strides", [(2, 1), (2, 2), (3, 2)])
def test_a_transposed_one_puts_its_numbers_strides_apart(
    keras: Any, strides: tuple[int, int], padding: str, extra: tuple[int, int] | None
) -> None:
    draw = np.random.default_rng(0)
    images = draw.normal(size=(2, 4, 5, 3)).astype(np.float32)
    layer = keras.layers.Conv2DTranspose(
        4, 1, strides=strides, padding=padding, output_padding=extra, activation="relu"
    )
    shape = layer.compute_output_shape(images.shape)
    aim = draw.normal(size=shape).astype(np.float32)
    outputs, _by_image, by_kernel = linear(layer, images, aim)
    kernel, bias = (weight.numpy() for weight in layer.weights)
    expected = np.zeros(shape, np.float32) + bias
    expected[:, :: strides[0], :: strides[1]] += images @ kernel[0, 0].T
    np.testing.assert_allclose(outputs, np.maximum(expected, 0), rtol=1e-5, atol=1e-5)
    passed = (aim * (expected > 0))[:, :: strides[0], :: strides[1]]
    product = np.einsum("nijf,nijc->fc", passed, images)
    np.testing.assert_allclose(by_kernel[0, 0], product, rtol=1e-4, atol=1e-5)


def test_only_what_breaks_memory_is_spared_inside_an_inner_model_too(keras: Any) -> None:
    from cnnstudio.engine.safe_convolutions import sparing

    layers = keras.layers
    narrow, back = layers.Conv2D(16, 1, strides=2), layers.Conv2DTranspose(15, 1, strides=2)
    inner = keras.Sequential([keras.Input((64, 64, 3)), narrow])
    others = [
        layers.Conv2D(16, 1, strides=2),
        layers.Conv2D(3, (1, 2), strides=2),
        layers.Conv2D(3, 1),
        layers.Conv2DTranspose(16, 1, strides=2),
        layers.DepthwiseConv2D(1, strides=2),
    ]
    model = keras.Sequential([keras.Input((64, 64, 3)), inner, *others, back])
    with sparing(model):
        spared = [layer for layer in (narrow, back, *others) if "call" in vars(layer)]
    assert spared == [narrow, back]


def test_the_steps_of_a_run_spare_the_memory_while_they_learn(keras: Any) -> None:
    import tensorflow as tf

    from cnnstudio.core.objective import Objective, Task
    from cnnstudio.engine.losses import Marks
    from cnnstudio.engine.steps import Steps

    found = []
    layer = keras.layers.Conv2D(2, 1, strides=8)

    def activation(outputs: Any) -> Any:
        found.append("call" in vars(layer))
        return outputs

    layer.activation = activation
    model = keras.Sequential([keras.Input((8, 8, 3)), layer, keras.layers.Flatten()])
    marks = Marks(Objective(Task.CLASSES, "crossentropy", from_logits=True))
    steps = Steps(model, keras.optimizers.SGD(0.1), marks)
    found.clear()
    batch = tf.ones((4, 8, 8, 3)), tf.zeros(4, tf.int64)
    results, _ends = steps.learn(iter(tf.data.Dataset.from_tensors(batch)), np.ones(1, np.float32))
    assert found == [True]
    assert np.isfinite(results).all()


def test_learning_does_not_end_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _TRAINED], capture_output=True, text=True, timeout=200, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "whole\n"), ended.stderr[-2000:]
