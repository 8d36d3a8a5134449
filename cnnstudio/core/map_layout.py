"""How the maps of a block lie beside each other: a grid of tiles, and where each value is in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

GAP = 2
"""Pixels between two maps."""
_ONE_ROW, _THICKEST_ROW = 120, 40
"""Device pixels of the only row of a sequence, and of one of several at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value of a block is: its channel (or unit), and its row and column in that map."""

    channel: int
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A grid of equal tiles, filled row by row; each is followed by a gap right and below.

    Attributes:
        count: how many maps (or units) there are.
        height: rows of one map.
        width: columns of one map.
        columns: tiles beside each other.
        gap: pixels after each tile.
        thickness: device pixels that a row is to have in a view, where each map is one row, as of
            a sequence; 0 where values are to be as high as they are wide.
    """

    count: int
    height: int
    width: int
    columns: int
    gap: int = GAP
    thickness: int = 0

    @property
    def rows(self) -> int:
        """Tiles below each other."""
        return -(-self.count // self.columns)

    @property
    def pitch(self) -> tuple[int, int]:
        """Pixels from one tile to the next, `(down, right)`."""
        return self.height + self.gap, self.width + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the whole grid, `(height, width)`."""
        down, right = self.pitch
        return self.rows * down, self.columns * right

    def corner(self, channel: int) -> tuple[int, int]:
        """Return the top left pixel of a tile, `(row, column)`."""
        row, column = divmod(channel, self.columns)
        return row * self.pitch[0], column * self.pitch[1]

    def place(self, row: float, column: float) -> Place | None:
        """Return the value at a pixel of the grid, None on a gap or outside."""
        if row < 0 or column < 0 or column >= self.size[1]:
            return None
        down, inner_row = divmod(int(row), self.pitch[0])
        right, inner_column = divmod(int(column), self.pitch[1])
        channel = down * self.columns + right
        if inner_row >= self.height or inner_column >= self.width or channel >= self.count:
            return None
        return Place(channel, inner_row, inner_column)


def arrange(shape: tuple[int, ...], view: tuple[int, int]) -> Layout:
    """Return the grid that shows maps largest in a view.

    Args:
        shape: of the values, `(height, width, channels)` or `(units,)`; a unit is one pixel.
        view: pixels of the view, `(height, width)`.
    """
    if len(shape) == 3:
        height, width, count = shape
        gap = GAP
        if height == 1 < width:
            most = _ONE_ROW if count == 1 else _THICKEST_ROW
            return Layout(count, 1, width, 1, 0, max(1, min(most, view[0] // max(1, count))))
    else:
        height, width, count, gap = 1, 1, shape[0], 0
    columns = max(1, min(count, _widest(count, height + gap, width + gap, view)))
    return Layout(count, height, width, columns, gap)


def _widest(count: int, down: int, right: int, view: tuple[int, int]) -> int:
    """Return how many tiles beside each other leave the most room to each."""
    even = math.sqrt(count * view[1] * down / max(1, view[0] * right))
    choices = range(max(1, int(even) - 2), int(even) + 4)

    def room(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        scale = min(view[1] / (columns * right), view[0] / (rows * down))
        return scale, -columns * rows

    return max(choices, key=room)
