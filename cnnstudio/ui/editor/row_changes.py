"""Edits put together so that views hear of many rows at once."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.core.edits import Edit, Insert, Move, Remove
from cnnstudio.core.network import Path


def bundled(edits: Iterable[Edit]) -> list[list[Edit]]:
    """Return the edits in order, those together that Qt can be told of as one change.

    These are insertions of neighbouring rows from the first to the last, removals of neighbouring
    rows from the last to the first, and moves of any sort.
    """
    bundles: list[list[Edit]] = []
    for edit in edits:
        if bundles and _goes_on(bundles[-1][-1], edit):
            bundles[-1].append(edit)
        else:
            bundles.append([edit])
    return bundles


def _goes_on(before: Edit, edit: Edit) -> bool:
    match before, edit:
        case Insert(), Insert():
            return edit.path == _beside(before.path, 1)
        case Remove(), Remove():
            return edit.path == _beside(before.path, -1)
        case Move(), Move():
            return True
        case _:
            return False


def _beside(path: Path, by: int) -> Path:
    return (*path[:-1], path[-1] + by)
