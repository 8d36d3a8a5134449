"""Where receptive fields lie, against the gradient of the map with respect to the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    AveragePooling2D,
    Block,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Flatten,
    Group,
    Input,
    Parallel,
    Repeat,
    UpSampling2D,
    ZeroPadding2D,
)
from cnnstudio.core.data.choice import CROP, FIT, STRETCH
from cnnstudio.core.map_layout import Place
from cnnstudio.core.mosaic import as_maps, index_of
from cnnstudio.core.receptive import receptive_field
from cnnstudio.core.seen_pixels import Pixels, seen_pixels, share_of_opened
from tests.core import build
from tests.core.build import placed
from tests.core.keras_oracle import silenced_keras

if TYPE_CHECKING:
    from cnnstudio.core.network import Network

SIDE = 20
_TURNS = 0.55
"""Pixels that the mean of places may be off which take turns, for the turns may not come out even.
"""
FEW = settings(
    max_examples=12,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
)
_PADDING = st.sampled_from(["same", "valid"])
_SIZE = st.tuples(st.integers(1, 4), st.integers(1, 4))
_STEP = st.tuples(st.integers(1, 3), st.integers(1, 3))
EXACT: st.SearchStrategy[Block] = st.one_of(
    st.builds(
        lambda k, s, p: Conv2D(filters=2, kernel_size=k, strides=s, padding=p),
        _SIZE, _STEP, _PADDING,
    ),
    st.builds(
        lambda k, d, p: Conv2D(filters=2, kernel_size=k, dilation_rate=d, padding=p),
        _SIZE, _STEP, _PADDING,
    ),
    st.builds(lambda k, p: AveragePooling2D(pool_size=k, padding=p), _SIZE, _PADDING),
    st.builds(lambda a, b: ZeroPadding2D(padding=(a, b)), _SIZE, _SIZE),
    st.builds(lambda a, b: Cropping2D(cropping=(a, b)), _SIZE, _SIZE),
    st.just(Activation(activation="linear")),
)  # fmt: skip
ENLARGING: st.SearchStrategy[Block] = st.one_of(
    st.builds(lambda s: UpSampling2D(size=s), _STEP),
    st.builds(lambda s: UpSampling2D(size=s, interpolation="bilinear"), _STEP),
    st.builds(
        lambda k, s, p: Conv2DTranspose(filters=2, kernel_size=k, strides=s, padding=p),
        _SIZE, _STEP, _PADDING,
    ),
)  # fmt: skip


def by_gradient(network: Network, uid: str, places: list[tuple[int, ...]]) -> list[Pixels]:
    """Return the box about all pixels that the numbers at some places depend on.

    The network is linear and its weights are positive, so the gradient of a number by a pixel is
    what the number becomes where that pixel alone is 1. It is asked of TensorFlow so and not by its
    backward pass, which breaks the process's memory for a strided kernel of one place, see
    `engine/safe_convolutions.py`.
    """
    slopes = gradients(network, uid)
    height, width = network.nodes[0].block.shape[:2]  # type: ignore[attr-defined]  # an Input
    return [_box(slopes[(slice(None), *place)].reshape(height, width)) for place in places]


def _box(seen: Any) -> Pixels:
    rows, columns = np.nonzero(seen)
    if not len(rows):
        return Pixels((0, 0), (-1, -1))
    low = int(rows.min()), int(columns.min())
    return Pixels(low, (int(rows.max()), int(columns.max())))


def some_places(network: Network, uid: str, seed: int) -> list[tuple[int, ...]]:
    seen = seen_pixels(network, uid)
    assert seen is not None
    draw = np.random.default_rng(seed)
    corners = [tuple(0 for _n in seen.shape), tuple(n - 1 for n in seen.shape)]
    drawn = [tuple(int(draw.integers(n)) for n in seen.shape) for _each in range(3)]
    return [*corners, *drawn]


def check(network: Network, uid: str, seed: int, *, exactly: bool) -> None:
    seen = seen_pixels(network, uid)
    assert seen is not None
    places = some_places(network, uid, seed)
    for place, counted in zip(places, by_gradient(network, uid, places), strict=True):
        told = seen.of(place)
        empty = min(b - a for a, b in zip(*told, strict=True)) < 0
        if min(counted.last) < 0:
            assert empty or not exactly
        elif exactly:
            assert told == counted, place
        else:
            assert all(a <= b for a, b in zip(told.first, counted.first, strict=True))
            assert all(a >= b for a, b in zip(told.last, counted.last, strict=True))


@pytest.mark.tensorflow
@given(st.lists(EXACT, min_size=1, max_size=4), st.integers(0, 99))
@FEW
def test_the_field_is_the_box_of_the_gradient(stack: list[Block], seed: int) -> None:
    network = build.network(Input(shape=(SIDE, SIDE - 3, 2)), *stack)
    assume(not analyse(network).errors)
    check(network, network.nodes[-1].uid, seed, exactly=True)


@pytest.mark.tensorflow
@given(st.lists(EXACT | ENLARGING, min_size=1, max_size=4), st.integers(0, 99))
@FEW
def test_after_an_enlarging_the_field_is_never_too_small(stack: list[Block], seed: int) -> None:
    network = build.network(Input(shape=(SIDE, SIDE - 3, 2)), *stack)
    assume(not analyse(network).errors)
    check(network, network.nodes[-1].uid, seed, exactly=False)


@pytest.mark.tensorflow
@given(st.lists(st.integers(1, 3), min_size=2, max_size=3), st.integers(1, 3), st.integers(0, 99))
@FEW
def test_lanes_and_copies_are_seen_through(sizes: list[int], count: int, seed: int) -> None:
    lanes = [[Conv2D(filters=2, kernel_size=(2 * k - 1, k), padding="same")] for k in sizes]
    body = placed(Group(), [placed(Parallel(), *lanes), Conv2D(filters=2, padding="same")])
    network = build.network(
        Input(shape=(SIDE, SIDE, 2)), Conv2D(filters=2, strides=(2, 2)),
        placed(Repeat(count=count), [body]),
    )  # fmt: skip
    check(network, network.nodes[-1].uid, seed, exactly=True)
    check(network, network.at((2, 0, 0, 0, 0)).uid, seed, exactly=True)


@given(st.lists(EXACT, min_size=1, max_size=4), st.integers(0, 99))
def test_no_place_sees_more_than_the_receptive_field(stack: list[Block], seed: int) -> None:
    network = build.network(Input(shape=(60, 60, 2)), *stack)
    assume(not analyse(network).errors)
    uid = network.nodes[-1].uid
    field, seen = receptive_field(network, uid), seen_pixels(network, uid)
    assert field is not None
    assert seen is not None
    for place in some_places(network, uid, seed):
        pixels = seen.of(place)
        for first, last, size in zip(*pixels, field.size, strict=True):
            assert last - first + 1 <= size


def test_a_dense_layer_sees_the_whole_image() -> None:
    network = build.network(Input(shape=(9, 7, 2)), Flatten(), Dense(units=3))
    seen = seen_pixels(network, network.nodes[2].uid)
    assert seen is not None
    assert seen.of((1,)) == Pixels((0, 0), (8, 6))


def test_where_nothing_is_known_no_field_is_told() -> None:
    network = build.network(Input(shape=(9, 9, 2)), placed(Conv2D(), muted=True), Conv2D())
    assert seen_pixels(network, network.nodes[1].uid) is None
    assert seen_pixels(network, "nowhere") is None


@pytest.mark.parametrize(
    ("resize", "share"),
    [
        # The middle 100×100 of 100×200 pixels has become 10×10.
        (CROP, (0.0, 0.25, 0.5, 0.5)),
        # 5 of 10 rows in the middle are the image.
        (FIT, (0.0, 0.0, 0.5, 0.5)),
        (STRETCH, (0.0, 0.0, 0.5, 0.5)),
    ],
)
def test_a_field_is_found_again_in_the_image_as_it_was_opened(
    resize: str, share: tuple[float, ...]
) -> None:
    part = Pixels((0, 0), (4, 4))
    assert share_of_opened(part, (10, 10), (100, 200), resize) == pytest.approx(share)


@pytest.mark.parametrize("shape", [(5,), (4, 3), (4, 5, 3), (5, 4, 3, 2)])
def test_every_place_of_a_picture_has_its_number(shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    maps = as_maps(values)
    for at in np.ndindex(*maps.shape):
        row, column, channel = at if maps.ndim == 3 else (0, 0, *at)
        assert values[index_of(shape, Place(channel, row, column))] == maps[at]


def gradients(network: Network, uid: str) -> Any:
    """Return how much each number of an output depends on each pixel, `(pixels, *output)`."""
    silenced_keras()
    from cnnstudio.engine.builder import build as built_of
    from cnnstudio.engine.builder import make_model

    built = built_of(network, seed=0)
    for layer in built.model.layers:
        for weight in layer.weights:
            filling = 0.0 if weight.name == "bias" else 0.5
            weight.assign(np.full(weight.shape, filling, np.float32))
    model = make_model(built.model.inputs[0], built.outputs[uid])
    height, width, channels = built.model.input_shape[1:]
    pixels = np.eye(height * width, dtype=np.float32).reshape(-1, height, width, 1)
    return model(np.repeat(pixels, channels, axis=-1)).numpy()


@pytest.mark.tensorflow
@given(st.lists(EXACT | ENLARGING, min_size=1, max_size=4))
@FEW
def test_the_middle_of_a_field_is_the_gradient_s_centre_of_mass(stack: list[Block]) -> None:
    side = 24
    network = build.network(Input(shape=(side, side - 3, 1)), *stack)
    assume(not analyse(network).errors)
    uid = network.nodes[-1].uid
    seen = seen_pixels(network, uid)
    assert seen is not None
    assert seen.middles is not None
    slopes = gradients(network, uid)[..., 0]
    field = receptive_field(network, uid)
    assert field is not None
    places = [tuple(map(int, place)) for place in np.ndindex(seen.shape[:2])]
    # Those that see no padding: what would be there counts for the middle.
    inner = [place for place in places if _size(seen.of(place)) == field.size]
    for axis in range(2):
        # Where enlarged places take turns in what they see, the mean over some turns is meant.
        away = []
        for row, column in inner:
            slope = slopes[:, row, column].reshape(side, side - 3)
            if not slope.any():
                continue
            mass = slope.sum(axis=1 - axis)
            centre = (mass * np.arange(len(mass))).sum() / mass.sum()
            start, step = seen.middles[axis]
            away.append(centre - float(start + (row, column)[axis] * step))
        assert all(abs(gap) <= 1.5 for gap in away)
        if not _enlarges(stack):
            assert all(abs(gap) < 1e-3 for gap in away)
        elif away:
            assert abs(sum(away) / len(away)) < _TURNS


def _size(pixels: Pixels) -> tuple[int, ...]:
    return tuple(b - a + 1 for a, b in zip(*pixels, strict=True))


def _enlarges(stack: list[Block]) -> bool:
    return any(isinstance(block, UpSampling2D | Conv2DTranspose) for block in stack)
