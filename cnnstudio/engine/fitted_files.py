"""Images of files as an Input takes them, read when they are wanted, kept where there is room."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import shutil
import tempfile
import threading
import time
import weakref
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import settings
from cnnstudio.core.blocks import Shape
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import DataError, ImageFiles, LeftOut
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.images import check_shape, fitted

log = logging.getLogger(__name__)

MOST_IN_MEMORY = 64 * 2**20
"""Bytes of fitted images that are kept in memory; more of them are kept in a file."""
_SPARE = 2
"""A disk must have room for so many times what the file will have."""


class FittedFiles:
    """Fits the images of files to an Input; each is decoded once, if there is room to keep it.

    Several threads may ask at once.

    Attributes:
        shape: the Input's.
        failure: why no more images can be had, None as long as they can.

    Raises:
        ImageError: if the Input does not take images.
    """

    def __init__(self, files: ImageFiles, shape: Shape, resize: str) -> None:
        check_shape(shape)
        self.shape = shape
        self.failure: DataError | None = None
        self._made = time.time_ns()
        self._files = files
        self._resize = resize
        self._kept = _room(len(files.names), shape)
        self._is_kept = np.zeros(len(files.names), np.bool_)
        self._is_bad = np.zeros(len(files.names), np.bool_)
        self._lock = threading.Lock()

    def batch(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return images and classes by their numbers, without those whose files are damaged.

        Where all of them are damaged, another one stands for them.

        Raises:
            DataError: if no image can be read any more; it is also kept in `failure`.
        """
        found = [
            (number, image) for number in numbers if (image := self._image(number)) is not None
        ]
        if not len(numbers):
            return np.empty((0, *self.shape), np.uint8), np.empty(0, np.int64)
        if not found:
            found = [self._substitute()]
        images = np.stack([image for _number, image in found])
        return images, self._files.classes[[number for number, _image in found]]

    def _image(self, number: int) -> NDArray[np.uint8] | None:
        """Return an image by its number, None if it is damaged."""
        if self._is_kept[number]:
            return self._kept.get(number)
        if self._is_bad[number]:
            return None
        try:
            self._check_unchanged(number)
            image = fitted(self._files.pixels(number), self.shape, self._resize)
        except ImageError as error:
            if not self._files.root.is_dir():
                # No fault of this file: it is wanted again once the drive is back.
                raise self._gone() from error
            self._leave_out(number, error)
            return None
        self._is_kept[number] = self._kept.put(number, image)
        return image

    def _check_unchanged(self, number: int) -> None:
        """Refuse a file that has been written since the data was read.

        Raises:
            ImageError: if it has; the next run reads the data anew.
        """
        path = self._files.path(number)
        with contextlib.suppress(OSError):
            # A clock that goes ahead, as a server's may, tells nothing.
            if self._made < path.stat().st_mtime_ns <= time.time_ns():
                text = _("{path} has changed while training; the next run reads it anew")
                raise ImageError(text.format(path=path))

    def _leave_out(self, number: int, error: ImageError) -> None:
        with self._lock:
            if not self._is_bad[number]:
                self._is_bad[number] = True
                self._files.left_out.append(LeftOut(str(self._files.path(number)), str(error)))

    def _substitute(self) -> tuple[int, NDArray[np.uint8]]:
        """Return any image that can be read."""
        for number in range(len(self._files.names)):
            image = self._image(number)
            if image is not None:
                return number, image
        raise self._gone()

    def _gone(self) -> DataError:
        """Return what is wrong where no image can be read, which is also kept in `failure`."""
        self.failure = DataError(
            _("the images of {path} can no longer be read: is the drive still there?").format(
                path=self._files.root
            )
        )
        return self.failure


class _Room(Protocol):
    """Where fitted images are kept."""

    def put(self, number: int, image: NDArray[np.uint8]) -> bool:
        """Keep an image, and return whether that was possible."""

    def get(self, number: int) -> NDArray[np.uint8]:
        """Return an image that is kept."""


class _InMemory:
    def __init__(self, count: int, shape: Shape) -> None:
        self._images = np.empty((count, *shape), np.uint8)

    def put(self, number: int, image: NDArray[np.uint8]) -> bool:
        self._images[number] = image
        return True

    def get(self, number: int) -> NDArray[np.uint8]:
        image: NDArray[np.uint8] = self._images[number]
        return image


class _InFile:
    """A file without a name, which is gone with the process however that ends."""

    def __init__(self, shape: Shape) -> None:
        folder = settings.cache_folder()
        self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - ends with us
        weakref.finalize(self, self._file.close)
        self._shape = shape
        self._size = math.prod(shape)
        self._lock = threading.Lock()
        self._is_full = False

    def put(self, number: int, image: NDArray[np.uint8]) -> bool:
        if self._is_full:
            return False
        try:
            return self._write(number, image.tobytes()) == self._size
        except OSError as error:
            # Then each image is decoded again whenever it is wanted.
            log.warning("fitted images are no longer kept: %s", error)
            self._is_full = True
            return False

    def get(self, number: int) -> NDArray[np.uint8]:
        return np.frombuffer(self._read(number), np.uint8).reshape(self._shape)

    def _write(self, number: int, content: bytes) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._file.fileno(), content, number * self._size)
        with self._lock:
            self._file.seek(number * self._size)
            return self._file.write(content)

    def _read(self, number: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), self._size, number * self._size)
        with self._lock:
            self._file.seek(number * self._size)
            return self._file.read(self._size)


class _Nowhere:
    def put(self, _number: int, _image: NDArray[np.uint8]) -> bool:
        return False

    def get(self, number: int) -> NDArray[np.uint8]:
        raise LookupError(number)


def _room(count: int, shape: Shape) -> _Room:
    size = count * math.prod(shape)
    if size <= MOST_IN_MEMORY:
        return _InMemory(count, shape)
    try:
        settings.cache_folder().mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(settings.cache_folder()).free >= size * _SPARE:
            return _InFile(shape)
    except OSError as error:
        log.warning("fitted images are not kept: %s", error)
    return _Nowhere()
