"""Maps as one picture, and the view that moves over it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnstudio.core.map_layout import Layout, Place, arrange
from cnnstudio.core.mosaic import (
    CHECK_BRIGHT,
    CHECK_DARK,
    EMPTY,
    LEVELS,
    Scaling,
    as_maps,
    draw,
    measure,
    shrunk,
)
from cnnstudio.ui.viewer.viewport import Viewport, fit

sides = st.integers(1, 40)
shapes = st.tuples(sides, sides, st.integers(1, 70))
views = st.tuples(st.integers(50, 2000), st.integers(50, 2000))
factors = st.floats(0.3, 4.0)


def ramp(shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


@given(shapes, views, st.data())
def test_each_value_is_drawn_where_the_layout_finds_it(
    shape: tuple[int, int, int], view: tuple[int, int], data: st.DataObject
) -> None:
    values = ramp(shape)
    layout = arrange(shape, view)
    picture = draw(values, measure(values), layout)
    channel = data.draw(st.integers(0, shape[2] - 1))
    row, column = data.draw(st.integers(0, shape[0] - 1)), data.draw(st.integers(0, shape[1] - 1))
    top, left = layout.corner(channel)
    level = picture[top + row, left + column]
    most = max(1.0, float(values.max()))
    assert level == pytest.approx(values[row, column, channel] / most * (LEVELS - 1), abs=0.51)
    assert layout.place(top + row + 0.5, left + column + 0.5) == Place(channel, row, column)


@given(shapes, views)
def test_all_but_the_maps_is_empty(shape: tuple[int, int, int], view: tuple[int, int]) -> None:
    layout = arrange(shape, view)
    picture = draw(ramp(shape), measure(ramp(shape)), layout)
    assert picture.shape == layout.size
    assert np.count_nonzero(picture != EMPTY) == np.prod(shape)


def test_there_is_no_value_on_a_gap_or_beyond_the_last_map() -> None:
    layout = Layout(count=3, height=4, width=4, columns=2)
    assert layout.place(4, 0) is None
    assert layout.place(0, 5) is None
    assert layout.place(7, 7) is None
    assert layout.place(-1, 0) is None
    assert layout.place(0, 99) is None


@given(st.integers(1, 30_000), views)
def test_a_vector_is_wrapped_without_gaps(units: int, view: tuple[int, int]) -> None:
    values = ramp((units,))
    layout = arrange((units,), view)
    picture = draw(values, measure(values), layout)
    assert np.count_nonzero(picture != EMPTY) == units
    assert layout.gap == 0


def test_a_range_for_each_map_shows_faint_maps_as_clearly_as_strong_ones() -> None:
    values = np.stack([ramp((3, 3)), ramp((3, 3)) / 1024], axis=2)
    layout = Layout(2, 3, 3, 2)
    shared = draw(values, measure(values), layout)
    own = draw(values, measure(values), layout, Scaling.MAP)
    assert shared[:3, 5:8].max() <= 1
    np.testing.assert_array_equal(own[:3, :3], own[:3, 5:8])


def test_zero_has_the_middle_colour_where_colours_part_at_zero() -> None:
    values = np.array([[[-1.0], [0.0], [4.0]]], np.float32)
    picture = draw(values, measure(values), Layout(1, 1, 3, 1), about_zero=True)
    assert picture[0, 1] == LEVELS // 2
    assert picture[0, 2] == LEVELS - 1


@pytest.mark.parametrize("about_zero", [False, True])
@pytest.mark.parametrize("scaling", Scaling)
@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, 1e-40, 3e38])
def test_maps_of_one_value_are_drawn(value: float, scaling: Scaling, *, about_zero: bool) -> None:
    values = np.full((4, 4, 3), value, np.float32)
    picture = draw(values, measure(values), Layout(3, 4, 4, 2), scaling, about_zero=about_zero)
    assert np.unique(picture[:4, :4]).size == 1
    assert picture[0, 0] < LEVELS


def test_the_widest_range_of_float32_is_drawn() -> None:
    values = np.array([[[-3.4e38], [0.0], [3.4e38]]], np.float32)
    picture = draw(values, measure(values), Layout(1, 1, 3, 1))
    assert picture[0, 0] == 0
    assert picture[0, 2] == LEVELS - 1


def test_values_that_are_not_finite_are_checked_and_counted_and_leave_the_range_alone() -> None:
    values = ramp((4, 4, 2))
    values[0, :3, 0] = np.nan, np.inf, -np.inf
    values[:, :, 1] = np.nan
    ranges = measure(values)
    picture = draw(values, ranges, Layout(2, 4, 4, 2))
    assert ranges.not_finite == 19
    assert ranges.whole() == (6.0, 30.0)
    assert list(picture[0, :3]) == [CHECK_DARK, CHECK_BRIGHT, CHECK_DARK]
    assert set(picture[:4, 6:10].flat) == {CHECK_DARK, CHECK_BRIGHT}
    assert picture[3, 3] == LEVELS - 1


def test_a_block_without_a_finite_value_is_drawn_too() -> None:
    for shape in ((2, 2, 2), (4,)):
        values = np.full(shape, np.nan, np.float32)
        layout = arrange(shape, (100, 100))
        picture = draw(values, measure(values), layout, Scaling.MAP, about_zero=True)
        assert set(picture.flat) <= {CHECK_DARK, CHECK_BRIGHT, EMPTY}


@given(shapes, st.data())
def test_a_smaller_picture_keeps_the_mean(shape: tuple[int, int, int], data: st.DataObject) -> None:
    height = data.draw(st.integers(1, shape[0]))
    width = data.draw(st.integers(1, shape[1]))
    small = shrunk(np.full(shape, 7.0, np.float32), (height, width))
    assert small.shape == (height, width, shape[2])
    np.testing.assert_allclose(small, 7.0, rtol=1e-5)


def test_values_of_any_rank_become_maps() -> None:
    assert as_maps(np.zeros((), np.float32)).shape == (1,)
    sequence = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert as_maps(sequence).shape == (1, 2, 3)
    assert np.array_equal(as_maps(sequence)[0], sequence)
    volume = np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5)
    assert np.array_equal(as_maps(volume), volume[1])
    assert np.array_equal(as_maps(np.stack([volume] * 3)), volume[1])


@given(shapes, views)
def test_what_fits_is_inside_the_view(shape: tuple[int, int, int], view: tuple[int, int]) -> None:
    port = fit(arrange(shape, view), view)
    last = port.tile(shape[2] - 1)
    fits = port.pitch != (1, 1)
    if fits and port.layout.pitch[1] >= port.layout.pitch[0] / 4:
        assert port.left >= 0
        assert last.x + last.width <= view[1] + 1


@given(shapes, views, st.lists(st.tuples(factors, st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_zooming_keeps_the_grid_in_the_view_and_its_pixels_whole(
    shape: tuple[int, int, int],
    view: tuple[int, int],
    steps: list[tuple[float, float, float]],
) -> None:
    port = fit(arrange(shape, view), view)
    smallest = port.pitch
    for factor, x, y in steps:
        port = port.zoomed(factor, x * view[1], y * view[0])
        assert port.pitch >= smallest
        assert port.left <= max(0, view[1] - port.layout.columns * port.pitch[1] + port.pitch[1])
        source, target = port.visible()
        if source.width > 0 and source.height > 0:
            assert source.x + source.width <= port.layout.size[1]
            assert source.y + source.height <= port.layout.size[0]
            assert target.x <= max(0, port.left)
            assert target.y <= max(0, port.top)


def test_zooming_in_keeps_what_is_under_the_cursor() -> None:
    view = (300, 500)
    port = fit(arrange((26, 26, 64), view), view).zoomed(3.0, 250, 150)
    before = port.at(200, 150)
    for _turn in range(6):
        port = port.zoomed(1.25, 200, 150)
    after = port.at(200, 150)
    assert after == pytest.approx(before, abs=1.0)
    assert port.scale[1] > 3


def test_zooming_out_ends_where_everything_is_seen() -> None:
    view = (300, 500)
    port = fit(arrange((26, 26, 64), view), view)
    near = port.zoomed(5.0, 100, 100)
    for _turn in range(30):
        near = near.zoomed(0.8, 100, 100)
    assert near == port
    assert near.is_fit


def test_a_small_turn_of_the_wheel_always_does_something() -> None:
    view = (300, 500)
    port = fit(arrange((26, 26, 64), view), view)
    nearer = port.zoomed(1.001, 0, 0)
    assert nearer.pitch > port.pitch
    assert nearer.zoomed(0.999, 0, 0).pitch < nearer.pitch


def test_a_channel_out_of_sight_is_moved_into_it() -> None:
    view = (300, 500)
    port = fit(arrange((26, 26, 64), view), view).zoomed(4.0, 0, 0)
    tile = port.showing(63).tile(63)
    assert 0 <= tile.x <= view[1] - tile.width + 1
    assert 0 <= tile.y <= view[0] - tile.height + 1


def test_dragging_cannot_lose_the_maps() -> None:
    view = (300, 500)
    port: Viewport = fit(arrange((26, 26, 64), view), view).zoomed(4.0, 250, 150)
    assert port.moved(1e6, 1e6).tile(0).x == 0
    assert port.moved(-1e6, -1e6).left < 0
    assert port.moved(-1e6, 0).at(499, 0)[1] <= port.layout.size[1]
