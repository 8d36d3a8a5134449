from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Dense, Dropout, Flatten, Group, Input, Parallel, Repeat
from cnnstudio.core.document import Design, from_text, to_text
from cnnstudio.core.names import Names
from cnnstudio.core.network import (
    DEEPEST,
    Network,
    Path,
    PlacedBlock,
    has_room,
    network_of,
    new_uid,
    renamed,
    starter_network,
)
from cnnstudio.core.problems import Problem
from tests.core import build
from tests.core.strategies import networks


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
        before, after = Network((node,)), Network((node.renewed(Names(network.names())),))
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


def _groups(levels: int) -> PlacedBlock:
    node = build.placed(Dropout())
    for _level in range(levels):
        node = build.placed(Group(), [node])
    return node


def test_the_depth_of_a_block_is_that_of_the_deepest_containers_in_it() -> None:
    assert build.placed(Dropout()).depth == 0
    assert build.placed(Group(), []).depth == 1
    assert build.placed(Parallel(), [_groups(1)], [_groups(3), Dense()], []).depth == 4


@pytest.mark.parametrize("inside", [0, 1, 20, DEEPEST - 1])
def test_containers_are_put_into_one_another_as_deep_as_analysis_allows(inside: int) -> None:
    network = Network((build.placed(Input()), _groups(inside)))
    path = (1, *(0, 0) * inside)
    fitting, larger = _groups(DEEPEST - inside), _groups(DEEPEST - inside + 1)
    assert has_room(path, fitting)
    deepest = build.network(*network.inserted(path, fitting).nodes)
    assert analyse(deepest).errors == ()
    assert from_text(to_text(Design(network=deepest))).network == deepest
    assert not has_room(path, larger)
    with pytest.raises(ValueError, match="deeper"):
        network.inserted(path, larger)


def test_a_problem_is_said_with_the_name_of_its_block() -> None:
    network = network_of(Input(), Conv2D())
    uid = network.nodes[1].uid
    assert network.said(Problem("no_lanes", uid)) == "conv_1: needs at least one lane"
    assert network.said(Problem("no_weights")) == Problem("no_weights").message()
    assert network.said(Problem("no_lanes", "gone")) == "needs at least one lane"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((1,), "parallel_1"),
        ((9,), "parallel_1"),
        ((1, 0, 0), "dense_1"),
        ((1, 0, 7), "dense_1"),
        ((1, 1, 0), "parallel_1"),
        ((1, 5, 0), "parallel_1"),
        ((9, 0, 0), "parallel_1"),
        ((0, 0, 0), "input_1"),
    ],
)
def test_a_path_that_leads_nowhere_has_a_nearest_block(path: Path, name: str) -> None:
    network = build.network(Input(), build.placed(Parallel(), [Dense()], []))
    found = network.nearest(path)
    assert found is not None
    assert found.name == name
    assert Network().nearest(path) is None


def test_a_network_goes_through_a_pipe_as_it_is() -> None:
    network = starter_network()
    assert network.find("nowhere") is None
    sent = pickle.dumps(network)
    assert pickle.loads(sent) == network
    assert len(sent) == len(pickle.dumps(Network(network.nodes)))


@given(networks())
def test_other_parameters_leave_every_path_as_it_is(network: Network) -> None:
    assert dict(network.paths) == {node.uid: path for path, node in network.walk()}
    for path, node in network.walk():
        changed = network.replaced(path, replace(node, name="other"))
        assert changed.paths == network.paths
        assert changed.at(path).name == "other"


@pytest.mark.parametrize("path", [(3,), (1, 0, 2), (1, 1, 1)])
def test_nothing_is_inserted_beyond_the_end_of_a_list(path: Path) -> None:
    network = build.network(Input(), build.placed(Parallel(), [Dense()], []))
    with pytest.raises(IndexError):
        network.inserted(path, network.placed(Flatten()))
