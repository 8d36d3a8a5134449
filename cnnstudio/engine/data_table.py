"""A CSV table of files or texts and their classes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnnstudio.core.data.file_names import (
    IMAGE_COLUMNS,
    IMAGE_ENDINGS,
    LABEL_COLUMNS,
    PART_COLUMNS,
    TEXT_COLUMNS,
)
from cnnstudio.core.data.sources import ImageTable
from cnnstudio.core.data.splits import PART_NAMES, TRAIN
from cnnstudio.core.files import check_file
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import DataError, ImageFiles, LeftOut, Watch
from cnnstudio.engine.data_files import FoundFile, unreadable
from cnnstudio.engine.data_folder import checked

LARGEST_TABLE = 512 * 2**20
"""Bytes of a table."""
LONGEST_CELL = 10 * 2**20
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one image or text: its path or words, its class, its part of the data."""

    content: str
    label: str
    part: int


def read_table(source: ImageTable, path: Path, watch: Watch) -> ImageFiles:
    """Find the images that a table names and look at the head of each.

    Raises:
        DataError: if the table cannot be read, or does not name images of two classes.
    """
    rows = rows_of(path, (source.images, IMAGE_COLUMNS), source.labels)
    root = path.parent
    names, labels, parts, left_out, facts = [], [], {}, [], []
    for number, row in enumerate(rows):
        if not number % 1024:
            watch(number, len(rows))
        found = _found(root, row.content)
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            facts.append(found)
            names.append(found.name)
            labels.append(row.label)
            parts[found.name] = row.part
    if not names:
        raise DataError(
            _("{path} names no image that is there: {why}").format(
                path=path, why=left_out[0].why if left_out else _("it has no rows")
            )
        )
    collection = checked(source, root, names, labels, left_out, repr(facts), watch)
    collection.dataset = replace(collection.dataset, title=str(path))
    if len(set(parts.values())) > 1:
        collection.parts = np.array([parts[name] for name in collection.names], np.uint8)
    return collection


def rows_of(path: Path, content: tuple[str, Sequence[str]], labels: str) -> list[Row]:
    """Read the rows of a table.

    Args:
        path: of the table: UTF-8, with a head, its columns parted by `,`, `;` or tabs.
        content: the name of the column of paths or texts, "" for the first of the usual names.
        labels: the name of the column of classes, "" for the usual ones.

    Raises:
        DataError: if it cannot be read or lacks these columns.
    """
    lines = _lines(path)
    head = [name.strip() for name in lines[0]] if lines else []
    first = _column(path, head, content[0], content[1])
    second = _column(path, head, labels, LABEL_COLUMNS)
    third = next((head.index(n) for n in head if n.lower() in PART_COLUMNS), None)
    rows = []
    for line in lines[1:]:
        if len(line) > max(first, second):
            part = line[third].strip().lower() if third is not None and third < len(line) else ""
            rows.append(Row(line[first], line[second].strip(), PART_NAMES.get(part, TRAIN)))
    return rows


def text_rows(path: Path, texts: str, labels: str) -> list[Row]:
    """Read the rows of a table of texts.

    Raises:
        DataError: if it cannot be read or lacks the columns.
    """
    return rows_of(path, (texts, TEXT_COLUMNS), labels)


def _lines(path: Path) -> list[list[str]]:
    try:
        check_file(path)
        if path.stat().st_size > LARGEST_TABLE:
            raise DataError(
                _("{path} is too large for a table: at most {limit} MB").format(
                    path=path, limit=LARGEST_TABLE // 2**20
                )
            )
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise DataError(unreadable(path, error).why) from error
    except UnicodeDecodeError as error:
        raise DataError(
            _("{path} is not text in UTF-8: save the table as CSV with UTF-8").format(path=path)
        ) from error
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        return [line for line in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if line]
    except csv.Error as error:
        raise DataError(
            _("{path} is not a table in the form of CSV: {why}").format(path=path, why=error)
        ) from error
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """Return what parts the columns of the first line: the most frequent of the three."""
    head = text[:_SAMPLE].partition("\n")[0]
    return max(",;\t", key=head.count)


def _column(path: Path, head: list[str], name: str, usual: Iterable[str]) -> int:
    if name and name in head:
        return head.index(name)
    lower = [column.lower() for column in head]
    found = None if name else next((lower.index(word) for word in usual if word in lower), None)
    if found is None:
        raise DataError(
            _(
                "{path} has no column {wanted}: expected a first line that names the columns, "
                "received {received}"
            ).format(
                path=path, wanted=name or _("such as {names}").format(names=", ".join(usual)),
                received=", ".join(head)[:200] or "—",
            )
        )  # fmt: skip
    return found


def _found(root: Path, name: str) -> FoundFile | LeftOut:
    path = root / name.strip()
    try:
        if path.suffix.lower() not in IMAGE_ENDINGS:
            return LeftOut(str(path), _("{path} is not an image by its name").format(path=path))
        check_file(path)
        facts = path.stat()
    except OSError as error:
        return unreadable(path, error)
    except ValueError:
        return LeftOut(str(path)[:200], _("{path!r} is not a path").format(path=name[:200]))
    return FoundFile(name.strip(), facts.st_size, facts.st_mtime_ns)
