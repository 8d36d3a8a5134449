"""What single numbers are explained by; over random networks see `test_right_everywhere`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    ELU,
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    Opaque,
    Parallel,
    Repeat,
    Rescaling,
    UnitNormalization,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.choices import ACTIVATIONS
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.explaining import (
    Explanation,
    Merged,
    Normalized,
    Passed,
    Pooled,
    Scaled,
    Untold,
    WeightedSum,
)
from tests.core import build
from tests.core.build import placed
from tests.core.keras_oracle import silenced_keras
from tests.engine.looking import look_of, looked, made

if TYPE_CHECKING:
    from cnnstudio.engine.explain import Look

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask:UserWarning"),
    pytest.mark.filterwarnings("ignore:(?s).*softmax over axis:UserWarning"),
]

PLACES = 6


@pytest.fixture(autouse=True, scope="module")
def _keras() -> Any:
    return silenced_keras()


def some_places(look: Look, seed: int) -> list[tuple[str, tuple[int, ...]]]:
    draw = np.random.default_rng(seed)
    places = []
    for _path, node in look.network.walk():
        if node.uid in look.maps:
            shape = look.maps[node.uid].shape
            for _each in range(PLACES):
                places.append((node.uid, tuple(int(draw.integers(n)) for n in shape)))
    return places


def check(look: Look, seed: int = 0) -> list[Explanation]:
    told = []
    for uid, index in some_places(look, seed):
        explanation = look.explain(uid, index)
        node = look.network.at(look.network.paths[explanation.block])
        assert explanation.value == look.maps[uid][index] or np.isnan(explanation.value)
        assert explanation.agrees, (node.block, explanation)
        told.append(explanation)
    return told


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_adds_up(activation: str) -> None:
    network = build.network(
        Input(shape=(7, 6, 2)),
        Conv2D(filters=3, activation=activation),
        Activation(activation=activation),
        Flatten(),
        Dense(units=5, activation=activation),
    )
    told = check(looked(network, spread=6.0))
    assert {one.activation.name for one in told if one.activation} >= {activation} - {"linear"}


@pytest.mark.parametrize("merge", MERGES)
def test_every_merge_adds_up(merge: str) -> None:
    lanes: tuple[list[Block], ...] = (
        [Conv2D(filters=2, padding="same", activation="tanh")],
        [],
    )
    network = build.network(
        Input(shape=(5, 6, 2)), placed(Parallel(merge=merge), *lanes), Conv2D(filters=2)
    )
    look = looked(network)
    check(look)
    merged = look.explain(network.nodes[1].uid, (2, 3, 1)).parts
    if merge == "Concatenate":
        assert merged == Passed(float(look.maps[network.at((1, 0, 0)).uid][2, 3, 1]), (2, 3, 1), 0)
        third = look.explain(network.nodes[1].uid, (2, 3, 3)).parts
        assert third == Passed(float(look.maps[network.nodes[0].uid][2, 3, 1]), (2, 3, 1), 1)
    else:
        assert isinstance(merged, Merged)
        assert merged.lanes == ("conv_1", "input_1")


def test_what_leaves_a_repeat_is_explained_by_its_last_copy() -> None:
    conv = Conv2D(filters=2, kernel_size=(3, 1), activation="relu")
    inner = placed(Repeat(count=3), [conv])
    network = build.network(Input(shape=(30, 5, 2)), placed(Repeat(count=2), [inner, conv]))
    look = looked(network)
    check(look)
    last = network.at((1, 0, 1))
    told = look.explain(network.nodes[1].uid, (3, 2, 1))
    first = look.explain(last.uid, (3, 2, 1))
    assert told.block == first.block == last.uid
    assert told.value != first.value
    assert isinstance(told.parts, WeightedSum)
    assert isinstance(first.parts, WeightedSum)
    assert not np.array_equal(told.parts.weights, first.parts.weights)


def test_padding_is_marked_and_adds_nothing() -> None:
    network = build.network(Input(shape=(6, 6, 1)), Conv2D(filters=2, padding="same"))
    parts = looked(network).explain(network.nodes[1].uid, (0, 2, 1)).parts
    assert isinstance(parts, WeightedSum)
    assert parts.seen.places == ((-1, 0, 1), (1, 2, 3))
    assert parts.seen.inside.tolist() == [[False] * 3, [True] * 3, [True] * 3]
    assert not parts.products[0].any()


def test_a_group_of_filters_sees_its_own_channels_only() -> None:
    network = build.network(Input(shape=(6, 6, 4)), Conv2D(filters=6, groups=2))
    parts = looked(network).explain(network.nodes[1].uid, (0, 0, 4)).parts
    assert isinstance(parts, WeightedSum)
    assert (parts.seen.first, parts.inputs.shape) == (2, (3, 3, 2))


def test_all_of_equal_largest_numbers_win_and_padding_never_does() -> None:
    network = build.network(
        Input(shape=(3, 3, 1)), ZeroPadding2D(), MaxPooling2D(pool_size=(3, 3), padding="same")
    )
    look = looked(network, spread=0.0)
    parts = look.explain(network.nodes[2].uid, (1, 1, 0)).parts
    assert isinstance(parts, Pooled)
    assert parts.winners.sum() == parts.count == 4
    assert parts.values.shape == (3, 3)


def test_a_dense_unit_names_the_maps_its_inputs_come_from() -> None:
    network = build.network(
        Input(shape=(6, 6, 1)), Conv2D(filters=2), Flatten(), Dropout(rate=0.5), Dense(units=3)
    )
    told = looked(network).explain(network.nodes[4].uid, (1,))
    assert (told.source, told.flattened) == ("conv_1", (4, 4, 2))
    assert isinstance(told.parts, WeightedSum)
    assert told.parts.inputs.shape == (32,)


def test_a_muted_block_s_neighbour_is_what_is_explained() -> None:
    network = build.network(
        Input(shape=(6, 6, 1)), placed(Conv2D(filters=3), muted=True), Conv2D(filters=2)
    )
    told = looked(network).explain(network.nodes[2].uid, (0, 0, 0))
    assert isinstance(told.parts, WeightedSum)
    assert told.source == "input_1"


def test_the_input_is_its_pixel_brought_to_the_range_of_the_plan() -> None:
    network = build.network(Input(shape=(6, 6, 1)), Flatten())
    look = looked(network)
    told = look.explain(network.nodes[0].uid, (2, 3, 0))
    assert isinstance(told.parts, Scaled)
    assert told.parts.x == round(told.value * 255)
    assert told.agrees


def test_what_the_explanation_says_is_held_against_the_map() -> None:
    network = build.network(Input(shape=(6, 6, 1)), Conv2D(filters=2))
    look = looked(network)
    uid = network.nodes[1].uid
    wrong = {**look.maps, uid: look.maps[uid] * np.float32(1.001)}
    assert look.explain(uid, (1, 1, 1)).agrees
    assert not replace(look, maps=wrong).explain(uid, (1, 1, 1)).agrees


def test_a_place_that_is_not_there_is_refused_in_words() -> None:
    from cnnstudio.engine.errors import EngineError

    network = build.network(Input(shape=(6, 6, 1)), Conv2D(filters=2))
    look = looked(network)
    for index in ((9, 0, 0), (0, 0), (-1, 0, 0)):
        with pytest.raises(EngineError, match="not in the maps"):
            look.explain(network.nodes[1].uid, index)
    with pytest.raises(EngineError, match="not in the network"):
        look.explain("nowhere", (0,))


def test_while_blocks_learn_the_explanation_says_what_they_do_then() -> None:
    from cnnstudio.engine.learning_pass import learning_pass_of

    network = build.network(
        Input(shape=(8, 8, 2)),
        Conv2D(filters=3),
        Dropout(rate=0.4),
        BatchNormalization(),
        Flatten(),
    )
    built, entered = made(network)
    maps = learning_pass_of(built).maps(entered, 3)
    look = look_of(built, maps, trains=True)
    check(look)
    norm = look.explain(network.nodes[3].uid, (2, 3, 1)).parts
    assert isinstance(norm, Normalized)
    assert norm.over == 36
    factors = set()
    for row, column in np.ndindex(6, 6):
        parts = look.explain(network.nodes[2].uid, (row, column, 0)).parts
        assert isinstance(parts, Scaled)
        assert parts.is_drawn
        assert parts.dropping == 0.4
        factors.add(round(parts.scale, 6))
    assert factors == {0.0, round(1 / 0.6, 6)}


def test_a_layer_that_is_not_taken_apart_is_told_with_what_it_received() -> None:
    lstm = {"class_name": "LSTM", "config": {"units": 3, "name": "memory"}}
    call = {"name": "memory", "layer": "memory", "args": [{"from": "x"}], "kwargs": {}}
    part = {"input": "x", "output": "memory", "layers": {"memory": lstm}, "calls": [call]}
    arrays = (("kernel", (4, 12), True), ("recurrent", (3, 12), True), ("bias", (12,), True))
    memory = Opaque(received=(5, 4), output=(3,), arrays=arrays, part=json.dumps(part))
    network = build.network(Input(shape=(5, 4)), memory, Dense(units=2))
    look = looked(network)
    told = look.explain(network.nodes[1].uid, (1,))
    assert isinstance(told.parts, Untold)
    assert told.agrees
    assert (told.source, told.parts.shape) == ("input_1", (5, 4))
    assert np.array_equal(told.parts.inputs, look.maps[network.nodes[0].uid].reshape(-1))
    check(look)


def test_zeros_keep_their_length_and_add_up() -> None:
    network = build.network(Input(shape=(4,)), UnitNormalization())
    told = looked(network, spread=0.0).explain(network.nodes[1].uid, (2,))
    assert (told.value, told.computed, told.agrees) == (0.0, 0.0, True)


@pytest.mark.parametrize(
    "block", [Activation(activation="elu"), Activation(activation="selu"), ELU(alpha=3.0)]
)
def test_what_an_exponential_less_one_loses_is_in_the_margin_and_little_more(block: Block) -> None:
    network = build.network(Input(shape=(40,)), Rescaling(scale=-1.0), block, Rescaling(scale=-1.0))
    look = looked(network, spread=1e-3)
    told = [look.explain(network.nodes[2].uid, (at,)) for at in range(40)]
    assert all(one.agrees for one in told)
    assert any(abs(one.computed - one.value) > 3e-5 * abs(one.value) for one in told)
    assert all(one.margin < 1e-6 for one in told)
