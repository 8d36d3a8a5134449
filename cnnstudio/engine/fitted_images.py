"""All images of a data set, as an Input takes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.engine.datasets import images_and_classes
from cnnstudio.engine.images import fitted

_ALIGNMENT = 64
"""Bytes at whose multiples TensorFlow wants numbers to begin; it ends the process over others."""


class FittedImages:
    """Fits a data set's images to an Input, and keeps those of the last one for the next run.

    They are kept at a byte a number: floats would take four.
    """

    def __init__(self) -> None:
        self._kept: tuple[str, Shape] | None = None
        self._images: Any = None

    def growth(self, name: str, shape: Shape) -> int:
        """Return by how many bytes `of` would let this grow; it may let it shrink."""
        if self._kept == (name, shape):
            return 0
        return _size(name, shape) - (_size(*self._kept) if self._kept else 0)

    def of(self, name: str, shape: Shape, between: Callable[[], object]) -> Any:
        """Return a data set's images for an Input of `shape`, a tensor with an image a row.

        Args:
            name: of the data set.
            shape: of the Input.
            between: called before each image, as to fit all may take seconds; what it raises ends
                the work.

        Raises:
            ImageError: if the Input does not take images.
        """
        if self._kept != (name, shape):
            # First, for the machine may not have room for both.
            self._kept, self._images = None, None
            self._images = _all_fitted(name, shape, between)
            self._kept = (name, shape)
        return self._images


def _size(name: str, shape: Shape) -> int:
    images, _classes = images_and_classes(name)
    return len(images) * math.prod(shape)


def _all_fitted(name: str, shape: Shape, between: Callable[[], object]) -> Any:
    images, _classes = images_and_classes(name)
    result = _room((len(images), *shape))
    for index, image in enumerate(images):
        between()
        result[index] = fitted(image, shape)
    # The very numbers, where `tf.constant` would copy them.
    return tf.experimental.dlpack.from_dlpack(result.__dlpack__())


def _room(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return an array, not yet filled, that TensorFlow can use as it is."""
    size = math.prod(shape)
    room = np.empty(size + _ALIGNMENT, np.uint8)
    start = -room.ctypes.data % _ALIGNMENT
    return room[start : start + size].reshape(shape)
