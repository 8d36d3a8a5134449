"""The compiled steps of a run on several devices or machines."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.engine.distribution import Distribution
from cnnstudio.engine.fused_norm import fusing
from cnnstudio.engine.losses import Marks
from cnnstudio.engine.pace import MOST_BATCHES
from cnnstudio.engine.precision import computing_by
from cnnstudio.engine.safe_convolutions import sparing
from cnnstudio.engine.steps import Done, time_after

_NO_RATES = np.zeros(1, np.float32)
_MORE = 2
"""Numbers that stand behind those of a batch: its images, and how many replicas are to halt."""


class SharedSteps:
    """Does what `Steps` does, each replica with its part of every batch.

    A step exchanges one array: what the replicas' gradients, the numbers of their parts and what
    their layers have noted of them sum up to, each image counted once. So a step is that of one
    device, but for what layers draw at random, and for BatchNormalization, which sees its own part
    alone. Also whether any worker is to halt is in it: all end after the same batch.

    Args:
        model: is trained; made, as the optimizer, in the distribution's scope.
        optimizer: of its weights.
        marks: give loss, accuracy and what metrics need.
        distribution: the devices.
        policy: of Keras, by which the layers compute; None for their own.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        marks: Marks,
        distribution: Distribution,
        *,
        policy: str | None = None,
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._marks = marks
        self._distribution = distribution
        self._policy = policy
        self._noted = _noted(model)
        with distribution.scope():
            optimizer.build(model.trainable_variables)
        self._halted = tf.Variable(False, trainable=False)
        self._has_ended = False
        self._learn = self._repeated(self._learn_part, self._set_rate)
        self._measure = self._repeated(self._measure_part, lambda _rate: None)

    def learn(self, iterator: Any, rates: NDArray[np.float32]) -> Done:
        """Learn from a batch with each of the learning rates, at most `MOST_BATCHES`.

        Fewer, if another worker would rather have fewer in a call.

        Raises:
            WorkerGoneError: if another worker is gone.
        """
        padded = np.zeros(MOST_BATCHES, np.float32)
        padded[: len(rates)] = rates
        return self._done(self._learn, iterator, padded, len(rates))

    def measure(self, iterator: Any, count: int) -> Done:
        """Only measure `count` batches; fewer, and what it raises, as for `learn`."""
        return self._done(self._measure, iterator, _NO_RATES, count)

    def halt(self) -> None:
        """End the call under way, or else the next one, after its batch, on all workers."""
        # Ctrl+C may come in while this very thread traces a step, which would take it for a part.
        with tf.init_scope():
            self._halted.assign(True)

    @property
    def is_halted(self) -> bool:
        """Whether all workers have halted: no more calls are to be made."""
        return self._has_ended

    def _done(self, several: Any, iterator: Any, rates: NDArray[np.float32], count: int) -> Done:
        began = time.monotonic()
        with self._distribution.guarded():
            results, ends, is_over = several(
                iterator, tf.constant(rates), tf.constant(self._agreed(count))
            )
            numbers, times = results.numpy(), ends.numpy()
            self._has_ended = bool(is_over.numpy())
        # TensorFlow tells the time of day, which may be set meanwhile.
        now = time.monotonic()
        return numbers, np.clip(times - (time.time() - now), began, now)

    def _agreed(self, count: int) -> int:
        """Return the smallest count of all workers, which are not equally fast."""
        if count == 1 and self._distribution.cluster is None:
            return count
        wanted = np.zeros(MOST_BATCHES + 1, np.int32)
        wanted[count] = 1
        return int(np.flatnonzero(self._distribution.total(wanted))[0])

    def _set_rate(self, rate: Any) -> None:
        self._optimizer.learning_rate.assign(rate)

    def _learn_part(self, images: Any, classes: Any) -> Any:
        """Learn from a replica's part of a batch; return the numbers of the whole batch."""
        images, classes, weight = _never_none(images, classes)
        model, weights = self._model, self._model.trainable_variables
        with tf.GradientTape() as tape:
            with computing_by(self._model, self._policy), fusing(model), sparing(model):
                outputs = model(images, training=True)
            loss = self._marks.loss_to_learn(classes, outputs)
            aim = tf.add_n([loss, *self._model.losses])
            scaled = self._optimizer.scale_loss(aim)
        gradients = tape.gradient(scaled, weights)
        known = [gradient for gradient in gradients if gradient is not None]
        noted = [tf.convert_to_tensor(variable.value) for variable in self._noted]
        row, means = self._sums(loss, classes, outputs, weight, [*known, *noted])
        summed = iter(means[: len(known)])
        self._optimizer.apply([None if g is None else next(summed) for g in gradients], weights)
        for variable, mean in zip(self._noted, means[len(known) :], strict=True):
            variable.assign(mean)
        return row

    def _measure_part(self, images: Any, classes: Any) -> Any:
        images, classes, weight = _never_none(images, classes)
        with computing_by(self._model, self._policy):
            outputs = self._model(images, training=False)
        row, _means = self._sums(self._marks.loss(classes, outputs), classes, outputs, weight, [])
        return row

    def _sums(
        self, loss: Any, classes: Any, outputs: Any, weight: Any, arrays: list[Any]
    ) -> tuple[Any, list[Any]]:
        """Return the row of the whole batch with `_MORE` behind it, and the means of arrays.

        Args:
            loss: mean of this replica's part.
            classes: of the part.
            outputs: for the part.
            weight: how many images the part has.
            arrays: of which the mean over all images is wanted, each here that over the part.
        """
        row = self._marks.summed(self._marks.row(loss, classes, outputs), weight)
        halted = tf.cast(self._halted.read_value(), tf.float32)
        arrays = [tf.convert_to_tensor(array) for array in arrays]
        flat = [tf.cast(tf.reshape(array, [-1]), tf.float32) * weight for array in arrays]
        sizes = [array.shape.num_elements() for array in arrays]
        packed = tf.concat([*flat, row, tf.stack([weight, halted])], axis=0)
        replica = tf.distribute.get_replica_context()
        total = replica.all_reduce(tf.distribute.ReduceOp.SUM, packed)
        *parts, row, more = tf.split(total, [*sizes, self._marks.width, _MORE])
        images = more[0]
        means = [
            tf.cast(tf.reshape(part / images, array.shape), array.dtype)
            for part, array in zip(parts, arrays, strict=True)
        ]
        return tf.concat([self._marks.averaged(row, images), more], axis=0), means

    def _repeated(self, step: Callable[[Any, Any], Any], set_rate: Callable[[Any], object]) -> Any:
        """Compile a step on a part into one call that takes several batches from an iterator."""
        strategy, width = self._distribution.strategy, self._marks.width
        replicas, first = self._distribution.local_replicas, self._distribution.part.first

        def on_all(images: Any, classes: Any) -> Any:
            def part(context: Any) -> tuple[Any, Any]:
                place = context.replica_id_in_sync_group - first
                return _slice(images, place, replicas), _slice(classes, place, replicas)

            parts = strategy.experimental_distribute_values_from_function(part)
            rows = strategy.run(lambda pair: step(*pair), args=(parts,))
            return strategy.experimental_local_results(rows)[0]

        compiled = tf.function(on_all, reduce_retracing=True, autograph=False)

        def several(iterator: Any, rates: Any, count: Any) -> Any:
            results = tf.TensorArray(tf.float32, size=count, element_shape=(width,))
            ends = tf.TensorArray(tf.float64, size=count, element_shape=())

            def one(index: Any, _is_over: Any, results: Any, ends: Any) -> tuple[Any, ...]:
                set_rate(rates[index])
                found = compiled(*iterator.get_next())
                results = results.write(index, found[:width])
                is_over = found[width + 1] > 0
                return index + 1, is_over, results, ends.write(index, time_after(found))

            def goes_on(index: Any, is_over: Any, _results: Any, _ends: Any) -> Any:
                return tf.logical_and(index < count, tf.logical_not(is_over))

            # One after another: all workers have to exchange the same at the same time.
            end, is_over, results, ends = tf.while_loop(
                goes_on,
                one,
                [tf.constant(0), tf.constant(False), results, ends],
                parallel_iterations=1,
            )
            return results.stack()[:end], ends.stack()[:end], is_over

        return tf.function(several, reduce_retracing=True, autograph=False)


def _noted(model: Any) -> list[Any]:
    """Return the variables in which layers note what they see, as BatchNormalization its means."""
    trained = (layer for layer in model.layers if layer.trainable)
    found = (variable for layer in trained for variable in layer.non_trainable_weights)
    return list({id(v): v for v in found if v.dtype == "float32"}.values())


def _slice(values: Any, place: int, replicas: int) -> Any:
    """Return a replica's part of what this process takes of a batch."""
    if replicas == 1:
        return values
    count = tf.shape(values)[0]
    return values[count * place // replicas : count * (place + 1) // replicas]


def _never_none(images: Any, classes: Any) -> tuple[Any, Any, Any]:
    """Return a part of a batch and how many images it has; a stand-in where it has none."""
    count = tf.shape(images)[0]
    padding = tf.cast(count < 1, tf.int32)
    images = tf.pad(images, [[0, padding], *[[0, 0]] * (images.shape.rank - 1)])
    return images, tf.pad(classes, [[0, padding]]), tf.cast(count, tf.float32)
