"""Proves that nothing is lost between a design and its code: both are built and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.source.reading import read_source
from cnnstudio.core.source.writing import write_source
from cnnstudio.engine.builder import build, copy_weights
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.random_input import largest_difference, outputs_of, random_input

CLOSE_ENOUGH = 1e-5
"""The largest difference of outputs that is no difference."""


class RoundTripError(EngineError):
    """Code that is not the design it was written from; the text is for people."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What came of a way out and back.

    Attributes:
        difference: the largest between two outputs for the same random input.
        weights: how many numbers were copied across.
    """

    difference: float
    weights: int

    @property
    def is_same(self) -> bool:
        """Whether the outputs are the same as far as numbers on a computer can be."""
        return self.difference <= CLOSE_ENOUGH


def check_round_trip(network: Network, model: Any = None) -> RoundTrip:
    """Write a network as code, read that, build both and compare their outputs.

    Args:
        network: the design.
        model: built from it, with the weights to compare with; None for new ones.

    Raises:
        RoundTripError: if the code is not read back, or makes a model of other weights.
        EngineError: if the network cannot be built.
    """
    if model is None:
        model = build(network, seed=0).model
    return compare_code(write_source(network).text, network, model)


def compare_code(text: str, network: Network, model: Any) -> RoundTrip:
    """Compare a model with the one that code makes, which is read and never executed.

    Raises:
        RoundTripError: if the code is not read, or makes a model of other weights.
        EngineError: if what it makes cannot be built.
    """
    reading = read_source(text)
    if reading.network is None or reading.remarks:
        why = "; ".join(
            _("line {line}: {what}").format(line=remark.line, what=remark.message)
            for remark in reading.remarks[:3]
        )
        raise RoundTripError(
            _("the code is not read back as it was written: {why}").format(why=why)
        )
    again = build(reading.network, seed=0).model
    ours = [tuple(weight.shape) for weight in model.weights]
    theirs = [tuple(weight.shape) for weight in again.weights]
    if ours != theirs:
        raise RoundTripError(
            _(
                "the code makes a model of other weights: {count:,} numbers, not {expected:,}"
            ).format(count=again.count_params(), expected=model.count_params())
        )
    copy_weights(model, again)
    numbers = random_input(network)
    difference = largest_difference(outputs_of(model, numbers), outputs_of(again, numbers))
    return RoundTrip(difference, model.count_params())
