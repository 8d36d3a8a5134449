"""Opens files of Keras models as data: nothing in them is imported, looked up or run.

A `.keras` file is a zip archive with a description as JSON and the weights as HDF5; a `.h5` file of
Keras 2 or 3 has both in HDF5; `model.to_json()` is the description alone. All three may come from
anyone, so what is read is limited in size and stays inside the file.
"""

from __future__ import annotations

import json
import logging
import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any, BinaryIO

import h5py

from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.file_window import FileWindow

log = logging.getLogger(__name__)

LARGEST_CONFIG = 64 * 2**20
"""Bytes that a model's description may have; that of a network of thousands of layers has 10."""
LARGEST_PACKED = 4 * 2**30
"""Bytes of weights that are unpacked onto the disk, which Keras itself never packs."""
_HIGHEST_RATIO = 50
"""How many times smaller packed weights may be; random numbers hardly get smaller at all."""
_MOST_MEMBERS = 10_000
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
# A packed member that is locked, or packed in a way Python lacks, is a RuntimeError.
_DAMAGES = (
    OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, RuntimeError, EOFError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip
_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"


class ModelError(EngineError):
    """A model file that cannot be used; the text is for people and says what to do."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """An open model file.

    Attributes:
        path: where it is.
        description: what Keras writes of a model, `{"class_name": "Functional", "config": …}`.
        weights: the HDF5 group with the weights, None if the file has none.
        is_legacy: whether the weights are in the order of `.h5` files, a group a layer.
        size: bytes of the file.
    """

    path: Path
    description: Any
    weights: Any
    is_legacy: bool
    size: int


@contextmanager
def opened_model(path: Path) -> Iterator[ModelFile]:
    """Open a model file for as long as the block lasts.

    Raises:
        ModelError: if it cannot be read, or is no model.
    """
    with ExitStack() as stack:
        with telling_of_damage(path):
            model = _opened(path, stack)
        yield model


@contextmanager
def telling_of_damage(path: Path) -> Iterator[None]:
    """Say of whatever zip, JSON and HDF5 have to say of a file that it is no model.

    Raises:
        ModelError: if the block raises what reading a spoilt file raises.
    """
    try:
        yield
    except _DAMAGES as error:
        raise _refused(path, error) from error


def _opened(path: Path, stack: ExitStack) -> ModelFile:
    if path.is_dir():
        raise ModelError(
            _(
                "{path} is a folder, and TensorFlow’s folders do not say what a model is built "
                "from: save the model as .keras and open that"
            ).format(path=path)
        )
    check_file(path)
    size = path.stat().st_size
    file = stack.enter_context(path.open("rb"))
    start = file.read(8)
    file.seek(0)
    if start.startswith(_ZIP):
        archive = stack.enter_context(zipfile.ZipFile(file))
        return ModelFile(path, *_archived(path, archive, file, stack), is_legacy=False, size=size)
    if start == _HDF5:
        group = stack.enter_context(h5py.File(path, "r"))
        return _legacy(path, group, size)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        _check_size(path, size)
        return ModelFile(path, json.loads(file.read()), None, is_legacy=False, size=size)
    raise ValueError("none of the three forms")


def _archived(
    path: Path, archive: zipfile.ZipFile, file: BinaryIO, stack: ExitStack
) -> tuple[Any, Any]:
    """Return the description and the weights in a `.keras` archive."""
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise ModelError(
            _("{path} is not opened: it holds {count:,} files, at most {limit:,} are read").format(
                path=path, count=len(members), limit=_MOST_MEMBERS
            )
        )
    for member in members:
        if _climbs(member.filename):
            raise ModelError(
                _(
                    "{path} is not opened: a file in it is named {name}, a path that leads out of "
                    "the archive"
                ).format(path=path, name=member.filename[:80])
            )
    config = archive.getinfo(_CONFIG)
    _check_size(path, config.file_size)
    description = json.loads(archive.read(config))
    if _WEIGHTS not in archive.NameToInfo:
        return description, None
    stored = _stored(path, archive, archive.getinfo(_WEIGHTS), file, stack)
    return description, stack.enter_context(h5py.File(stored, "r"))


def _stored(
    path: Path,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    file: BinaryIO,
    stack: ExitStack,
) -> IO[bytes] | FileWindow:
    """Return a member of an archive as a file, without reading it where it is not packed."""
    opened = archive.open(member)
    if member.compress_type == zipfile.ZIP_STORED:
        # Right behind the header that zipfile has just read and checked.
        return FileWindow(file, file.tell(), member.compress_size)
    packed = max(member.compress_size, 1)
    if member.file_size > LARGEST_PACKED or member.file_size > _HIGHEST_RATIO * packed:
        opened.close()
        raise ModelError(
            _(
                "{path} is not opened: its weights would unpack from {packed:,} to {count:,} "
                "bytes, which no model of Keras does"
            ).format(path=path, packed=packed, count=member.file_size)
        )
    # HDF5 goes to and fro, and each way back would unpack all anew.
    unpacked = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    with opened:
        shutil.copyfileobj(opened, unpacked)
    return unpacked


def _legacy(path: Path, group: Any, size: int) -> ModelFile:
    text = group.attrs.get("model_config")
    if text is None:
        raise ModelError(
            _(
                "{path} holds weights only, not what they belong to: open the model itself, or "
                "save it with model.save()"
            ).format(path=path)
        )
    if isinstance(text, bytes):
        text = text.decode()
    if not isinstance(text, str):
        raise TypeError("model_config is no text")
    _check_size(path, len(text))
    weights = inner(group, "model_weights")
    return ModelFile(path, json.loads(text), weights, is_legacy=True, size=size)


def inner(group: Any, name: str) -> Any:
    """Return what a group holds under a name, None if there is none or it lies elsewhere."""
    if not isinstance(group, h5py.Group) or not name:
        return None
    link = group.get(name, getlink=True)
    return group[name] if isinstance(link, h5py.HardLink) else None


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST_CONFIG:
        raise ModelError(
            _(
                "{path} is not opened: its description has {size:,} bytes, at most {limit:,} are "
                "read"
            ).format(path=path, size=size, limit=LARGEST_CONFIG)
        )


def _climbs(name: str) -> bool:
    """Return whether a member's name leads out of its archive, on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return bool(
        posix.is_absolute() or windows.drive or windows.root or ".." in re.split(r"[\\/]", name)
    )


def _refused(path: Path, error: Exception) -> ModelError:
    if isinstance(error, OSError) and error.errno is not None and not _is_hdf5(error):
        return ModelError(_("{path} cannot be opened: {why}").format(path=path, why=why(error)))
    log.info("%s was not read", path, exc_info=error)
    return ModelError(
        _(
            "{path} is not a model of Keras, or is cut short: expected a .keras or .h5 file as "
            "model.save() writes it, or the JSON of model.to_json()"
        ).format(path=path)
    )


def _is_hdf5(error: OSError) -> bool:
    """Return whether an error is one that the HDF5 library has with what is in a file."""
    return error.filename is None
