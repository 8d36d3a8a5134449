"""What tells two looks apart, and the means of pixels that maps are shrunk to."""

import numpy as np

from cnnstudio.core.map_order import Order, separation, shown_channels
from cnnstudio.core.mosaic import Ranges, Scaling, measure, shrunk


def looks() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    now, pinned = (draw.normal(0, 1, (9, 7, 5)).astype(np.float32) for _look in range(2))
    pinned[..., 1] += 1  # by about one spread
    pinned[..., 3] += 3
    now[..., 4], pinned[..., 4] = 2, 2.5  # apart without any spread
    now[..., 0], pinned[..., 0] = 7, 7
    return now, pinned


def test_separation_is_the_distance_of_the_means_in_spreads() -> None:
    now, pinned = looks()
    apart = separation(now, pinned)
    assert apart[0] == 0
    assert 0.7 < apart[1] < 1.4
    assert 2.5 < apart[3] < 3.5
    assert apart[4] > 1e9, "however little, nothing blurs it"
    assert list(separation(pinned, now)) == list(apart), "whichever of the two is asked"
    channels = shown_channels(now, measure(now), Order.SEPARATION, hide_dead=False, other=pinned)
    assert list(channels) == [4, 3, 1, 2, 0]
    alone = shown_channels(now, measure(now), Order.SEPARATION, hide_dead=False)
    assert list(alone) == [0, 1, 2, 3, 4]


def test_units_are_told_apart_by_their_distance_and_nan_comes_first() -> None:
    now, pinned = np.array([1, 5, 3, 0], np.float32), np.array([1, 1, 2.5, np.nan], np.float32)
    ranges = Ranges(now, now)
    channels = shown_channels(now, ranges, Order.SEPARATION, hide_dead=False, other=pinned)
    assert list(channels) == [3, 1, 2, 0]


def test_shrunk_maps_are_means_and_nan_stays_where_it_is() -> None:
    values = np.random.default_rng(1).random((11, 13, 3)).astype(np.float32)
    small = shrunk(values, (4, 5))
    rows, columns = [0, 2, 5, 8, 11], [0, 2, 5, 7, 10, 13]
    for row in range(4):
        for column in range(5):
            part = values[rows[row] : rows[row + 1], columns[column] : columns[column + 1]]
            np.testing.assert_allclose(small[row, column], part.mean(axis=(0, 1)), rtol=1e-5)
    values[0, 0, 1] = np.nan
    values[10, 12, 2] = np.inf
    marked = shrunk(values, (4, 5))
    assert np.isnan(marked[0, 0, 1])
    assert np.isinf(marked[3, 4, 2])
    assert np.isfinite(marked).sum() == marked.size - 2
    np.testing.assert_allclose(marked[..., 0], small[..., 0], rtol=1e-5)


def test_maps_that_are_zero_everywhere_range_from_zero_and_not_from_minus_zero() -> None:
    ranges = measure(np.zeros((2, 2, 1), np.float32))
    for scaling in Scaling:
        ends = ranges.shown(scaling, about_zero=True, channel=0)
        assert str(ends) == "(0.0, 0.0)"
