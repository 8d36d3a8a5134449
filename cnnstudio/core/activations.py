"""What an activation makes of numbers, to the last figure: for explaining, where curves draw."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.curves import curve_of

Numbers = NDArray[np.float64]

ALONG_AN_AXIS = ("softmax", "log_softmax", "sparsemax")
"""Those that look at all numbers of an axis at once."""


def activated(name: str, number: float) -> float:
    """Return what an activation of single numbers makes of one.

    Raises:
        ValueError: if Keras has no such activation.
    """
    if name == "gelu":
        return 0.5 * number * (1 + math.erf(number / math.sqrt(2)))
    curve = curve_of(name)
    if curve is None:
        raise ValueError(name)
    with np.errstate(all="ignore"):
        return float(curve(np.array(number, np.float64)))


def activated_row(name: str, numbers: Numbers) -> Numbers:
    """Return what one of `ALONG_AN_AXIS` makes of all numbers of the axis."""
    if name == "sparsemax":
        return _sparsemax(numbers)
    with np.errstate(all="ignore"):
        shifted = numbers - numbers.max()
        total = np.exp(shifted).sum()
        if name == "log_softmax":
            return np.asarray(shifted - np.log(total))
        return np.asarray(np.exp(shifted) / total)


def _sparsemax(numbers: Numbers) -> Numbers:
    """Do as Keras does.

    The paper, Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068, takes the last of the
    sums that are kept, where Keras adds all of them.
    """
    ranked = np.sort(numbers)[::-1]
    sums = np.cumsum(ranked)
    kept = ranked - (sums - 1) / np.arange(1, len(ranked) + 1) > 0
    if not kept.any():
        return np.full(numbers.shape, np.nan)
    threshold = (sums[kept].sum() - 1) / kept.sum()
    return np.asarray(np.maximum(numbers - threshold, 0.0))
