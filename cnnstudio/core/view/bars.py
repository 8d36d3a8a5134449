"""The bars of a vector as shapes of a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.diagram.scene import Measure
from cnnstudio.core.view.page import Anchor, Fill, Ink, Shape, Words
from cnnstudio.core.view.panels import BarsPanel

_LINE = 1.0
_MARGIN = 0.16
"""Of a slot, on either side of its bar."""


def bar_shapes(
    panel: BarsPanel,
    room: tuple[float, float, float, float],
    size: int,
    measure: Measure,
    write: Callable[[float], str],
) -> Iterator[Shape]:
    """Yield the shapes of a plot of bars.

    Args:
        panel: what it shows.
        room: left, top, width and height.
        size: height of the letters.
        measure: how wide texts are.
        write: how numbers are written.
    """
    left, top, width, height = room
    low, high = _range(panel.values)
    marks = sorted({low, 0.0, high})
    axis = max(measure(write(mark), size, False) for mark in marks) + 0.8 * size
    plot = (left + axis, top + 1.6 * size, width - axis, height - 3.4 * size)
    tops = [_y(mark, (low, high), plot) for mark in marks]
    for mark, y in zip(marks, tops, strict=True):
        ink = Ink.MUTED if mark == 0 else Ink.BORDER
        yield Fill(plot[0], y - _LINE / 2, plot[2], _LINE, ink)
    for mark, y in zip(marks, tops, strict=True):
        if mark == 0 or abs(y - _y(0.0, (low, high), plot)) > size:
            place = plot[0] - 0.5 * size, y + 0.35 * size
            yield Words(*place, write(mark), size, ink=Ink.MUTED, anchor=Anchor.END)
    slot = plot[2] / max(1, len(panel.values))
    for unit, value in enumerate(panel.values):
        x = plot[0] + unit * slot
        yield _bar(float(value), x + _MARGIN * slot, (1 - 2 * _MARGIN) * slot, (low, high), plot)
        text = write(float(value)) if np.isfinite(value) else "NaN"
        if measure(text, size, False) + 0.3 * size <= slot:
            y = _y(max(0.0, float(value)), (low, high), plot) if np.isfinite(value) else plot[1]
            yield Words(
                x + slot / 2, y - 0.4 * size, text, size,
                ink=Ink.TEXT if np.isfinite(value) else Ink.ALARM, anchor=Anchor.MIDDLE,
            )  # fmt: skip
    yield from _names(panel, plot[0], top + height - 0.5 * size, slot, size, measure)


def _range(values: NDArray[np.float32]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low = min(0.0, float(finite.min())) if len(finite) else 0.0
    high = max(0.0, float(finite.max())) if len(finite) else 0.0
    return (low, high) if high > low else (low, low + 1.0)


def _y(value: float, ends: tuple[float, float], plot: tuple[float, float, float, float]) -> float:
    low, high = ends
    return plot[1] + plot[3] * (1 - (value - low) / (high - low))


def _bar(
    value: float,
    x: float,
    width: float,
    ends: tuple[float, float],
    plot: tuple[float, float, float, float],
) -> Fill:
    if not np.isfinite(value):
        return Fill(x, plot[1], width, plot[3], Ink.ALARM)
    first, last = sorted((_y(0.0, ends, plot), _y(value, ends, plot)))
    return Fill(x, first, width, max(_LINE, last - first), Ink.BAR)


def _names(
    panel: BarsPanel, left: float, y: float, slot: float, size: int, measure: Measure
) -> Iterator[Shape]:
    """Yield names or numbers below the bars, as many as there is room for."""
    names = panel.names or tuple(str(unit) for unit in range(len(panel.values)))
    widest = max((measure(name, size, False) for name in names), default=0.0) + 0.5 * size
    every = max(1, -int(-widest // slot))
    if panel.names and every > 1:
        # Names are cut rather than left out, for nobody can count on from one to the next.
        every, names = 1, tuple(_cut(name, slot - 0.3 * size, size, measure) for name in names)
    ink = Ink.TEXT if panel.names else Ink.MUTED
    for unit in range(0, len(names), every):
        middle = left + (unit + 0.5) * slot
        yield Words(middle, y, names[unit], size, ink=ink, anchor=Anchor.MIDDLE)


def _cut(name: str, room: float, size: int, measure: Measure) -> str:
    if measure(name, size, False) <= room:
        return name
    for longer, _shorter in pairwise(range(len(name), -1, -1)):
        if measure(name[:longer] + "…", size, False) <= room:
            return name[:longer] + "…"
    return ""
