"""Panels put side by side with their captions: from what is shown to a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cnnstudio.core.diagram.scene import Measure
from cnnstudio.core.view.bars import bar_shapes
from cnnstudio.core.view.page import Fill, Ink, Page, Picture, Shape, Words, opaque
from cnnstudio.core.view.panels import BarsPanel, Caption, ColorKey, MapsPanel, Panel

SMALLEST, LARGEST = 12, 48
"""Heights of letters; between them they grow with the figure, that may be made small in print."""
_LETTERS_ACROSS = 56
"""Heights of letters that a figure is wide."""
_NARROWEST = 24
"""Heights of letters that a caption has room for."""
_BARS = (44, 18)
"""Width and height of a plot of bars, in heights of letters."""
# A letter of Chinese may be followed by a new line, other letters only at the end of a word.
_UNITS = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+")

Write = Callable[[float], str]
"""How numbers are written."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """The letters of a figure.

    Attributes:
        size: height of the title's; those of what is said below are a little smaller.
        measure: how wide texts are.
        write: how numbers are written.
    """

    size: int
    measure: Measure
    write: Write

    @property
    def small(self) -> int:
        """The height of all but titles."""
        return max(SMALLEST - 1, round(self.size * 0.88))


def compose(
    panels: Sequence[Panel], measure: Measure, write: Write, *, cell: float = 1.0, said: bool = True
) -> Page:
    """Return a figure.

    Args:
        panels: from left to right.
        measure: how wide texts are in the font they will have.
        write: how numbers are written.
        cell: pixels of the figure for each value of a map.
        said: whether captions are written.
    """
    wide = sum(_maps_size(panel, cell)[0] for panel in panels if isinstance(panel, MapsPanel))
    size = min(LARGEST, max(SMALLEST, round(wide / _LETTERS_ACROSS)))
    letters = Lettering(size, measure, write)
    margin = 1.5 * size if said else 0.0
    bodies = [_body_size(panel, cell, letters) for panel in panels]
    highest = max((height for _width, height in bodies), default=0.0)
    shapes: list[Shape] = []
    left, bottom = margin, margin + highest
    for panel, (width, _height) in zip(panels, bodies, strict=True):
        room = max(width, _NARROWEST * size) if said else width
        shapes.extend(_body(panel, left + (room - width) / 2, margin, cell, letters))
        if said:
            below = margin + highest + 0.8 * size
            spoken, end = _spoken(panel, left, below, room, letters)
            shapes.extend(spoken)
            bottom = max(bottom, end)
        left += room + 2 * size
    width = max(1.0, left - 2 * size + margin)
    height = max(1.0, bottom + margin)
    title = "; ".join(panel.caption.title for panel in panels)
    return Page(width, height, (Fill(0, 0, width, height, Ink.PAPER), *shapes), title)


def usual_cell(panels: Sequence[Panel], width: float = 900.0) -> int:
    """Return the whole pixels a value at which a figure is about so wide, at least 1."""
    columns = sum(_maps_size(panel, 1)[0] for panel in panels if isinstance(panel, MapsPanel))
    return max(1, min(64, round(width / columns))) if columns else 1


def wrapped(text: str, room: float, size: int, bold: bool, measure: Measure) -> list[str]:
    """Return a text in lines that fit into a room; what has no gaps is broken anywhere."""
    lines = [""]
    for unit in _pieces(text, room, size, bold, measure):
        if lines[-1] and measure((lines[-1] + unit).rstrip(), size, bold) > room:
            lines.append(unit.lstrip())
        else:
            lines[-1] += unit
    return [line.rstrip() for line in lines]


def _pieces(text: str, room: float, size: int, bold: bool, measure: Measure) -> Iterator[str]:
    for unit in _UNITS.findall(text):
        if measure(unit.rstrip(), size, bold) <= room:
            yield unit
        else:
            yield from unit


def _maps_size(panel: MapsPanel, cell: float) -> tuple[float, float]:
    left, top, right, bottom = _bounds(panel)
    return (right - left) * cell, (bottom - top) * cell * panel.tall


def _bounds(panel: MapsPanel) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of maps and what lies under them, in cells."""
    height, width = panel.pixels.shape[:2]
    if panel.under is None:
        return 0.0, 0.0, float(width), float(height)
    left, top, wide, high = panel.under.area
    return min(0.0, left), min(0.0, top), max(width, left + wide), max(height, top + high)


def _body_size(panel: Panel, cell: float, letters: Lettering) -> tuple[float, float]:
    if isinstance(panel, MapsPanel):
        return _maps_size(panel, cell)
    return _BARS[0] * letters.size, _BARS[1] * letters.size


def _body(
    panel: Panel, left: float, top: float, cell: float, letters: Lettering
) -> Iterator[Shape]:
    if isinstance(panel, BarsPanel):
        width, height = _body_size(panel, cell, letters)
        yield from bar_shapes(panel, (left, top, width, height), letters.small, letters.measure,
                              letters.write)  # fmt: skip
        return
    first, above, _right, _bottom = _bounds(panel)
    down = cell * panel.tall
    x, y = left - first * cell, top - above * down
    if panel.under is not None:
        area = panel.under.area
        yield Picture(
            x + area.left * cell, y + area.top * down, area.width * cell, area.height * down,
            panel.under.pixels,
        )  # fmt: skip
    height, width = panel.pixels.shape[:2]
    yield Picture(x, y, width * cell, height * down, panel.pixels)


def _spoken(
    panel: Panel, left: float, top: float, room: float, letters: Lettering
) -> tuple[list[Shape], float]:
    """Return the key and the caption below a panel, and where they end."""
    shapes: list[Shape] = []
    if isinstance(panel, MapsPanel) and panel.key is not None:
        shapes.extend(_key(panel.key, left, top, room, letters))
        top += 1.7 * letters.size
    for text, size, bold, ink in _lines(panel.caption, letters):
        for line in wrapped(text, room, size, bold, letters.measure):
            top += 1.35 * size
            shapes.append(Words(left, top, line, size, bold, ink))
    return shapes, top + 0.3 * letters.size


def _lines(caption: Caption, letters: Lettering) -> Iterator[tuple[str, int, bool, Ink]]:
    yield caption.title, letters.size, True, Ink.TEXT
    for line in caption.lines:
        if line:
            yield line, letters.small, False, Ink.MUTED


def _key(
    key: ColorKey, left: float, top: float, room: float, letters: Lettering
) -> Iterator[Shape]:
    size = letters.small
    before = letters.measure(key.low, size, False) + 0.6 * size
    after = letters.measure(key.high, size, False) + 0.6 * size
    width = min(14.0 * size, max(4.0 * size, room - before - after))
    line = top + 1.1 * size
    yield Words(left, line, key.low, size)
    yield Fill(left + before - 1, top + 0.2 * size - 1, width + 2, size + 2, Ink.BORDER)
    yield Picture(left + before, top + 0.2 * size, width, float(size), opaque(key.colors[None]))
    yield Words(left + before + width + 0.6 * size, line, key.high, size)
