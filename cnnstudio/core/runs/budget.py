"""Which checkpoints are kept: of one run, and of all where the disk has a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnnstudio.core.runs.kept import CheckpointRow, KeptState
from cnnstudio.core.runs.store import RunStore

MOST_A_RUN = 12
"""Checkpoints that a run keeps."""


def worth_keeping(checkpoints: Sequence[CheckpointRow], most: int = MOST_A_RUN) -> frozenset[int]:
    """Return the steps of the checkpoints that a run keeps: first, best, last, and some between.

    Those between are spread evenly over the run, so that it can be looked at as it learned.

    Args:
        checkpoints: the first one first.
        most: how many may be kept, at least 3.
    """
    best = [checkpoint.steps for checkpoint in checkpoints if checkpoint.is_best][-1:]
    kept = [checkpoint.steps for checkpoint in checkpoints]
    fixed = {*kept[:1], *kept[-1:], *best}
    while len(kept) > max(most, len(fixed)):
        # The one that leaves the smallest gap.
        inner = [n for n in range(1, len(kept) - 1) if kept[n] not in fixed]
        del kept[min(inner, key=lambda n: kept[n + 1] - kept[n - 1])]
    return frozenset(kept)


def thin(store: RunStore, run: str) -> None:
    """Let a run keep only what is worth keeping."""
    checkpoints = store.checkpoints(run)
    kept = worth_keeping(checkpoints)
    store.forget_checkpoints(run, [c.steps for c in checkpoints if c.steps not in kept])


def keep_within(store: RunStore, budget: int, spared: str = "") -> None:
    """Remove checkpoints, those of the oldest runs first, until all of them fit.

    A run gives first what lies between, then all but its best, then that too. What the runs are
    and their curves stay. Nothing is taken from runs that go on.

    Args:
        store: keeps the runs.
        budget: bytes that checkpoints may take.
        spared: a run that loses nothing.
    """
    rows = store.rows()
    total = sum(row.bytes for row in rows)
    others = [r for r in reversed(rows) if r.id != spared and r.state is not KeptState.RUNNING]
    for spare in (_ends, _best, _nothing):
        for row in others:
            if total <= budget:
                return
            checkpoints = store.checkpoints(row.id)
            kept = spare(checkpoints)
            gone = [c for c in checkpoints if c.steps not in kept]
            store.forget_checkpoints(row.id, [c.steps for c in gone])
            total -= sum(c.bytes for c in gone)


def keep_only_best(store: RunStore, runs: Iterable[str]) -> None:
    """Leave each of some runs its best checkpoint alone, or its last where none is the best."""
    for run in runs:
        checkpoints = store.checkpoints(run)
        kept = _best(checkpoints)
        store.forget_checkpoints(run, [c.steps for c in checkpoints if c.steps not in kept])


def _ends(checkpoints: Sequence[CheckpointRow]) -> frozenset[int]:
    return worth_keeping(checkpoints, most=3)


def _best(checkpoints: Sequence[CheckpointRow]) -> frozenset[int]:
    best = [c.steps for c in checkpoints if c.is_best] or [c.steps for c in checkpoints]
    return frozenset(best[-1:])


def _nothing(_checkpoints: Sequence[CheckpointRow]) -> frozenset[int]:
    return frozenset()
