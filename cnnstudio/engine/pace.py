"""How many batches to do in one go."""

from __future__ import annotations

LONGEST_CALL = 0.02
"""Seconds the engine may be deaf: time between two looks at what it is asked, two curve points."""
MOST_BATCHES = 64


class Pace:
    """Batches a call, as many as fit in `LONGEST_CALL`, at least one.

    A call costs a millisecond beyond its batches, which is much where a batch takes two and nothing
    where it takes a second.
    """

    def __init__(self) -> None:
        self._calls = 0
        self._batch_seconds = 0.0

    def batches(self, left: int) -> int:
        """Return how many batches the next call does when `left` are left."""
        if not self._batch_seconds:
            return 1
        return max(1, min(left, MOST_BATCHES, int(LONGEST_CALL / self._batch_seconds)))

    def took(self, batches: int, seconds: float) -> None:
        """Note how long a call took; the first one compiles and says nothing."""
        self._calls += 1
        if self._calls == 1 or not batches:
            return
        latest = seconds / batches
        self._batch_seconds = (
            0.75 * self._batch_seconds + 0.25 * latest if self._batch_seconds else latest
        )
