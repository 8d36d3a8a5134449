"""Where an image lies under its maps."""

import pytest

from cnnstudio.core.blocks import (
    Block,
    Conv1D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Reshape,
)
from cnnstudio.core.map_places import Area, image_under
from cnnstudio.core.seen_pixels import seen_pixels
from tests.core import build


@pytest.mark.parametrize(
    ("stack", "area"),
    [
        ([Conv2D(padding="same")], Area(0, 0, 10, 8)),
        # The border of one pixel has no cell.
        ([Conv2D(padding="valid")], Area(-1, -1, 10, 8)),
        ([MaxPooling2D(pool_size=(2, 2))], Area(0, 0, 5, 4)),
        # A cell is two pixels wide, and its window's middle is at 1, 3, 5 and 7.
        ([Conv2D(strides=(2, 2), padding="valid")], Area(-0.25, -0.25, 5, 4)),
    ],
)
def test_a_cell_lies_where_its_field_is(stack: list[Block], area: Area) -> None:
    network = build.network(Input(shape=(8, 10, 1)), *stack)
    seen = seen_pixels(network, network.nodes[-1].uid)
    assert seen is not None
    assert image_under(seen) == area


@pytest.mark.parametrize(
    "stack",
    [
        [Flatten()],
        [Flatten(), Dense(units=80), Reshape(target_shape=(8, 10, 1))],
        [GlobalAveragePooling2D()],
    ],
)
def test_what_has_no_place_in_the_image_lies_nowhere(stack: list[Block]) -> None:
    network = build.network(Input(shape=(8, 10, 1)), *stack)
    seen = seen_pixels(network, network.nodes[-1].uid)
    assert seen is not None
    assert image_under(seen) is None


def test_the_maps_of_a_sequence_lie_over_no_image() -> None:
    network = build.network(Input(shape=(8, 2)), Conv1D())
    seen = seen_pixels(network, network.nodes[-1].uid)
    assert seen is not None
    assert image_under(seen) is None
