"""The data sets: their images, what a plan learns from and what it keeps back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.datasets import DATASETS, kept_back, read
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import DatasetImage
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.images import ImageError, OpenedImage


@dataclass(frozen=True, slots=True)
class Split:
    """Which images of a dataset are learned from and which are kept back, by number."""

    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def split_of(plan: TrainingPlan) -> Split:
    """Split a plan's dataset by its seed; every class gives the same share to validation."""
    _images, classes = images_and_classes(plan.data)
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
            _("there is no data set {name!r}: expected one of {known}").format(
                name=source.dataset, known=", ".join(DATASETS)
            )
        )
    images, classes = images_and_classes(source.dataset)
    if not 0 <= source.index < len(images):
        raise ImageError(
            _("{name} has the images 0 to {last}, not {index}").format(
                name=source.dataset, last=len(images) - 1, index=source.index
            )
        )
    return OpenedImage(images[source.index], dataset.labels[classes[source.index]])


@lru_cache(maxsize=1)
def images_and_classes(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a dataset's images and classes, in memory once it has been read; not to be changed."""
    return read(name)
