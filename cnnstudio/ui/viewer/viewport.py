"""Which part of a grid of maps a view shows, and how large: whole numbers of device pixels.

A tile and its gap always span the same whole number of device pixels. So all maps are enlarged
alike, pixel for pixel, although a picture is drawn without smoothing at a scale that is not whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.core.map_layout import Layout

Size = tuple[int, int]

LARGEST_SCALE = 96
"""Device pixels that one value may span."""
LARGEST_TILE = 16_000
"""Device pixels that one tile may span; Qt's painter counts to 32,767."""
_WHOLE_FROM = 4.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, `x` and `y` of its top left corner, its width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Margins:
    """Room about a single map, in cells: for the image that lies under it.

    Attributes:
        top: above the map.
        left: before it.
        bottom: below it.
        right: after it.
        finest: how many parts of a cell are to be told apart: pixels of the image.
    """

    top: float = 0.0
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    finest: float = 1.0

    @property
    def sum(self) -> tuple[float, float]:
        """Of both sides, `(down, right)`."""
        return self.top + self.bottom, self.left + self.right


NO_MARGINS = Margins()


@dataclass(frozen=True, slots=True)
class Viewport:
    """A place in a grid, seen from a view.

    Attributes:
        layout: the grid.
        view: the view's `(height, width)` in device pixels.
        pitch: device pixels from one tile to the next, `(down, right)`.
        left: device pixel of the view at which the grid begins.
        top: likewise.
        around: what is to be seen about the grid.
    """

    layout: Layout
    view: Size
    pitch: Size
    left: int = 0
    top: int = 0
    around: Margins = NO_MARGINS

    @property
    def scale(self) -> tuple[float, float]:
        """Device pixels a value, `(down, right)`."""
        down, right = self.layout.pitch
        return self.pitch[0] / down, self.pitch[1] / right

    @property
    def is_fit(self) -> bool:
        """Whether the whole grid is shown as large as it can be."""
        return self == fit(self.layout, self.view, self.around)

    def zoomed(self, factor: float, x: float, y: float) -> Viewport:
        """Return the view enlarged by a factor about a device pixel, at most to `LARGEST_SCALE`."""
        smallest = fit(self.layout, self.view, self.around)
        wanted = self.scale[1] * factor
        pitch = _pitch(self.layout, wanted, self.around)
        if pitch[1] == self.pitch[1]:
            step = 1 if factor > 1 else -1
            pitch = _stepped(self.layout, self.pitch[1], step, self.around)
        if pitch[1] <= smallest.pitch[1]:
            return smallest
        left = x - (x - self.left) * pitch[1] / self.pitch[1]
        top = y - (y - self.top) * pitch[0] / self.pitch[0]
        return replace(self, pitch=pitch, left=round(left), top=round(top)).kept_inside()

    def like(self, other: Viewport) -> Viewport:
        """Return the view that shows the part that another view shows of its grid, as large."""
        if self.layout == other.layout:
            return replace(other, view=self.view).kept_inside()
        whole, whole_other = fit(self.layout, self.view), fit(other.layout, other.view)
        grown = other.pitch[1] / whole_other.pitch[1]
        pitch = whole.pitch if grown <= 1 else _pitch(self.layout, whole.scale[1] * grown)
        down, right = other.at(other.view[1] / 2, other.view[0] / 2)
        middle = down / other.layout.size[0], right / other.layout.size[1]
        top = self.view[0] / 2 - middle[0] * self.layout.rows * pitch[0]
        left = self.view[1] / 2 - middle[1] * self.layout.columns * pitch[1]
        near = replace(self, pitch=pitch, left=round(left), top=round(top))
        return near.kept_inside()

    def moved(self, right: float, down: float) -> Viewport:
        """Return the view with the grid pushed by device pixels."""
        moved = replace(self, left=self.left + round(right), top=self.top + round(down))
        return moved.kept_inside()

    def kept_inside(self) -> Viewport:
        """Return the view with no empty margin on a side the grid could fill."""
        gap = self.layout.gap * self.pitch[1] // self.layout.pitch[1]
        height = self.layout.rows * self.pitch[0] - gap
        width = self.layout.columns * self.pitch[1] - gap
        # One map stands in the middle; many begin where one begins to read.
        share = 0.5 if self.layout.count == 1 else 0.0
        down, right = self.scale
        above, before = round(self.around.top * down), round(self.around.left * right)
        more, wider = (round(n * s) for n, s in zip(self.around.sum, self.scale, strict=True))
        left = _kept(self.left - before, width + wider, self.view[1], share) + before
        top = _kept(self.top - above, height + more, self.view[0], share) + above
        return replace(self, left=left, top=top)

    def showing(self, channel: int) -> Viewport:
        """Return the view moved just so far that a tile is inside it."""
        tile = self.tile(channel)
        right = max(0.0, -tile.x) + min(0.0, self.view[1] - tile.x - tile.width)
        down = max(0.0, -tile.y) + min(0.0, self.view[0] - tile.y - tile.height)
        return self.moved(right, down)

    def tile(self, channel: int) -> Rect:
        """Return where a tile is in the view, in device pixels, without its gap."""
        row, column = divmod(channel, self.layout.columns)
        down, right = self.scale
        return Rect(
            self.left + column * self.pitch[1],
            self.top + row * self.pitch[0],
            self.layout.width * right,
            self.layout.height * down,
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the grid's `(row, column)` under a device pixel of the view."""
        down, right = self.scale
        return (y - self.top) / down, (x - self.left) / right

    def visible(self) -> tuple[Rect, Rect]:
        """Return the part of the grid's picture that is seen, and where it goes in the view.

        The part begins and ends at whole pixels and, at a scale that is not whole, at whole tiles,
        so that what is drawn does not depend on what is visible.
        """
        top, height = _span(self.top, self.pitch[0], self.layout.pitch[0], self.view[0])
        left, width = _span(self.left, self.pitch[1], self.layout.pitch[1], self.view[1])
        height = min(height, self.layout.size[0] - top)
        width = min(width, self.layout.size[1] - left)
        down, right = self.scale
        target = Rect(self.left + left * right, self.top + top * down, width * right, height * down)
        return Rect(left, top, width, height), target


def fit(layout: Layout, view: Size, around: Margins = NO_MARGINS) -> Viewport:
    """Return the view that shows the whole grid and what is about it, as large as it can be."""
    height, width = (size + more for size, more in zip(layout.size, around.sum, strict=True))
    down = view[1] / width if layout.thickness else view[0] / height
    pitch = _pitch(layout, min(down, view[1] / width), around)
    return Viewport(layout, view, pitch, around=around).kept_inside()


def _pitch(layout: Layout, scale: float, around: Margins = NO_MARGINS) -> Size:
    """Return the whole pitches nearest below a scale."""
    down, right = layout.pitch
    more, wider = around.sum
    whole = max(down + more, right + wider)
    largest = min(LARGEST_SCALE * max(1.0, around.finest), LARGEST_TILE / whole)
    scale = min(scale, max(1.0, largest))
    if layout.thickness:
        # Rows are enlarged along the sequence alone.
        whole = int(scale) if scale >= _WHOLE_FROM else scale
        return layout.thickness, max(1, int(whole * right + 1e-6))
    if scale >= _WHOLE_FROM:
        return int(scale) * down, int(scale) * right
    across = max(1, int(scale * right + 1e-6))
    return max(1, round(across * down / right)), across


def _stepped(layout: Layout, across: int, step: int, around: Margins) -> Size:
    """Return the next pitches after `across`, where a small factor has changed nothing."""
    right = layout.pitch[1]
    scale = across / right
    step *= right if scale >= _WHOLE_FROM else 1
    return _pitch(layout, (across + step) / right, around)


def _kept(start: int, length: int, room: int, share: float) -> int:
    """Return where a length begins in a room; `share` of the room it leaves comes before it."""
    if length <= room:
        return int((room - length) * share)
    return min(0, max(room - length, start))


def _span(start: int, pitch: int, tile: int, room: int) -> tuple[int, int]:
    """Return the first pixel and the number of pixels of a grid seen along one axis."""
    if pitch % tile == 0:
        scale = pitch // tile
        first = max(0, -start // scale)
        return first, max(0, (room - start) // scale + 1 - first)
    first = max(0, -start // pitch)
    return first * tile, max(0, (room - start) // pitch + 1 - first) * tile
