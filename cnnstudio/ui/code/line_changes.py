"""What is new in a text, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineChange:
    """Some lines of a text that others take the place of.

    Attributes:
        first: the first of the old lines, counted from 0.
        removed: how many old lines go.
        lines: those that come.
    """

    first: int
    removed: int
    lines: tuple[str, ...]


def line_change(before: Sequence[str], after: Sequence[str]) -> LineChange | None:
    """Return the shortest single change that turns some lines into others; None if they are it."""
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    if head == len(before) == len(after):
        return None
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return LineChange(head, len(before) - head - tail, tuple(after[head : len(after) - tail]))
