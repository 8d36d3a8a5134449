"""The style of the papers: maps as boxes in oblique projection, vectors as columns.

Rows go down, columns to the back, channels along the flow, all on compressive scales: a network
goes from 224 rows to 1 and from 3 channels to 2,048.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from typing_extensions import override

from cnnstudio.core.blocks import Family
from cnnstudio.core.blocks import Shape as Sizes
from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.flow import LINE, Part, Sheet, Style, leaves_of, shortened
from cnnstudio.core.diagram.items import Folded, Fork, Layer, Row
from cnnstudio.core.diagram.page import draw
from cnnstudio.core.diagram.scene import BETWEEN, NOTE, SHEETS, Measure, Scene, Text, Tone, Volume

TALLEST = 150.0
"""Height of the network's largest map."""
LOWEST = 7.0
BACKWARDS = 0.28
"""How far a map of as many columns as rows goes back, a share of its height."""
THIN, COLUMN = 4.0, 8.0
"""Depth of a pooling's slab and of a vector's column."""
SHORTEST_COLUMN = 16.0
DOUBLINGS = 16.0
"""Doublings of a vector's length that the tallest column has."""
BESIDE = 3.0
"""Between slabs that touch."""
MOST_BESIDE = 8
"""Layers that stand close together."""
UNDER = 14.0
"""Between solids and what is written under them."""
LABEL = 104.0
"""How wide notes under a layer may be before they go on in another line."""
UNSURE = 40.0
"""Height where the size is not known."""

Leaf = Layer | Folded


def volume_diagram(
    row: Row, measure: Measure, *, labels: bool = True, shape: float | None = None
) -> Scene:
    """Return a network as volumes.

    Args:
        row: what is drawn.
        measure: how wide texts are.
        labels: whether anything is written.
        shape: the width over the height to come near by going on in new lines; None for one line.
    """
    return draw(row, _Volumes(row, measure, labels=labels), shape)


@dataclass(frozen=True, slots=True)
class _Solid:
    """The measures of a volume: along the flow, down, and to the back."""

    depth: float
    height: float
    back: float


class _Volumes(Style):
    down = False
    gap = 22.0
    lane_gap = 20.0
    shortcuts_first = True

    def __init__(self, row: Row, measure: Measure, *, labels: bool) -> None:
        self.measure = measure
        self.labels = labels
        sizes = [max(s[:-1]) for item in leaves_of(row) if (s := item.shape) and len(s) > 1]
        self._largest = max(sizes, default=1)

    @override
    def leaves(self, run: Sequence[Leaf]) -> list[Part]:
        # What is written begins at one height.
        level = max((self.half(item) for item in run), default=0.0)
        return [_Cluster(items, self, level) for items in _clusters(run)]

    def half(self, item: Leaf) -> float:
        """Return how far a layer's solid reaches to either side of the axis."""
        solid = self.solid(item)
        return (solid.height + solid.back) / 2

    @override
    def sinks(self, lane: Row) -> bool:
        # As the levels of a U-Net: smaller inside, and at the end as large as before.
        first, last = lane[0], lane[-1]
        heights = [self.solid(item).height for item in leaves_of((first, last))]
        return isinstance(last, Layer | Folded) and heights[-1] > heights[0] and _is_map(last)

    @override
    def captions(self, fork: Fork) -> list[str]:
        if not self.labels:
            return []
        return [
            words.joined((words.merge_word(fork.merge), *fork.notes)),
            words.size_word(fork.shape),
        ]

    def solid(self, item: Leaf) -> _Solid:
        """Return how large a layer is drawn."""
        shape = item.shape
        if not shape:
            return _Solid(THIN, UNSURE, UNSURE * BACKWARDS)
        if len(shape) == 1:
            share = math.log2(shape[0] + 1) / DOUBLINGS
            return _Solid(COLUMN, max(SHORTEST_COLUMN, TALLEST * min(1.0, share)), THIN)
        rows, columns = (shape[-2], 1) if len(shape) == 2 else shape[-3:-1]
        back = max(THIN, BACKWARDS * self._side(columns))
        depth = THIN if item.family is Family.POOLING else _depth(shape)
        if isinstance(item, Folded):
            depth = SHEETS * max(THIN, depth / 2) + BETWEEN * (SHEETS - 1)
        return _Solid(depth, self._side(rows), back)

    def _side(self, size: int) -> float:
        return max(LOWEST, TALLEST * math.sqrt(size / self._largest))


class _Cluster(Part):
    """Layers close together, with what is written under them."""

    def __init__(self, items: Sequence[Leaf], style: _Volumes, level: float) -> None:
        self._slabs = [(item, style.solid(item)) for item in items]
        self._level = level
        self._lines = _lines(items, style.measure) if style.labels else []
        ends, at = [], 0.0
        for _item, solid in self._slabs:
            ends.append(at + solid.depth + solid.back)
            at += solid.depth + BESIDE
        wide = max(ends)
        label = max((line.width for line in self._lines), default=0.0)
        self.length = max(wide, label)
        self._start = self.enter = (self.length - wide) / 2
        self.leave = self._start + at - BESIDE + self._slabs[-1][1].back / 2
        self._middle = self.length / 2
        self.before = max(style.half(item) for item in items)
        written = UNDER + LINE * len(self._lines) if self._lines else 0.0
        self.after = level + written if written else self.before
        self.head = True

    @override
    def place(self, sheet: Sheet, along: float, axis: float) -> None:
        x = along + self._start
        for item, solid in self._slabs:
            bottom = axis + (solid.height + solid.back) / 2
            front = (x, bottom - solid.height, x + solid.depth, bottom)
            folded = isinstance(item, Folded)
            sheet.shapes.append(
                Volume(front, solid.back, item.family, item.uids, folded, item.wrong)
            )
            x += solid.depth + BESIDE
        y = axis + self._level + UNDER
        for number, line in enumerate(self._lines):
            left = along + self._middle - line.width / 2
            sheet.shapes.append(
                Text(left, y + LINE * number, line.text, line.width, NOTE, line.bold, line.tone)
            )


@dataclass(frozen=True, slots=True)
class _Written:
    """A line under a cluster."""

    text: str
    width: float
    bold: bool = False
    tone: Tone = Tone.PLAIN


def _clusters(run: Sequence[Leaf]) -> Iterator[list[Leaf]]:
    """Yield layers whose solids touch: those of one size, and the pooling after them."""
    cluster: list[Leaf] = []
    for item in run:
        if cluster and not _touches(cluster, item):
            yield cluster
            cluster = []
        cluster.append(item)
    if cluster:
        yield cluster


def _touches(cluster: Sequence[Leaf], item: Leaf) -> bool:
    last, shape = cluster[-1], item.shape
    if Family.INPUT in (last.family, item.family) or last.family is Family.POOLING:
        return False
    if isinstance(item, Folded) or isinstance(last, Folded) or shape is None or len(shape) < 2:
        return False
    if item.family is Family.POOLING:
        return True
    return last.shape == shape and len(cluster) < MOST_BESIDE


def _is_map(item: Leaf) -> bool:
    return item.shape is not None and len(item.shape) > 2


def _depth(shape: Sizes) -> float:
    return max(3.0, 2.4 * math.pow(shape[-1], 0.42))


def _lines(items: Sequence[Leaf], measure: Measure) -> list[_Written]:
    """Return what is written: alike layers once with their count, and the size where it changes."""
    lines: list[_Written] = []
    groups = [list(alike) for _key, alike in groupby(items, _told)]
    for number, group in enumerate(groups):
        item = group[0]
        title = shortened(item.title)
        count = item.times if isinstance(item, Folded) else len(group)
        if count > 1:
            title += f" {words.times_word(count)}"
        notes = (words.layers_word(item.layers),) if isinstance(item, Folded) else item.notes
        before = item.before if isinstance(item, Layer) else ()
        # In the order in which data goes through.
        lines += [_note(text, measure) for text in _wrapped(before, measure)]
        lines.append(_Written(title, measure(title, NOTE, True), bold=True))
        lines += [_note(text, measure) for text in _wrapped(notes, measure)]
        if number == len(groups) - 1 or groups[number + 1][0].shape != item.shape:
            size = words.size_word(item.shape)
            lines.append(_Written(size, measure(size, NOTE, False)))
    return lines


def _told(item: Leaf) -> tuple[object, ...]:
    """Return what is written about a layer."""
    if isinstance(item, Folded):
        return item.uids
    return item.title, item.before, item.notes, item.shape


def _note(text: str, measure: Measure) -> _Written:
    return _Written(text, measure(text, NOTE, False), tone=Tone.MUTED)


def _wrapped(notes: Sequence[str], measure: Measure) -> Iterator[str]:
    line = ""
    for note in notes:
        longer = words.joined((line, note))
        if line and measure(longer, NOTE, False) > LABEL:
            yield line
            longer = note
        line = longer
    if line:
        yield line
