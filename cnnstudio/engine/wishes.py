"""What is asked of a run beside its end: by the thread that listens, of the one that learns."""

from __future__ import annotations

import threading


class Wishes:
    """The wishes for one run.

    Attributes:
        is_paused: whether the run is to rest.
        more_epochs: how many epochs it is to have beyond those of its plan.
        rested: seconds that it has rested.
    """

    def __init__(self) -> None:
        self.is_paused = False
        self.more_epochs = 0
        self.rested = 0.0
        self._rate: float | None = None
        self._lock = threading.Lock()

    def ask_rate(self, learning_rate: float) -> None:
        """Wish for another learning rate."""
        with self._lock:
            self._rate = learning_rate

    def take_rate(self) -> float | None:
        """Return the learning rate that was wished for since the last call, None if none was."""
        with self._lock:
            wanted, self._rate = self._rate, None
        return wanted
