"""What is said of a block's maps in numbers, and the order they are shown in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnstudio.core.map_order import Order, dead, shown_channels
from cnnstudio.core.map_statistics import BINS, histogram_of, statistics_of
from cnnstudio.core.mosaic import measure

shapes = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 12))


def drawn(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float32]:
    values = np.random.default_rng(seed).normal(1.0, 3.0, shape).astype(np.float32)
    return np.maximum(values, 0)


@given(shapes, st.integers(0, 99))
def test_statistics_are_those_of_numpy_and_the_histogram_counts_every_value(
    shape: tuple[int, int, int], seed: int
) -> None:
    values = drawn(shape, seed)
    found = statistics_of(values)
    assert found.mean == pytest.approx(values.mean(dtype=np.float64))
    assert found.spread == pytest.approx(values.std(dtype=np.float64), abs=1e-9)
    assert (found.low, found.high) == (values.min(), values.max())
    assert found.zeros == pytest.approx((values == 0).mean())
    assert found.dead == sum(not values[..., c].any() for c in range(shape[2]))
    assert found.histogram.counts.sum() == found.count == values.size


def test_nan_and_infinity_are_counted_and_leave_the_other_numbers_alone() -> None:
    values = np.ones((4, 4, 3), np.float32)
    values[0, :2, 0] = np.nan, np.inf
    values[1, 0, 1] = -np.inf
    found = statistics_of(values)
    assert (found.nan, found.infinite) == (1, 2)
    assert (found.mean, found.spread, found.low, found.high) == (1, 0, 1, 1)
    assert found.histogram.counts.sum() == 45
    nothing = statistics_of(np.full((3,), np.nan, np.float32))
    assert np.isnan(nothing.mean)
    assert nothing.histogram.counts.sum() == 0


@pytest.mark.parametrize("shape", [(), (5,), (6, 3), (2, 3, 4, 5)])
def test_values_of_any_rank_have_statistics(shape: tuple[int, ...]) -> None:
    values = np.full(shape, 2.0, np.float32)
    found = statistics_of(values)
    assert (found.mean, found.count) == (2.0, values.size)
    assert found.channels == (shape[-1] if shape else 1)


@pytest.mark.parametrize("value", [0.0, 7.0, -1e-30, 3e38])
def test_one_value_stands_in_one_bar_in_the_middle(value: float) -> None:
    bars = histogram_of(np.full(9, value, np.float32))
    assert bars.counts[BINS // 2] == 9
    assert bars.low < bars.high


def test_maps_are_sorted_by_what_is_chosen_and_dead_ones_hidden() -> None:
    values = np.zeros((2, 2, 5), np.float32)
    values[..., 0] = [[3, 3], [3, 3]]
    values[..., 1] = [[-9, 9], [0, 0]]
    values[..., 3] = [[8, 8], [-4, -4]]
    values[..., 4] = -1
    ranges = measure(values)

    def order(by: Order, *, hide: bool = True) -> list[int]:
        return list(shown_channels(values, ranges, by, hide_dead=hide))

    assert list(dead(ranges)) == [False, False, True, False, False]
    assert order(Order.CHANNEL, hide=False) == [0, 1, 2, 3, 4]
    assert order(Order.CHANNEL) == [0, 1, 3, 4]
    assert order(Order.MEAN, hide=False) == [0, 3, 1, 2, 4]
    assert order(Order.ENERGY) == [1, 3, 0, 4]
    assert order(Order.VARIANCE) == [1, 3, 0, 4]
    values[0, 0, 4] = np.nan
    ranges = measure(values)
    assert order(Order.MEAN)[0] == 4


def test_where_every_map_is_dead_none_is_hidden() -> None:
    values = np.zeros((3, 3, 4), np.float32)
    assert list(shown_channels(values, measure(values), Order.MEAN, hide_dead=True)) == [0, 1, 2, 3]
