"""Batch normalization in one pass over memory instead of several, while a network learns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

_IMAGES = 4
"""Dimensions of a batch of feature maps, which TensorFlow's fused operation takes."""


@contextmanager
def fusing(model: Any) -> Iterator[None]:
    """Have what is traced meanwhile normalize feature maps by TensorFlow's fused operation.

    The formula is Keras's, that of Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167,
    algorithm 1, with the population's variance for the moving average. The layers stay as they are.
    """
    layers = [layer for layer in model.layers if _can_be_fused(layer)]
    try:
        for layer in layers:
            layer.call = _fused(layer)
        yield
    finally:
        for layer in layers:
            del layer.call


def _can_be_fused(layer: Any) -> bool:
    return (
        type(layer) is keras.layers.BatchNormalization
        and layer.trainable
        and layer.axis in (-1, _IMAGES - 1)
        and len(layer.input.shape) == _IMAGES
        and layer.compute_dtype == "float32"
    )


def _fused(layer: Any) -> Callable[..., Any]:
    as_usual = layer.call

    def call(inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not training or mask is not None:
            return as_usual(inputs, training=training, mask=mask)
        channels = inputs.shape[-1]
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            layer.gamma.value if layer.scale else tf.ones(channels),
            layer.beta.value if layer.center else tf.zeros(channels),
            epsilon=layer.epsilon,
            is_training=True,
        )
        # It gives the variance of a sample, which is larger by so much.
        count = tf.cast(tf.size(inputs) // channels, tf.float32)
        _follow(layer.moving_mean, mean, layer.momentum)
        _follow(layer.moving_variance, variance * (count - 1.0) / count, layer.momentum)
        return outputs

    return call


def _follow(average: Any, value: Any, momentum: float) -> None:
    average.assign(average * momentum + value * (1.0 - momentum))
