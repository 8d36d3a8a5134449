"""Examples that are made for any Input, and what is made of a network's output."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Conv1D, Conv2D, Dense, Dropout, Embedding, Flatten, Group, Input
from cnnstudio.core.made_inputs import Made, kinds, make, naming, words_of
from cnnstudio.core.network import network_of
from cnnstudio.core.outcomes import (
    Curves,
    Numbers,
    Picture,
    Segmentation,
    Unfinished,
    outcome_of,
)
from cnnstudio.core.seen_pixels import Pixels, seen_pixels
from tests.core import build

SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple)


@given(SHAPES, st.sampled_from(list(Made)), st.integers(0, 5))
def test_an_example_has_the_shape_of_the_input_and_finite_numbers(
    shape: tuple[int, ...], kind: Made, seed: int
) -> None:
    made = make(kind, seed, shape)
    assert made.shape == shape
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert np.array_equal(made, make(kind, seed, shape))
    if len(shape) > 2:
        assert made.min() >= 0
        assert made.max() <= 1


@given(st.integers(1, 40), st.integers(1, 500))
def test_words_are_whole_numbers_that_the_embedding_knows(length: int, words: int) -> None:
    for kind, seed in kinds(words):
        made = make(kind, seed, (length,), words)
        assert np.array_equal(made, np.floor(made))
        assert made.min() >= 0
        assert made.max() < words
        assert naming(kind, words).title


def test_an_impulse_is_in_the_middle_of_every_channel() -> None:
    made = make("impulse", 0, (9, 2))
    assert made[4].tolist() == [1, 1]
    assert made.sum() == 2


def test_another_seed_makes_other_noise() -> None:
    assert not np.array_equal(make("noise", 1, (20,)), make("noise", 2, (20,)))


def test_the_words_that_matter_are_those_of_the_embedding_behind_the_input() -> None:
    table = Embedding(input_dim=77, output_dim=2)
    assert words_of(network_of(Input(shape=(9,)), table)) == 77
    assert words_of(network_of(Input(shape=(9,)), Dense(units=3), table)) is None
    assert words_of(network_of(Input(shape=(9, 1)), Conv1D(filters=2))) is None
    inside = build.placed(Group(), [build.placed(table)])
    assert words_of(build.network(build.placed(Input(shape=(9,))), inside)) == 77


def test_a_number_of_a_text_sees_the_words_its_window_reaches() -> None:
    network = network_of(
        Input(shape=(12,)), Embedding(input_dim=5, output_dim=2), Conv1D(filters=3, kernel_size=3)
    )
    seen = seen_pixels(network, network.nodes[-1].uid)
    assert seen is not None
    assert seen.image == (12,)
    assert seen.of((4, 1)) == Pixels((4,), (6,))


def test_a_unit_on_a_vector_sees_all_of_it() -> None:
    network = network_of(Input(shape=(20,)), Dense(units=3), Dropout())
    for node in network.nodes[1:]:
        seen = seen_pixels(network, node.uid)
        assert seen is not None
        assert seen.of((1,)) == Pixels((0,), (19,))


def test_a_number_of_a_volume_sees_a_box() -> None:
    network = network_of(Input(shape=(6, 8, 8, 1)), Flatten())
    seen = seen_pixels(network, network.nodes[1].uid)
    assert seen is not None
    assert seen.of((0,)) == Pixels((0, 0, 0), (5, 7, 7))
    assert seen_pixels(network_of(Input(shape=(8, 8, 2)), Conv2D(filters=1)), "x") is None


def test_each_place_has_its_likeliest_class_and_the_classes_their_shares() -> None:
    output = np.zeros((2, 2, 3), np.float32)
    output[..., 1] = 0.6
    output[0, 0] = (0.1, 0.1, 0.8)
    found = outcome_of(output, "softmax", ("a", "b", "c"))
    assert isinstance(found, Segmentation)
    assert found.classes.tolist() == [[2, 1], [1, 1]]
    assert found.labels == ("a", "b", "c")
    assert found.shares == ((1, 0.75), (2, 0.25))
    output[1, 1, 0] = np.nan
    with_nan = outcome_of(output, "softmax")
    assert isinstance(with_nan, Segmentation)
    assert with_nan.not_finite == 1
    assert with_nan.labels == ("0", "1", "2")


@pytest.mark.parametrize(
    ("shape", "activation", "kind"),
    [
        ((4, 4, 1), "sigmoid", Picture),
        ((4, 4, 3), "linear", Picture),
        ((4, 4, 3), "softmax", Segmentation),
        ((4, 4, 2), "linear", Segmentation),
        ((4, 4, 64), "relu", Unfinished),
        ((5, 4, 4, 2), "softmax", Segmentation),
        ((9, 1), "linear", Curves),
        ((9, 4), "softmax", Segmentation),
        ((3,), "linear", Numbers),
        ((), "linear", Numbers),
    ],
)
def test_what_comes_out_is_told_by_its_shape_and_activation(
    shape: tuple[int, ...], activation: str, kind: type
) -> None:
    found = outcome_of(np.ones(shape, np.float32), activation)
    assert isinstance(found, kind)


def test_of_a_volume_the_middle_slice_is_told() -> None:
    found = outcome_of(np.zeros((5, 4, 4, 1), np.float32), "sigmoid")
    assert isinstance(found, Picture)
    assert found.slice == (2, 5)


def test_a_picture_far_beyond_black_and_white_has_a_range_of_its_own() -> None:
    near = outcome_of(np.array([[[-0.2], [1.1]]], np.float32), "linear")
    far = outcome_of(np.array([[[-4.0], [8.0]]], np.float32), "linear")
    assert isinstance(near, Picture)
    assert isinstance(far, Picture)
    assert (near.low, near.high) == (0.0, 1.0)
    assert (far.low, far.high) == (-4.0, 8.0)
    assert far.pixels.ravel().tolist() == [0, 255]


def test_a_large_output_is_thinned_and_its_numbers_are_counted() -> None:
    large = outcome_of(np.zeros((600, 300, 2), np.float32), "softmax")
    assert isinstance(large, Segmentation)
    assert large.classes.shape == (256, 256)
    many = outcome_of(np.arange(1000, dtype=np.float32), "linear")
    assert isinstance(many, Numbers)
    assert (len(many.values), many.count) == (64, 1000)
