"""All data of a source, as an Input takes it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.choice import CROP
from cnnstudio.engine.data_collections import (
    Collection,
    DataError,
    ImageArrays,
    ImageFiles,
    TokenTexts,
)
from cnnstudio.engine.datasets import collection
from cnnstudio.engine.fitted_files import MOST_IN_MEMORY, FittedFiles
from cnnstudio.engine.images import fitted

_ALIGNMENT = 64
"""Bytes at whose multiples TensorFlow wants numbers to begin; it ends the process over others."""
_BYTES_A_WORD = 4


class FittedImages:
    """Fits a data set's images to an Input, and keeps those of the last one for the next run.

    They are kept at a byte a number: floats would take four. Those of files are not all read
    beforehand.
    """

    def __init__(self) -> None:
        self._kept: tuple[Collection, Shape, str] | None = None
        self._images: Any = None

    @property
    def failure(self) -> DataError | None:
        """Why no more images can be had, None as long as they can."""
        return self._images.failure if isinstance(self._images, FittedFiles) else None

    @property
    def reads_files(self) -> bool:
        """Whether images are read from files when they are wanted."""
        return isinstance(self._images, FittedFiles)

    def growth(self, name: str, shape: Shape) -> int:
        """Return by how many bytes `of` would let this grow; it may let it shrink."""
        data = collection(name)
        if self._kept is None:
            return _size(data, shape)
        before, known_shape, _resize = self._kept
        if before is data and known_shape == shape:
            return 0
        return _size(data, shape) - _size(before, known_shape)

    def of(self, name: str, shape: Shape, between: Callable[[], object], resize: str = CROP) -> Any:
        """Return a data set's images, or texts, for an Input of `shape`.

        Args:
            name: of the data set.
            shape: of the Input.
            between: called before each image, as to fit all may take seconds; what it raises ends
                the work.
            resize: how images are made to fit, a key of `RESIZES`.

        Returns:
            A tensor with an image or text a row; `FittedFiles` if the images are in files.

        Raises:
            ImageError: if the Input does not take images.
        """
        data = collection(name)
        kept = self._kept
        same = kept is not None and kept[0] is data and kept[1:] == (shape, resize)
        if not same or self.failure is not None:
            # First, for the machine may not have room for both.
            self._kept, self._images = None, None
            self._images = _all_fitted(data, shape, between, resize)
            self._kept = (data, shape, resize)
        return self._images


def _size(data: Collection, shape: Shape) -> int:
    size = len(data.classes) * math.prod(shape)
    if isinstance(data, ImageFiles):
        return size if size <= MOST_IN_MEMORY else 0
    return size * (_BYTES_A_WORD if isinstance(data, TokenTexts) else 1)


def _all_fitted(data: Collection, shape: Shape, between: Callable[[], object], resize: str) -> Any:
    match data:
        case ImageFiles():
            return FittedFiles(data, shape, resize)
        case TokenTexts():
            return tf.constant(_cut(data.tokens, shape))
        case ImageArrays():
            result = _room((len(data.images), *shape))
            for index, image in enumerate(data.images):
                between()
                result[index] = fitted(image, shape, resize)
            # The very numbers, where `tf.constant` would copy them.
            return tf.experimental.dlpack.from_dlpack(result.__dlpack__())
        case _:
            raise TypeError(data)


def _cut(tokens: NDArray[np.int32], shape: Shape) -> NDArray[np.int32]:
    """Return texts of the Input's length, filled up with 0."""
    result = np.zeros((len(tokens), *shape), np.int32)
    length = min(tokens.shape[1], shape[0])
    result[:, :length] = tokens[:, :length]
    return result


def _room(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return an array, not yet filled, that TensorFlow can use as it is."""
    size = math.prod(shape)
    room = np.empty(size + _ALIGNMENT, np.uint8)
    start = -room.ctypes.data % _ALIGNMENT
    return room[start : start + size].reshape(shape)
