"""Steps over many blocks at once, told by names: `a` is a layer, lanes stand in brackets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnstudio.core.blocks import CONTAINERS, Dropout, Group, Parallel, Repeat
from cnnstudio.core.document import Design, from_text, to_text
from cnnstudio.core.edits import MoveLane, Step
from cnnstudio.core.network import DEEPEST, MOST_LANES, Network, Path, PlacedBlock
from cnnstudio.core.rearranging import (
    adding_lane,
    by_list,
    copying,
    deletion,
    duplication,
    may_move,
    moving,
    moving_lane,
    muting,
    outermost,
    removing_lane,
    stepping,
    unwrapping,
    wrapping,
)
from tests.core import build
from tests.core.strategies import networks


def net(*row: Any) -> Network:
    """`net("a", ["P", ["b"], []])`: a layer a, and a container P with lanes."""
    return build.network(*(_placed(item) for item in row))


def _placed(item: Any) -> PlacedBlock:
    if isinstance(item, str):
        return build.placed(Dropout(), name=item)
    name, *lanes = item
    kind = {"P": Parallel, "R": Repeat, "G": Group}[name[0]]
    return build.placed(kind(), *([_placed(inner) for inner in lane] for lane in lanes), name=name)


def told(network: Network) -> list[Any]:
    def of(row: tuple[PlacedBlock, ...]) -> list[Any]:
        return [[n.name, *map(of, n.lanes)] if n.is_container else n.name for n in row]

    return of(network.nodes)


def at(network: Network, *names: str) -> list[Path]:
    return [path for path, node in network.walk() if node.name in names]


def places(network: Network) -> list[Path]:
    """Every place before which blocks can go."""
    ends: list[Path] = [(len(network.nodes),)]
    for path, node in network.walk():
        ends.append(path)
        ends += [(*path, lane, len(row)) for lane, row in enumerate(node.lanes)]
    return ends


def undone(step: Step, network: Network) -> Network:
    return step.inverse().apply(step.apply(network))


@pytest.mark.parametrize(
    ("names", "target", "after"),
    [
        (("a",), (1, 0, 1), [["P", ["b", "a"], ["c"]], "d"]),
        (("b", "d"), (0,), ["b", "d", "a", ["P", [], ["c"]]]),
        (("a", "c", "d"), (1, 0, 0), [["P", ["a", "c", "d", "b"], []]]),
        (("c", "b"), (3,), ["a", ["P", [], []], "d", "b", "c"]),
        (("b", "c"), (1, 1, 1), ["a", ["P", [], ["b", "c"]], "d"]),
        (("P", "b", "d"), (0,), [["P", ["b"], ["c"]], "d", "a"]),
    ],
)
def test_blocks_move_between_lists_in_their_order(
    names: tuple[str, ...], target: Path, after: list[Any]
) -> None:
    network = net("a", ["P", ["b"], ["c"]], "d")
    step = moving(at(network, *names), target)
    assert told(step.apply(network)) == after
    assert undone(step, network) == network


@given(networks(), st.data())
def test_moving_any_blocks_anywhere_loses_none_and_keeps_their_order(
    network: Network, data: st.DataObject
) -> None:
    paths = [path for path, _node in network.walk()]
    chosen = data.draw(st.lists(st.sampled_from(paths), min_size=1))
    target = data.draw(st.sampled_from(places(network)))
    assume(may_move(network, chosen, target))
    uids = [network.at(path).uid for path in sorted(outermost(chosen))]

    step = moving(chosen, target)
    moved = step.apply(network)

    row = moved.siblings(_found(moved, uids[0]))
    start = [node.uid for node in row].index(uids[0])
    assert [node.uid for node in row[start : start + len(uids)]] == uids
    assert sorted(n.uid for _p, n in moved.walk()) == sorted(n.uid for _p, n in network.walk())
    assert undone(step, network) == network


def _found(network: Network, uid: str) -> Path:
    path = network.find(uid)
    assert path is not None
    return path


def test_a_container_does_not_go_into_itself() -> None:
    network = net(["P", [["G", ["a"]]], []], "b")
    container = at(network, "P")
    assert not may_move(network, container, (0, 1, 0))
    assert not may_move(network, container, (0, 0, 0, 0, 1))
    assert not may_move(network, [*container, *at(network, "b")], (0, 1, 0))
    assert may_move(network, container, (0,))
    assert may_move(network, at(network, "G"), (0, 1, 0))
    assert not may_move(network, [], (0,))


def test_what_would_lie_too_deep_is_neither_moved_nor_wrapped() -> None:
    deep: Any = ["G", []]
    for _level in range(DEEPEST - 1):
        deep = ["G", [deep]]
    network = net(deep, ["R", []])
    innermost = (0, *(0, 0) * (DEEPEST - 1))
    assert may_move(network, [(1,)], (*innermost[:-2], 0, 1))
    assert not may_move(network, [(1,)], (*innermost, 0, 0))
    assert wrapping(network, [innermost], Group()) is None
    assert wrapping(network, [(1,)], Group()) is not None


DOWN_THROUGH_LANES: list[list[Any]] = [
    ["a", ["P", ["b"], []]],
    [["P", ["a", "b"], []]],
    [["P", ["b", "a"], []]],
    [["P", ["b"], ["a"]]],
    [["P", ["b"], []], "a"],
]


def test_a_block_steps_down_through_the_lanes_line_by_line_and_up_again() -> None:
    network = net(*DOWN_THROUGH_LANES[0])
    seen = [told(network)]
    while stepping(network, at(network, "a"), 1).edits:
        network = stepping(network, at(network, "a"), 1).apply(network)
        seen.append(told(network))
    assert seen == DOWN_THROUGH_LANES
    back = [told(network)]
    while stepping(network, at(network, "a"), -1).edits:
        network = stepping(network, at(network, "a"), -1).apply(network)
        back.append(told(network))
    assert back == DOWN_THROUGH_LANES[::-1]


def test_a_folded_container_is_passed_as_one_block() -> None:
    network = net("a", ["P", ["b"], []])
    folded = {network.nodes[1].uid}
    down = stepping(network, at(network, "a"), 1, folded)
    assert told(down.apply(network)) == [["P", ["b"], []], "a"]


def test_blocks_of_several_lists_each_step_within_their_own() -> None:
    network = net("a", "b", ["P", ["c", "d"], ["e"]])
    step = stepping(network, at(network, "P", "b", "d", "e"), -1)
    assert told(step.apply(network)) == ["b", ["P", ["c", "d"], ["e"]], "a"]
    step = stepping(network, at(network, "b", "d", "e"), -1)
    assert told(step.apply(network)) == ["b", "a", ["P", ["d", "c"], ["e"]]]
    assert undone(step, network) == network


@pytest.mark.parametrize(
    ("names", "after"),
    [
        (("b", "c"), ["a", ["parallel_1", ["b", "c"], []], ["G", ["d"]]]),
        (("a", "d"), [["parallel_1", ["a", "d"], []], "b", "c", ["G", []]]),
        (("d",), ["a", "b", "c", ["G", [["parallel_1", ["d"], []]]]]),
        (("G", "d", "b"), ["a", ["parallel_1", ["b", ["G", ["d"]]], []], "c"]),
    ],
)
def test_wrapping_gathers_blocks_where_the_first_of_them_stands(
    names: tuple[str, ...], after: list[Any]
) -> None:
    network = net("a", "b", "c", ["G", ["d"]])
    step = wrapping(network, at(network, *names), Parallel())
    assert step is not None
    assert told(step.apply(network)) == after
    assert undone(step, network) == network


def test_unwrapping_puts_the_blocks_of_all_lanes_in_the_containers_place() -> None:
    network = net("a", ["P", ["b", "c"], [], ["d"]], ["G", []], ["R", [["G2", ["e"]]]])
    step = unwrapping(network, at(network, "P", "G", "R", "G2"))
    assert told(step.apply(network)) == ["a", "b", "c", "d", ["G2", ["e"]]]
    assert undone(step, network) == network
    assert unwrapping(network, at(network, "a")).edits == ()


@given(networks(), st.data(), st.sampled_from(CONTAINERS))
def test_unwrapping_undoes_wrapping_neighbours(
    network: Network, data: st.DataObject, kind: Any
) -> None:
    group = data.draw(st.sampled_from(by_list(path for path, _node in network.walk())))
    first = data.draw(st.integers(0, len(group) - 1))
    chosen = group[first : data.draw(st.integers(first + 1, len(group)))]
    wrapped = wrapping(network, chosen, kind())
    assert wrapped is not None
    after = wrapped.apply(network)
    assert unwrapping(after, [chosen[0]]).apply(after) == network


def test_muting_is_of_all_and_unmuting_only_where_all_are_muted() -> None:
    network = net("a", ["P", ["b"], []])
    chosen = at(network, "a", "P", "b")
    first = muting(network, chosen[:1]).apply(network)
    assert [n.muted for _p, n in first.walk()] == [True, False, False]
    both = muting(first, chosen)
    muted = both.apply(first)
    assert [n.muted for _p, n in muted.walk()] == [True, True, True]
    assert undone(both, first) == first
    step = muting(muted, chosen)
    assert step.apply(muted) == network
    assert (both.label, step.label) == ("Mute", "Unmute")


def test_lanes_are_added_moved_and_removed_with_all_they_hold() -> None:
    network = net(["P", ["a"], ["b", "c"]])
    added = adding_lane(network, (0,), 1)
    assert added is not None
    more = added.apply(network)
    assert told(more) == [["P", ["a"], [], ["b", "c"]]]
    other = moving_lane((0,), 2, 0).apply(more)
    assert told(other) == [["P", ["b", "c"], ["a"], []]]
    less = removing_lane(other, (0,), 0)
    assert told(less.apply(other)) == [["P", ["a"], []]]
    assert undone(less, other) == other


def test_a_container_gets_no_more_lanes_than_a_file_may_give_it() -> None:
    network = net(["P", *([] for _lane in range(MOST_LANES - 1))])
    last = adding_lane(network, (0,), 1)
    assert last is not None
    full = last.apply(network)
    assert from_text(to_text(Design(network=full))).network == full
    assert adding_lane(full, (0,), 1) is None


@given(st.integers(1, 6), st.data())
def test_a_moved_lane_tells_where_each_lane_is_now(count: int, data: st.DataObject) -> None:
    lane = st.integers(0, count - 1)
    move = MoveLane((0,), data.draw(lane), data.draw(lane))
    network = net(["P", *([f"x{number}"] for number in range(count))])
    names = [row[0].name for row in move.apply(network).nodes[0].lanes]
    assert [names[move.now(number)] for number in range(count)] == [f"x{n}" for n in range(count)]


def test_copies_of_several_lists_come_after_the_last_of_each() -> None:
    network = net("a", ["P", ["b", "c"], ["d"]], "e")
    step = duplication(network, at(network, "a", "b", "d", "e"))
    row = ["a", ["P", ["b", "c"], ["d"]], "e"]
    row[1:2] = [["P", ["b", "b_1", "c"], ["d", "d_1"]]]
    assert told(step.apply(network)) == [*row, "a_1", "e_1"]
    assert undone(step, network) == network


def test_copies_of_blocks_of_any_lists_stand_together_before_the_target() -> None:
    network = net("a", ["P", ["b"], []])
    step = copying(network, at(network, "a", "P", "b"), (1, 1, 0))
    assert told(step.apply(network))[1][2] == ["a_1", ["P_1", ["b_1"], []]]
    assert len({n.uid for _p, n in step.apply(network).walk()}) == 6


@given(networks(), st.data())
def test_deleting_any_choice_takes_it_all_and_nothing_else(
    network: Network, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from([path for path, _n in network.walk()])))
    gone = {n.uid for p, n in network.walk() if any(p[: len(c)] == c for c in chosen)}
    left = [n.uid for _p, n in deletion(network, chosen).apply(network).walk()]
    assert left == [n.uid for _p, n in network.walk() if n.uid not in gone]
