"""How often to look again while a network learns, so that looking costs little of the learning."""

from __future__ import annotations

from cnnstudio.core.network import Network

SHORTEST = 0.7
"""Seconds between two looks, at least."""
REST = 40
"""Times the answer took that are waited before the next look: at most 3 % of the time is spent."""


class LookInterval:
    """The time of the last answers.

    The first answer for a network includes building it, which says nothing about the next.
    """

    def __init__(self) -> None:
        self._network: Network | None = None
        self._cost: float | None = None
        self._first = True

    def answered(self, network: Network, seconds: float) -> None:
        """Note how long an answer has taken."""
        if network is not self._network:
            self._network, self._cost, self._first = network, None, True
        self._cost = None if self._first else seconds
        self._first = False

    def rest(self) -> float:
        """Return the seconds to wait from now until the next look."""
        return max(SHORTEST, REST * (self._cost or 0.0))
