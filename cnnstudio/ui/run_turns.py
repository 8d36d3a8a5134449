"""Whose turn it is at the engine, which does one run at a time: reading gives way to the rest."""

from __future__ import annotations

from cnnstudio.core.data_messages import DataRead, ReadData
from cnnstudio.core.messages import Event, Request, RunRequest, RunStarted, Stop


class RunTurns:
    """Lets the reading of data end before anything else begins.

    Nobody has to wait for data that is only read to be looked at, so a newer reading or a run ends
    it and goes first.

    Attributes:
        data_held: the data, as a plan names it, that the engine certainly has in memory; "" if
            there is none. Its images can be shown at once.
    """

    def __init__(self) -> None:
        self.data_held = ""
        self._reading: int | None = None
        self._waiting: RunRequest | None = None
        self._asked: dict[int, str] = {}

    @property
    def readings(self) -> list[int]:
        """The numbers of the readings that are still to be answered, oldest first."""
        waiting = [self._waiting.run] if isinstance(self._waiting, ReadData) else []
        return [*([] if self._reading is None else [self._reading]), *waiting]

    def begin(self, request: RunRequest) -> list[Request]:
        """Take note of what is to begin and return what the engine is to be asked now."""
        if self._reading is None:
            return [self._sent(request)]
        self._waiting = request
        return [Stop(self._reading)]

    def take_back(self, run: int) -> bool:
        """Forget a run that waits for its turn; return whether it did."""
        if self._waiting is None or self._waiting.run != run:
            return False
        self._waiting = None
        return True

    def take(self, event: Event) -> None:
        """Note from an event which data the engine has."""
        if isinstance(event, RunStarted | DataRead):
            self.data_held = self._asked.get(event.run, "")

    def end(self, run: int) -> tuple[bool, list[Request]]:
        """Note that a run has ended; return whether it was a reading, and what is asked next."""
        self._asked.pop(run, None)
        if run != self._reading:
            return False, []
        self._reading = None
        waiting, self._waiting = self._waiting, None
        return True, [] if waiting is None else [self._sent(waiting)]

    def lost(self) -> list[int]:
        """Forget everything, as the engine is gone; return the readings without an answer."""
        unanswered = self.readings
        self.data_held, self._reading, self._waiting = "", None, None
        self._asked.clear()
        return unanswered

    def _sent(self, request: RunRequest) -> RunRequest:
        # Reading anew begins by letting go of what was there.
        self.data_held = ""
        self._asked[request.run] = request.plan.data
        if isinstance(request, ReadData):
            self._reading = request.run
        return request
