"""From the parts of a figure to the figure: in one line, or in several as text on a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from typing_extensions import override

from cnnstudio.core.diagram.flow import Part, Sheet, Straight, Style, parts_of
from cnnstudio.core.diagram.items import Row
from cnnstudio.core.diagram.scene import Scene, scene

MARGIN = 16.0
RETURN = 24.0
"""Room at either end of a line for the way to the next."""
NEAR_ENOUGH = 1.3
"""Doublings that the shape of one line may be off before new lines are begun."""
LARGEST_SHARE = 0.6
"""Of the whole length: a part that is longer makes lines of no use."""


def draw(row: Row, style: Style, shape: float | None = None) -> Scene:
    """Return the figure of a network.

    Args:
        row: what is drawn.
        style: how layers look.
        shape: the width over the height to come near by going on in new lines; None for one line.
    """
    parts = parts_of(row, style)
    if not parts:
        return Scene()
    whole: Straight | Lines = Straight(parts, style.gap)
    if shape is not None:
        whole = lines(parts, style.gap, 1 / shape if style.down else shape)
    sheet = Sheet(down=style.down)
    whole.place(sheet, MARGIN, MARGIN + whole.before)
    length = whole.length + 2 * MARGIN
    across = whole.before + whole.after + 2 * MARGIN
    width, height = (across, length) if style.down else (length, across)
    return scene(width, height, sheet.shapes)


class Lines(Part):
    """Parts one after another that go on in a new line, as text does."""

    def __init__(self, rows: Sequence[Straight], gap: float) -> None:
        self._rows = rows
        self.length = max(row.length for row in rows) + 2 * RETURN
        # Parts of a line may begin and end inside it: what leads back goes around them.
        self._gap = gap + RETURN
        self.before = rows[0].before
        height = sum(row.before + row.after for row in rows) + self._gap * (len(rows) - 1)
        self.after = height - self.before
        self.enter, self.leave = RETURN + rows[0].enter, RETURN + rows[-1].leave
        self.head = rows[0].head

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        first, last = along + RETURN / 4, along + self.length - RETURN / 4
        before = None
        for row in self._rows:
            if before is not None:
                axis += row.before
                between = axis - row.before - self._gap / 2
                sheet.line(
                    (along + RETURN + before.leave, axis - row.before - self._gap - before.after),
                    (last, axis - row.before - self._gap - before.after),
                    (last, between),
                    (first, between),
                    (first, axis),
                    (along + RETURN + row.enter, axis),
                    head=row.head,
                )
            row.place(sheet, along + RETURN, axis)
            axis += row.after + self._gap
            before = row


def lines(parts: Sequence[Part], gap: float, shape: float) -> Straight | Lines:
    """Return parts in as many lines as make the length over the breadth come near a shape."""
    best: Straight | Lines = Straight(parts, gap)
    misfit = _misfit(best, shape)
    longest = max(part.length for part in parts)
    if misfit <= NEAR_ENOUGH or longest > LARGEST_SHARE * best.length:
        return best
    usual = math.sqrt(best.length / (best.before + best.after + gap) / shape)
    for count in range(max(2, int(usual / 2)), min(len(parts), int(usual * 1.5) + 2) + 1):
        tried = Lines([Straight(row, gap) for row in _even(parts, gap, count)], gap)
        if _misfit(tried, shape) < misfit:
            best, misfit = tried, _misfit(tried, shape)
    return best


def _even(parts: Sequence[Part], gap: float, count: int) -> list[list[Part]]:
    """Return parts in at most a number of lines, the longest of which is as short as can be."""
    least = max(part.length for part in parts)
    most = sum(part.length + gap for part in parts)
    best = _broken(parts, gap, most)
    for _halving in range(10):
        room = (least + most) / 2
        rows = _broken(parts, gap, room)
        if len(rows) <= count:
            best, most = rows, room
        else:
            least = room
    return best


def _broken(parts: Sequence[Part], gap: float, room: float) -> list[list[Part]]:
    """Return parts in lines of at most a length, but at least one part in each."""
    rows: list[list[Part]] = [[]]
    length = 0.0
    for part in parts:
        if rows[-1] and length + part.length > room:
            rows.append([])
            length = 0.0
        rows[-1].append(part)
        length += part.length + gap
    return rows


def _misfit(part: Part, shape: float) -> float:
    """Return how far the length over the breadth is from a shape, in doublings."""
    return abs(math.log2(part.length / (part.before + part.after) / shape))
