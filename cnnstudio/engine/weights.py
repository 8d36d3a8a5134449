"""Weights apart from a model: arrays by the name of the layer they belong to, and their file.

The file is numpy's `.npz`: an entry `1f0c9a3e/0` is the first array of the layer of the block with
that uid. So it fits its design whatever is moved or renamed there.
"""

from __future__ import annotations

import math
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.files import atomically, check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.runs import checkpoint
from cnnstudio.core.runs.checkpoint import is_checkpoint
from cnnstudio.engine.errors import EngineError

Arrays = tuple[NDArray[np.float32], ...]
Weights = Mapping[str, Arrays]

_ENTRY = re.compile(r"([A-Za-z0-9.]{1,80})/(\d{1,6})\.npy")
# numpy reads an array's shape with Python's tokenizer.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, TokenError, ValueError, KeyError, EOFError, RuntimeError,
)  # fmt: skip
_HIGHEST_RATIO = 50
_SPARE = 64 * 2**20


class WeightsError(EngineError):
    """A weights file that cannot be used; the text is for people and says what to do."""


def give_weights(model: Any, weights: Weights) -> int:
    """Give the layers of a model the arrays that bear their names; return how many took theirs.

    A layer whose arrays have other shapes keeps its own.
    """
    from cnnstudio.engine.builder import settle_weights  # reads TensorFlow

    count = 0
    for layer in model.layers:
        arrays = weights.get(layer.name, ())
        if not arrays or [w.shape for w in layer.weights] != [a.shape for a in arrays]:
            continue
        for weight, array in zip(layer.weights, arrays, strict=True):
            weight.assign(array)
        settle_weights(layer)
        count += 1
    return count


def weights_of(model: Any) -> dict[str, Arrays]:
    """Return the arrays of a model's layers by the layers' names."""
    return {
        layer.name: tuple(np.asarray(weight.numpy(), np.float32) for weight in layer.weights)
        for layer in model.layers
        if layer.weights
    }


def belonging_to(network: Network, weights: Weights) -> dict[str, Arrays]:
    """Return the weights of the blocks of a network, those of further copies in a Repeat too."""
    uids = network.paths
    return {name: arrays for name, arrays in weights.items() if name.partition(".")[0] in uids}


def save_weights(path: Path, weights: Weights) -> None:
    """Write a weights file whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    arrays: dict[str, Any] = {
        f"{name}/{number}": array
        for name, row in weights.items()
        for number, array in enumerate(row)
    }
    with atomically(path) as scratch, scratch.open("wb") as file:
        np.savez(file, **arrays)


def load_weights(path: Path) -> dict[str, Arrays]:
    """Read a weights file; nothing but numbers is taken from it.

    Raises:
        WeightsError: if it cannot be read or is none.
    """
    try:
        check_file(path)
        with zipfile.ZipFile(path) as archive:
            return _loaded(path, archive)
    except OSError as error:
        raise WeightsError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except _DAMAGES as error:
        raise WeightsError(
            _("{path} is not a file of weights, or is cut short").format(path=path)
        ) from error


def load_any_weights(path: Path) -> Weights:
    """Read a weights file, or the weights of a run's checkpoint.

    Raises:
        WeightsError: if it cannot be read or is neither.
        CheckpointError: if it is a checkpoint that is damaged.
    """
    if is_checkpoint(path):
        rows = checkpoint.read(path).weights
        return {
            name: tuple(np.asarray(a, np.float32) for a in arrays) for name, arrays in rows.items()
        }
    return load_weights(path)


def _loaded(path: Path, archive: zipfile.ZipFile) -> dict[str, Arrays]:
    members = archive.infolist()
    if sum(member.file_size for member in members) > _SPARE + _HIGHEST_RATIO * path.stat().st_size:
        raise WeightsError(
            _("{path} is not opened: its weights would unpack into far more than it holds").format(
                path=path
            )
        )
    rows: dict[str, dict[int, NDArray[np.float32]]] = {}
    for member in members:
        found = _ENTRY.fullmatch(member.filename)
        if found is None:
            raise ValueError(member.filename)
        rows.setdefault(found[1], {})[int(found[2])] = _array(archive, member)
    return {name: tuple(row[number] for number in sorted(row)) for name, row in rows.items()}


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[np.float32]:
    with archive.open(member) as file:
        # What the header claims is held against what is there before any memory is taken.
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _fortran, dtype = read(file)
        if dtype.kind not in "fiu" or math.prod(shape) * dtype.itemsize > member.file_size:
            raise ValueError(member.filename)
    with archive.open(member) as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False), np.float32)
