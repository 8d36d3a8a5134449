"""A training plan's data as two streams of batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from cnnstudio.core.blocks import Shape
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.datasets import images_and_classes, split_of
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
    """

    stream: Any
    images: int
    batch_size: int

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
    _images, classes = images_and_classes(plan.data)
    source = images.of(plan.data, shape, between), tf.constant(classes)
    split = split_of(plan)
    order = tf.data.Dataset.from_tensor_slices(split.training)
    order = order.shuffle(len(split.training), seed=shuffle_seed)
    held_out = tf.data.Dataset.from_tensor_slices(split.validation)
    return (
        LabelledBatches(_gathered(order, source, plan), len(split.training), plan.batch_size),
        LabelledBatches(_gathered(held_out, source, plan), len(split.validation), plan.batch_size),
    )


def _gathered(order: Any, source: tuple[Any, Any], plan: TrainingPlan) -> Any:
    scale, offset = RANGES[plan.pixels]

    # Else TensorFlow writes a changed copy of it to a file, which stays if the engine is killed.
    @tf.autograph.experimental.do_not_convert
    def batch(numbers: Any) -> tuple[Any, Any]:
        images = tf.cast(tf.gather(source[0], numbers), tf.float32) * scale + offset
        return images, tf.gather(source[1], numbers)

    options = tf.data.Options()
    # They rewrite the stream's graph, for which all images are copied into it and stay there.
    options.experimental_optimization.apply_default_optimizations = False
    # Nothing here is left to tune, and the end of a pass waits up to 0.3 s for the tuner's.
    options.autotune.enabled = False
    return order.batch(plan.batch_size).map(batch).prefetch(_BATCHES_AHEAD).with_options(options)
