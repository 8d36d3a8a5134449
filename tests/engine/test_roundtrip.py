"""Design to code and back, built and compared."""

from __future__ import annotations

import numpy as np
import pytest
from _pytest.mark.structures import ParameterSet

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Dense, Embedding, Flatten, Input, Parallel, Repeat
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.source.writing import write_source
from cnnstudio.core.templates import TEMPLATES, Template
from tests.core.build import network, placed

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]


@pytest.fixture
def net() -> Network:
    body = [placed(Conv2D(filters=4, padding="same", activation="relu"))]
    return network(
        Input(shape=(6, 6, 4)),
        placed(Repeat(count=3), [placed(Parallel(), body, [])]),
        Flatten(),
        Dense(units=5),
    )


def test_nothing_changes_on_the_way_to_code_and_back(net: Network) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.roundtrip import check_round_trip

    model = build(net, seed=3).model
    found = check_round_trip(net, model)
    assert found.difference == 0
    assert found.is_same
    assert found.weights == model.count_params()


def test_words_are_whole_numbers_that_are_known() -> None:
    from cnnstudio.engine.random_input import random_input
    from cnnstudio.engine.roundtrip import check_round_trip

    words = network_of(
        Input(shape=(9,)), Embedding(input_dim=7, output_dim=4), Flatten(), Dense(units=2)
    )
    numbers = random_input(words)
    assert set(np.unique(numbers)) <= set(range(7))
    assert check_round_trip(words).is_same


def test_code_that_computes_something_else_is_found_out(net: Network) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.roundtrip import RoundTripError, compare_code

    model, code = build(net, seed=3).model, write_source(net).text
    other = compare_code(code.replace('"relu"', '"tanh"'), net, model)
    assert other.difference > 1e-3
    assert not other.is_same
    with pytest.raises(RoundTripError, match="other weights"):
        compare_code(code.replace("Dense(5", "Dense(6"), net, model)
    with pytest.raises(RoundTripError, match="line 1: There is no Keras model"):
        compare_code("import keras\nmodel = open('x')\n", net, model)


def test_a_difference_is_never_lost_in_numbers_that_are_none() -> None:
    from cnnstudio.engine.random_input import largest_difference

    one = np.array([1, np.inf, np.nan], np.float32)
    assert largest_difference(one, one) == 0
    assert largest_difference(one, np.array([1, np.inf, 2], np.float32)) == np.inf
    assert largest_difference(one, one[:2]) == np.inf
    assert largest_difference(one[:1], np.array([1.5], np.float32)) == 0.5


QUICK = 20_000_000
"""Weights from which on building a network twice is left to the long tests."""
LAYERS = 90
"""And layers likewise."""


def _small(one: Template) -> Network:
    """Make a template for images as small as it takes."""
    if len(one.shape) != 3:
        return one.published()
    side = max(one.least, one.grid)
    return one.network((side, side, one.shape[2]), 10)


def _cases() -> list[ParameterSet]:
    cases = []
    for one in TEMPLATES:
        net = _small(one)
        slow = analyse(net).total_weights > QUICK or len(net.paths) > LAYERS
        cases.append(pytest.param(one, id=one.key, marks=[pytest.mark.soak] * slow))
    return cases


@pytest.mark.timeout(300)
@pytest.mark.parametrize("one", _cases())
def test_every_template_survives_the_way_to_code_and_back_with_the_same_outputs(
    one: Template,
) -> None:
    from cnnstudio.engine.roundtrip import check_round_trip

    net = _small(one)
    found = check_round_trip(net)
    assert found.weights == analyse(net).total_weights
    assert found.is_same, found.difference
