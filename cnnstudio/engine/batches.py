"""A training plan's data as two streams of batches."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.data_collections import TokenTexts
from cnnstudio.engine.datasets import collection, split_of
from cnnstudio.engine.distribution import WHOLE, Part
from cnnstudio.engine.fitted_files import FittedFiles
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.images import RANGES

_BATCHES_AHEAD = 4


class Order:
    """In which order images come: in another one every epoch if there is a seed.

    It depends on nothing but seed and epoch, so a run that goes on later has the same.

    Attributes:
        numbers: of the images in the order of the present pass, a variable of TensorFlow.
    """

    def __init__(self, members: NDArray[np.int64], seed: int | None) -> None:
        self._members = members
        self._seed = seed
        with tf.device("CPU"):
            self.numbers = tf.Variable(members, trainable=False)
        self.take(0)

    def take(self, epoch: int) -> None:
        """Take the order of an epoch."""
        if self._seed is not None:
            draw = np.random.default_rng((self._seed, epoch))
            self.numbers.assign(draw.permutation(self._members))


@dataclass(frozen=True, slots=True)
class LabelledBatches:
    """`tf.data` streams of `(images, classes)`, and how much there is of them.

    Images are `(batch, height, width, channels)`, float32.

    Attributes:
        order: of the images of a pass.
        made: returns the stream of a pass from one of its batches on.
        stream: a whole pass.
        images: how many images a pass has.
        batch_size: images a batch; the last one may have fewer.
        class_counts: images of each class.
    """

    order: Order
    made: Callable[[int], Any]
    stream: Any
    images: int
    batch_size: int
    class_counts: tuple[int, ...]

    def pass_of(self, epoch: int, first: int = 0) -> Any:
        """Return an iterator over the batches of an epoch's pass, from batch `first` on."""
        self.order.take(epoch)
        return iter(self.made(first) if first else self.stream)

    @property
    def batches(self) -> int:
        """How many batches a pass has."""
        return -(-self.images // self.batch_size)

    def size_of(self, batch: int) -> int:
        """Return how many images a batch of a pass has."""
        return min(self.batch_size, self.images - batch * self.batch_size)


def batches_of(
    plan: TrainingPlan,
    shape: Shape,
    images: FittedImages,
    between: Callable[[], object],
    *,
    shuffle_seed: int,
    part: Part = WHOLE,
) -> tuple[LabelledBatches, LabelledBatches]:
    """Return the training and the validation data of a plan for an Input of `shape`.

    The training data is in another order every epoch, the validation data always in the same.

    Args:
        plan: names data, split, batch size and pixel range.
        shape: of the Input.
        images: makes the data fit it.
        between: called before each image that is fitted; what it raises ends the work.
        shuffle_seed: decides the orders.
        part: what this process takes of each batch.

    Raises:
        ImageError: if the Input does not take images.
    """
    data = collection(plan.data)
    source = images.of(plan.data, shape, between, plan.resize)
    labels = tf.constant(data.classes)
    scale, offset = (1.0, 0.0) if isinstance(data, TokenTexts) else RANGES[plan.pixels]
    split = split_of(plan)
    count = data.dataset.classes

    def batches(members: NDArray[np.int64], seed: int | None) -> LabelledBatches:
        counts = np.bincount(data.classes[members], minlength=count)
        order = Order(members, seed)

        def made(first: int) -> Any:
            places = tf.data.Dataset.range(first, -(-len(members) // plan.batch_size))
            numbers = _numbers_of(order, plan.batch_size, part)
            if isinstance(source, FittedFiles):
                return _read(places, numbers, source, scale, offset)
            return _gathered(places, numbers, (source, labels), scale, offset)

        return LabelledBatches(
            order, made, made(0), len(members), plan.batch_size, tuple(map(int, counts))
        )

    return batches(split.training, shuffle_seed), batches(split.validation, None)


def _numbers_of(order: Order, batch_size: int, part: Part) -> Callable[[Any], Any]:
    """Return what gives the numbers of a part of a batch, by the batch's place in the pass."""

    def numbers(place: Any) -> Any:
        first = place * batch_size
        return part.of(order.numbers[first : first + batch_size])

    return numbers


def _gathered(
    places: Any, numbers: Callable[[Any], Any], source: tuple[Any, Any], scale: float, offset: float
) -> Any:
    """Return a stream of batches out of memory."""

    # Else TensorFlow writes a changed copy of it to a file, which stays if the engine is killed.
    @tf.autograph.experimental.do_not_convert
    def batch(place: Any) -> tuple[Any, Any]:
        taken = numbers(place)
        images = tf.cast(tf.gather(source[0], taken), tf.float32) * scale + offset
        return images, tf.gather(source[1], taken)

    return _streamed(places.map(batch))


def _read(
    places: Any, numbers: Callable[[Any], Any], source: FittedFiles, scale: float, offset: float
) -> Any:
    """Return a stream of batches that are read from files, several at a time."""

    @tf.autograph.experimental.do_not_convert
    def batch(place: Any) -> tuple[Any, Any]:
        images, classes = tf.numpy_function(source.batch, [numbers(place)], (tf.uint8, tf.int64))
        images.set_shape((None, *source.shape))
        classes.set_shape((None,))
        return tf.cast(images, tf.float32) * scale + offset, classes

    return _streamed(places.map(batch, num_parallel_calls=os.cpu_count() or 1))


def _streamed(batches: Any) -> Any:
    options = tf.data.Options()
    # They rewrite the stream's graph, for which all images are copied into it and stay there.
    options.experimental_optimization.apply_default_optimizations = False
    # Nothing here is left to tune, and the end of a pass waits up to 0.3 s for the tuner's.
    options.autotune.enabled = False
    return batches.prefetch(_BATCHES_AHEAD).with_options(options)
