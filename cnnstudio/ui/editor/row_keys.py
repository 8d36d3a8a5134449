"""What the rows of the list stand for, in a way that survives edits, and which rows there are."""

from __future__ import annotations

from collections.abc import Container as Has
from typing import NamedTuple

from cnnstudio.core.blocks import Container
from cnnstudio.core.network import Network, Row

WHOLE_BLOCK, FOOT = -1, -2


class RowKey(NamedTuple):
    """What a row stands for: a block, one of its lanes, or its foot.

    Made for every row at every edit, so it is a tuple, the quickest of all.
    """

    uid: str
    lane: int = WHOLE_BLOCK


class Difference(NamedTuple):
    """Rows `first` to `old_end` give way to rows `first` to `new_end`; ends are not included."""

    first: int
    old_end: int
    new_end: int


def rows_of(network: Network, folded: Has[str]) -> list[RowKey]:
    """Return the rows of a network from top to bottom, without those inside folded containers."""
    rows: list[RowKey] = []
    _add(rows, network.nodes, folded)
    return rows


def difference(old: list[RowKey], new: list[RowKey]) -> Difference:
    """Return where two lists of rows differ: what is between their common start and end."""
    shorter = min(len(old), len(new))
    first = 0
    while first < shorter and old[first] == new[first]:
        first += 1
    left = shorter - first
    after = 0
    while after < left and old[-1 - after] == new[-1 - after]:
        after += 1
    return Difference(first, len(old) - after, len(new) - after)


def _add(rows: list[RowKey], row: Row, folded: Has[str]) -> None:
    for node in row:
        rows.append(RowKey(node.uid))
        if isinstance(node.block, Container) and node.uid not in folded:
            for lane, body in enumerate(node.lanes):
                rows.append(RowKey(node.uid, lane))
                _add(rows, body, folded)
            rows.append(RowKey(node.uid, FOOT))
