"""What is asked of the engine about looks beside the one of the moment: see `messages`."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.look_messages import Probe
from cnnstudio.core.network import Network

SEATS = 2
"""Looks that there can be beside that of the moment."""
_SEAT_BITS = 40


@dataclass(frozen=True, slots=True)
class HeldWeights:
    """The weights that `HoldWeights` has kept under a number."""

    number: int


@dataclass(frozen=True, slots=True)
class StateWeights:
    """The weights in the file of a run's state."""

    path: str


OtherWeights = HeldWeights | StateWeights


@dataclass(frozen=True, slots=True)
class ProbeBeside:
    """Look through another network, at another image or with other weights.

    It is answered as `Probe` is, and stays beside the looks of other seats.

    Attributes:
        seat: whose earlier looks it replaces, from 1 to `SEATS`.
        probe: what is looked at; its generation is one that no other look has.
        weights: of the network, None for those it has by now.
    """

    seat: int
    probe: Probe
    weights: OtherWeights | None = None


@dataclass(frozen=True, slots=True)
class HoldWeights:
    """Keep the weights that a network has now under a number, whatever is learned later."""

    number: int
    network: Network


@dataclass(frozen=True, slots=True)
class LetWeightsGo:
    """Nobody looks with these weights any more: forget what is held for them."""

    weights: OtherWeights


@dataclass(frozen=True, slots=True)
class LeaveSeat:
    """Nobody looks from a seat any more: forget what was seen from there."""

    seat: int


def first_generation(seat: int) -> int:
    """Return a number below all generations of looks from a seat; that of the moment is seat 0."""
    return seat << _SEAT_BITS


def seat_of(generation: int) -> int:
    """Return from which seat a look of this generation is."""
    return generation >> _SEAT_BITS
