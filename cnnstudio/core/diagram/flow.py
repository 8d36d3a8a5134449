"""Puts what is drawn one after another and side by side, downwards or to the right.

Places are told along the flow and across it: a part begins `along`, lies about an `axis`, and
takes room `before` and `after` it (to the left and right of a flow that goes down, above and below
one that goes right). A line enters a part and leaves it on its axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from typing_extensions import override

from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.items import Folded, Fork, Frame, Item, Layer, Row
from cnnstudio.core.diagram.scene import (
    NOTE,
    Bounds,
    Line,
    Mark,
    Measure,
    Outline,
    Shape,
    Text,
    Tone,
)

RADIUS = 9.0
"""Of a merge's circle."""
SPLIT, TURN, JOIN = 24.0, 8.0, 24.0
"""Along the flow: from a fork to its lanes, to where they turn aside, and from their ends to the
middle of the merge."""
PADDING, TITLE = 12.0, 14.0
LINE = 14.0
"""Height of a line of small text."""
SLIM = 7.0
"""Room on either side of a lane without blocks."""
DOMINANT = 0.6
"""A lane goes straight on if no other is longer than this share of it."""
LONGEST_TITLE = 28
"""Characters of a name in a figure."""


class Sheet:
    """Collects shapes; `down` says which way data flows."""

    def __init__(self, *, down: bool) -> None:
        self.down = down
        self.shapes: list[Shape] = []

    def point(self, along: float, across: float) -> tuple[float, float]:
        """Return x and y."""
        return (across, along) if self.down else (along, across)

    def bounds(self, along: float, length: float, first: float, last: float) -> Bounds:
        """Return the rectangle from `first` to `last` across the flow."""
        if self.down:
            return first, along, last, along + length
        return along, first, along + length, last

    def line(self, *points: tuple[float, float], head: bool = True) -> None:
        """Draw the way through points, told along and across."""
        self.shapes.append(Line(tuple(self.point(*point) for point in points), head))


class Part(Protocol):
    """Something with a place in the flow.

    Attributes:
        length: what it takes along the flow.
        before, after: what it takes on either side of its axis.
        enter, leave: where lines end and begin, from its start.
        head: whether the line that enters ends there.
    """

    length: float
    before: float
    after: float
    enter: float
    leave: float
    head: bool

    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        """Draw it."""


class Style(Protocol):
    """How layers look."""

    down: bool
    gap: float
    lane_gap: float
    shortcuts_first: bool
    measure: Measure

    def leaves(self, run: Sequence[Layer | Folded]) -> list[Part]:
        """Return the parts of layers in a row."""

    def captions(self, fork: Fork) -> list[str]:
        """Return what stands beside a merge."""

    def sinks(self, lane: Row) -> bool:
        """Return whether a lane lies a level lower than the shortcut it has beside it."""


class Straight(Part):
    """Parts one after another."""

    def __init__(self, parts: Sequence[Part], gap: float) -> None:
        self._gap = gap
        self._parts = parts
        self.length = sum(part.length for part in parts) + self._gap * max(0, len(parts) - 1)
        self.before = max((part.before for part in parts), default=SLIM)
        self.after = max((part.after for part in parts), default=SLIM)
        self.enter = parts[0].enter if parts else 0.0
        self.leave = self.length - (parts[-1].length - parts[-1].leave if parts else 0.0)
        self.head = parts[0].head if parts else False

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        left = None
        for part in self._parts:
            if left is not None:
                sheet.line((left, axis), (along + part.enter, axis), head=part.head)
            part.place(sheet, along, axis)
            left = along + part.leave
            along += part.length + self._gap


class Branches(Part):
    """Lanes side by side, and their merge."""

    def __init__(self, fork: Fork, style: Style) -> None:
        self._fork = fork
        lanes = fork.lanes
        if style.shortcuts_first:
            lanes = tuple(sorted(lanes, key=bool))
        self._lanes = [Straight(parts_of(lane, style), style.gap) for lane in lanes]
        sunk = [bool(lane) for lane in lanes] == [False, True] and style.sinks(lanes[1])
        axis = 0 if sunk else None
        self._offsets = _offsets(self._lanes, style.lane_gap, axis)
        self._longest = max((lane.length for lane in self._lanes), default=0.0)
        self._captions = style.captions(fork)
        widest = max((style.measure(text, NOTE, False) for text in self._captions), default=0.0)
        self._widest = widest
        told = (LINE * len(self._captions), widest + 2.0)
        along, across = told if style.down else reversed(told)
        self.enter, self.head = 0.0, False
        self._center = SPLIT + self._longest + JOIN
        self.leave = self._center + RADIUS
        self.length = self.leave + max(0.0, along - RADIUS / 2)
        pairs = list(zip(self._offsets, self._lanes, strict=True))
        self.before = max((lane.before - offset for offset, lane in pairs), default=SLIM)
        after = max((lane.after + offset for offset, lane in pairs), default=SLIM)
        self.after = max(after, RADIUS + across)

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        split, center = along + TURN, along + self._center
        for offset, lane in zip(self._offsets, self._lanes, strict=True):
            at = axis + offset
            start = along + SPLIT + (self._longest - lane.length) / 2
            straight = abs(offset) < 0.5
            begin = [(along, axis)] if straight else [(along, axis), (split, axis), (split, at)]
            side = RADIUS if offset > 0 else -RADIUS
            end = [(center, at), (center, axis + side)]
            if straight:
                end = [(center - RADIUS, axis)]
            if lane.length:
                sheet.line(*begin, (start + lane.enter, at), head=lane.head)
                lane.place(sheet, start, at)
                sheet.line((start + lane.leave, at), *end)
            else:
                sheet.line(*begin, *end)
        fork = self._fork
        sheet.shapes.append(
            Mark(sheet.point(center, axis), RADIUS, fork.merge, fork.uids, fork.wrong)
        )
        x, y = sheet.point(center, axis)
        # Beside the circle, where neither the lanes nor what goes on from it are.
        x, y = (x + RADIUS, y + RADIUS + 2) if sheet.down else (x + RADIUS + 3, y + RADIUS + 3)
        for number, text in enumerate(self._captions):
            tone = Tone.PLAIN if number else Tone.MUTED
            sheet.shapes.append(Text(x, y + LINE * number, text, self._widest, NOTE, tone=tone))


class Framed(Part):
    """A body inside a frame with a title."""

    def __init__(self, frame: Frame, style: Style) -> None:
        self._frame = frame
        self._body = Straight(parts_of(frame.body, style), style.gap)
        body = self._body
        parts = [shortened(frame.title), words.times_word(frame.times) if frame.times > 1 else ""]
        self._title = "  ".join(part for part in parts if part)
        self._width = style.measure(self._title, NOTE, True)
        title = TITLE if self._title else 0.0
        self._start = PADDING + (title if style.down else 0.0)
        self.length = self._start + body.length + PADDING
        self.before = body.before + PADDING
        self.after = body.after + PADDING
        if style.down:
            # The line that comes in on the axis must not cross the title.
            self.before = max(self.before, self._width + 2 * PADDING)
        else:
            self.before += title
            spare = max(0.0, self._width + 2 * PADDING - self.length)
            self.length += spare
            self._start += spare / 2
        self.enter = self._start + body.enter
        self.leave = self._start + body.leave
        self.head = body.head

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        bounds = sheet.bounds(along, self.length, axis - self.before, axis + self.after)
        sheet.shapes.append(Outline(bounds, self._frame.uids))
        if self._title:
            left, top = bounds[0] + PADDING - 2, bounds[1] + PADDING
            sheet.shapes.append(Text(left, top, self._title, self._width, NOTE, bold=True))
        self._body.place(sheet, along + self._start, axis)


def shortened(text: str) -> str:
    """Return a name no longer than a figure has room for."""
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"


def leaves_of(row: Row) -> Iterator[Layer | Folded]:
    """Yield what is drawn of a network without the forks and frames about it."""
    for item in row:
        match item:
            case Fork():
                for lane in item.lanes:
                    yield from leaves_of(lane)
            case Frame():
                yield from leaves_of(item.body)
            case _:
                yield item


def parts_of(row: Row, style: Style) -> list[Part]:
    """Return the parts of a list; layers in a row go to the style together."""
    parts: list[Part] = []
    run: list[Layer | Folded] = []
    for item in row:
        if isinstance(item, Layer | Folded):
            run.append(item)
            continue
        parts += style.leaves(run)
        run = []
        parts.append(_container(item, style))
    return parts + style.leaves(run)


def _container(item: Item, style: Style) -> Part:
    if isinstance(item, Fork):
        return Branches(item, style)
    assert isinstance(item, Frame)
    return Framed(item, style)


def _offsets(lanes: Sequence[Straight], gap: float, straight: int | None) -> list[float]:
    """Return where the axes of lanes lie, the fork's own being 0.

    Args:
        lanes: side by side.
        gap: between them.
        straight: which of them lies on the fork's axis; None for the one that suits best.
    """
    places: list[float] = []
    edge = 0.0
    for lane in lanes:
        places.append(edge + lane.before)
        edge = places[-1] + lane.after + gap
    if not places:
        return []
    axis = places[_straight_on(lanes) if straight is None else straight]
    if straight is None and len(lanes) % 2 == 0 and not _is_dominant(lanes):
        axis = (places[0] + places[-1]) / 2
    return [place - axis for place in places]


def _straight_on(lanes: Sequence[Straight]) -> int:
    """Return which lane goes straight on: one far longer than the others, else the middle one."""
    if _is_dominant(lanes):
        return max(range(len(lanes)), key=lambda number: lanes[number].length)
    return len(lanes) // 2


def _is_dominant(lanes: Sequence[Straight]) -> bool:
    first, *others = sorted((lane.length for lane in lanes), reverse=True)
    return bool(first) and max(others, default=0.0) <= DOMINANT * first
