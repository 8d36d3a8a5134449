"""Files of a folder: found however they are linked, and looked at before anyone relies on them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnstudio.core.blocks import Shape
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import LeftOut, Watch
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.images import size_of_image

_AT_ONCE = 256
"""Files looked at between two calls of a watch."""
LARGEST_SIDE = 224
"""Rows and columns that an Input is proposed for larger images."""
_MULTIPLE = 8


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A plain file: its name from the folder that was searched, with `/`; bytes and time."""

    name: str
    size: int
    time: int


def walk(root: Path, watch: Watch) -> Iterator[FoundFile | LeftOut]:
    """Find all files of a folder and of its folders, in the order of their names.

    Links are followed, each folder is entered once. Hidden files and folders are passed over.

    Raises:
        OSError: if the folder itself cannot be read.
    """
    entered = {_identity(root.stat())}
    pending = _children(root)
    found = 0
    while pending:
        path = pending.pop()
        found += 1
        if not found % _AT_ONCE:
            watch(found, 0)
        try:
            facts = path.stat()
            if not stat.S_ISDIR(facts.st_mode):
                yield _file(root, path, facts)
            elif _identity(facts) not in entered:
                entered.add(_identity(facts))
                pending += _children(path)
        except OSError as error:
            yield unreadable(path, error)


def _children(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden, in the reverse order of the names."""
    return sorted((p for p in folder.iterdir() if not p.name.startswith(".")), reverse=True)


def _file(root: Path, path: Path, facts: os.stat_result) -> FoundFile | LeftOut:
    if not stat.S_ISREG(facts.st_mode):
        return LeftOut(str(path), _("{path} is no plain file").format(path=path))
    return FoundFile(path.relative_to(root).as_posix(), facts.st_size, facts.st_mtime_ns)


def unreadable(path: Path, error: OSError) -> LeftOut:
    """Return what is told of a file that the system does not let us read."""
    text = _("{path} cannot be opened: {why}").format(path=path, why=why(error))
    return LeftOut(str(path), text)


def image_sizes(root: Path, names: list[str], watch: Watch) -> list[tuple[int, int, int] | LeftOut]:
    """Return `(height, width, 1 or 3)` of each image file, or why it is none."""

    def look(name: str) -> tuple[int, int, int] | LeftOut:
        path = root / name
        try:
            return size_of_image(path)
        except ImageError as error:
            return LeftOut(str(path), str(error))

    sizes: list[tuple[int, int, int] | LeftOut] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(names), _AT_ONCE):
            watch(start, len(names))
            sizes += pool.map(look, names[start : start + _AT_ONCE])
    return sizes


def proposed_shape(sizes: list[tuple[int, int, int]]) -> Shape:
    """Return the shape an Input is best given for images of these sizes.

    Their own if they are all alike and not large, else a square of about the usual short side.
    Grey if all are.
    """
    channels = max(size[2] for size in sizes)
    areas = {size[:2] for size in sizes}
    if len(areas) == 1 and max(height_width := next(iter(areas))) <= LARGEST_SIDE:
        return (*height_width, channels)
    usual = float(np.median([min(height, width) for height, width, _channels in sizes]))
    side = max(_MULTIPLE, int(min(usual, LARGEST_SIDE)) // _MULTIPLE * _MULTIPLE)
    return (side, side, channels)


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino
