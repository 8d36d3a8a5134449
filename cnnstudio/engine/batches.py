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
from cnnstudio.engine.fitted_files import FittedFiles
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.images import RANGES

_BATCHES_AHEAD = 4


@dataclass(frozen=True, slots=True)
class LabelledBatches:
    """A `tf.data.Dataset` of `(images, classes)`, and how much there is of it.

    Attributes:
        stream: one pass; images are `(batch, height, width, channels)`, float32.
        images: how many images a pass has.
        batch_size: images a batch; the last one may have fewer.
        class_counts: images of each class.
    """

    stream: Any
    images: int
    batch_size: int
    class_counts: tuple[int, ...]

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
) -> tuple[LabelledBatches, LabelledBatches]:
    """Return the training and the validation data of a plan for an Input of `shape`.

    The training data is in another order every pass, the validation data always in the same.

    Args:
        plan: names data, split, batch size and pixel range.
        shape: of the Input.
        images: makes the data fit it.
        between: called before each image that is fitted; what it raises ends the work.
        shuffle_seed: decides the orders.

    Raises:
        ImageError: if the Input does not take images.
    """
    data = collection(plan.data)
    source = images.of(plan.data, shape, between, plan.resize)
    labels = tf.constant(data.classes)
    scale, offset = (1.0, 0.0) if isinstance(data, TokenTexts) else RANGES[plan.pixels]
    split = split_of(plan)
    order = tf.data.Dataset.from_tensor_slices(split.training)
    order = order.shuffle(len(split.training), seed=shuffle_seed)
    held_out = tf.data.Dataset.from_tensor_slices(split.validation)
    count = data.dataset.classes

    def batches(numbers: Any, members: NDArray[np.int64]) -> LabelledBatches:
        counts = np.bincount(data.classes[members], minlength=count)
        numbers = numbers.batch(plan.batch_size)
        if isinstance(source, FittedFiles):
            stream = _read(numbers, source, scale, offset)
        else:
            stream = _gathered(numbers, (source, labels), scale, offset)
        return LabelledBatches(stream, len(members), plan.batch_size, tuple(map(int, counts)))

    return batches(order, split.training), batches(held_out, split.validation)


def _gathered(numbers: Any, source: tuple[Any, Any], scale: float, offset: float) -> Any:
    """Return a stream of batches out of memory."""

    # Else TensorFlow writes a changed copy of it to a file, which stays if the engine is killed.
    @tf.autograph.experimental.do_not_convert
    def batch(numbers: Any) -> tuple[Any, Any]:
        images = tf.cast(tf.gather(source[0], numbers), tf.float32) * scale + offset
        return images, tf.gather(source[1], numbers)

    return _streamed(numbers.map(batch))


def _read(numbers: Any, source: FittedFiles, scale: float, offset: float) -> Any:
    """Return a stream of batches that are read from files, several at a time."""

    @tf.autograph.experimental.do_not_convert
    def batch(numbers: Any) -> tuple[Any, Any]:
        images, classes = tf.numpy_function(source.batch, [numbers], (tf.uint8, tf.int64))
        images.set_shape((None, *source.shape))
        classes.set_shape((None,))
        return tf.cast(images, tf.float32) * scale + offset, classes

    return _streamed(numbers.map(batch, num_parallel_calls=os.cpu_count() or 1))


def _streamed(batches: Any) -> Any:
    options = tf.data.Options()
    # They rewrite the stream's graph, for which all images are copied into it and stay there.
    options.experimental_optimization.apply_default_optimizations = False
    # Nothing here is left to tune, and the end of a pass waits up to 0.3 s for the tuner's.
    options.autotune.enabled = False
    return batches.prefetch(_BATCHES_AHEAD).with_options(options)
