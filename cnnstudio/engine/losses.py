"""How wrong a network's outputs are, batch by batch: the loss of a plan, and the accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from cnnstudio.core.objective import FOCAL, Objective, Task
from cnnstudio.engine.metrics import Tallies


class Marks:
    """Loss and accuracy of outputs `(batch, outputs)` for classes `(batch,)`, as scalars.

    Args:
        objective: what the network learns.
        numbers: that name the classes, where it learns those; else of any length.
        weights: how much each class counts in the loss of a batch that is learned; None if all
            count alike.
        metrics: names of what is measured besides, each fit for the objective.
        outputs: numbers in the network's output, if anything is.

    Attributes:
        tallies: count what those metrics need.
    """

    def __init__(
        self,
        objective: Objective,
        *,
        numbers: Sequence[float] = (),
        weights: Sequence[float] | None = None,
        metrics: Sequence[str] = (),
        outputs: int = 0,
    ) -> None:
        self._objective = objective
        self._numbers = tf.constant(numbers, tf.float32)
        self._weights = None if weights is None else tf.constant(weights, tf.float32)
        self._losses = _losses(objective)
        self.tallies = Tallies(metrics, objective, outputs, numbers)
        self._ones = tf.ones(self.tallies.width)

    @property
    def width(self) -> int:
        """How many numbers there are of a batch."""
        return 2 + self.tallies.width

    def row(self, loss: Any, classes: Any, outputs: Any) -> Any:
        """Return the numbers of a batch `(width,)`: loss, accuracy, and what metrics need."""
        first = tf.stack([loss, self.accuracy(classes, outputs)])
        more = self.tallies.row(classes, outputs)
        return tf.concat([first, *more], axis=0) if more else first

    def summed(self, row: Any, images: Any) -> Any:
        """Return the row of so many images as one to which those of others may be added."""
        # What metrics need are sums, and those of no images are nothing.
        return row * tf.concat([tf.fill([2], images), self._ones * tf.minimum(images, 1.0)], 0)

    def averaged(self, total: Any, images: Any) -> Any:
        """Return the row of so many images in all from the sum of what `summed` gave."""
        return total / tf.concat([tf.fill([2], images), self._ones], 0)

    def loss(self, classes: Any, outputs: Any) -> Any:
        """Return the mean loss."""
        return tf.reduce_mean(self._losses(self._targets(classes, outputs), outputs))

    def loss_to_learn(self, classes: Any, outputs: Any) -> Any:
        """Return the mean loss with the classes weighted."""
        if self._weights is None:
            return self.loss(classes, outputs)
        losses = self._losses(self._targets(classes, outputs), outputs)
        return tf.reduce_mean(losses * tf.gather(self._weights, classes))

    def accuracy(self, classes: Any, outputs: Any) -> Any:
        """Return the share of outputs that name the right class; of numbers, that are nearest."""
        guesses = self._guesses(outputs)
        return tf.reduce_mean(tf.cast(tf.equal(guesses, tf.cast(classes, tf.int64)), tf.float32))

    def _guesses(self, outputs: Any) -> Any:
        match self._objective.task:
            case Task.CLASSES:
                return tf.argmax(outputs, axis=-1, output_type=tf.int64)
            case Task.BINARY:
                border = 0.0 if self._objective.from_logits else 0.5
                return tf.cast(outputs[:, 0] > border, tf.int64)
            case Task.NUMBER:
                return tf.argmin(tf.abs(outputs - self._numbers), axis=-1)

    def _targets(self, classes: Any, outputs: Any) -> Any:
        objective = self._objective
        if objective.task is Task.NUMBER:
            return tf.gather(self._numbers, classes)[:, None]
        if objective.task is Task.BINARY:
            return tf.cast(classes, tf.float32)[:, None]
        if _is_sparse(objective):
            return classes
        return tf.one_hot(classes, outputs.shape[-1])


def keras_loss(objective: Objective) -> Any:
    """Return the loss as an object of Keras, for a model that is saved.

    Where classes are not its targets, as with label smoothing, they have to be brought to them.
    """
    smoothing = {"label_smoothing": objective.label_smoothing}
    logits = {"from_logits": objective.from_logits}
    if objective.task is Task.NUMBER:
        return keras.losses.get(objective.loss)
    if objective.task is Task.BINARY:
        focal = objective.loss == FOCAL
        kind = keras.losses.BinaryFocalCrossentropy if focal else keras.losses.BinaryCrossentropy
        return kind(**logits, **smoothing)
    if _is_sparse(objective):
        return keras.losses.SparseCategoricalCrossentropy(**logits)
    if objective.loss == FOCAL:
        return keras.losses.CategoricalFocalCrossentropy(**logits, **smoothing)
    return keras.losses.CategoricalCrossentropy(**logits, **smoothing)


def keras_metric(objective: Objective) -> Any:
    """Return the number that Keras is to tell beside the loss, for a model that is saved."""
    if objective.task is Task.NUMBER:
        return "mean_absolute_error"
    if objective.task is Task.BINARY and objective.from_logits:
        # By itself Keras takes 0.5 for the border, which is that of probabilities.
        return keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)
    return "accuracy"


def _is_sparse(objective: Objective) -> bool:
    """Return whether the loss takes classes by their numbers."""
    return objective.loss != FOCAL and not objective.label_smoothing


def _losses(objective: Objective) -> Callable[[Any, Any], Any]:
    """Return the function that gives each image's loss, for targets and outputs."""
    more: dict[str, Any] = {"from_logits": objective.from_logits}
    losses = keras.losses
    if objective.task is Task.NUMBER:
        by_name = {
            "mean_squared_error": losses.mean_squared_error,
            "mean_absolute_error": losses.mean_absolute_error,
            "huber": losses.huber,
        }
        return by_name[objective.loss]  # type: ignore[no-any-return]  # Keras has no types
    if objective.task is Task.CLASSES and _is_sparse(objective):
        return partial(losses.sparse_categorical_crossentropy, **more)
    more["label_smoothing"] = objective.label_smoothing
    if objective.task is Task.BINARY:
        focal = objective.loss == FOCAL
        kind = losses.binary_focal_crossentropy if focal else losses.binary_crossentropy
    else:
        focal = objective.loss == FOCAL
        kind = losses.categorical_focal_crossentropy if focal else losses.categorical_crossentropy
    return partial(kind, **more)
