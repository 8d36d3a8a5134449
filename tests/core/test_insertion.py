from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Dropout, Flatten, Group, Input, Parallel
from cnnstudio.core.insertion import insertion, placed
from cnnstudio.core.network import DEEPEST, Network, network_of
from tests.core import build
from tests.core.strategies import networks


@given(networks(), networks(most_blocks=3), st.data())
def test_blocks_follow_the_one_they_are_put_after(
    network: Network, more: Network, data: st.DataObject
) -> None:
    path, node = data.draw(st.sampled_from([*network.walk()]))
    step = insertion(network, node.uid, more.nodes)
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


def test_without_a_place_blocks_come_at_the_end() -> None:
    network = network_of(Input(), Flatten())
    for after in (None, "not here"):
        step = insertion(network, after, placed([Dropout(), Parallel()]))
        assert step is not None
        nodes = step.apply(network).nodes
        assert [node.block.kind for node in nodes[2:]] == ["Dropout", "Parallel"]
        assert len(nodes[-1].lanes) == 2


def test_containers_are_not_put_deeper_than_they_may_lie() -> None:
    inner = build.placed(Dropout())
    tower = inner
    for _level in range(DEEPEST):
        tower = build.placed(Group(), [tower])
    network = build.network(tower)
    inmost = [node for _path, node in network.walk()][-1]
    assert insertion(network, inmost.uid, placed([Dropout()])) is not None
    assert insertion(network, inmost.uid, placed([Group()])) is None


def test_the_history_names_what_was_added() -> None:
    network = network_of(Input(), Flatten())
    one = insertion(network, None, placed([Flatten()]))
    two = insertion(network, None, placed([Flatten(), Dropout()]))
    assert one is not None
    assert two is not None
    assert (one.text(), two.text()) == ("Add flatten_2", "Add 2 blocks")
