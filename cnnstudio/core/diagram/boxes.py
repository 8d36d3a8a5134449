"""The compact style: a box a layer, saying what it is and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.flow import LINE, Part, Sheet, Style, leaves_of, shortened
from cnnstudio.core.diagram.items import Folded, Fork, Layer, Row
from cnnstudio.core.diagram.page import draw
from cnnstudio.core.diagram.scene import NAME, NOTE, Bounds, Box, Measure, Scene, Text, Tone

BAR = 4.0
"""Width of the strip of a family's colour at the left of a box."""
SIDE, TOP = 9.0, 6.0
"""What lies between the edge of a box and its text."""
NAME_LINE = 17.0
NARROWEST, WIDEST = 112.0, 250.0
PLAIN = (54.0, 20.0)
"""Width and height of a box that says nothing."""
BEHIND = 8.0
"""How far the sheets behind a folded box reach."""
APART = 14.0
"""Between two texts in one line."""

Leaf = Layer | Folded


def block_diagram(
    row: Row,
    measure: Measure,
    *,
    down: bool = True,
    labels: bool = True,
    shape: float | None = None,
) -> Scene:
    """Return a network as boxes.

    Args:
        row: what is drawn.
        measure: how wide texts are.
        down: whether data flows from top to bottom, else from left to right.
        labels: whether anything is written.
        shape: the width over the height to come near by going on in new lines; None for one line.
    """
    return draw(row, _Boxes(row, measure, down=down, labels=labels), shape)


class _Boxes(Style):
    gap = 20.0
    lane_gap = 18.0
    shortcuts_first = False

    def __init__(self, row: Row, measure: Measure, *, down: bool, labels: bool) -> None:
        self.down = down
        self.labels = labels
        self.measure = measure
        self.width = 0.0
        if down:
            # Boxes of one width let the eye run down the column.
            self.width = max((_width(item, measure) for item in leaves_of(row)), default=NARROWEST)

    @override
    def leaves(self, run: Sequence[Leaf]) -> list[Part]:
        if not self.labels:
            return [_BoxPart(item, size=PLAIN, down=self.down) for item in run]
        return [
            _LabelledPart(
                item, self.width or _width(item, self.measure), self.measure, down=self.down
            )
            for item in run
        ]

    @override
    def sinks(self, lane: Row) -> bool:
        return False

    @override
    def captions(self, fork: Fork) -> list[str]:
        if not self.labels:
            return []
        merge = words.joined((words.merge_word(fork.merge), *fork.notes))
        return [merge, words.size_word(fork.shape)]


class _BoxPart(Part):
    """A box that says nothing."""

    def __init__(self, item: Leaf, *, size: tuple[float, float], down: bool) -> None:
        self._item = item
        across, self._long = size if down else reversed(size)
        behind = BEHIND if isinstance(item, Folded) else 0.0
        self.length = self._long + behind
        self.before = self._after = across / 2
        self.after = self._after + behind
        self.enter, self.leave, self.head = 0.0, self.length, True

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        item = self._item
        bounds = sheet.bounds(along, self._long, axis - self.before, axis + self._after)
        folded = isinstance(item, Folded)
        sheet.shapes.append(Box(bounds, item.family, item.uids, folded, item.wrong))
        sheet.shapes += self._texts(bounds)

    def _texts(self, bounds: Bounds) -> list[Text]:
        return []


class _LabelledPart(_BoxPart):
    """A box that says what it is, what is done to its input and output, and what comes out."""

    def __init__(self, item: Leaf, width: float, measure: Measure, *, down: bool) -> None:
        self._before = words.joined(item.before) if isinstance(item, Layer) else ""
        height = 2 * TOP + NAME_LINE + LINE + (LINE if self._before else 0.0)
        super().__init__(item, size=(width, height), down=down)
        self._measure = measure

    @override
    def _texts(self, bounds: Bounds) -> list[Text]:
        item, measure = self._item, self._measure
        left, right = bounds[0] + BAR + SIDE, bounds[2] - SIDE
        y, room = bounds[1] + TOP, right - left
        texts: list[Text] = []
        if self._before:
            texts.append(_note(left, y + LINE / 2, self._before, room, measure))
            y += LINE
        name, count = _named(item)
        name = _elided(name, room, measure, NAME, bold=True)
        width, more = measure(name, NAME, True), measure(count, NAME, False)
        y += NAME_LINE / 2
        texts.append(Text(left, y, name, width, NAME, bold=True))
        if count and width + more <= room:
            texts.append(Text(left + width, y, count, more, NAME))
        y += (NAME_LINE + LINE) / 2
        size = words.size_word(item.shape)
        taken = measure(size, NOTE, False)
        texts.append(Text(right - taken, y, size, taken))
        if notes := _notes(item):
            texts.append(_note(left, y, notes, room - taken - APART / 2, measure))
        return texts


def _note(x: float, y: float, text: str, room: float, measure: Measure) -> Text:
    text = _elided(text, room, measure)
    return Text(x, y, text, measure(text, NOTE, False), tone=Tone.MUTED)


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
