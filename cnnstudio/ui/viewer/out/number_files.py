"""The numbers of what is shown, as a table for programs and spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.files import atomically


def save_numbers(path: Path, values: NDArray[np.float32], names: tuple[str, ...] = ()) -> None:
    """Write a map or a vector as CSV, each number to the last figure.

    Args:
        path: of the file.
        values: a map, `(height, width)`, written row by row; or a vector, `(units,)`, written as a
            line for each unit with its name, if there is one, before it.
        names: of the units.

    Raises:
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    with atomically(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if values.ndim == 1:
            writer.writerow(("unit", "name", "value") if names else ("unit", "value"))
            for unit, value in enumerate(values):
                named = (names[unit],) if names else ()
                writer.writerow((unit, *named, _figures(value)))
        else:
            writer.writerows([_figures(value) for value in row] for row in values)


def _figures(value: np.float32) -> str:
    # The fewest figures that are read back as the same float32.
    return str(np.float32(value))
