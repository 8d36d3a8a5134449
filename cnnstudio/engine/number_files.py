"""Files of numbers, for an Input of any shape: NumPy's arrays, and tables as text."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.file_names import is_number_file
from cnnstudio.core.fields import times
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.engine.errors import ImageError

__all__ = ["fitting", "is_number_file", "read_numbers"]

LARGEST_FILE = 256 * 2**20
"""Bytes of a file that is read."""
LARGEST_TABLE = 32 * 2**20
"""The same of a text, whose numbers take some six times as much while they are read."""
_COMMENT = "#"
_SHOWN = 40
"""Letters of a line that a message repeats."""


def read_numbers(path: Path) -> NDArray[np.generic]:
    """Return the numbers in a file; of a text a row a line.

    Raises:
        ImageError: if it cannot be opened, or holds anything but numbers.
    """
    try:
        check_file(path)
        size = path.stat().st_size
        is_array = path.suffix.lower() == ".npy"
        limit = LARGEST_FILE if is_array else LARGEST_TABLE
        if size > limit:
            raise ImageError(
                _(
                    "{path} is too large to look at: it has {size:,} MB, and {limit} MB can be "
                    "read; save the one example that you want to see"
                ).format(path=path, size=size // 2**20, limit=limit // 2**20)
            )
        if is_array:
            return _array(path)
        return _table(path, path.read_text("utf-8-sig"))
    except OSError as error:
        raise ImageError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise ImageError(_("{path} is not text in UTF-8").format(path=path)) from error


def fitting(
    numbers: NDArray[np.generic], shape: Shape, path: Path
) -> tuple[NDArray[np.float32], str]:
    """Return numbers in the shape of an Input, and what has to be known of them.

    Axes of length 1 may be missing or too many, one row or column may hold everything, and of
    several examples the first one is taken.

    Raises:
        ImageError: if they do not fit.
    """
    received, wanted = _without_ones(numbers.shape), _without_ones(shape)
    in_one_row = len(received) <= 1 and numbers.size == math.prod(shape)
    if received == wanted or in_one_row:
        return numbers.astype(np.float32).reshape(shape), ""
    if numbers.ndim > 1 and len(numbers) and _without_ones(numbers.shape[1:]) == wanted:
        note = _("The first of {count:,} examples in the file").format(count=len(numbers))
        return numbers[0].astype(np.float32).reshape(shape), note
    text = ngettext(
        "{path} does not fit the Input: expected {expected} number, received {received}; save it "
        "in that shape, or change the Input",
        "{path} does not fit the Input: expected {expected} numbers, received {received}; save it "
        "in that shape, or change the Input",
        math.prod(shape),
    )
    received_text = times(numbers.shape) or "1"
    raise ImageError(text.format(path=path, expected=times(shape), received=received_text))


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _array(path: Path) -> NDArray[np.generic]:
    try:
        array: NDArray[np.generic] = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, MemoryError) as error:
        raise ImageError(
            _("{path} is damaged, or no array of numbers: save it again with numpy.save").format(
                path=path
            )
        ) from error
    if array.dtype.kind not in "biuf":
        raise ImageError(
            _("{path} holds {received}, not numbers: save an array of numbers").format(
                path=path, received=array.dtype
            )
        )
    return array


def _table(path: Path, text: str) -> NDArray[np.float32]:
    """Return the numbers of a text; a first line of titles is passed over."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(n, line) for n, line in lines if line and not line.startswith(_COMMENT)]
    between = _separator(lines[-1][1]) if lines else None
    rows: list[list[float]] = []
    for place, (number, line) in enumerate(lines):
        row = _row(line, between)
        if place == 0 and (row is None or _is_titles(lines, between)):
            continue
        if row is None or (rows and len(row) != len(rows[0])):
            raise _unlike(path, number, line, rows)
        rows.append(row)
    if not rows:
        raise ImageError(
            _("{path} holds no numbers: expected a row of numbers in each line").format(path=path)
        )
    return np.array(rows, np.float32)


def _unlike(path: Path, number: int, line: str, rows: list[list[float]]) -> ImageError:
    received = line[:_SHOWN]
    if not rows:
        return ImageError(
            _(
                "{path}, line {number}: expected nothing but numbers, received “{received}”; leave "
                "out columns of words"
            ).format(path=path, number=number, received=received)
        )
    expected = len(rows[0])
    text = ngettext(
        "{path}, line {number}: expected {expected:,} number as in the lines before, received "
        "“{received}”",
        "{path}, line {number}: expected {expected:,} numbers as in the lines before, received "
        "“{received}”",
        expected,
    )
    return ImageError(text.format(path=path, number=number, expected=expected, received=received))


def _is_titles(lines: list[tuple[int, str]], between: str | None) -> bool:
    """Return whether only the first line begins with an empty cell: there are titles of a table.

    Such a line is written above a column of row numbers; its titles may be numbers too.
    """
    begins = [line.startswith(between or "\n") for _number, line in lines[:2]]
    return begins == [True, False]


def _separator(line: str) -> str | None:
    """Return what stands between the numbers of a line, None for spaces."""
    return next((mark for mark in (";", "\t", ",") if mark in line), None)


def _row(line: str, between: str | None) -> list[float] | None:
    """Return the numbers of a line, None if it holds anything else."""
    if between == ";":
        line = line.replace(",", ".")
    parts = [part.strip() for part in line.strip(between).split(between)]
    try:
        return [float(part) for part in parts]
    except ValueError:
        return None
