"""A started engine, as the studio sees it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Protocol


class EngineHandle(Protocol):
    """A started engine, as the studio sees it."""

    @property
    def connection(self) -> Connection:
        """The studio's end of the pipe."""

    @property
    def pid(self) -> int:
        """The engine's process id."""

    def is_alive(self) -> bool:
        """Return whether the process runs."""

    def exit_code(self, seconds: float) -> int | None:
        """Return how the process ended: below 0 the signal that ended it.

        None if it still runs after a wait of so many seconds.
        """

    def kill(self) -> None:
        """End the process at once and wait until it is gone."""
