"""Softmax in words and rows: what it divides by, which is not of this number alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnnstudio.core.explaining import Activated, Explanation
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.numbers import short
from cnnstudio.ui.viewer.explain.cells import size_of
from cnnstudio.ui.viewer.explain.places import channel_text, place_text
from cnnstudio.ui.viewer.explain.rows import Piece, Pieces, Step

_LARGEST_POWER = 20.0
"""Logits of a larger size are told less the largest of them, for powers of few figures."""


def is_softmax(after: Activated) -> bool:
    """Tell whether there are other numbers that a softmax divides by."""
    return after.name == "softmax" and after.beside is not None and after.beside.size > 1


def divided(after: Activated) -> str:
    """Write a softmax: `softmax = e^2 ÷ (e^2 + 3.72 of the 2 others)`."""
    beside = _numbers(after)
    # Not the whole sum less this one: of a sure answer that would leave nothing but rounding.
    others = np.delete(beside, int(np.argmin(np.abs(beside - after.before))))
    shift = _shift(after)
    with np.errstate(all="ignore"):
        rest = float(np.exp(others - shift).sum())
    text = ngettext(
        "softmax = {power} ÷ ({power} + {rest} of the {count:,} other)",
        "softmax = {power} ÷ ({power} + {rest} of the {count:,} others)",
        others.size,
    )
    power = _power(after.before, shift)
    return text.format(power=power, rest=short(rest), count=others.size)


def with_logits(pieces: Pieces, told: Explanation, labels: tuple[str, ...]) -> Pieces:
    """Return the rows of a sum with those of all logits below, if a softmax follows.

    Args:
        pieces: the rows of the sum.
        told: the explanation.
        labels: names of the logits, if they have any.
    """
    after = told.activation
    if after is None or not is_softmax(after):
        return pieces
    beside, shift = _numbers(after), _shift(after)
    order = np.argsort(-beside, kind="stable")
    largest, own = size_of(beside), told.index[-1]

    def make(place: int) -> Piece:
        if place < pieces.count:
            return pieces.make(place)
        number = int(order[place - pieces.count])
        logit = float(beside[number])
        text = _("this logit: {name}") if number == own else _("logit of {name}")
        with np.errstate(all="ignore"):
            power = short(float(np.exp(logit - shift)))
        row = Piece(text.format(name=_name(told, number, labels)), (), "", logit, largest)
        return replace(row, text=f"{_power(logit, shift)} = {power}")

    def steps() -> list[Step]:
        row = pieces.count + int(np.flatnonzero(order == own)[0])
        return [*pieces.steps, Step(row, None, f"{divided(after)} = {short(after.after)}")]

    return Pieces(pieces.count + len(order), make, steps, pieces.largest, pieces.height)


def _numbers(after: Activated) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.zeros(0) if after.beside is None else after.beside


def _shift(after: Activated) -> float:
    """Return what is taken off every logit, which leaves the shares as they are."""
    largest = float(_numbers(after).max())
    return largest if abs(largest) > _LARGEST_POWER else 0.0


def _power(logit: float, shift: float) -> str:
    exponent = logit - shift
    return f"e^({short(exponent)})" if exponent < 0 else f"e^{short(exponent)}"


def _name(told: Explanation, number: int, labels: tuple[str, ...]) -> str:
    if number < len(labels):
        return labels[number]
    return place_text((), number) if len(told.index) == 1 else channel_text(number)
