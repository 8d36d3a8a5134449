"""Keras itself, asked what a block would be there; nothing here imports it before it is asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnstudio.core.blocks import Block, Shape


def silenced_keras() -> Any:
    """Return Keras, brought in without TensorFlow's noise."""
    from cnnstudio.engine.quiet import silence_tensorflow

    silence_tensorflow()
    import keras

    return keras


def layer_of(block: Block) -> Any:
    from cnnstudio.engine.builder import make_layer

    return make_layer(block, "layer")


def keras_refuses(block: Block, shape: Shape) -> bool:
    """Return whether Keras cannot make a layer, or put it on an input of a shape.

    Some layers look at an input's axes only when numbers come along them.
    """
    import tensorflow as tf

    refusals = (tf.errors.InvalidArgumentError, tf.errors.AbortedError)
    try:
        layer_of(block)(symbolic(shape))
        layer_of(block)(np.zeros((1, *shape), np.float32))
    except (ValueError, IndexError, TypeError, *refusals):
        return True
    return False


def symbolic(shape: Shape) -> Any:
    import keras

    return keras.KerasTensor((None, *shape))
