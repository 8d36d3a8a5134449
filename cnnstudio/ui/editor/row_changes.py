"""What views hear of changed rows: edits put together, and which blocks tell other problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cnnstudio.core.edits import Edit, Insert, Move, Remove
from cnnstudio.core.network import Path
from cnnstudio.core.problems import Problem

Told = Mapping[str | None, tuple[Problem, ...]]
"""Problems by the uid of their block."""


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


def told_otherwise(before: Told, after: Told) -> list[str]:
    """Return the uids of the blocks of which other problems are told."""
    uids = dict.fromkeys((*before, *after))
    return [uid for uid in uids if uid and before.get(uid) != after.get(uid)]


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
