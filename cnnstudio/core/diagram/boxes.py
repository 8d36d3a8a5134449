"""The compact style: a box a layer, saying what it is and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.flow import LINE, Part, Sheet, Style, draw, leaves_of, shortened
from cnnstudio.core.diagram.items import Folded, Fork, Layer, Row
from cnnstudio.core.diagram.scene import NAME, NOTE, Box, Measure, Scene, Text, Tone

BAR = 4.0
"""Width of the strip of a family's colour at the left of a box."""
SIDE, TOP = 9.0, 6.0
"""What lies between the edge of a box and its text."""
NAME_LINE = 17.0
NARROWEST, WIDEST = 112.0, 250.0
PLAIN = (54.0, 20.0)
"""Width and height of a box that says nothing."""
APART = 14.0
"""Between two texts in one line."""

Leaf = Layer | Folded


def block_diagram(row: Row, measure: Measure, *, down: bool = True, labels: bool = True) -> Scene:
    """Return a network as boxes.

    Args:
        row: what is drawn.
        measure: how wide texts are.
        down: whether data flows from top to bottom, else from left to right.
        labels: whether anything is written.
    """
    return draw(row, _Boxes(row, measure, down=down, labels=labels))


class _Boxes(Style):
    gap = 20.0
    lane_gap = 18.0
    shortcuts_first = False

    def __init__(self, row: Row, measure: Measure, *, down: bool, labels: bool) -> None:
        self.down = down
        self.labels = labels
        self.measure = measure
        self.width = NARROWEST
        if down:
            # Boxes of one width let the eye run down the column.
            self.width = max((_width(item, measure) for item in leaves_of(row)), default=NARROWEST)

    @override
    def leaves(self, run: Sequence[Leaf], level: float) -> list[Part]:
        if not self.labels:
            return [_PlainPart(item, down=self.down) for item in run]
        if self.down:
            return [_BoxPart(item, self, self.width) for item in run]
        return [_BoxPart(item, self, _width(item, self.measure)) for item in run]

    @override
    def half(self, item: Leaf) -> float:
        return 0.0

    @override
    def captions(self, fork: Fork) -> list[str]:
        if not self.labels:
            return []
        merge = words.joined((words.merge_word(fork.merge), *fork.notes))
        return [merge, words.size_word(fork.shape)]


class _PlainPart(Part):
    """A box that says nothing."""

    def __init__(self, item: Leaf, *, down: bool) -> None:
        self._item = item
        width, height = PLAIN if down else reversed(PLAIN)
        self.length, self.before, self.after = height, width / 2, width / 2
        self.enter, self.leave, self.head = 0.0, height, True

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        item = self._item
        bounds = sheet.bounds(along, self.length, axis - self.before, axis + self.after)
        folded = isinstance(item, Folded)
        sheet.shapes.append(Box(bounds, item.family, item.uids, folded, item.wrong))


class _BoxPart(Part):
    def __init__(self, item: Leaf, style: _Boxes, width: float) -> None:
        self._item, self._style, self._width = item, style, width
        self._before = words.joined(item.before) if isinstance(item, Layer) else ""
        self._height = 2 * TOP + NAME_LINE + LINE + (LINE if self._before else 0.0)
        across, self.length = (width, self._height) if style.down else (self._height, width)
        self.before = self.after = across / 2
        self.enter, self.leave, self.head = 0.0, self.length, True

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        item = self._item
        bounds = sheet.bounds(along, self.length, axis - self.before, axis + self.after)
        folded = isinstance(item, Folded)
        sheet.shapes.append(Box(bounds, item.family, item.uids, folded, item.wrong))
        left, right = bounds[0] + BAR + SIDE, bounds[2] - SIDE
        y = bounds[1] + TOP
        measure = self._style.measure
        room = right - left
        if self._before:
            text = _elided(self._before, room, measure)
            sheet.shapes.append(_text(left, y + LINE / 2, text, measure))
            y += LINE
        name, count = _named(item)
        name = _elided(name, room, measure, NAME, bold=True)
        width = measure(name, NAME, True)
        sheet.shapes.append(Text(left, y + NAME_LINE / 2, name, width, NAME, bold=True))
        if count and width + measure(count, NAME, False) <= room:
            at = left + width
            sheet.shapes.append(
                Text(at, y + NAME_LINE / 2, count, measure(count, NAME, False), NAME)
            )
        y += NAME_LINE + LINE / 2
        size = words.size_word(item.shape)
        taken = measure(size, NOTE, False)
        sheet.shapes.append(
            Text(right - taken, y, size, taken, NOTE, tone=Tone.PLAIN if size else Tone.MUTED)
        )
        notes = _elided(_notes(item), room - taken - APART / 2, measure)
        if notes:
            sheet.shapes.append(_text(left, y, notes, measure))


def _text(x: float, y: float, text: str, measure: Measure) -> Text:
    return Text(x, y, text, measure(text, NOTE, False), NOTE, tone=Tone.MUTED)


def _named(item: Leaf) -> tuple[str, str]:
    """Return what a layer is, and what follows in a plainer type."""
    if isinstance(item, Folded):
        count = words.times_word(item.times) if item.times > 1 else ""
        return shortened(item.title), f"  {count}" if count else ""
    return item.title, f" · {item.count}" if item.count else ""


def _notes(item: Leaf) -> str:
    if isinstance(item, Folded):
        return words.layers_word(item.layers)
    return words.joined(item.notes)


def _width(item: Leaf, measure: Measure) -> float:
    name, count = _named(item)
    notes, size = _notes(item), words.size_word(item.shape)
    first = measure(name, NAME, True) + measure(count, NAME, False)
    second = measure(size, NOTE, False) + (measure(notes, NOTE, False) + APART if notes else 0.0)
    before = words.joined(item.before) if isinstance(item, Layer) else ""
    widest = max(first, second, measure(before, NOTE, False)) + BAR + 2 * SIDE
    return min(WIDEST, max(NARROWEST, widest))


def _elided(
    text: str, room: float, measure: Measure, size: int = NOTE, *, bold: bool = False
) -> str:
    """Return as much of a text as there is room for, with a sign that it goes on."""
    if measure(text, size, bold) <= room:
        return text
    while text and measure(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip(" ·") + "…" if text else ""
