"""The weights in a model file, read as numbers: links that lead out of it are not followed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.i18n import _
from cnnstudio.engine.keras_calls import Place
from cnnstudio.engine.model_files import ModelError, ModelFile, inner, telling_of_damage
from cnnstudio.engine.weights import Arrays

log = logging.getLogger(__name__)

_HIGHEST_RATIO = 50
"""How many times more bytes than the file has may be read from it: HDF5 too can be packed."""
_SPARE = 64 * 2**20
_MOST_GROUPS = 10_000


class WrongShapesError(Exception):
    """Weights in a file that are not those of the layer."""


class StoredWeights:
    """Finds the weights of layers in an open model file."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._left = _HIGHEST_RATIO * file.size + _SPARE
        with self._telling():
            self._root = "" if file.is_legacy else self._root_of(file.weights)

    @property
    def are_there(self) -> bool:
        """Whether the file has weights at all."""
        return self._file.weights is not None

    def arrays(self, place: Place, shapes: Sequence[Shape] | None) -> Arrays:
        """Return the weights of one layer, in Keras's order; None for `shapes` takes any.

        Raises:
            WrongShapesError: if there are none of these shapes.
            ModelError: if the file would unpack into far more than it holds, or is damaged.
        """
        with self._telling():
            wanted = None if shapes is None else [tuple(shape) for shape in shapes]
            fitting = [
                found
                for found in self._candidates(place)
                if wanted in (None, [tuple(dataset.shape) for dataset in found])
            ]
            if len(fitting) != 1:
                raise WrongShapesError
            return tuple(self._read(dataset) for dataset in fitting[0])

    def _candidates(self, place: Place) -> list[list[Any]]:
        """Return the rows of datasets that may be those of a layer.

        In an `.h5` file, layers of one name in several inner models may be hard to tell apart.
        """
        if not self._file.is_legacy or len(place.names) == 1:
            return [self._datasets(place)]
        rows: dict[str, list[Any]] = {}
        for name, dataset in self._of_layer(place):
            rows.setdefault(name.rpartition("/")[0], []).append(dataset)
        whole = "/".join(place.names)
        return [rows[whole]] if whole in rows else list(rows.values())

    def all_arrays(self, place: Place) -> Arrays:
        """Return the weights of a layer and of all that it is made from, in the file's order.

        Raises:
            WrongShapesError: if some are no numbers.
            ModelError: as with `arrays`.
        """
        with self._telling():
            group = self._group(place)
            return () if group is None else tuple(map(self._read, _datasets_in(group)))

    def copied(self, place: Place, target: Any) -> None:
        """Copy the group of a layer in a `.keras` file into another open HDF5 group."""
        with self._telling():
            group = self._group(place)
            if group is None:
                raise WrongShapesError
            found = {dataset.name[len(group.name) :].lstrip("/"): dataset
                     for dataset in _datasets_in(group)}  # fmt: skip
        for name, dataset in found.items():
            with self._telling():
                numbers = self._read(dataset)
            target[name] = numbers

    @property
    def is_legacy(self) -> bool:
        """Whether the weights are in a group a layer, in the order of `layer.weights`."""
        return self._file.is_legacy

    def legacy_arrays(self, place: Place) -> Arrays:
        """Return the weights of a layer in an `.h5` file, trained ones first, as Keras has them."""
        with self._telling():
            return tuple(map(self._read, self._datasets(place)))

    def _telling(self) -> AbstractContextManager[None]:
        return telling_of_damage(self._file.path)

    def _datasets(self, place: Place) -> list[Any]:
        if self._file.is_legacy:
            return [dataset for _name, dataset in self._of_layer(place)]
        group = self._group(place)
        own = None if group is None else inner(group, "vars")
        if own is None:
            return []
        keys = sorted((key for key in own if str(key).isdecimal()), key=int)
        return [found for key in keys if isinstance(found := inner(own, key), h5py.Dataset)]

    def _group(self, place: Place) -> Any:
        """Return the group of a layer, None if there is none."""
        if self._file.weights is None:
            return None
        path = place.names[0] if self._file.is_legacy else self._path(place)
        found = self._file.weights
        for step in path.split("/"):
            found = None if found is None else inner(found, step)
        return found

    def _path(self, place: Place) -> str:
        """Return a layer's path, whose first step the Kerases before 3 called otherwise."""
        return self._root + place.path.removeprefix("layers") if self._root else place.path

    def _root_of(self, weights: Any) -> str:
        old = "_layer_checkpoint_dependencies"
        return old if weights is not None and "layers" not in weights and old in weights else ""

    def _of_layer(self, place: Place) -> Iterator[tuple[str, Any]]:
        """Yield the weights of a layer in an `.h5` file, where an inner model has them in one."""
        group = self._group(place)
        if group is None:
            return
        own = place.names[1:]
        for name in _names(group):
            steps = name.split("/")
            if not own or own[-1] in steps[:-1]:
                found: Any = group
                for step in steps:
                    found = None if found is None else inner(found, step)
                if isinstance(found, h5py.Dataset):
                    yield name, found

    def _read(self, dataset: Any) -> NDArray[np.float32]:
        if dataset.dtype.kind not in "fiu" or dataset.is_virtual or dataset.external:
            raise WrongShapesError
        self.expect(dataset.size)
        return np.asarray(dataset[()], np.float32)

    def expect(self, count: int) -> None:
        """Take note that so many numbers are to be read.

        Raises:
            ModelError: if the file would unpack into far more than it holds.
        """
        self._left -= 4 * count
        if self._left < 0:
            raise ModelError(
                _("{path} is not opened: its weights would unpack to more than {count:,} bytes")
                .format(path=self._file.path, count=_HIGHEST_RATIO * self._file.size + _SPARE)
            )  # fmt: skip


def _datasets_in(group: Any) -> Iterator[Any]:
    """Yield the datasets of a group and of its groups; one that holds itself comes to an end."""
    pending, left = [group], _MOST_GROUPS
    while pending and left:
        at = pending.pop()
        left -= 1
        if isinstance(at, h5py.Dataset):
            yield at
        elif isinstance(at, h5py.Group):
            names = sorted(at, key=lambda key: (len(key), key))
            pending += [inner(at, name) for name in reversed(names[:_MOST_GROUPS])]


def _names(group: Any) -> Iterator[str]:
    """Yield the names of a group's weights; a long list is kept in several pieces."""
    pieces = [group.attrs.get("weight_names")]
    if pieces[0] is None:
        pieces, number = [], 0
        while (piece := group.attrs.get(f"weight_names{number}")) is not None:
            pieces.append(piece)
            number += 1
    for piece in pieces:
        for name in piece:
            yield name.decode() if isinstance(name, bytes) else str(name)
