"""Why a number is what it is that was normalized or scaled: the parts of that, as frozen values.

See `explaining`, of which this is a part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
_SHORTEST = 1e-12
"""Keras makes zeros of zeros so, and no NaN."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """`γ · (x − mean) / √(variance + ε) + β`.

    Attributes:
        x: the input's number.
        mean: what is subtracted.
        variance: whose root is divided by.
        epsilon: what keeps the division from zero.
        gamma: the factor, None where there is none.
        beta: the shift, None where there is none.
        over: how many numbers mean and variance are of; 0 where both are weights.
        inverted: whether it goes the other way, `x · √(variance + ε) + mean`.
    """

    x: float
    mean: float
    variance: float
    epsilon: float
    gamma: float | None = None
    beta: float | None = None
    over: int = 0
    inverted: bool = False

    @property
    def deviation(self) -> float:
        """What is divided by."""
        return math.sqrt(max(0.0, self.variance + self.epsilon))

    @property
    def factor(self) -> float:
        """What the centred number is multiplied with."""
        gamma = 1.0 if self.gamma is None else self.gamma
        return gamma / self.deviation if self.deviation else math.nan

    @property
    def result(self) -> float:
        """What the formula gives."""
        if self.inverted:
            return self.x * self.deviation + self.mean
        return self.factor * (self.x - self.mean) + (self.beta or 0.0)

    @property
    def magnitude(self) -> float:
        """The sizes of the terms; where it is measured here, with what the variance may be off."""
        if self.inverted:
            return abs(self.x * self.deviation) + abs(self.mean)
        sizes = abs(self.factor) * (abs(self.x) + abs(self.mean)) + abs(self.beta or 0.0)
        if not self.over or not self.deviation:
            return sizes
        off = (self.mean**2 + abs(self.variance)) / self.deviation**2
        return sizes + abs(self.factor * (self.x - self.mean)) * off


@dataclass(frozen=True, slots=True)
class Scaled:
    """`x · scale + offset`.

    Attributes:
        x: the input's number, or of the Input the pixel.
        scale: the factor.
        offset: what is added.
        is_drawn: whether factor or offset were drawn at random while learning.
        dropping: of a Dropout while it learns, the share of numbers that becomes 0; None
            elsewhere.
    """

    x: float
    scale: float
    offset: float
    is_drawn: bool = False
    dropping: float | None = None

    @property
    def result(self) -> float:
        """What it comes to."""
        return self.x * self.scale + self.offset

    @property
    def magnitude(self) -> float:
        """The sizes of both terms."""
        return abs(self.x * self.scale) + abs(self.offset)


@dataclass(frozen=True, slots=True)
class ToUnitLength:
    """`x / √(Σ x²)`, where no root below 1e-12 is divided by.

    Attributes:
        x: the input's number.
        squares: the sum of the squares.
        over: of how many numbers.
    """

    x: float
    squares: float
    over: int

    @property
    def result(self) -> float:
        """What it comes to."""
        return self.x / max(math.sqrt(self.squares), _SHORTEST)

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.result)
