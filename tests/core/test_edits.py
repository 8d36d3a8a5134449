from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Conv2D, Dense, Dropout, Flatten, Group, Input, Parallel
from cnnstudio.core.edits import (
    Edit,
    Insert,
    InsertLane,
    Move,
    MoveLane,
    Remove,
    RemoveLane,
    Replace,
    Step,
)
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, Path
from cnnstudio.core.rearranging import deletion, duplication, moving, outermost
from tests.core import build
from tests.core.strategies import blocks, networks


def rows(network: Network) -> Iterator[tuple[Path, int]]:
    """Every list of blocks: what its paths begin with, and how many blocks it has."""
    yield (), len(network.nodes)
    for path, node in network.walk():
        for lane, row in enumerate(node.lanes):
            yield (*path, lane), len(row)


def paths(network: Network) -> list[Path]:
    return [path for path, _node in network.walk()]


def uids(network: Network) -> list[str]:
    return [node.uid for _path, node in network.walk()]


@st.composite
def gaps(draw: st.DrawFn, network: Network) -> Path:
    base, count = draw(st.sampled_from(list(rows(network))))
    return (*base, draw(st.integers(0, count)))


@st.composite
def selections(draw: st.DrawFn, network: Network) -> list[Path]:
    """Some blocks of one list, in any order."""
    base, count = draw(st.sampled_from([row for row in rows(network) if row[1]]))
    indices = st.lists(st.integers(0, count - 1), min_size=1, unique=True)
    return [(*base, index) for index in draw(indices)]


@st.composite
def steps(draw: st.DrawFn, network: Network) -> Step:
    """One thing a person can do to a network."""
    kinds = ["insert"]
    if network.nodes:
        kinds += ["remove", "move", "replace", "rename", "duplicate", "delete", "move several"]
    if any(node.is_container for _path, node in network.walk()):
        kinds.append("lane")
    edit: Edit
    kind = draw(st.sampled_from(kinds))
    match kind:
        case "insert":
            edit = Insert(draw(gaps(network)), network.placed(draw(blocks())))
        case "duplicate":
            return duplication(network, draw(selections(network)))
        case "delete":
            return deletion(network, draw(st.lists(st.sampled_from(paths(network)), min_size=1)))
        case "move several":
            chosen = draw(selections(network))
            *base, _index = chosen[0]
            count = len(network.siblings(chosen[0]))
            return moving(chosen, (*base, draw(st.integers(0, count))))
        case "lane":
            edit = draw(_of_a_lane(network))
        case _:
            edit = draw(_single(network, kind))
    return Step(kind, (edit,))


@st.composite
def _of_a_lane(draw: st.DrawFn, network: Network) -> Edit:
    holders = [path for path in paths(network) if network.at(path).is_container]
    path = draw(st.sampled_from(holders))
    lanes = network.at(path).lanes
    if not lanes or draw(st.booleans()):
        return InsertLane(path, draw(st.integers(0, len(lanes))), ())
    lane = draw(st.integers(0, len(lanes) - 1))
    if draw(st.booleans()):
        return RemoveLane(path, lane, lanes[lane])
    return MoveLane(path, lane, draw(st.integers(0, len(lanes) - 1)))


@st.composite
def _single(draw: st.DrawFn, network: Network, kind: str) -> Edit:
    path = draw(st.sampled_from(paths(network)))
    node = network.at(path)
    match kind:
        case "remove":
            return Remove(path, node)
        case "move":
            return Move(path, draw(gaps(network.removed(path))))
        case "rename":
            name = Names(network.names()).take(draw(st.text(min_size=1, max_size=5)))
            return Replace(path, node, replace(node, name=name))
        case _:
            return Replace(path, node, replace(node, block=draw(blocks((type(node.block),)))))


@given(st.data(), networks())
def test_undoing_any_steps_gives_the_network_that_was(data: st.DataObject, before: Network) -> None:
    network = before
    done: list[Edit] = []
    for _turn in range(data.draw(st.integers(1, 6))):
        step = data.draw(steps(network))
        changed = step.apply(network)
        assert step.inverse().apply(changed) == network
        assert step.inverse().inverse() == step
        done += step.edits
        network = changed
    everything = Step("everything", tuple(done))
    assert everything.apply(before) == network
    assert everything.inverse().apply(network) == before


@given(st.data(), networks())
def test_uids_and_names_stay_unique_through_any_steps(
    data: st.DataObject, network: Network
) -> None:
    for _turn in range(data.draw(st.integers(1, 6))):
        network = data.draw(steps(network)).apply(network)
        assert len(set(uids(network))) == len(uids(network))
        assert len(set(network.names())) == len(uids(network))


@given(st.data(), networks())
def test_moving_several_keeps_their_order_and_that_of_the_rest(
    data: st.DataObject, network: Network
) -> None:
    chosen = data.draw(selections(network))
    *base, _index = chosen[0]
    row = network.siblings(chosen[0])
    goal = data.draw(st.integers(0, len(row)))
    indices = sorted(path[-1] for path in chosen)
    kept_above = [row[i] for i in range(goal) if i not in indices]
    kept_below = [row[i] for i in range(goal, len(row)) if i not in indices]

    moved = moving(chosen, (*base, goal)).apply(network)

    assert list(moved.siblings(chosen[0])) == [*kept_above, *(row[i] for i in indices), *kept_below]


def test_moving_blocks_to_where_they_stand_is_no_step() -> None:
    assert moving([(1,), (2,)], (1,)).edits == ()
    assert moving([(1,), (2,)], (3,)).edits == ()


def test_a_block_can_move_between_the_network_and_a_lane_and_keeps_its_uid() -> None:
    inner = Dropout()
    before = build.network(Input(), build.placed(Parallel(), [inner], []), Flatten())
    flatten = before.nodes[2]

    into = Move((2,), (1, 1, 0))
    after = into.apply(before)

    assert after.find(flatten.uid) == (1, 1, 0)
    assert into.inverse().apply(after) == before


def test_a_duplicate_comes_right_after_the_last_with_uids_and_names_of_its_own() -> None:
    body = [Conv2D(filters=7), Dropout()]
    before = build.network(Input(), build.placed(Group(), body), Dense(), Flatten())

    after = duplication(before, [(2,), (1,)]).apply(before)

    kinds = [node.block.kind for node in after.nodes]
    assert kinds == ["Input", "Group", "Dense", "Group", "Dense", "Flatten"]
    assert [node.name for node in after.nodes[3].lanes[0]] == ["conv_2", "dropout_2"]
    assert after.nodes[3].lanes[0][0].block == Conv2D(filters=7)
    assert len(set(uids(after))) == len(uids(after))


def test_blocks_duplicated_together_get_different_names() -> None:
    before = build.network(Input(), Dense(), Dense())
    after = duplication(before, [(1,), (2,)]).apply(before)
    assert list(after.names()) == ["input_1", "dense_1", "dense_2", "dense_3", "dense_4"]


def test_deleting_a_container_and_what_is_in_it_takes_each_away_once() -> None:
    before = build.network(Input(), build.placed(Group(), [Dropout(), Dense()]), Flatten())

    step = deletion(before, [(1, 0, 1), (1,), (2,), (1, 0, 0), (2,)])

    assert [node.block.kind for node in step.apply(before).nodes] == ["Input"]
    assert step.inverse().apply(step.apply(before)) == before


@given(networks(), st.data())
def test_the_outermost_of_a_choice_hold_all_of_it(network: Network, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(paths(network))))
    outer = outermost(chosen)
    assert set(outer) <= set(chosen)
    for path in chosen:
        assert sum(path[: len(other)] == other for other in outer) == 1


@pytest.mark.parametrize("path", [(7,), (1, 0, 3), (1, 5, 0)])
def test_a_path_to_nowhere_is_an_error(path: Path) -> None:
    network = build.network(Input(), build.placed(Group(), [Dropout()]))
    with pytest.raises(IndexError):
        network.at(path)
