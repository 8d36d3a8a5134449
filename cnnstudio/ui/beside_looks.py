"""What the studio asks the engine about looks that lie beside the one of the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cnnstudio.core.beside_messages import (
    HeldWeights,
    HoldWeights,
    LeaveSeat,
    LetWeightsGo,
    OtherWeights,
    ProbeBeside,
    first_generation,
    seat_of,
)
from cnnstudio.core.look_messages import Probe
from cnnstudio.core.messages import Request
from cnnstudio.core.network import Network


class BesideLooks:
    """Numbers the looks of each seat, so that answers to earlier ones can be dropped.

    Args:
        ask: sends a request to the engine.
    """

    def __init__(self, ask: Callable[[Request], None]) -> None:
        self._ask = ask
        self._newest: dict[int, int] = {}
        self._held = 0

    def probe(self, seat: int, probe: Probe, weights: OtherWeights | None = None) -> int:
        """Ask what is seen from a seat, and return the generation that the answers will have."""
        generation = self._newest.get(seat, first_generation(seat)) + 1
        self._newest[seat] = generation
        self._ask(ProbeBeside(seat, replace(probe, generation=generation), weights))
        return generation

    def is_newest(self, generation: int) -> bool:
        """Whether nothing newer has been asked from the seat of a look."""
        return self._newest.get(seat_of(generation)) == generation

    def hold(self, network: Network) -> HeldWeights:
        """Have the engine keep the weights that a network has now."""
        self._held += 1
        self._ask(HoldWeights(self._held, network))
        return HeldWeights(self._held)

    def let_go(self, weights: OtherWeights) -> None:
        """Have the engine forget weights that nobody looks with any more."""
        self._ask(LetWeightsGo(weights))

    def leave(self, seat: int) -> None:
        """Have the engine forget what was seen from a seat; answers that still come are dropped."""
        self._newest[seat] = self._newest.get(seat, first_generation(seat)) + 1
        self._ask(LeaveSeat(seat))
