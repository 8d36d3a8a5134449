"""What is done with a batch: learn from it, or only measure it; compiled by TensorFlow.

Keras's `fit` returns to Python after every batch and, between two, updates metrics that hold the
mean since the epoch began. Here one call does as many batches as it is told to and returns each
one's own loss and accuracy. On the digits that trains a third faster than `fit`. A call under way
can be halted after the batch it is at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.engine.fused_norm import fusing
from cnnstudio.engine.losses import Marks
from cnnstudio.engine.pace import MOST_BATCHES
from cnnstudio.engine.precision import computing_by
from cnnstudio.engine.safe_convolutions import sparing

_NO_RATES = np.zeros(1, np.float32)

Done = tuple[NDArray[np.float32], NDArray[np.float64]]
"""The numbers of each batch of a call, and when it ended."""


class Steps:
    """The compiled steps of one run on one model.

    They take batches from an iterator of `(images, classes)` and return the rows of their marks,
    loss and accuracy first, `(count, marks.width)`, and when each batch ended, `(count,)`, by
    `time.monotonic()`; fewer if `halt` was called meanwhile.

    Args:
        model: is trained.
        optimizer: of its weights, not built yet or built on them before.
        marks: give loss, accuracy and what metrics need.
        policy: of Keras, by which the layers compute; None for their own.
    """

    def __init__(
        self, model: Any, optimizer: Any, marks: Marks, *, policy: str | None = None
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._marks = marks
        self._policy = policy
        # Slots made while a step is traced would be made again by the next trace.
        optimizer.build(model.trainable_variables)
        self._halted = tf.Variable(False, trainable=False)
        self._is_halted = False
        width = marks.width
        self._learn = _repeated(self._learn_batch, width, self._halted, self._set_rate)
        self._measure = _repeated(self._measure_batch, width, self._halted, lambda _rate: None)

    def learn(self, iterator: Any, rates: NDArray[np.float32]) -> Done:
        """Learn from a batch with each of the learning rates, at most `MOST_BATCHES`."""
        # Always as many, else another length would be another function to TensorFlow.
        padded = np.zeros(MOST_BATCHES, np.float32)
        padded[: len(rates)] = rates
        return self._done(self._learn, iterator, padded, len(rates))

    def measure(self, iterator: Any, count: int) -> Done:
        """Only measure `count` batches."""
        return self._done(self._measure, iterator, _NO_RATES, count)

    def _done(self, several: Any, iterator: Any, rates: NDArray[np.float32], count: int) -> Done:
        began = time.monotonic()
        results, ends = several(iterator, tf.constant(rates), tf.constant(count))
        numbers, times = results.numpy(), ends.numpy()
        # TensorFlow tells the time of day, which may be set meanwhile.
        now = time.monotonic()
        return numbers, np.clip(times - (time.time() - now), began, now)

    def halt(self) -> None:
        """End the call under way after its batch, and all later ones before their first."""
        # Ctrl+C may come in while this very thread traces a step, which would take it for a part.
        with tf.init_scope():
            self._halted.assign(True)
        self._is_halted = True

    @property
    def is_halted(self) -> bool:
        """Whether no more calls are to be made."""
        return self._is_halted

    def _set_rate(self, rate: Any) -> None:
        self._optimizer.learning_rate.assign(rate)

    def _learn_batch(self, images: Any, classes: Any) -> Any:
        model, weights = self._model, self._model.trainable_variables
        with tf.GradientTape() as tape:
            with computing_by(self._model, self._policy), fusing(model), sparing(model):
                outputs = model(images, training=True)
            loss = self._marks.loss_to_learn(classes, outputs)
            aim = tf.add_n([loss, *self._model.losses])
            scaled = self._optimizer.scale_loss(aim)
        gradients = tape.gradient(scaled, weights)
        self._optimizer.apply(gradients, weights)
        return self._marks.row(loss, classes, outputs)

    def _measure_batch(self, images: Any, classes: Any) -> Any:
        with computing_by(self._model, self._policy):
            outputs = self._model(images, training=False)
        return self._marks.row(self._marks.loss(classes, outputs), classes, outputs)


def _repeated(
    step: Callable[[Any, Any], Any], width: int, halted: Any, set_rate: Callable[[Any], object]
) -> Any:
    """Compile a step on a batch into one call that takes several batches from an iterator.

    Before each, the learning rate is set, one of a row. A batch's result is a row of `width`.
    """
    compiled = tf.function(step, reduce_retracing=True, autograph=False)

    def several(iterator: Any, rates: Any, count: Any) -> Any:
        results = tf.TensorArray(tf.float32, size=count, element_shape=(width,))
        ends = tf.TensorArray(tf.float64, size=count, element_shape=())

        def one(index: Any, results: Any, ends: Any) -> tuple[Any, Any, Any]:
            set_rate(rates[index])
            images, classes = iterator.get_next()
            found = compiled(images, classes)
            return index + 1, results.write(index, found), ends.write(index, time_after(found))

        def goes_on(index: Any, _results: Any, _ends: Any) -> Any:
            return tf.logical_and(index < count, tf.logical_not(halted))

        end, results, ends = tf.while_loop(goes_on, one, [tf.constant(0), results, ends])
        return results.stack()[:end], ends.stack()[:end]

    return tf.function(several, reduce_retracing=True, autograph=False)


def time_after(found: Any) -> Any:
    """Return the time of day at which a result is there, in seconds."""
    with tf.device("CPU"), tf.control_dependencies([tf.identity(found)]):
        return tf.timestamp()
