"""Which learning rates are tried in search of one, and which is found.

The range test of Smith 2017, https://arxiv.org/abs/1506.01186, section 3.3: the rate rises
exponentially while the network learns; where the loss is lowest the steps are as long as they can
be, and a tenth of that rate trains well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SMALLEST, LARGEST = 1e-7, 10.0
"""The first and the last rate that is tried."""
_KEPT = 0.9
"""The share of the smoothed loss that stays at a step."""
_LOST = 4.0
"""How many times its lowest the smoothed loss may be; beyond that nothing more is to be learned."""
_GAIN = 0.98
"""What share of its first the smoothed loss must fall to for a rate to have done something."""
_BELOW_LOWEST = 10.0


def rates_to_try(count: int) -> list[float]:
    """Return `count` rates from the smallest to the largest, each as many times the one before."""
    if count == 1:
        return [SMALLEST]
    ratio = math.log(LARGEST / SMALLEST)
    return [SMALLEST * math.exp(ratio * place / (count - 1)) for place in range(count)]


def smoothed(losses: Sequence[float]) -> list[float]:
    """Return a running mean of losses that forgets, without the weight of a start at zero."""
    found, mean = [], 0.0
    for place, loss in enumerate(losses, start=1):
        mean = _KEPT * mean + (1 - _KEPT) * loss
        found.append(mean / (1 - _KEPT**place))
    return found


def is_lost(losses: Sequence[float]) -> bool:
    """Return whether the loss has left all bounds, so that larger rates need not be tried."""
    if not losses:
        return False
    if not math.isfinite(losses[-1]):
        return True
    means = smoothed(losses)
    return means[-1] > _LOST * min(means)


def suggested(rates: Sequence[float], losses: Sequence[float]) -> float | None:
    """Return a rate to train with, rounded to one digit; None if no rate made the loss fall.

    Args:
        rates: that were tried, from the smallest up.
        losses: what each found before its step, finite.
    """
    means = smoothed(losses)
    if not means:
        return None
    lowest = min(range(len(means)), key=means.__getitem__)
    if means[lowest] > _GAIN * means[0]:
        return None
    return float(f"{rates[lowest] / _BELOW_LOWEST:.0e}")
