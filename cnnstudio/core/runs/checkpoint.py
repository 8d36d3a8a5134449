"""A state that a run can go on from, and its file: numpy's `.npz`, from which only numbers come.

The entries of the file: `weights/LAYER/N`, `best/LAYER/N`, `optimizer/N`, `seeds/N`, and `state`,
JSON as bytes. A layer is named by the uid of its block.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.files import atomically, check_file, why
from cnnstudio.core.i18n import _

Rows = Mapping[str, tuple[NDArray[Any], ...]]
"""Arrays of layers by the layers' names."""
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, TokenError, ValueError, KeyError, EOFError, RuntimeError,
    TypeError,
)  # fmt: skip


class CheckpointError(Exception):
    """A checkpoint that cannot be read; the text is for people and says what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run was.

    Attributes:
        epoch: in which it was, from 0.
        batch: of that epoch that comes next. After the last one the epoch is still to be measured.
        step: batches that the run has learned.
        steps: batches that the weights have learned in all, in runs before too.
        sums: over the epoch so far: images, and their losses and further numbers.
        epochs: that the run is to have.
        rate_factor: of the schedule's learning rate.
        watches: best value and epochs waited, of the whole run and of the plateau.
        best: the best epoch so far, where the plan keeps its weights.
        best_steps: batches that those weights had learned.
        shuffle_seed: decides the order of the images.
        seconds: that the run took so far.
    """

    epoch: int
    batch: int
    step: int
    steps: int
    sums: tuple[float, ...]
    epochs: int
    rate_factor: float
    watches: tuple[tuple[float | None, int], ...]
    best: int | None
    best_steps: int
    shuffle_seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that a run needs to go on as if nothing had happened.

    Attributes:
        progress: how far it was.
        weights: of all layers.
        optimizer: what the optimizer remembers, in its own order.
        seeds: of what the layers draw at random, in the model's order.
        best: weights of the best epoch, empty where the plan does not keep them.
    """

    progress: Progress
    weights: Rows
    optimizer: tuple[NDArray[Any], ...]
    seeds: tuple[NDArray[Any], ...]
    best: Rows = field(default_factory=dict)


def write(path: Path, checkpoint: Checkpoint) -> int:
    """Write a checkpoint whole or not at all; return its bytes.

    Raises:
        OSError: if it cannot be written.
    """
    with atomically(path) as scratch, scratch.open("wb") as file:
        _save(file, checkpoint)
    return path.stat().st_size


def packed(checkpoint: Checkpoint) -> bytes:
    """Return a checkpoint as what its file would hold."""
    content = io.BytesIO()
    _save(content, checkpoint)
    return content.getvalue()


def unpacked(content: bytes) -> Checkpoint:
    """Return the checkpoint that `packed` made so."""
    with np.load(io.BytesIO(content), allow_pickle=False) as entries:
        return _checkpoint(entries)


def _save(file: BinaryIO, checkpoint: Checkpoint) -> None:
    entries: dict[str, NDArray[Any]] = {}
    for name, rows in (("weights", checkpoint.weights), ("best", checkpoint.best)):
        for layer, arrays in rows.items():
            entries |= {f"{name}/{layer}/{n}": array for n, array in enumerate(arrays)}
    for name, row in (("optimizer", checkpoint.optimizer), ("seeds", checkpoint.seeds)):
        entries |= {f"{name}/{n}": array for n, array in enumerate(row)}
    progress = checkpoint.progress
    state = {name: getattr(progress, name) for name in Progress.__slots__}
    entries["state"] = np.frombuffer(json.dumps(state).encode(), np.uint8)
    np.savez(file, **entries)  # type: ignore[arg-type]  # numpy's stub takes the rest for flags


def is_checkpoint(path: Path) -> bool:
    """Return whether a file bears the name that checkpoints have."""
    return re.fullmatch(r"step-\d+\.npz", path.name) is not None


def file_name(step: int) -> str:
    """Return the name of the file of a run's state after so many batches."""
    return f"step-{step:09d}.npz"


def read(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        CheckpointError: if it cannot be read or is none.
    """
    try:
        check_file(path)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as entries:
            return _checkpoint(entries)
    except OSError as error:
        raise CheckpointError(
            _("the checkpoint {path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except _DAMAGES as error:
        raise CheckpointError(
            _("{path} is not a checkpoint, or is cut short").format(path=path)
        ) from error


def _checkpoint(entries: Any) -> Checkpoint:
    state = json.loads(entries["state"].tobytes())
    state["sums"] = tuple(state["sums"])
    state["watches"] = tuple((best, waited) for best, waited in state["watches"])
    rows: dict[str, dict[str, dict[int, NDArray[Any]]]] = {"weights": {}, "best": {}}
    row: dict[str, dict[int, NDArray[Any]]] = {"optimizer": {}, "seeds": {}}
    for name in entries.files:
        kind, _slash, rest = name.partition("/")
        if kind in rows:
            layer, _slash, number = rest.rpartition("/")
            rows[kind].setdefault(layer, {})[int(number)] = entries[name]
        elif kind in row:
            row[kind][int(rest)] = entries[name]
    return Checkpoint(
        Progress(**state),
        {layer: _in_order(arrays) for layer, arrays in rows["weights"].items()},
        _in_order(row["optimizer"]),
        _in_order(row["seeds"]),
        {layer: _in_order(arrays) for layer, arrays in rows["best"].items()},
    )


def _in_order(arrays: Mapping[int, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    return tuple(arrays[number] for number in sorted(arrays))
