"""What is meant by a folder or file that is dropped on the Data page."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QMimeData

from cnnstudio.core.data.sources import Arrays, DataSource, ImageFolder, ImageTable, Texts
from cnnstudio.core.i18n import _
from cnnstudio.ui.data.offers import ARRAYS, is_table
from cnnstudio.ui.design_files import OPENED
from cnnstudio.ui.editor.dragged import block_files
from cnnstudio.ui.viewer.drops import Drop

_MOST_LOOKED_AT = 300
"""Files of a folder whose names are looked at to tell texts from images."""
_TEXTS = (".txt", ".text", ".md")
_TEXT_COLUMNS = {"text", "texts", "sentence", "review", "content", "comment", "message"}
_HEAD = 65_536
"""Bytes of a table that are read for the names of its columns."""


def understand(data: QMimeData) -> Drop:
    """Return the folder or file to read of what was dropped, or why there is none.

    Only names are looked at, so that it can be said while the thing is held.
    """
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if not paths:
        return Drop(None, _("Only folders and files of this computer can be read"))
    path = Path(paths[0])
    if path.is_dir() or is_table(str(path)) or path.suffix.lower().lstrip(".") in ARRAYS:
        return Drop(str(path))
    return Drop(
        None,
        _(
            "{name} is not labelled data: drop a folder with a sub-folder for each class, a .csv "
            "table or .npz arrays"
        ).format(name=path.name),
    )


def is_design(data: QMimeData) -> bool:
    """Whether a design, a model or blocks are dropped, which the window opens."""
    names = [url.fileName() for url in data.urls() if url.isLocalFile()]
    return bool(block_files(data)) or any(name.endswith(OPENED) for name in names)


def source_at(path: str) -> DataSource:
    """Return the source that a folder or file is; reads a little of it, so not for the window."""
    place = Path(path)
    if place.is_dir():
        return Texts(path) if _holds_texts(place) else ImageFolder(path)
    if is_table(path):
        return Texts(path) if _TEXT_COLUMNS & _columns(place) else ImageTable(path)
    return Arrays(path)


def _holds_texts(folder: Path) -> bool:
    endings = Counter(
        Path(name).suffix.lower() in _TEXTS for name in islice(_files(folder), _MOST_LOOKED_AT)
    )
    return endings[True] > endings[False]


def _files(folder: Path) -> Iterator[str]:
    for _root, _folders, names in os.walk(folder):
        yield from names


def _columns(table: Path) -> set[str]:
    """Return the names of a table's columns; none if it cannot be read, as is said later."""
    head = ""
    with suppress(OSError), table.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8-sig", "replace")
    first = head.splitlines()[:1]
    return {
        name.strip().lower()
        for mark in ",;\t"
        for row in csv.reader(first, delimiter=mark)
        for name in row
    }
