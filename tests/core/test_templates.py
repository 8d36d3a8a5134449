"""Templates: the published number of weights, and a network for any data they can be made for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse, training_problems
from cnnstudio.core.blocks import (
    Dense,
    Embedding,
    GlobalAveragePooling2D,
    Input,
    Resizing,
    Softmax,
    ZeroPadding2D,
)
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.network import starter_network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.templates import TEMPLATES, Template, template

each = pytest.mark.parametrize("one", TEMPLATES, ids=lambda one: one.key)
OF_IMAGES = [one for one in TEMPLATES if len(one.shape) == 3]


@each
def test_the_weights_at_the_published_size_are_the_published_ones(one: Template) -> None:
    report = analyse(one.published())
    assert report.errors == ()
    assert report.total_weights == one.weights
    assert report.output_shape == (one.classes,)


def test_published_weights_are_those_that_papers_and_keras_state() -> None:
    # Keras counts all weights; torchvision counts ResNet-18's trained ones.
    stated = {
        "first": 109_066,
        "lenet-5": 61_706,
        "alexnet": 60_965_224,
        "vgg16": 138_357_544,
        "googlenet": 6_998_552,
        "resnet-50": 25_636_712,
        "densenet-121": 8_062_504,
        "squeezenet": 1_248_424,
        "mobilenet-v2": 3_538_984,
        "xception": 22_910_480,
        "efficientnet-b0": 5_330_571,
        "small-cnn": 1_250_858,
    }
    assert {key: template(key).weights for key in stated} == stated
    assert analyse(template("resnet-18").published()).trainable_weights == 11_689_512


@given(
    st.sampled_from(OF_IMAGES),
    st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(1, 4)),
    st.integers(2, 40),
)
@settings(deadline=None)
def test_a_template_adapts_to_images_of_any_size_and_to_any_number_of_classes(
    one: Template, shape: tuple[int, ...], classes: int
) -> None:
    made = one.network(shape, classes)
    report = analyse(made)
    assert report.errors == ()
    assert report.output_shape == (classes,)
    assert made.nodes[0].block == Input(shape=shape)
    brought = isinstance(made.nodes[1].block, Resizing | ZeroPadding2D)
    assert (made.nodes[1].name == "to_size") == brought == (one.change_of_size(shape) is not None)


@pytest.mark.parametrize("one", OF_IMAGES, ids=lambda one: one.key)
def test_a_template_of_images_can_be_trained_on_the_digits(one: Template) -> None:
    data = DATASETS["mnist-5k"]
    made = one.network(data.shape, data.classes)
    assert training_problems(made, analyse(made), data) == ()


@each
def test_names_are_unique_and_say_what_stands_there(one: Template) -> None:
    names = list(one.published().names())
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in names)


def test_every_template_is_made_anew_with_uids_of_its_own() -> None:
    one, other = template("resnet-50").published(), template("resnet-50").published()
    assert one.paths.keys().isdisjoint(other.paths)


def test_keys_and_titles_are_there_once() -> None:
    assert len({one.key for one in TEMPLATES}) == len({one.title for one in TEMPLATES})
    assert len({one.key for one in TEMPLATES}) == len(TEMPLATES)


def test_the_first_network_is_the_one_a_newcomer_meets() -> None:
    made = template("first").published()
    assert [node.block for node in made.nodes] == [node.block for node in starter_network().nodes]
    assert list(made.names()) == list(starter_network().names())


def test_a_small_image_is_enlarged_to_the_least_size_of_each_side() -> None:
    made = template("xception").network((28, 200, 1), 10)
    assert made.nodes[1].block == Resizing(height=71, width=200)
    said = template("xception").change_of_size((28, 200, 1))
    assert said is not None
    assert "28×200" in said
    assert "71×200" in said


def test_a_u_net_takes_multiples_of_its_four_poolings() -> None:
    assert template("u-net").network((28, 33, 1), 2).nodes[1].block == Resizing(height=32, width=48)


def test_lenet_puts_a_margin_around_digits_as_its_paper_does() -> None:
    made = template("lenet-5").network((28, 29, 1), 10)
    assert made.nodes[1].block == ZeroPadding2D(padding=((2, 2), (1, 2)))


@pytest.mark.parametrize("one", OF_IMAGES, ids=lambda one: one.key)
def test_a_template_of_images_says_why_there_is_none_for_a_row_of_numbers(one: Template) -> None:
    assert "12" in (one.obstacle((12,)) or "")
    with pytest.raises(ValueError, match="images"):
        one.network((12,), 3)


def test_the_text_template_says_why_there_is_none_for_images_and_takes_any_length() -> None:
    text = template("text-cnn")
    assert "28×28×1" in (text.obstacle((28, 28, 1)) or "")
    with pytest.raises(ValueError, match="texts"):
        text.network((28, 28, 1), 10)
    assert analyse(text.network((3,), 5)).output_shape == (5,)
    assert any(isinstance(node.block, Embedding) for node in text.published().nodes)


def test_without_its_last_two_blocks_the_u_net_gives_scores_for_every_pixel() -> None:
    made = template("u-net").network((32, 32, 3), 5)
    mean, softmax = made.nodes[-2:]
    assert isinstance(mean.block, GlobalAveragePooling2D)
    assert isinstance(softmax.block, Softmax)
    pixels = made.removed((len(made.nodes) - 1,)).removed((len(made.nodes) - 2,))
    assert analyse(pixels).output_shape == (32, 32, 5)


def test_a_paper_is_told_in_a_line() -> None:
    paper = template("resnet-50").paper
    assert paper is not None
    assert paper.line() == (
        "He, Zhang, Ren, Sun (2015): Deep residual learning for image recognition"
    )


def test_a_plan_gets_the_pixels_and_the_rate_that_a_network_needs_and_keeps_the_rest() -> None:
    before = TrainingPlan(epochs=3, batch_size=8, optimizer="SGD", learning_rate=0.5)
    usual = replace(before, optimizer="Adam", learning_rate=0.001)
    assert template("resnet-50").plan(before) == usual
    scaled = template("efficientnet-b0").plan(before)
    assert scaled == replace(usual, pixels="0..255")
    slow = template("vgg16").plan(scaled)
    assert slow == replace(usual, learning_rate=0.0001)
    # What one template has set is not left over for the next.
    assert template("resnet-50").plan(slow) == usual


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        template("resnet-51")


def test_classes_decide_the_last_layer_alone() -> None:
    few, many = (template("vgg16").network((64, 64, 3), classes) for classes in (2, 100))
    assert few.nodes[-1].block == Dense(units=2, activation="softmax")
    assert [node.block for node in few.nodes[:-1]] == [node.block for node in many.nodes[:-1]]
