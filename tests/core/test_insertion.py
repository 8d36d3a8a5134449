from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Dropout, Flatten, Group, Input, Parallel
from cnnstudio.core.insertion import insertion_at, placed
from cnnstudio.core.network import DEEPEST, Network, network_of
from tests.core import build
from tests.core.strategies import networks


@given(networks(), networks(most_blocks=3), st.data())
def test_copies_of_blocks_stand_where_they_are_put_under_names_of_their_own(
    network: Network, more: Network, data: st.DataObject
) -> None:
    path, _node = data.draw(st.sampled_from([*network.walk()]))
    step = insertion_at(network, (*path[:-1], path[-1] + 1), more.nodes)
    assert step is not None
    after = step.apply(network)
    row = after.siblings(path)
    new = row[path[-1] + 1 : path[-1] + 1 + len(more.nodes)]
    assert [inner.block for inner in new] == [inner.block for inner in more.nodes]
    names = [*after.names()]
    uids = [inner.uid for _path, inner in after.walk()]
    assert len(set(names)) == len(names)
    assert len(set(uids)) == len(uids)
    assert step.inverse().apply(after) == network


def test_new_containers_have_empty_lanes() -> None:
    step = insertion_at(network_of(Input(), Flatten()), (2,), placed([Dropout(), Parallel()]))
    assert step is not None
    nodes = step.apply(network_of(Input(), Flatten())).nodes
    assert [node.block.kind for node in nodes[2:]] == ["Dropout", "Parallel"]
    assert nodes[-1].lanes == ((), ())


def test_containers_are_not_put_deeper_than_they_may_lie() -> None:
    inner = build.placed(Dropout())
    tower = inner
    for _level in range(DEEPEST):
        tower = build.placed(Group(), [tower])
    network = build.network(tower)
    inmost = [path for path, _node in network.walk()][-1]
    assert insertion_at(network, inmost, placed([Dropout()])) is not None
    assert insertion_at(network, inmost, placed([Group()])) is None


def test_the_history_names_what_was_added() -> None:
    network = network_of(Input(), Flatten())
    one = insertion_at(network, (2,), placed([Flatten()]))
    two = insertion_at(network, (2,), placed([Flatten(), Dropout()]))
    assert one is not None
    assert two is not None
    assert (one.text(), two.text()) == ("Add flatten_2", "Add 2 blocks")
