"""Alike blocks in a row, drawn once with how often they stand there: a ResNet's stages."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from cnnstudio.core.diagram.items import Folded, Fork, Frame, Item, Layer, Row

LONGEST_PERIOD = 4
"""Items that may make up what is repeated."""


class Runs:
    """Finds runs; two items are alike if they would be drawn alike, whatever their sizes."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def shortened(self, row: Row) -> Row:
        """Return a row in which each run is a frame; runs of plain layers are left as they are."""
        numbers = [self._number(item) for item in row]
        found: list[Item] = []
        at = 0
        while at < len(row):
            period, times = _longest(row, numbers, at)
            if times > 1:
                found.append(_frame(row[at : at + period * times], period))
            else:
                found.append(row[at])
            at += period * times
        return tuple(found)

    def _number(self, item: Item) -> int:
        """Return a number that alike items share."""
        key: Hashable
        match item:
            case Layer():
                key = (item.title, item.count, item.before, item.notes, item.family)
            case Folded():
                # Its name is all that is seen of it.
                key = item.uids
            case Fork():
                lanes = tuple(tuple(map(self._number, lane)) for lane in item.lanes)
                key = (item.merge, item.notes, lanes)
            case Frame():
                key = (item.title, item.times, tuple(map(self._number, item.body)))
        return self._numbers.setdefault(key, len(self._numbers))


def _longest(row: Row, numbers: Sequence[int], at: int) -> tuple[int, int]:
    """Return period and count of the run at a place that covers most; `(1, 1)` if there is none."""
    best = (1, 1)
    for period in range(1, LONGEST_PERIOD + 1):
        unit = numbers[at : at + period]
        times, after = 1, at + period
        while len(unit) == period and numbers[after : after + period] == unit:
            times, after = times + 1, after + period
        branches = any(not isinstance(item, Layer) for item in row[at : at + period])
        if times > 1 and branches and period * times > best[0] * best[1]:
            best = (period, times)
    return best


def _frame(row: Row, period: int) -> Frame:
    copies = [row[start : start + period] for start in range(0, len(row), period)]
    return Frame((), "", len(copies), _stacked(copies), row[-1].shape)


def _stacked(copies: Sequence[Row]) -> Row:
    """Return the first of alike rows, standing for the blocks of all of them."""
    return tuple(_stacked_item(items) for items in zip(*copies, strict=True))


def _stacked_item(items: tuple[Item, ...]) -> Item:
    uids = tuple(uid for item in items for uid in item.uids)
    first = items[0]
    match first:
        case Layer():
            wrong = any(item.wrong for item in items if isinstance(item, Layer))
            return replace(first, uids=uids, wrong=wrong)
        case Folded():
            return replace(first, uids=uids)
        case Fork():
            lanes = [item.lanes for item in items if isinstance(item, Fork)]
            stacked = tuple(_stacked(copies) for copies in zip(*lanes, strict=True))
            wrong = any(item.wrong for item in items if isinstance(item, Fork))
            return replace(first, uids=uids, lanes=stacked, wrong=wrong)
        case Frame():
            bodies = [item.body for item in items if isinstance(item, Frame)]
            return replace(first, uids=uids, body=_stacked(bodies))
