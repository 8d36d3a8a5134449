"""How far one reading of source code has come: what is to be said of it, and how much it may do."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.source.calls import TooMuch
from cnnstudio.core.source.values import Loops

MOST_STEPS = 200_000
"""Expressions and statements that are looked at, those of loops and functions every time."""
DEEPEST = 240
"""Expressions and functions inside one another, several calls of Python's own stack each."""
_MOST_REMARKS = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a line; the first line is 1."""

    line: int
    message: str


class Session:
    """What all that take part in one reading share.

    Attributes:
        loops: those that are gone through just now, outermost first.
        depth: how deep in expressions and functions reading is.
    """

    def __init__(self) -> None:
        self.loops: Loops = ()
        self.depth = 0
        self._steps = 0
        self._loops = 0
        self._remarks: dict[Remark, None] = {}

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be said, by lines."""
        return tuple(sorted(self._remarks, key=lambda remark: remark.line))

    def remark(self, line: int, message: str) -> None:
        """Note what is to be said of a line, once."""
        if len(self._remarks) < _MOST_REMARKS:
            self._remarks[Remark(line, message)] = None

    def spend(self, steps: int, line: int) -> None:
        """Note that work has been done.

        Raises:
            TooMuch: if that is enough.
        """
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooMuch(line)

    def new_loop(self) -> int:
        """Return the number of a loop that begins."""
        self._loops += 1
        return self._loops
