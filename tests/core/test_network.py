from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Conv2D, Dense, Dropout, Flatten, Group, Input, Parallel, Repeat
from cnnstudio.core.network import (
    Names,
    Network,
    free_name,
    network_of,
    new_uid,
    renamed,
    starter_network,
)
from tests.core import build
from tests.core.strategies import networks

names = st.text(max_size=4) | st.from_regex(r"[ab]_?[0-9²]{0,12}", fullmatch=True)


@given(st.sets(names, max_size=30), names)
def test_a_free_name_is_free_and_is_the_wanted_one_if_it_can_be(
    taken: set[str], wanted: str
) -> None:
    found = free_name(taken, wanted)
    assert found not in taken
    assert found == wanted or wanted in taken
    assert free_name(taken | {found}, wanted) not in taken | {found}


@pytest.mark.parametrize(
    ("taken", "wanted", "found"),
    [
        (["conv_1"], "conv_1", "conv_2"),
        (["conv_1", "conv_2", "conv_4"], "conv_1", "conv_3"),
        (["conv_9"], "conv_9", "conv_10"),
        (["edges"], "edges", "edges_1"),
        (["edges", "edges_1"], "edges", "edges_2"),
        (["_1"], "_1", "_1_1"),
        (["a_²"], "a_²", "a_²_1"),
        (["a_" + "9" * 5000], "a_" + "9" * 5000, "a_" + "9" * 5000 + "_1"),
    ],
)
def test_a_taken_name_is_counted_up(taken: list[str], wanted: str, found: str) -> None:
    assert free_name(set(taken), wanted) == found


@given(st.lists(names, max_size=40))
def test_names_taken_one_after_another_are_all_different(wanted: list[str]) -> None:
    given_names = Names(["a_1"])
    assert len({"a_1", *(given_names.take(name) for name in wanted)}) == len(wanted) + 1


def test_a_hundred_thousand_blocks_of_one_name_are_named_at_once() -> None:
    start = time.process_time()
    given_names = Names()
    for _turn in range(100_000):
        given_names.take("conv_1")
    assert time.process_time() - start < 5


@given(networks())
def test_every_block_is_found_where_the_walk_meets_it(network: Network) -> None:
    for path, node in network.walk():
        assert network.at(path) is node
        assert network.find(node.uid) == path
        assert network.siblings(path)[path[-1]] is node
    assert network.find("nowhere") is None


@given(networks())
def test_a_copy_shares_neither_uid_nor_name_and_has_the_same_blocks(network: Network) -> None:
    for node in network.nodes:
        before, after = Network((node,)), Network((node.renewed(network),))
        kept = {(n.uid, n.name) for _path, n in network.walk()}
        assert kept.isdisjoint((n.uid, n.name) for _path, n in after.walk())
        assert set(network.names()).isdisjoint(after.names())
        assert [n.block for _path, n in after.walk()] == [n.block for _path, n in before.walk()]


def test_new_blocks_are_named_after_their_kind() -> None:
    network = network_of(Input(), Conv2D(), Conv2D(), Flatten(), Dense(), Dense())
    assert list(network.names()) == [
        "input_1",
        "conv_1",
        "conv_2",
        "flatten_1",
        "dense_1",
        "dense_2",
    ]
    assert network.placed(Conv2D()).name == "conv_3"
    assert network.placed(Conv2D(), "edges").name == "edges"
    assert network.placed(Conv2D(), "conv_1").name == "conv_3"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("edges", "edges"),
        ("  two \n words ", "two words"),
        ("dense_1", "dense_2"),
        ("conv_1", "conv_1"),
        ("", "conv_1"),
        (" \t", "conv_1"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_block_gets_a_name_that_no_other_has(wanted: str, name: str) -> None:
    network = network_of(Input(), Conv2D(), Dense())
    node = network.nodes[1]
    after = renamed(network, node, wanted)
    assert after == replace(node, name=name)


def test_a_new_container_has_the_lanes_it_needs() -> None:
    network = Network()
    assert network.placed(Parallel()).lanes == ((), ())
    assert network.placed(Repeat()).lanes == ((),)
    assert network.placed(Group()).lanes == ((),)
    assert network.placed(Dropout()).lanes == ()


def test_a_change_inside_a_lane_leaves_the_other_lanes_as_they_are() -> None:
    network = build.network(Input(), build.placed(Parallel(), [Dense()], [Dropout()]))
    changed = network.replaced((1, 0, 0), network.placed(Flatten()))
    assert changed.at((1, 0, 0)).block == Flatten()
    assert changed.at((1, 1, 0)) is network.at((1, 1, 0))
    assert changed.at((1,)).uid == network.at((1,)).uid
    assert network.at((1, 0, 0)).block == Dense()


def test_uids_are_layer_names_that_do_not_come_twice() -> None:
    uids = {new_uid() for _turn in range(1000)}
    assert len(uids) == 1000
    assert all(len(uid) == 8 and uid.isalnum() for uid in uids)


def test_the_first_network_is_that_of_the_lesson() -> None:
    kinds = [node.block.kind for node in starter_network().nodes]
    assert kinds == [
        "Input", "Conv2D", "MaxPooling2D", "Dropout", "BatchNormalization", "Flatten", "Dense",
    ]  # fmt: skip
