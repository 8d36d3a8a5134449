from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import assume, given

from cnnstudio.core.analysis import BlockFacts, Report, analyse, output_activation
from cnnstudio.core.blocks import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
    Shape,
    ZeroPadding2D,
)
from cnnstudio.core.document import DesignError, from_text
from cnnstudio.core.network import Network, PlacedBlock, starter_network
from cnnstudio.core.receptive import receptive_field
from tests.core import build
from tests.core.build import placed
from tests.core.strategies import networks

SAME = Conv2D(filters=4, padding="same")
IMAGE = Input(shape=(8, 8, 4))


def facts(network: Network, *path: int) -> BlockFacts:
    return analyse(network).facts[network.at(path).uid]


def totals(report: Report) -> tuple[object, ...]:
    return (
        report.output_shape, report.total_weights, report.trainable_weights, report.macs,
        report.activations,
    )  # fmt: skip


def test_the_first_network_has_the_shapes_and_weights_of_the_lesson() -> None:
    network = starter_network()
    report = analyse(network)
    found = [report.facts[node.uid] for node in network.nodes]
    assert [f.output_shape for f in found] == [
        (28, 28, 1), (26, 26, 64), (13, 13, 64), (13, 13, 64), (13, 13, 64), (10816,), (10,),
    ]  # fmt: skip
    assert [f.weights for f in found] == [0, 640, 0, 0, 256, 0, 108_170]
    assert found[0].input_shape is None
    assert all(f.input_shape == before.output_shape for before, f in zip(found, found[1:]))  # noqa: B905, RUF007 - each with the one before
    assert report.errors == ()
    assert report.total_weights == 109_066
    assert report.trainable_weights == 109_066 - 2 * 64
    assert report.macs == 26 * 26 * 64 * 9 + 10816 * 10
    assert (
        report.activations
        == sum(f.activations for f in found)
        == 28 * 28 + 26 * 26 * 64 + (3 * 10816 + 10816 + 10)
    )


@given(networks(modest=False) | networks())
def test_analysis_has_an_answer_for_every_block_of_any_network(network: Network) -> None:
    report = analyse(network)
    assert set(report.facts) == {node.uid for _path, node in network.walk()}
    assert (report.output_shape is None) == bool(report.errors)
    assert min(report.total_weights, report.macs, report.activations) >= 0
    for problem in report.problems:
        assert problem in report.problems_of(problem.block)
        assert "{" not in problem.message()
    assert report == analyse(network)


@given(networks())
def test_the_whole_is_the_sum_of_the_rows_blocks(network: Network) -> None:
    report = analyse(network)
    found = [report.facts[node.uid] for node in network.nodes]
    assert report.total_weights == sum(f.weights for f in found)
    assert report.trainable_weights == sum(f.trainable for f in found)
    assert report.macs == sum(f.macs for f in found)
    assert report.activations == sum(f.activations for f in found)


def _without_muted(row: tuple[PlacedBlock, ...]) -> tuple[PlacedBlock, ...]:
    return tuple(
        replace(node, lanes=tuple(map(_without_muted, node.lanes)))
        for node in row
        if not node.muted
    )


@given(networks())
def test_a_muted_block_counts_as_if_it_were_not_there(network: Network) -> None:
    muted, gone = analyse(network), analyse(Network(_without_muted(network.nodes)))
    assert totals(muted) == totals(gone)
    assert muted.problems == gone.problems
    assert all(muted.facts[uid] == facts for uid, facts in gone.facts.items())


def _spelled_out(row: tuple[PlacedBlock, ...]) -> tuple[PlacedBlock, ...]:
    """Write every Group as its body, and every Repeat as that many copies of it."""
    result: list[PlacedBlock] = []
    for node in _without_muted(row):
        lanes = tuple(map(_spelled_out, node.lanes))
        match node.block:
            case Group():
                result += lanes[0]
            case Repeat(count=count):
                result += lanes[0] * count
            case _:
                result.append(replace(node, lanes=lanes))
    return tuple(result)


@given(networks(most_blocks=6))
def test_groups_and_repeats_are_only_a_shorter_way_to_write(network: Network) -> None:
    short = analyse(network)
    assume(all(problem.code != "too_many_layers" for problem in short.problems))
    long = analyse(Network(_spelled_out(network.nodes)))
    assert totals(short) == totals(long)
    # What is right beside what differs from one copy to the next.
    assert short.errors == long.errors
    for uid, found in long.facts.items():
        assert short.facts[uid] == found


def test_what_follows_a_fault_has_no_known_shape_and_no_problem_of_its_own() -> None:
    network = build.network(Input(shape=(4, 4, 1)), Conv2D(kernel_size=(7, 7)), Flatten(), Dense())
    report = analyse(network)
    assert [problem.block for problem in report.problems] == [network.nodes[1].uid]
    assert facts(network, 1) == BlockFacts(input_shape=(4, 4, 1))
    assert facts(network, 2) == facts(network, 3) == BlockFacts()
    assert report.output_shape is None


def test_without_an_input_nothing_is_known() -> None:
    network = build.network(Conv2D(), placed(Group(), [Dense()]))
    report = analyse(network)
    assert [problem.code for problem in report.problems] == ["no_input"]
    assert report.problems_of(None) == report.problems
    assert set(report.facts.values()) == {BlockFacts()}


def test_a_muted_block_passes_its_input_on() -> None:
    network = build.network(
        IMAGE, placed(Flatten(), muted=True), placed(Group(), [SAME], muted=True)
    )
    assert analyse(network).output_shape == (8, 8, 4)
    assert facts(network, 1) == BlockFacts((8, 8, 4), (8, 8, 4))
    assert facts(network, 2) == BlockFacts((8, 8, 4), (8, 8, 4))
    assert facts(network, 2, 0, 0) == BlockFacts()


def test_a_muted_input_is_no_input() -> None:
    report = analyse(build.network(placed(IMAGE, muted=True), Flatten()))
    assert [problem.code for problem in report.problems] == ["no_input"]
    assert analyse(build.network(placed(IMAGE, muted=True), IMAGE)).problems == ()


@pytest.mark.parametrize(
    ("merge", "lanes", "out"),
    [
        ("Add", [[SAME], []], (8, 8, 4)),
        ("Add", [[Conv2D(filters=1, padding="same")], []], (8, 8, 4)),
        ("Multiply", [[GlobalAveragePooling2D(keepdims=True)], []], (8, 8, 4)),
        ("Concatenate", [[SAME], [], [Conv2D(filters=3, padding="same")]], (8, 8, 11)),
        ("Concatenate", [[Flatten()], [GlobalAveragePooling2D()]], (260,)),
        ("Maximum", [[], [], []], (8, 8, 4)),
        ("Subtract", [[], [SAME]], (8, 8, 4)),
        ("Add", [[Flatten()], []], None),
        ("Concatenate", [[MaxPooling2D()], []], None),
        ("Concatenate", [[Flatten()], []], None),
        ("Add", [[Dense(units=3)], []], None),
    ],
)
def test_lanes_merge_into_one_shape(merge: str, lanes: list[build.Row], out: Shape | None) -> None:
    network = build.network(IMAGE, placed(Parallel(merge=merge), *lanes))
    assert analyse(network).output_shape == out
    assert facts(network, 1).output_shape == out
    assert all(
        facts(network, 1, lane, 0).input_shape == (8, 8, 4) for lane, row in enumerate(lanes) if row
    )


def test_a_container_counts_what_it_holds() -> None:
    lane: build.Row = [SAME, placed(Repeat(count=3), [SAME, BatchNormalization()])]
    network = build.network(IMAGE, placed(Parallel(), lane, []))
    conv, norm = 4 * 4 * 9 + 4, 16
    macs = 64 * 4 * 4 * 9
    assert facts(network, 1, 0, 0).weights == conv
    assert facts(network, 1, 0, 1).weights == 3 * (conv + norm)
    assert facts(network, 1, 0, 1).macs == 3 * macs
    assert facts(network, 1).weights == conv + 3 * (conv + norm)
    assert facts(network, 1).trainable == conv + 3 * (conv + norm // 2)
    # Every layer's output, and that of the merge.
    assert facts(network, 1).activations == (1 + 3 * 2 + 1) * 8 * 8 * 4


def test_a_repeat_shows_its_first_copy_and_counts_all() -> None:
    network = build.network(Input(shape=(8, 8, 1)), placed(Repeat(count=5), [SAME]))
    first, later = 1 * 4 * 9 + 4, 4 * 4 * 9 + 4
    assert receptive_field(network, network.at((1, 0, 0)).uid) == ((3.0, 3.0), (1.0, 1.0))
    assert facts(network, 1, 0, 0) == BlockFacts(
        (8, 8, 1), (8, 8, 4), first, first, 64 * 9 * 4, 256
    )
    assert facts(network, 1).weights == first + 4 * later
    assert facts(network, 1).output_shape == (8, 8, 4)


def test_a_fault_in_a_later_copy_is_found() -> None:
    body = [MaxPooling2D()]
    network = build.network(Input(shape=(28, 28, 1)), placed(Repeat(count=5), body))
    report = analyse(network)
    assert [problem.message() for problem in report.errors] == [
        "a 2×2 window does not fit a 1×1 input: make it smaller, or set padding to same"
    ]
    assert facts(network, 1, 0, 0).output_shape == (14, 14, 1)
    assert facts(network, 1).output_shape is None


def nested_repeats(levels: int, *body: PlacedBlock, count: int = 1000) -> PlacedBlock:
    for _level in range(levels):
        body = (placed(Repeat(count=count), body),)
    return body[0]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("", nested_repeats(50)),
        ("", nested_repeats(50, count=2)),
        ("", nested_repeats(50, placed(SAME, muted=True))),
        ("", nested_repeats(49, placed(Group(), []))),
        ("too_many_layers", nested_repeats(50, placed(SAME))),
        ("too_many_layers", nested_repeats(50, placed(Dropout()), count=2)),
        ("too_many_layers", nested_repeats(2, placed(Dropout()))),
        ("too_many_layers", nested_repeats(3, placed(ZeroPadding2D(padding=((0, 1), (0, 0)))))),
        ("too_many_layers", nested_repeats(49, placed(Parallel(merge="Add"), [], []))),
        ("too_large", nested_repeats(40, placed(Parallel(merge="Concatenate"), [], []))),
        ("too_many_layers", nested_repeats(1, *[placed(SAME)] * 1000)),
        ("too_many_layers", nested_repeats(1, *[placed(ZeroPadding2D())] * 1000)),
    ],
)  # fmt: skip
def test_repeats_of_repeats_end_soon(name: str, item: PlacedBlock) -> None:
    codes = {problem.code for problem in analyse(build.network(IMAGE, item)).problems}
    assert codes == ({name} if name else set())


def test_a_thousand_copies_of_a_long_body_cost_no_more_than_a_few() -> None:
    body = [SAME, BatchNormalization(), Activation()] * 3
    report = analyse(build.network(IMAGE, placed(Repeat(count=1000), body)))
    assert report.total_weights == 3000 * (4 * 4 * 9 + 4 + 16)
    assert report.errors == ()


@pytest.mark.parametrize(
    ("row", "activation"),
    [
        ([Dense(activation="softmax")], "softmax"),
        ([Dense(), Activation(activation="softmax"), Dropout(), Flatten()], "softmax"),
        ([Dense(activation="softmax"), placed(Dense(), muted=True)], "softmax"),
        ([Dense(activation="softmax"), placed(Group(), [Dense()], muted=True)], "softmax"),
        ([placed(Group(), [Dense(activation="softmax"), placed(Repeat(), [])])], "softmax"),
        ([Dense(activation="softmax"), placed(Group(), [])], "softmax"),
        ([Conv2D(activation="relu"), GlobalAveragePooling2D()], "linear"),
        ([Conv2D(activation="softmax"), GlobalAveragePooling2D()], "softmax"),
        ([Conv2D(activation="softmax"), AveragePooling2D(), Flatten()], "softmax"),
        ([Conv2D(activation="softmax"), MaxPooling2D(), Flatten()], "linear"),
        ([Dense(activation="softmax"), BatchNormalization()], "linear"),
        ([placed(Parallel(), [Dense(activation="softmax")], [])], "linear"),
        ([Dense(activation="softmax"), placed(Parallel(merge="Average"), [], [])], "softmax"),
        ([placed(Parallel(merge="Average"), [Dense(activation="softmax")], [])], "linear"),
        ([Dense(activation="softmax"), placed(Parallel(merge="Maximum"), [], [])], "linear"),
        ([Dense(activation="softmax"), placed(Repeat(), [Dropout()])], "softmax"),
        ([Dense(activation="softmax"), Dense()], "linear"),
        ([], "linear"),
    ],
)
def test_the_last_activation_is_that_of_the_output(row: build.Row, activation: str) -> None:
    assert output_activation(build.network(*row)) == activation


def test_memory_is_reckoned_from_weights_and_outputs() -> None:
    report = analyse(starter_network())
    assert report.weight_bytes == 4 * 109_066
    assert report.activation_bytes(32) == 32 * report.activation_bytes(1)
    assert report.activation_bytes(1) == 4 * report.activations
    kept = 4 * (109_066 + 3 * report.trainable_weights)
    assert report.training_bytes(32) == kept + report.activation_bytes(32)
    assert report.training_bytes(1, slots=0) < report.training_bytes(1, slots=1)


ABSURD: list[tuple[str, build.Row]] = [
    ("too_large", [Conv2D(filters=10**9, kernel_size=(1, 1))]),
    ("too_many_weights", [Flatten(), Dense(units=10**9)]),
    ("kernel_too_large", [Conv2D(kernel_size=(10**9, 10**9))]),
    ("too_many_layers", [placed(Repeat(count=10**6), [SAME])]),
    ("too_large", [placed(Repeat(count=10**6), [ZeroPadding2D(padding=((10**6,) * 2,) * 2)])]),
    ("too_deep", [nested_repeats(100, placed(SAME))]),
    ("too_deep", [nested_repeats(100, count=1)]),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("code", "row"), ABSURD)
def test_a_network_that_no_form_would_let_pass_is_told_so_soon(code: str, row: build.Row) -> None:
    report = analyse(build.network(IMAGE, *row))
    assert [problem.code for problem in report.errors] == [code]


def test_an_input_without_pixels_is_told_so() -> None:
    report = analyse(build.network(Input(shape=(28, 0, 1)), Conv2D(padding="same"), Flatten()))
    assert [problem.code for problem in report.problems] == ["empty_output"]


def _text(*blocks: Mapping[str, object]) -> str:
    return json.dumps({"format": "cnnstudio-design", "version": 1, "blocks": blocks})


def _nest(levels: int) -> dict[str, object]:
    block: dict[str, object] = {"kind": "Group", "lanes": [[]]}
    for _level in range(levels - 1):
        block = {"kind": "Group", "lanes": [[block]]}
    return block


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"kind": "Conv2D", "params": {"filters": 10**9}}, "filters must be a whole number from 1"),
        ({"kind": "Conv2D", "params": {"filters": 0}}, "filters must be a whole number from 1"),
        ({"kind": "Dense", "params": {"units": 10**12}}, "units must be a whole number from 1"),
        ({"kind": "Repeat", "params": {"count": 10**6}, "lanes": [[]]}, "count must be a whole"),
        ({"kind": "Input", "params": {"shape": [28, 0, 1]}}, "whole numbers from 1 to 65536"),
        ({"kind": "Input", "params": {"shape": [-1, 28, 1]}}, "whole numbers from 1 to 65536"),
        ({"kind": "Conv2D", "params": {"strides": [0, 0]}}, "strides must be two whole numbers"),
        (_nest(100), "containers are nested deeper than 50 levels"),
    ],
)
def test_an_absurd_block_in_a_file_is_refused_in_plain_words(
    block: dict[str, object], says: str
) -> None:
    with pytest.raises(DesignError, match=says):
        from_text(_text(block))


@pytest.mark.timeout(20)
def test_the_largest_that_a_file_may_hold_is_answered_soon() -> None:
    largest = {"shape": [65536, 65536, 65536, 65536]}
    repeat = {"kind": "Repeat", "params": {"count": 1000}, "lanes": [[{"kind": "Dropout"}]]}
    text = _text({"kind": "Input", "params": largest}, *[repeat] * 500)
    assert [p.code for p in analyse(from_text(text).network).errors] == ["too_large"]
    text = _text({"kind": "Input"}, *[repeat] * 500)
    assert [p.code for p in analyse(from_text(text).network).errors] == ["too_many_layers"]
