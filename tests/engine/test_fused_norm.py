"""Batch normalization in one pass comes to the same as Keras's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.usefixtures("keras")


def learned(model: Any, images: Any, *, fused: bool) -> tuple[Any, list[Any]]:
    """Return a model's outputs in training and the gradients of their weighted sum."""
    import contextlib

    import tensorflow as tf

    from cnnstudio.engine.fused_norm import fusing

    with tf.GradientTape() as tape, fusing(model) if fused else contextlib.nullcontext():
        outputs = model(images, training=True)
        aim = tf.reduce_sum(outputs * tf.cast(tf.range(tf.shape(outputs)[-1]), tf.float32))
        aim += tf.reduce_sum(outputs**3)
    return outputs.numpy(), tape.gradient(aim, model.trainable_variables)


@pytest.mark.parametrize(("scale", "center"), [(True, True), (False, True), (True, False)])
@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 7, 4)])
def test_outputs_gradients_and_moving_averages_are_those_of_keras(
    keras: Any, shape: tuple[int, ...], scale: bool, center: bool
) -> None:
    draw = np.random.default_rng(0)
    images = draw.normal(2.0, 3.0, (6, *shape)).astype(np.float32)
    norm = keras.layers.BatchNormalization(scale=scale, center=center, momentum=0.7)
    model = keras.Sequential([keras.Input(shape), keras.layers.Conv2D(4, 1), norm])
    before = [weight.numpy() for weight in model.weights]
    told = {}
    for fused in (False, True):
        for weight, value in zip(model.weights, before, strict=True):
            weight.assign(value)
        outputs, gradients = learned(model, images, fused=fused)
        told[fused] = (outputs, *gradients, *(weight.numpy() for weight in model.weights))
    for usual, fused_ in zip(told[False], told[True], strict=True):
        assert np.allclose(usual, fused_, rtol=1e-4, atol=2e-3)
    assert not np.allclose(norm.moving_variance, 1.0)


def test_layers_are_as_they_were_and_what_cannot_be_fused_is_left_alone(keras: Any) -> None:
    from cnnstudio.engine.fused_norm import fusing

    layers = keras.layers
    frozen = layers.BatchNormalization(trainable=False)
    flat = layers.BatchNormalization()
    rows = layers.BatchNormalization(axis=1)
    taken = layers.BatchNormalization()
    model = keras.Sequential([keras.Input((4, 4, 3)), frozen, rows, taken, layers.Flatten(), flat])
    with fusing(model):
        assert "call" in vars(taken)
        assert not any("call" in vars(layer) for layer in (frozen, flat, rows))
    assert "call" not in vars(taken)
