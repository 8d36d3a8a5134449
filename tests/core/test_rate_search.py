"""Which learning rates are tried, and which is found."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.rate_search import (
    LARGEST,
    SMALLEST,
    is_lost,
    rates_to_try,
    smoothed,
    suggested,
)

RATES = rates_to_try(101)


def test_the_rates_rise_by_the_same_factor_from_the_smallest_to_the_largest() -> None:
    assert RATES[0] == SMALLEST
    assert RATES[-1] == pytest.approx(LARGEST)
    factors = [b / a for a, b in itertools.pairwise(RATES)]
    assert max(factors) == pytest.approx(min(factors))
    assert rates_to_try(1) == [SMALLEST]


@given(st.lists(st.floats(0.0, 1e3), min_size=1))
def test_smoothed_losses_stay_between_the_losses(losses: list[float]) -> None:
    assert smoothed(losses)[0] == pytest.approx(losses[0])
    for mean in smoothed(losses):
        assert min(losses) - 1e-6 <= mean <= max(losses) + 1e-6


def test_a_tenth_of_the_rate_with_the_lowest_loss_is_found() -> None:
    """The loss falls until the rate is near 0.1, then it rises."""
    losses = [1.0 + math.log10(rate / 0.1) ** 2 / 10 for rate in RATES]
    found = suggested(RATES, losses)
    assert found is not None
    assert 0.01 <= found <= 0.05
    assert float(f"{found:.0e}") == found, "it has one digit"


def test_where_the_loss_does_not_fall_no_rate_is_found() -> None:
    assert suggested(RATES, [2.0] * len(RATES)) is None
    assert suggested(RATES, [1.0 + place for place in range(len(RATES))]) is None
    assert suggested((), ()) is None


def test_a_loss_out_of_bounds_ends_the_search() -> None:
    assert not is_lost([])
    assert not is_lost([2.0, 1.0, 1.5])
    assert is_lost([1.0, math.nan])
    assert is_lost([1.0, 1.0, 100.0])
