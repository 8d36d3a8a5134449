"""An event that also acts: how a stop reaches what TensorFlow is computing."""

from __future__ import annotations

import threading
from collections.abc import Callable

from typing_extensions import override


class StoppedError(Exception):
    """Raised where work ends early because it was asked to."""


class StopFlag(threading.Event):
    """Set by one thread to stop what another is doing, also while that one is deaf."""

    def __init__(self) -> None:
        super().__init__()
        self._act: Callable[[], object] | None = None

    def then(self, act: Callable[[], object]) -> None:
        """Call `act` when the flag is set, by the thread that sets it; now if it is set already."""
        self._act = act
        if self.is_set():
            act()

    def check(self) -> None:
        """Raise a `StoppedError` if the flag is set."""
        if self.is_set():
            raise StoppedError

    @override
    def set(self) -> None:
        super().set()
        if self._act is not None:
            self._act()
