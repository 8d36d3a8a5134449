"""Images and classes in NumPy files, of which nothing is run."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.lib.format import read_array
from numpy.typing import NDArray

from cnnstudio.core.data.file_names import IMAGE_ARRAYS, LABEL_ARRAYS
from cnnstudio.core.data.sources import Arrays, to_text
from cnnstudio.core.data.splits import TEST, TRAIN, VALIDATION
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.files import check_file
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import DataError, ImageArrays, Watch
from cnnstudio.engine.data_files import unreadable
from cnnstudio.engine.data_labels import numbered

_PARTS = (("train", TRAIN), ("val", VALIDATION), ("valid", VALIDATION), ("test", TEST))
_SIXTEEN_TO_EIGHT = 257
_AT_ONCE = 1024
Found = list[tuple[int, str, str]]
"""Part, name of the array of images, name of that of the classes."""


def read_arrays(source: Arrays, path: Path, watch: Watch) -> ImageArrays:
    """Read images and classes from an `.npz`, or from two `.npy` in one folder.

    Images are `(count, height, width)` or with 1, 3 or 4 channels at either end; bytes, or numbers
    from 0 to 1, from -1 to 1, or to 255. Classes are whole numbers, texts, or one row of shares
    an image.

    Raises:
        DataError: if that is not what is there, or it needs more memory than is free.
    """
    if path.suffix.lower() == ".npy":
        arrays, found = _beside(source, path)
    else:
        arrays, found = _opened(path), []
        found = _named(source, path, arrays.keys())
    images, labels, parts = [], [], []
    for part, image_name, label_name in found:
        x, y = _taken(path, arrays, image_name), _taken(path, arrays, label_name)
        names = _label_names(path, label_name, y)
        if len(names) != len(x):
            raise DataError(
                _("{path}: {images} has {count:,} images, {labels} has {others:,} classes").format(
                    path=path, images=image_name, count=len(x), labels=label_name, others=len(names)
                )
            )
        images.append(eight_bits(path, image_name, x, watch))
        labels += names
        parts += [part] * len(names)
    shapes = {image.shape[1:] for image in images}
    if len(shapes) > 1:
        raise DataError(
            _("{path} holds images of several shapes: {received}").format(
                path=path, received=", ".join(map(times, sorted(shapes)))
            )
        )
    known, classes = numbered(str(path), labels)
    dataset = Dataset(to_text(source), str(path), images[0].shape[1:], known)
    given = np.array(parts, np.uint8) if len(set(parts)) > 1 else None
    pixels = images[0] if len(images) == 1 else np.concatenate(images)
    return ImageArrays(dataset, classes, pixels, given)


def eight_bits(path: Path, name: str, array: NDArray[Any], watch: Watch) -> NDArray[np.uint8]:
    """Return images as `(count, height, width, 1 or 3)` from 0 to 255.

    Raises:
        DataError: if they are none.
    """
    shaped = _channels_last(array)
    if shaped is None or not len(shaped) or 0 in shaped.shape:
        raise DataError(
            _(
                "{path}: {name} is {received}, not images: expected count × height × width, with "
                "1, 3 or 4 channels at most"
            ).format(path=path, name=name, received=times(array.shape) or "1")
        )
    if shaped.dtype == np.uint8:
        return np.ascontiguousarray(shaped[..., :3])
    if shaped.dtype.kind not in "biuf":
        raise DataError(
            _("{path}: {name} holds {received}, not numbers").format(
                path=path, name=name, received=shaped.dtype
            )
        )
    scale, offset = _scale(shaped)
    result = np.empty((*shaped.shape[:3], min(shaped.shape[3], 3)), np.uint8)
    for start in range(0, len(shaped), _AT_ONCE):
        watch(start, len(shaped))
        some = np.nan_to_num(shaped[start : start + _AT_ONCE, ..., :3].astype(np.float64))
        result[start : start + _AT_ONCE] = np.clip(np.rint(some * scale + offset), 0, 255)
    return result


def _channels_last(array: NDArray[Any]) -> NDArray[Any] | None:
    if array.ndim == 3:
        return array[..., np.newaxis]
    if array.ndim != 4:
        return None
    if array.shape[3] not in (1, 3, 4) and array.shape[1] in (1, 3, 4):
        array = array.transpose(0, 2, 3, 1)
    return array if array.shape[3] in (1, 3, 4) else None


def _scale(images: NDArray[Any]) -> tuple[float, float]:
    """Return scale and offset to 0 to 255; numbers say nowhere what white is."""
    if images.dtype.kind == "b":
        return 255.0, 0.0
    low, high = float(np.nanmin(images)), float(np.nanmax(images))
    if images.dtype.kind == "f" and high <= 1:
        return (255.0, 0.0) if low >= 0 else (127.5, 127.5)
    return (1.0, 0.0) if high <= 255 else (1 / _SIXTEEN_TO_EIGHT, 0.0)


def _label_names(path: Path, name: str, array: NDArray[Any]) -> list[str]:
    """Return the class of each image as a text."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.dtype.kind in "biuf":
        array = array.argmax(axis=1)
    whole = array.dtype.kind in "biu" or (
        array.dtype.kind == "f" and bool(np.array_equal(array, np.rint(array)))
    )
    if array.ndim != 1 or not (whole or array.dtype.kind in "SU"):
        raise DataError(
            _(
                "{path}: {name} is {shape} of {kind}, not classes: expected a whole number or a "
                "text for each image"
            ).format(path=path, name=name, shape=times(array.shape) or "1", kind=array.dtype)
        )
    if array.dtype.kind == "S":
        return [text.decode("utf-8", "replace") for text in array.tolist()]
    return [str(value) for value in (array.astype(np.int64) if whole else array).tolist()]


def _named(source: Arrays, path: Path, names: Iterable[str]) -> Found:
    """Find out which arrays are images and which are classes.

    Raises:
        DataError: if their names do not tell.
    """
    known = list(names)
    if source.images and source.labels:
        return [(TRAIN, source.images, source.labels)]
    found: Found = []
    for part, ending in ((TRAIN, ""), *((number, f"_{word}") for word, number in _PARTS)):
        x = source.images if not ending else ""
        x = x or _first(known, (f"{name}{ending}" for name in IMAGE_ARRAYS))
        y = source.labels if not ending else ""
        y = y or _first(known, (f"{name}{ending}" for name in LABEL_ARRAYS))
        if x and y:
            found.append((part, x, y))
    if not found:
        raise DataError(
            _(
                "{path} does not say by its names which arrays are images and which are classes: "
                "expected x and y or x_train and y_train, received {received}; say it with "
                "{path}?images=NAME&labels=NAME"
            ).format(path=path, received=", ".join(known)[:200] or "—")
        )
    # A whole besides its parts would be learned from twice.
    return found[1:] if len(found) > 1 and found[0][1] in IMAGE_ARRAYS else found


def _first(known: list[str], wanted: Iterable[str]) -> str:
    lower = {name.lower(): name for name in known}
    return next((lower[name] for name in wanted if name in lower), "")


Opener = Callable[[], NDArray[Any]]


def _opened(path: Path) -> Mapping[str, Opener]:
    """Return how to read each array of an `.npz`."""
    with _reading(path):
        check_file(path)
        with zipfile.ZipFile(path) as archive:
            sizes = {item.filename: item.file_size for item in archive.infolist()}
    names = {name.removesuffix(".npy"): name for name in sizes if name.endswith(".npy")}

    def opener(name: str) -> Opener:
        def read() -> NDArray[Any]:
            _check_room(path, sizes[names[name]])
            with zipfile.ZipFile(path) as archive, archive.open(names[name]) as content:
                array: NDArray[Any] = read_array(content, allow_pickle=False)
            return array

        return read

    return {name: opener(name) for name in names}


def _beside(source: Arrays, path: Path) -> tuple[Mapping[str, Opener], Found]:
    """Return how to read an `.npy` of images, and that of its classes in the same folder."""
    stem = path.stem
    usual = [f"{stem}_labels", f"{stem}_y", stem.replace("images", "labels")]
    if stem.lower().startswith("x"):
        usual.insert(0, ("y" if stem[0] == "x" else "Y") + stem[1:])
    usual += ["labels", "y", "classes", "targets"]
    wanted = [source.labels] if source.labels else [f"{name}.npy" for name in usual if name != stem]
    labels = next((path.parent / name for name in wanted if (path.parent / name).is_file()), None)
    if labels is None:
        raise DataError(
            _("no file with the classes lies beside {path}: expected one of {wanted}").format(
                path=path, wanted=", ".join(dict.fromkeys(wanted))
            )
        )

    def opener(file: Path) -> Opener:
        def read() -> NDArray[Any]:
            check_file(file)
            _check_room(file, file.stat().st_size)
            with file.open("rb") as content:
                array: NDArray[Any] = read_array(content, allow_pickle=False)
            return array

        return read

    names = path.name, labels.name
    return {names[0]: opener(path), names[1]: opener(labels)}, [(TRAIN, *names)]


def _taken(path: Path, arrays: Mapping[str, Opener], name: str) -> NDArray[Any]:
    if name not in arrays:
        raise DataError(
            _("{path} has no array {name!r}: expected one of {known}").format(
                path=path, name=name, known=", ".join(arrays)[:200]
            )
        )
    with _reading(path):
        array = arrays[name]()
    if array.ndim == 0:
        raise DataError(_("{path}: {name} is a single number").format(path=path, name=name))
    return array


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(unreadable(path, error).why) from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise DataError(
            _(
                "{path} does not hold plain arrays of numbers as NumPy saves them, or is cut "
                "short; objects are not read, as they could run code"
            ).format(path=path)
        ) from error


def _check_room(path: Path, size: int) -> None:
    free = psutil.virtual_memory().available
    if size > free:
        raise DataError(
            _(
                "{path} needs {needed:,.1f} GB of memory, but {free:,.1f} GB are free: put the "
                "images into a folder instead, which is read bit by bit"
            ).format(path=path, needed=size / 1e9, free=free / 1e9)
        )
