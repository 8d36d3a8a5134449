"""Numbers in cells: the grids in which patches, kernels and products are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from cnnstudio.ui.numbers import short, shorter
from cnnstudio.ui.theme import SMALL, S, Theme, font

_Number = TypeVar("_Number", bound=np.generic)

NUMBERS_UP_TO = 8
"""A grid with more columns is drawn in colours alone."""
_ROOMY, _FLAT = (46.0, 20.0), (13.0, 13.0)
_STRONGEST = 0.5
_PLAIN_FROM = 100.0
"""From here on a number is as long in one figure as in all before its point."""
_UNREAD = 0.28


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers side by side and below each other.

    Attributes:
        values: `(rows, columns)`.
        outside: which of them stand on padding; none if empty.
        marked: which have a frame, as the winner of a window has; likewise.
    """

    values: NDArray[np.float32] | NDArray[np.float64]
    outside: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), bool))
    marked: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), bool))

    @property
    def cell(self) -> tuple[float, float]:
        """The width and height of a cell."""
        return _ROOMY if self.values.shape[1] <= NUMBERS_UP_TO else _FLAT

    @property
    def size(self) -> tuple[float, float]:
        """The width and height of the whole."""
        width, height = self.cell
        return self.values.shape[1] * width, self.values.shape[0] * height


def flat(values: NDArray[_Number]) -> NDArray[_Number]:
    """Return taps of any number of axes as rows and columns: a volume's slices side by side."""
    match values.ndim:
        case 0:
            return values.reshape(1, 1)
        case 1:
            return values.reshape(1, -1)
        case 2:
            return values
        case _:
            return np.concatenate(list(values), axis=1)


def paint_grid(
    painter: QPainter,
    grid: Grid,
    corner: QPointF,
    theme: Theme,
    *,
    largest: float,
    reached: int | None = None,
) -> None:
    """Paint a grid.

    Args:
        painter: where.
        grid: what.
        corner: its top left.
        theme: the colours.
        largest: the size of number that has the strongest colour.
        reached: how many cells have been come to, the last of them framed; None for all, no frame.
    """
    width, height = grid.cell
    rows, columns = grid.values.shape
    painter.setFont(font(SMALL, tabular=True))
    for number, (row, column) in enumerate(np.ndindex(rows, columns)):
        box = QRectF(corner.x() + column * width, corner.y() + row * height, width, height)
        unread = reached is not None and number >= reached
        painter.setOpacity(_UNREAD if unread else 1.0)
        _paint_cell(painter, grid, (row, column), box, theme, largest)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.drawRect(QRectF(corner.x(), corner.y(), columns * width, rows * height))
    if reached:
        row, column = divmod(min(reached, rows * columns) - 1, columns)
        box = QRectF(corner.x() + column * width, corner.y() + row * height, width, height)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))


def _paint_cell(
    painter: QPainter,
    grid: Grid,
    at: tuple[int, int],
    box: QRectF,
    theme: Theme,
    largest: float,
) -> None:
    value = float(grid.values[at]) + 0.0  # a product with nothing may be minus zero
    outside = bool(grid.outside.size and grid.outside[at])
    roomy = grid.cell == _ROOMY
    if outside:
        painter.fillRect(box, QBrush(theme.color("border"), Qt.BrushStyle.BDiagPattern))
    else:
        painter.fillRect(box, tint(value, largest, theme, strongest=_STRONGEST if roomy else 1.0))
    if grid.marked.size and grid.marked[at]:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text"), 2))
        painter.drawRect(box.adjusted(2, 2, -2, -2))
    if roomy:
        painter.setPen(theme.color("muted" if outside else "text"))
        measure, room = painter.fontMetrics().horizontalAdvance, box.width() - 2
        text = fitting(value, lambda text: measure(text) < room)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def fitting(value: float, fits: Callable[[str], bool]) -> str:
    """Write a number in as many figures as there is room for: `−0.0061`, `−0.006`, `−6e−5`.

    Without a power of ten where that has room.
    """
    plain = f"{value:.0f}" if abs(value) >= _PLAIN_FROM else f"{value:.1g}"
    texts = [_terse(text) for text in (short(value), shorter(value), plain)]
    for text in sorted(texts, key=lambda text: "e" in text):
        if fits(text):
            return text
    return _terse(f"{value:.0e}")


def _terse(text: str) -> str:
    """Write a power of ten without what says nothing: `2e7`, not `2e+07`."""
    text = text.replace("-", "−").replace("e+", "e")
    return text.replace("e−0", "e−").replace("e0", "e")


def tint(value: float, largest: float, theme: Theme, *, strongest: float = 1.0) -> QColor:
    """Return the colour of a number: one hue below zero, another above, stronger as it is larger.

    NaN and infinity are as alarming as elsewhere.
    """
    if not np.isfinite(value):
        return theme.color("error_surface")
    # Red above zero and blue below, as the diverging colours of maps and kernels.
    color = QColor(theme.tokens.curves[1 if value >= 0 else 0])
    share = abs(value) / largest if largest > 0 else 0.0
    color.setAlphaF(min(1.0, share) * strongest)
    return color


def paint_sign(painter: QPainter, text: str, left: float, row: QRectF, theme: Theme) -> float:
    """Paint a sign between two grids, and return where it ends."""
    painter.setFont(font(SMALL, bold=True))
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * S
    painter.setPen(theme.color("muted"))
    box = QRectF(left, row.top(), width, row.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return left + width


def size_of(numbers: NDArray[_Number]) -> float:
    """Return the largest finite size among numbers, 0 if there is none."""
    sizes = np.abs(np.asarray(numbers, np.float64)).reshape(-1)
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 0.0
