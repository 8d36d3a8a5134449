"""A training plan's data as two streams of batches, and single images of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.datasets import DATASETS, kept_back, read
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import DatasetImage
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.images import RANGES, ImageError, OpenedImage, fitted

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


@dataclass(frozen=True, slots=True)
class Split:
    """Which images of a dataset are learned from and which are kept back, by number."""

    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def batches_of(
    plan: TrainingPlan, shape: Shape, *, shuffle_seed: int
) -> tuple[LabelledBatches, LabelledBatches]:
    """Return the training and the validation data of a plan for an Input of `shape`.

    The training data is in another order every pass, the validation data always in the same.

    Raises:
        ImageError: if the Input does not take images.
    """
    source = _fitted_dataset(plan.data, shape)
    split = split_of(plan)
    order = tf.data.Dataset.from_tensor_slices(split.training)
    order = order.shuffle(len(split.training), seed=shuffle_seed)
    held_out = tf.data.Dataset.from_tensor_slices(split.validation)
    return (
        LabelledBatches(_gathered(order, source, plan), len(split.training), plan.batch_size),
        LabelledBatches(_gathered(held_out, source, plan), len(split.validation), plan.batch_size),
    )


def split_of(plan: TrainingPlan) -> Split:
    """Split a plan's dataset by its seed; every class gives the same share to validation."""
    _images, classes = _dataset(plan.data)
    random = np.random.default_rng(plan.seed)
    training, validation = [], []
    for label in range(DATASETS[plan.data].classes):
        members = random.permutation(np.flatnonzero(classes == label))
        kept = kept_back(len(members), plan.validation_split)
        validation.append(members[:kept])
        training.append(members[kept:])
    return Split(np.concatenate(training), np.concatenate(validation))


def dataset_image(source: DatasetImage) -> OpenedImage:
    """Return an image of a dataset by its number.

    Raises:
        ImageError: if there is none.
    """
    dataset = DATASETS.get(source.dataset)
    if dataset is None:
        raise ImageError(
            _("there is no dataset {name!r}: expected one of {known}").format(
                name=source.dataset, known=", ".join(DATASETS)
            )
        )
    images, classes = _dataset(source.dataset)
    if not 0 <= source.index < len(images):
        raise ImageError(
            _("{name} has the images 0 to {last}, not {index}").format(
                name=source.dataset, last=len(images) - 1, index=source.index
            )
        )
    return OpenedImage(images[source.index], dataset.labels[classes[source.index]])


@lru_cache(maxsize=1)
def _dataset(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return read(name)


@lru_cache(maxsize=1)
def _fitted_dataset(name: str, shape: Shape) -> tuple[Any, Any]:
    """Return all images and classes as tensors, at a byte a number: floats would take four."""
    images, classes = _dataset(name)
    result = np.empty((len(images), *shape), np.uint8)
    for index, image in enumerate(images):
        result[index] = fitted(image, shape)
    return tf.constant(result), tf.constant(classes)


def _gathered(order: Any, source: tuple[Any, Any], plan: TrainingPlan) -> Any:
    scale, offset = RANGES[plan.pixels]

    def batch(numbers: Any) -> tuple[Any, Any]:
        images = tf.cast(tf.gather(source[0], numbers), tf.float32) * scale + offset
        return images, tf.gather(source[1], numbers)

    return order.batch(plan.batch_size).map(batch).prefetch(_BATCHES_AHEAD)
