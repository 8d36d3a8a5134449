"""A figure as shapes at places, ready to be painted; x to the right, y down, in pixels at 100 %."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cnnstudio.core.blocks import Family

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom."""

NAME, NOTE = 12, 11
"""Heights of type: of what a layer is, and of what is said about it."""
SHEETS, BETWEEN = 3, 3.0
"""Slabs that stand for a folded container, and the room between them."""
TILE = 512.0
"""Side of the squares by which shapes are found."""

Measure = Callable[[str, int, bool], float]
"""Returns how wide a text is, given its height of type and whether it is bold."""


class Tone(StrEnum):
    """How loud a text is; its value names the colour."""

    PLAIN = "text"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Box:
    """A layer or folded container of a block diagram."""

    bounds: Bounds
    family: Family
    uids: tuple[str, ...]
    folded: bool = False
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """A box in oblique projection: its front face, and how far it goes back.

    Attributes:
        front: left, top, right and bottom of the face in front: channels across, rows down.
        back: how far the face at the back lies to the right of it and above it.
        family: names its colour.
        uids: of the blocks it stands for.
        folded: whether that is a container and all it holds; it is drawn in `SHEETS` slabs.
        wrong: whether one of them has an error.
    """

    front: Bounds
    back: float
    family: Family
    uids: tuple[str, ...]
    folded: bool = False
    wrong: bool = False

    @property
    def slabs(self) -> list[Bounds]:
        """The faces in front of the slabs it is drawn in."""
        left, top, right, bottom = self.front
        if not self.folded:
            return [self.front]
        depth = (right - left - BETWEEN * (SHEETS - 1)) / SHEETS
        starts = [left + number * (depth + BETWEEN) for number in range(SHEETS)]
        return [(start, top, start + depth, bottom) for start in starts]

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        left, top, right, bottom = self.front
        return left, top - self.back, right + self.back, bottom


@dataclass(frozen=True, slots=True)
class Mark:
    """The merge of lanes: a circle with its sign."""

    center: Point
    radius: float
    merge: str
    uids: tuple[str, ...]
    wrong: bool = False

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        (x, y), r = self.center, self.radius
        return x - r, y - r, x + r, y + r


@dataclass(frozen=True, slots=True)
class Line:
    """The way data takes, along the axes, with a head at its end or without."""

    points: tuple[Point, ...]
    head: bool

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs) - 4, min(ys) - 4, max(xs) + 4, max(ys) + 4


@dataclass(frozen=True, slots=True)
class Outline:
    """The frame about a body that is repeated or belongs together."""

    bounds: Bounds
    uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, `x` being its left end and `y` the middle of its height."""

    x: float
    y: float
    text: str
    width: float
    size: int = NOTE
    bold: bool = False
    tone: Tone = Tone.PLAIN

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        return self.x, self.y - self.size, self.x + self.width, self.y + self.size


Shape = Outline | Line | Box | Volume | Mark | Text
Solid = Outline | Box | Volume | Mark


@dataclass(frozen=True, slots=True)
class Scene:
    """A figure.

    Attributes:
        width, height: of all of it, margins included.
        shapes: from back to front.
    """

    width: float = 0.0
    height: float = 0.0
    shapes: tuple[Shape, ...] = ()
    _tiles: dict[tuple[int, int], list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _solids: dict[str, Solid] = field(default_factory=dict, init=False, repr=False, compare=False)

    def prepared(self) -> Scene:
        """Return the same, with all that it looks things up in; for a thread in the background."""
        _tables = self._index, self.solids
        return self

    def within(self, area: Bounds) -> Iterator[Shape]:
        """Yield what an area shows, from back to front."""
        left, top, right, bottom = area
        if left <= 0 and top <= 0 and right >= self.width and bottom >= self.height:
            yield from self.shapes
            return
        numbers = {n for tile in _tiles(area) for n in self._index.get(tile, ())}
        for number in sorted(numbers):
            yield self.shapes[number]

    def of(self, uid: str) -> Solid | None:
        """Return what stands for a block, None if it is not drawn."""
        return self.solids.get(uid)

    @property
    def solids(self) -> Mapping[str, Solid]:
        """What stands for each block, by its uid."""
        if not self._solids:
            for shape in self.shapes:
                if isinstance(shape, Solid):
                    # What is further in front stands inside what is behind it.
                    self._solids.update(dict.fromkeys(shape.uids, shape))
        return self._solids

    def at(self, x: float, y: float, reach: float = 0.0) -> Solid | None:
        """Return what is in front at a place, else what is nearest within a reach."""
        found: tuple[float, Solid] | None = None
        for shape in self.within((x - reach, y - reach, x + reach, y + reach)):
            if isinstance(shape, Solid) and shape.uids:
                away = _distance(shape.bounds, x, y)
                if away <= reach and (found is None or away <= found[0]):
                    found = (away, shape)
        return None if found is None else found[1]

    def beside(self, solid: Solid, right: int, down: int) -> Solid | None:
        """Return what is nearest to something in a direction, None if nothing is.

        Args:
            solid: where to begin.
            right: 1 or -1 to go to the right or left, 0 to go up or down.
            down: likewise.
        """
        x, y = _middle(solid)
        nearest: tuple[float, Solid] | None = None
        for other in self.shapes:
            if not isinstance(other, Box | Volume | Mark) or other == solid:
                continue
            left, top = _middle(other)
            ahead = (left - x) * right + (top - y) * down
            aside = abs((left - x) * down) + abs((top - y) * right)
            # What lies more to the side than ahead lies in another direction.
            if ahead <= 0 or aside > 2 * ahead:
                continue
            away = ahead + 2 * aside
            if nearest is None or away < nearest[0]:
                nearest = (away, other)
        return None if nearest is None else nearest[1]

    @property
    def _index(self) -> Mapping[tuple[int, int], list[int]]:
        if not self._tiles:
            for number, shape in enumerate(self.shapes):
                for tile in _tiles(shape.bounds):
                    self._tiles.setdefault(tile, []).append(number)
        return self._tiles


def scene(width: float, height: float, shapes: Iterable[Shape]) -> Scene:
    """Return a figure of shapes, put from back to front."""
    return Scene(width, height, tuple(sorted(shapes, key=_depth)))


def _depth(shape: Shape) -> int:
    match shape:
        case Outline():
            return 0
        case Line():
            return 1
        case Text():
            return 3
        case _:
            return 2


def _tiles(bounds: Bounds) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(edge // TILE) for edge in bounds)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row


def _middle(shape: Solid) -> Point:
    left, top, right, bottom = shape.bounds
    return (left + right) / 2, (top + bottom) / 2


def _distance(bounds: Bounds, x: float, y: float) -> float:
    left, top, right, bottom = bounds
    return max(left - x, x - right, top - y, y - bottom, 0.0)
