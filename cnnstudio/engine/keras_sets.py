"""The data sets of `keras.datasets`: from Keras's addresses, kept where Keras keeps them.

`keras.datasets` itself prints how far it is and cannot be stopped. So the same files are read here:
downloaded with a watch, known by their hash, and unpickled only if they hold nothing but numbers.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import pickle
import tarfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from cnnstudio.core.data.sources import KerasSet, to_text
from cnnstudio.core.data.splits import TEST, TRAIN
from cnnstudio.core.datasets import Dataset, known
from cnnstudio.core.files import atomically, why
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import DataError, ImageArrays, Watch
from cnnstudio.engine.data_files import unreadable

_BASE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_CHUNK = 2**16
_PATIENCE = 15
"""Seconds to wait for an answer."""
_LARGEST = 2**30


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a data set.

    Attributes:
        address: where it comes from.
        place: where Keras keeps it, from its folder of data sets.
        sha256: of its bytes; "" where Keras does not know it either.
    """

    address: str
    place: str
    sha256: str = ""


_FASHION = tuple(
    Download(f"{_BASE}{name}.gz", f"fashion-mnist/{name}.gz")
    for name in (
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    )
)  # fmt: skip
DOWNLOADS: dict[str, tuple[Download, ...]] = {
    "mnist": (
        Download(
            f"{_BASE}mnist.npz",
            "mnist.npz",
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        ),
    ),
    "fashion_mnist": _FASHION,
    "cifar10": (
        Download(
            f"{_CIFAR}cifar-10-python.tar.gz",
            "cifar-10-batches-py-target_archive",
            "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        ),
    ),
    "cifar100": (
        Download(
            f"{_CIFAR}cifar-100-python.tar.gz",
            "cifar-100-python-target_archive",
            "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        ),
    ),
}
"""By the names of `KERAS_SETS`."""
Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Images to learn from, their classes, images to test with, their classes."""


def read_keras_set(source: KerasSet, watch: Watch) -> ImageArrays:
    """Read a data set of Keras, downloading what is not there yet.

    Raises:
        DataError: if it cannot be downloaded, or what is there is damaged.
    """
    files = [_present(source.name, download, watch) for download in DOWNLOADS[source.name]]
    try:
        arrays = _READERS[source.name](files)
    except OSError as error:
        raise DataError(unreadable(files[0], error).why) from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise DataError(
            _("{path} is damaged: delete it, then it is downloaded again").format(path=files[0])
        ) from error
    dataset = known(to_text(source))
    assert dataset is not None, "all of Keras's sets are known"
    x, y, test_x, test_y = arrays
    parts = np.repeat(np.array([TRAIN, TEST], np.uint8), [len(x), len(test_x)])
    return ImageArrays(
        dataset,
        np.concatenate([y, test_y]).ravel().astype(np.int64),
        _shaped(np.concatenate([x, test_x]), dataset),
        parts,
    )


def folders() -> list[Path]:
    """Return where Keras's data sets may be: the studio's own folder first, then the person's."""
    own = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return [own / "datasets", Path.home() / ".keras" / "datasets"]


def _shaped(images: NDArray[np.uint8], dataset: Dataset) -> NDArray[np.uint8]:
    return np.ascontiguousarray(images).reshape(len(images), *dataset.shape)


def _present(name: str, download: Download, watch: Watch) -> Path:
    """Return a file of a data set, which is there then.

    Raises:
        DataError: if it is not, and cannot be downloaded.
    """
    for folder in folders():
        path = folder / download.place
        if path.is_file() and _is_right(path, download):
            return path
    path = folders()[0] / download.place
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomically(path) as scratch:
            _fetch(download, scratch, watch)
    except urllib.error.URLError as error:
        raise _not_downloaded(name, download, error.reason) from error
    except TimeoutError as error:
        raise _not_downloaded(name, download, error) from error
    except OSError as error:
        text = _("{path} was not saved: {why}").format(path=path, why=why(error))
        raise DataError(text) from error
    return path


def _not_downloaded(name: str, download: Download, reason: object) -> DataError:
    text = getattr(reason, "strerror", None) or str(reason)
    return DataError(
        _(
            "{name} is not on this computer, and {address} cannot be reached ({reason}): connect "
            "to the internet, or put the file at {path}"
        ).format(
            name=name, address=download.address, reason=text,
            path=folders()[0] / download.place,
        )
    )  # fmt: skip


def _fetch(download: Download, scratch: Path, watch: Watch) -> None:
    digest = hashlib.sha256()
    with (
        urllib.request.urlopen(download.address, timeout=_PATIENCE) as answer,
        scratch.open("wb") as file,
    ):
        total, done = int(answer.headers.get("Content-Length") or 0), 0
        while chunk := answer.read(_CHUNK):
            done += len(chunk)
            watch(done, total)
            digest.update(chunk)
            file.write(chunk)
            if done > _LARGEST:
                break
    if done < total or (download.sha256 and digest.hexdigest() != download.sha256):
        raise DataError(
            _("what came from {address} is not the data that is expected: try again").format(
                address=download.address
            )
        )


def _is_right(path: Path, download: Download) -> bool:
    if not download.sha256:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == download.sha256


def _read_npz(files: list[Path]) -> Arrays:
    with np.load(files[0], allow_pickle=False) as arrays:
        return arrays["x_train"], arrays["y_train"], arrays["x_test"], arrays["y_test"]


def _read_idx(files: list[Path]) -> Arrays:
    x, y, test_x, test_y = (gzip.decompress(file.read_bytes()) for file in files)
    images = (np.frombuffer(part, np.uint8, offset=16) for part in (x, test_x))
    labels = (np.frombuffer(part, np.uint8, offset=8) for part in (y, test_y))
    first, second = (part.reshape(-1, 28, 28) for part in images)
    return first, next(labels), second, next(labels)


def _read_cifar10(files: list[Path]) -> Arrays:
    names = [f"cifar-10-batches-py/data_batch_{number}" for number in range(1, 6)]
    return _read_batches(files[0], names, "cifar-10-batches-py/test_batch", b"labels")


def _read_cifar100(files: list[Path]) -> Arrays:
    names = ["cifar-100-python/train"]
    return _read_batches(files[0], names, "cifar-100-python/test", b"fine_labels")


def _read_batches(path: Path, names: list[str], test: str, labels: bytes) -> Arrays:
    images, classes = [], []
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name in (*names, test):
                member = archive.extractfile(name)
                if member is None:
                    raise ValueError(name)
                batch = NumbersOnly(io.BytesIO(member.read()), encoding="bytes").load()
                pixels = np.asarray(batch[b"data"], np.uint8).reshape(-1, 3, 32, 32)
                images.append(pixels.transpose(0, 2, 3, 1))
                classes.append(np.asarray(batch[labels], np.uint8))
    except tarfile.TarError as error:
        raise ValueError(path) from error
    return np.concatenate(images[:-1]), np.concatenate(classes[:-1]), images[-1], classes[-1]


class NumbersOnly(pickle.Unpickler):
    """Reads a pickle of plain values and arrays of numbers, and refuses any that names code."""

    @override
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        raise pickle.UnpicklingError(f"{module}.{name}")


_RECONSTRUCT = np.empty(0).__reduce__()[0]
_PLAIN = {
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}
_READERS = {
    "mnist": _read_npz,
    "fashion_mnist": _read_idx,
    "cifar10": _read_cifar10,
    "cifar100": _read_cifar100,
}
