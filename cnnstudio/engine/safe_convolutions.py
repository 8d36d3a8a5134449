"""Convolutions with 1×1 kernels and strides, learned without an operation that breaks memory.

For the gradient of a kernel of one place, strides above 1 and fewer channels than a processor's
registers have lanes, TensorFlow 2.21 on a processor with AVX-512 (oneDNN, `Conv2DBackpropFilter`)
writes past the end of its memory: the process ends at once or somewhere later. The same numbers
come of steps that never ask for that operation: a kernel of one place with strides is one without
strides on every so many-th place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

_LANES = 16
"""32-bit numbers in a register of AVX-512; with as many channels or more, memory stays whole."""


@contextmanager
def sparing(model: Any) -> Iterator[None]:
    """Have what is traced meanwhile do without the operation; the layers stay as they are."""
    layers = [layer for layer in _all_layers(model) if _breaks(layer)]
    try:
        for layer in layers:
            layer.call = _spared(layer)
        yield
    finally:
        for layer in layers:
            del layer.call


def _all_layers(model: Any) -> Iterator[Any]:
    """Yield the layers of a model and of the models that are layers of it, each once."""
    known: set[int] = set()
    waiting = list(model.layers)
    while waiting:
        layer = waiting.pop()
        if id(layer) not in known:
            known.add(id(layer))
            waiting += getattr(layer, "layers", ())
            yield layer


def _breaks(layer: Any) -> bool:
    products = _PRODUCTS.get(type(layer))
    return (
        products is not None
        and set(layer.kernel_size) == {1}
        and max(layer.strides) > 1
        and getattr(layer, "groups", 1) == 1
        and layer.data_format == "channels_last"
        # Of a transposed one these are the channels that come out.
        and _kernel(layer).shape[-2] < (2 if products in _BY_CHANNEL else _LANES)
    )


def _spared(layer: Any) -> Callable[[Any], Any]:
    products = _PRODUCTS[type(layer)]

    def call(inputs: Any) -> Any:
        outputs = products(layer, inputs)
        if layer.use_bias:
            outputs = keras.ops.add(outputs, layer.bias)
        return outputs if layer.activation is None else layer.activation(outputs)

    return call


def _kernel(layer: Any) -> Any:
    return layer.depthwise_kernel if hasattr(layer, "depthwise_kernel") else layer.kernel


def _thinned(layer: Any, inputs: Any) -> Any:
    """Return every so many-th place."""
    return inputs[(slice(None), *(slice(None, None, stride) for stride in layer.strides))]


def _convolved(layer: Any, inputs: Any) -> Any:
    return keras.ops.conv(_thinned(layer, inputs), layer.kernel, padding="valid")


def _by_channel(layer: Any, inputs: Any) -> Any:
    return keras.ops.depthwise_conv(_thinned(layer, inputs), _kernel(layer), padding="valid")


def _separable(layer: Any, inputs: Any) -> Any:
    kernels = layer.depthwise_kernel, layer.pointwise_kernel
    return keras.ops.separable_conv(_thinned(layer, inputs), *kernels, padding="valid")


def _apart(layer: Any, inputs: Any) -> Any:
    """Return the products of all places with the kernel, strides apart, zeros between them."""
    down, across = layer.strides
    kernel = keras.ops.transpose(layer.kernel, (0, 1, 3, 2))
    made = keras.ops.conv(inputs, kernel, padding="valid")
    batch, rows, columns, filters = tf.unstack(tf.shape(made))
    between = [[0, 0], [0, 0], [0, down - 1], [0, 0], [0, across - 1], [0, 0]]
    padded = tf.pad(made[:, :, None, :, None], between)
    whole = tf.reshape(padded, (batch, rows * down, columns * across, filters))
    # With output padding fewer zeros follow the last number than the strides are wide.
    _batch, height, width, _filters = layer.compute_output_shape(inputs.shape)
    return tf.ensure_shape(whole[:, :height, :width], (None, height, width, layer.filters))


_PRODUCTS: dict[Any, Callable[[Any, Any], Any]] = {
    keras.layers.Conv1D: _convolved,
    keras.layers.Conv2D: _convolved,
    keras.layers.Conv3D: _convolved,
    keras.layers.DepthwiseConv1D: _by_channel,
    keras.layers.DepthwiseConv2D: _by_channel,
    keras.layers.SeparableConv1D: _separable,
    keras.layers.SeparableConv2D: _separable,
    keras.layers.Conv2DTranspose: _apart,
}
_BY_CHANNEL = (_by_channel, _separable)
"""Those that TensorFlow turns into the operation for an input of one channel."""
