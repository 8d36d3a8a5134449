"""The block that stands for layers there are no blocks for."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import CATALOGUE, Block, Dense, Input, Opaque, Repeat, make_block
from cnnstudio.core.document import Design, from_text, to_text
from cnnstudio.core.network import network_of
from cnnstudio.core.safe_layers import foreign_parts
from tests.core import build

LSTM = {"class_name": "LSTM", "module": "keras.layers", "config": {"units": 3}}


def part(*layers: dict[str, Any]) -> str:
    return json.dumps({"layers": {f"layer{n}": layer for n, layer in enumerate(layers)}})


@pytest.fixture
def memory() -> Opaque:
    arrays = (("kernel", (4, 12), True), ("bias", (12,), False))
    return Opaque(
        why="there is no block LSTM", received=(5, 4), output=(3,), arrays=arrays, part=part(LSTM)
    )


def test_an_opaque_part_has_the_shape_and_the_weights_it_came_with(memory: Opaque) -> None:
    network = network_of(Input(shape=(5, 4)), memory, Dense(units=2))
    report = analyse(network)
    assert report.errors == ()
    facts = report.facts[network.nodes[1].uid]
    assert (facts.output_shape, facts.weights, facts.trainable) == ((3,), 60, 48)
    assert memory.key_params() == "LSTM"
    assert report.output_shape == (2,)


def test_the_operations_of_a_part_are_not_known_and_counted_as_such(memory: Opaque) -> None:
    network = network_of(Input(shape=(5, 4)), memory, Dense(units=2))
    report = analyse(network)
    assert (report.macs, report.uncounted) == (6, 1)
    assert report.facts[network.nodes[1].uid].uncounted == 1
    assert analyse(network_of(Input(shape=(5,)), Dense(units=2))).uncounted == 0
    part = build.network(
        Input(shape=(5, 3)),
        build.placed(Repeat(count=4), [replace(memory, received=(5, 3), output=(5, 3))]),
    )
    assert analyse(part).uncounted == 4
    assert analyse(part).facts[part.nodes[1].uid].uncounted == 4


def test_an_opaque_part_is_saved_with_its_design_and_offered_nowhere(memory: Opaque) -> None:
    design = Design("d", network_of(Input(shape=(5, 4)), memory))
    assert from_text(to_text(design)) == design
    assert "Opaque" not in CATALOGUE


@pytest.mark.parametrize(
    "params",
    [
        {"received": [0, 4]},
        {"received": [2] * 9},
        {"output": [True]},
        {"output": "4"},
        {"arrays": [["kernel", [2, 3]]]},
        {"arrays": [[1, [2, 3], True]]},
        {"arrays": [["kernel", [2.5], True]]},
        {"why": 3},
        {"part": {}},
    ],
    ids=str,
)
def test_a_spoilt_opaque_part_is_refused_by_name(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"Opaque: {next(iter(params))} must be"):
        make_block("Opaque", params)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"layers": 3}', '{"layers": {"a": 1}}'])
def test_a_part_that_is_no_description_is_harmless(text: str) -> None:
    block: Block = Opaque(part=text, received=(4,), output=(4,))
    assert block.fault((4,)) is None
    assert isinstance(block.key_params(), str)


def test_layers_of_keras_are_no_foreign_parts() -> None:
    inner = {"class_name": "GlorotUniform", "module": "keras.initializers", "config": {}}
    policy = {"class_name": "DTypePolicy", "module": "keras", "config": {"name": "float32"}}
    wrapped = {
        "class_name": "Bidirectional",
        "config": {"layer": {**LSTM, "config": {"kernel_initializer": inner, "dtype": policy}}},
    }
    assert foreign_parts([LSTM, wrapped]) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"class_name": "Lambda", "module": "keras.layers", "config": {}},
        {"class_name": "__lambda__", "config": {"value": "4wEAAAA="}},
        {"class_name": "TFSMLayer", "module": "keras.layers", "config": {"filepath": "/etc"}},
        {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
        {"class_name": "TextVectorization", "config": {"vocabulary": "/etc/passwd"}},
        {"class_name": "function", "module": "keras.utils", "config": "get_file"},
        {"class_name": "function", "module": "builtins", "config": "mine"},
        {"class_name": "Dense", "module": "mine.layers", "config": {}},
        {"class_name": "Dense", "module": "keras_hub.layers", "config": {}},
        {"class_name": "Dense", "module": None, "registered_name": "mine>Dense", "config": {}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda"}]}},
        {"class_name": "Dense"} | {"module": "kerasx"},
        {"class_name": ["Dense"], "config": {}},
    ],
    ids=str,
)
def test_whatever_is_not_on_the_list_is_foreign_however_deep_it_lies(entry: dict[str, Any]) -> None:
    assert foreign_parts(entry) != ()
    outer = {"class_name": "TimeDistributed", "config": {"layer": [{"x": entry}]}}
    assert foreign_parts(outer) == foreign_parts(entry)


def test_a_description_nested_without_end_is_foreign() -> None:
    deep: dict[str, Any] = {}
    for _level in range(500):
        deep = {"x": deep}
    assert foreign_parts(deep) != ()
