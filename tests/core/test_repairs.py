"""Repairs: each one that is offered cures its problem, can be undone, and says what it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    MaxPooling2D,
    Opaque,
    Parallel,
    Repeat,
    Softmax,
)
from cnnstudio.core.document import Design, from_text, to_text
from cnnstudio.core.edits import Step
from cnnstudio.core.learning import design_problems
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, network_of, starter_network
from cnnstudio.core.problems import TEMPLATES, Problem, Severity
from cnnstudio.core.repairs import MOST, PROPOSALS, Repair, repaired, repairs_of
from cnnstudio.core.repairs_site import Site
from cnnstudio.core.report import Report
from tests.core import build
from tests.core.build import placed
from tests.core.strategies import networks
from tests.core.test_analysis import ABSURD
from tests.core.test_problems import CASES, DIGITS, MEMORY

IMAGE = Input(shape=(28, 28, 1))
POINT = Conv2D(kernel_size=(1, 1))
SOFTMAX = Activation(activation="softmax")


def problems(network: Network) -> tuple[Problem, ...]:
    return design_problems(network, analyse(network), DIGITS, memory=MEMORY, pixels="0..1")


def the_problem(network: Network, code: str) -> Problem:
    return next(problem for problem in problems(network) if problem.code == code)


def offered(network: Network, code: str) -> list[str]:
    problem = the_problem(network, code)
    return [
        repair.text for repair in repairs_of(network, problem, DIGITS, memory=MEMORY, pixels="0..1")
    ]


def _worked(network: Network, report: Report, uid: str) -> bool:
    """Return whether nothing was wrong with a block, nor with the Repeats that it is in."""
    path = network.find(uid)
    assert path is not None
    around = [network.at(path[:length]) for length in range(1, len(path) + 1, 2)]
    blocks = [node for node in around if node.uid == uid or isinstance(node.block, Repeat)]
    return all(report.facts[node.uid].output_shape is not None for node in blocks)


def check(network: Network, problem: Problem, repair: Repair) -> None:
    """Hold a repair to what is promised of all."""
    after = repair.step.apply(network)
    assert (problem.code, problem.block) not in {(p.code, p.block) for p in problems(after)}
    assert repair.step.inverse().apply(after) == network
    before = analyse(network)
    had = {(error.code, error.block) for error in before.errors}
    for error in analyse(after).errors:
        if (error.code, error.block) in had:
            continue
        assert error.block is not None
        assert not _worked(network, before, error.block)
    assert repair.step.text() == repair.text
    assert not set("{}") & set(repair.text)


CASES_BY_ID = [
    pytest.param(code, case.row, id=f"{code}-{number}")
    for code, cases in CASES.items()
    for number, case in enumerate(cases)
]


@pytest.mark.parametrize(("code", "row"), CASES_BY_ID)
def test_every_problem_is_cured_by_each_of_its_repairs(code: str, row: build.Row) -> None:
    network = build.network(*row)
    problem = the_problem(network, code)
    repairs = repairs_of(network, problem, DIGITS, memory=MEMORY, pixels="0..1")
    assert 1 <= len(repairs) <= MOST
    assert len({repair.text for repair in repairs}) == len(repairs)
    for repair in repairs:
        check(network, problem, repair)


@pytest.mark.parametrize(("code", "row"), CASES_BY_ID)
def test_first_repairs_leave_no_error(code: str, row: build.Row) -> None:
    network = build.network(*row)
    after, steps = repaired(network, DIGITS, memory=MEMORY, pixels="0..1")
    # Layers that came with a model are left out by a person alone.
    left = () if not code.startswith("opaque_") else (code,)
    assert tuple(problem.code for problem in analyse(after).errors) == left
    assert_undone(network, after, steps)


def assert_undone(network: Network, after: Network, steps: tuple[Step, ...]) -> None:
    done = network
    for step in steps:
        done = step.apply(done)
    assert done == after
    for step in reversed(steps):
        done = step.inverse().apply(done)
    assert done == network


def test_every_problem_has_proposals() -> None:
    assert set(PROPOSALS) == set(TEMPLATES)


@pytest.mark.parametrize(
    ("code", "row", "first"),
    [
        ("kernel_too_large", [IMAGE, Conv2D(kernel_size=(29, 3))], "Set padding to same"),
        ("vector_received", [IMAGE, Flatten(), Conv2D()], "Move it above flatten_1"),
        # Moved, it would leave the next one with the vector.
        ("vector_received", [IMAGE, Flatten(), POINT, POINT], "Insert Reshape 1×1×784 before it"),
        # That its images are not those of the data is another problem.
        ("no_blocks", [placed(Input(shape=(4, 4, 4)), muted=True)], "Use input_1 again"),
        ("flatten_missing", [IMAGE, Conv2D(), Dense()], "Insert Flatten before it"),
        ("softmax_axis", [IMAGE, Flatten(), Dense(), Softmax(axis=(1,))], "Set axes to last"),
        ("output_classes", [IMAGE, Flatten(), Dense(units=7)], "Set units to 10"),
        (
            "output_classes",
            [IMAGE, Flatten(), Dense(units=7, activation="softmax"), Dropout()],
            "Set units of dense_1 to 10",
        ),
        (
            "output_classes",
            [IMAGE, Conv2D(filters=7), GlobalAveragePooling2D(), SOFTMAX],
            "Set filters of conv_1 to 10",
        ),
        (
            "output_classes",
            [IMAGE, Flatten(), placed(Group(), [Dense(units=7)])],
            "Set units of dense_1 to 10",
        ),
        (
            "output_rank",
            [IMAGE, Conv2D(), Dense(activation="softmax")],
            "Insert Flatten before dense_1",
        ),
        (
            "output_activation",
            [IMAGE, Flatten(), Dense(activation="sigmoid")],
            "Set activation to softmax",
        ),
        (
            "lanes_differ",
            [IMAGE, Conv2D(filters=8), placed(Parallel(), [Conv2D(filters=8)], [])],
            "Set padding to same in its lanes",
        ),
        (
            "lanes_differ",
            [IMAGE, Conv2D(filters=8), placed(Parallel(), [Conv2D(padding="same")], [])],
            "Set filters of conv_2 to 8",
        ),
        (
            "lanes_differ",
            [
                IMAGE,
                Conv2D(filters=8),
                placed(Parallel(), [Conv2D(filters=16, strides=(2, 2), padding="same")], []),
            ],
            "Add Conv2D 16 · 1×1 · /2×2 · same at the end of lane 2",
        ),
        (
            "window_too_large",
            [IMAGE, placed(Repeat(count=5), [MaxPooling2D()])],
            "Set padding to same",
        ),
        (
            "dropout_before_normalization",
            [IMAGE, Dropout(), placed(Group(), [BatchNormalization()])],
            "Move it after norm_1",
        ),
        ("useless_bias", [IMAGE, Conv2D(), BatchNormalization()], "Switch its bias off"),
        ("softmax_twice", [IMAGE, Flatten(), Dense(activation="softmax"), SOFTMAX], "Remove it"),
    ],
)
def test_the_first_repair_is_what_is_most_likely_meant(
    code: str, row: build.Row, first: str
) -> None:
    assert offered(build.network(*row), code)[0] == first


def test_a_repeat_can_be_repeated_as_often_as_its_body_fits() -> None:
    network = build.network(IMAGE, placed(Repeat(count=9), [MaxPooling2D()]))
    assert "Set count of repeat_1 to 4" in offered(network, "window_too_large")


def _wrapped(how: str, block: Block) -> PlacedBlock:
    match how:
        case "Group":
            return placed(Group(), [block])
        case "Repeat":
            return placed(Repeat(count=3), [block])
        case "lane":
            return placed(Parallel(merge="Concatenate"), [], [block])
        case _:
            return placed(Group(), [placed(Parallel(merge="Concatenate"), [block], [])])


@pytest.mark.parametrize("how", ["Group", "Repeat", "lane", "lane in a Group"])
@pytest.mark.parametrize(
    ("code", "block"),
    [
        ("kernel_too_large", Conv2D(kernel_size=(31, 31))),
        ("groups_channels", Conv2D(filters=9, groups=3, padding="same")),
        ("dropout_nothing", Dropout(rate=0.0)),
        ("softmax_of_one", Conv2D(filters=1, kernel_size=(1, 1), activation="softmax")),
    ],
)
def test_blocks_in_containers_are_repaired_in_place(code: str, block: Block, how: str) -> None:
    network = build.network(Input(shape=(28, 28, 4)), _wrapped(how, block))
    problem = the_problem(network, code)
    repairs = repairs_of(network, problem, DIGITS)
    assert repairs
    for repair in repairs:
        check(network, problem, repair)


def test_the_first_network_needs_no_repair() -> None:
    network = starter_network()
    assert repaired(network, DIGITS, memory=MEMORY, pixels="0..1") == (network, ())


def test_hints_are_followed_only_when_asked_for() -> None:
    network = starter_network()
    after, steps = repaired(network, DIGITS, least=Severity.HINT)
    assert [step.text() for step in steps] == ["Move it after norm_1"]
    assert problems(after) == ()
    assert [node.uid for node in after.nodes[3:5]] == [node.uid for node in network.nodes[4:2:-1]]


def _one_more(site: Site) -> Iterator[Repair]:
    """Cure a Dropout with another one before it that has the same problem."""
    draft = site.draft.changed(site.path, rate=0.5)
    yield draft.inserted(site.path, Dropout(rate=1.0)).repair("one more")


def _other(site: Site) -> Iterator[Repair]:
    """Cure the first or second block of a network by giving the other the same problem."""
    other = 3 - site.path[0]
    yield site.draft.changed(site.path, rate=0.5).changed((other,), rate=1.0).repair("the other")


@pytest.mark.parametrize(("proposals", "most"), [(_one_more, 100), (_other, 2)])
def test_repairs_that_go_round_in_circles_come_to_an_end(
    proposals: Callable[[Site], Iterator[Repair]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROPOSALS, "dropout_everything", proposals)
    network = build.network(IMAGE, Dropout(rate=1.0), Dropout(), Flatten())
    after, steps = repaired(network)
    assert 1 <= len(steps) <= most
    assert_undone(network, after, steps)


def test_a_problem_of_another_network_has_no_repair() -> None:
    other = build.network(IMAGE, Conv2D(kernel_size=(99, 99)))
    problem = the_problem(other, "kernel_too_large")
    assert repairs_of(starter_network(), problem) == ()


def test_a_network_of_many_mistakes_becomes_one_that_learns_digits() -> None:
    network = network_of(
        Conv2D(kernel_size=(5, 5), strides=(2, 2), dilation_rate=(2, 2)),
        MaxPooling2D(pool_size=(40, 40)),
        IMAGE,
        Flatten(),
        Conv2D(filters=6, groups=4),
        Dropout(rate=1.0),
        Dense(units=3, activation="relu"),
        SOFTMAX,
    )
    after, steps = repaired(network, DIGITS, memory=MEMORY, pixels="0..1")
    assert [p for p in problems(after) if p.severity is not Severity.HINT] == []
    assert_undone(network, after, steps)


def test_mending_all_leaves_out_no_layers_that_came_with_a_model() -> None:
    part = json.dumps(
        {
            "input": "x", "output": "odd",
            "layers": {"odd": {"class_name": "Lambda", "config": {"function": "x"}}},
            "calls": [{"name": "odd", "layer": "odd", "args": [{"from": "x"}], "kwargs": {}}],
        }
    )  # fmt: skip
    inner = placed(Group(), [Opaque(part=part, received=(8, 8, 4), output=(8, 8, 4))])
    network = build.network(Input(shape=(8, 8, 4)), Dropout(rate=1.0), inner, Flatten())
    after, steps = repaired(network)
    assert [type(node.block) for _path, node in after.walk()] == [
        type(node.block) for _path, node in network.walk()
    ]
    assert not any(node.muted for _path, node in after.walk())
    assert [problem.code for problem in analyse(after).errors] == ["opaque_foreign"]
    assert after.nodes[1].block != Dropout(rate=1.0), "what can be mended is"
    assert_undone(network, after, steps)
    # The person may leave it out all the same.
    assert repairs_of(network, the_problem(network, "opaque_foreign"))


@pytest.mark.timeout(60)
def test_a_thousand_blocks_are_repaired() -> None:
    wrong = [Conv2D(kernel_size=(99, 99)), MaxPooling2D(pool_size=(99, 99)), Conv2D(groups=5)]
    network = network_of(IMAGE, *(wrong * 33)[:98], *[Conv2D(padding="same")] * 900)
    after, _steps = repaired(network)
    assert analyse(after).errors == ()


def test_what_was_repaired_can_be_saved_and_read() -> None:
    network = build.network(IMAGE, Flatten(), Conv2D(kernel_size=(99, 99)), Dense(units=3))
    design = Design(network=repaired(network, DIGITS)[0])
    assert from_text(to_text(design)) == design
    assert json.loads(to_text(design))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("code", "row"), ABSURD)
def test_an_absurd_network_is_repaired_soon(code: str, row: build.Row) -> None:
    network = build.network(Input(shape=(8, 8, 4)), *row)
    repairs = repairs_of(network, the_problem(network, code), DIGITS, memory=MEMORY, pixels="0..1")
    assert repairs
    after, steps = repaired(network, DIGITS, memory=MEMORY, pixels="0..1")
    assert analyse(after).errors == ()
    assert_undone(network, after, steps)


def _nested(levels: int) -> Network:
    node = placed(Group(), [Conv2D(kernel_size=(99, 99))])
    for _level in range(levels - 1):
        node = placed(Group(), [node])
    return build.network(IMAGE, node)


@pytest.mark.parametrize("levels", [DEEPEST, DEEPEST + 1, 100])
def test_the_deepest_containers_are_repaired_and_undone(levels: int) -> None:
    network = _nested(levels)
    after, steps = repaired(network, DIGITS)
    assert analyse(after).errors == ()
    assert_undone(network, after, steps)


@given(networks(modest=False) | networks())
def test_first_repairs_of_any_network_leave_no_error_and_can_be_undone(network: Network) -> None:
    after, steps = repaired(network, DIGITS, memory=MEMORY, pixels="0..1")
    assert analyse(after).errors == ()
    assert_undone(network, after, steps)


@given(networks(modest=False) | networks())
def test_every_repair_of_any_network_cures_and_can_be_undone(network: Network) -> None:
    for problem in problems(network):
        repairs = repairs_of(network, problem, DIGITS, memory=MEMORY, pixels="0..1")
        assert repairs or problem.severity is not Severity.ERROR
        for repair in repairs:
            check(network, problem, repair)


@given(networks(modest=False) | networks())
def test_without_a_dataset_errors_are_repaired_as_well(network: Network) -> None:
    after, steps = repaired(network)
    assert analyse(after).errors == ()
    assert_undone(network, after, steps)


def test_a_residual_block_that_is_being_built_keeps_its_shortcut() -> None:
    branches = placed(Parallel(merge="Add"), [Conv2D(filters=8, kernel_size=(3, 3))], [])
    network = build.network(Input(shape=(28, 28, 4)), branches)
    first = repairs_of(network, the_problem(network, "lanes_differ"), DIGITS)[0]
    after = first.step.apply(network)
    assert after.at((1,)).lanes[1] == ()
    assert analyse(after).output_shape == (28, 28, 4)
