"""What every block puts out while a network learns: Dropout drops, BatchNormalization measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.engine.builder import BuiltNetwork, make_model
from cnnstudio.engine.features import Maps
from cnnstudio.engine.feeding import inner_inputs

_APART = 1_000_003
"""A prime: layers draw differently, whatever seeds are asked for one after another."""


class LearningPass:
    """All blocks' outputs of one model in training mode; nothing in the model is changed by it.

    The moving averages of a BatchNormalization stay as they are, and so do the states from which
    layers draw at random: what is drawn depends on the seed that is given alone. The batch is one
    image, so a BatchNormalization goes by the mean and variance of that image.
    """

    def __init__(self, inputs: Any, outputs: Mapping[str, Any]) -> None:
        tensors = {id(tensor): tensor for tensor in outputs.values()}
        places = {key: index for index, key in enumerate(tensors)}
        self._places = {name: places[id(tensor)] for name, tensor in outputs.items()}
        self._model = make_model(inputs, list(tensors.values()))
        weights = {id(weight) for weight in self._model.weights}
        states = self._model.non_trainable_variables
        self._draws = [id(state) not in weights for state in states]
        self._pass = tf.function(self._forward, autograph=False)

    def maps(self, entered: NDArray[np.float32], seed: int) -> dict[str, Maps]:
        """Return every block's maps, by the names that were given.

        Args:
            entered: one image, `(height, width, channels)`.
            seed: decides what is drawn at random.
        """
        outputs = self._pass(tf.constant(entered[np.newaxis]), tf.constant(seed, tf.int64))
        arrays = [output.numpy()[0] for output in outputs]
        return {name: arrays[place] for name, place in self._places.items()}

    def _forward(self, images: Any, seed: Any) -> list[Any]:
        states = []
        for number, state in enumerate(self._model.non_trainable_variables):
            value = state.value
            if self._draws[number]:
                drawn = tf.stack([seed * _APART + number, tf.zeros_like(seed)])
                value = tf.cast(tf.reshape(drawn, state.shape), state.dtype)
            states.append(value)
        trained = [variable.value for variable in self._model.trainable_variables]
        outputs, _states = self._model.stateless_call(trained, states, images, training=True)
        flat: list[Any] = tf.nest.flatten(outputs)
        return flat


def learning_pass_of(built: BuiltNetwork) -> LearningPass:
    """Return the pass of a built network; its maps are named as those of its explorer are."""
    return LearningPass(built.model.inputs, {**built.outputs, **inner_inputs(built)})
