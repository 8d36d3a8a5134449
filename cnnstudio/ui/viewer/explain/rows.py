"""Rows of figures, and the steps in which they are told: what an explanation is drawn as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from cnnstudio.ui.viewer.explain.cells import Grid


@dataclass(frozen=True, slots=True)
class Piece:
    """One row: some grids with signs between them, or a bar; and what they add.

    Attributes:
        name: what the row is of.
        grids: none where there is a bar.
        text: what stands after the grids, or before the bar: `0.31 × −0.52`.
        adds: what the row adds to the sum.
        longest: the size whose bar is as long as can be; 0 for what it is in all other rows.
    """

    name: str
    grids: tuple[Grid, ...]
    text: str
    adds: float
    longest: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the telling.

    Attributes:
        row: the row that is come to.
        cells: how many of its cells; None for all.
        text: what is computed.
        so_far: what the row's cells come to by then: their sum, or the largest; None where nothing
            has been counted.
    """

    row: int
    cells: int | None
    text: str
    so_far: float | None = None


class Pieces:
    """The rows of an explanation, largest first, each made when it is asked for.

    Args:
        count: how many there are.
        make: makes one, by its place in the order.
        steps: the steps, made when they are asked for.
        largest: the sizes of inputs, weights and products that have the strongest colours.
        height: pixels of a row.
    """

    def __init__(
        self,
        count: int,
        make: Callable[[int], Piece],
        steps: Callable[[], list[Step]],
        largest: tuple[float, ...],
        height: float,
    ) -> None:
        self.count, self.make, self.largest, self.height = count, make, largest, height
        self._steps = steps

    @cached_property
    def steps(self) -> list[Step]:
        """The steps in which it is told."""
        return self._steps()


def _nothing(place: int) -> Piece:
    raise IndexError(place)


NOTHING = Pieces(0, _nothing, list, (), 0.0)
"""Of what words say all of."""
