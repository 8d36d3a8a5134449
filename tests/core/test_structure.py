"""A model's graph becomes lists and lanes, and what cannot is told by its name."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Conv2DTranspose,
    Dense,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
    Reshape,
)
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.structure import (
    BrokenGraphError,
    GraphNode,
    NotSeriesParallel,
    structure,
    structured,
)
from cnnstudio.core.templates import TEMPLATES, Template
from tests.core.build import network, placed
from tests.core.strategies import fitting, networks

MAP = Input(shape=(8, 8, 4))
CONV = Conv2D(filters=4, padding="same")


class Graph:
    """Layer calls written down one after another."""

    def __init__(self) -> None:
        self.nodes: list[GraphNode] = [GraphNode("in", MAP, None, ())]
        self.names = Names(["in"])

    def layer(self, name: str, *inputs: str, block: Block = CONV) -> str:
        self.nodes.append(GraphNode(name, block, None, inputs))
        return name

    def merge(self, kind: str, name: str, *inputs: str, axis: int = -1) -> str:
        self.nodes.append(GraphNode(name, None, kind, inputs, axis))
        return name

    def row(self, row: Sequence[PlacedBlock], last: str) -> str:
        """Write a network's list down, as the engine builds it; return the name of its end."""
        for node in row:
            if node.muted:
                continue
            if isinstance(node.block, Parallel):
                ends = [self.row(lane, last) for lane in node.lanes]
                last = self.merge(node.block.merge, self.names.take(node.name), *ends)
            elif isinstance(node.block, Repeat):
                for _copy in range(node.block.count):
                    before, last = last, self.row(node.lanes[0], last)
                    if last == before:
                        break
            elif node.is_container:
                last = self.row(node.lanes[0], last)
            else:
                last = self.layer(self.names.take(node.name), last, block=node.block)
        return last


def graph_of(made: Network) -> tuple[list[GraphNode], str]:
    graph = Graph()
    first = next(node for node in made.nodes if not node.muted)
    graph.nodes = [GraphNode(first.name, first.block, None, ())]
    graph.names = Names([first.name])
    rest = made.nodes[made.nodes.index(first) + 1 :]
    return graph.nodes, graph.row(rest, first.name)


Plain = tuple["str | Block | tuple[str | None, tuple[Plain, ...]]", ...]


def plain(row: Sequence[PlacedBlock]) -> Plain:
    """Return a list without uids and names: Repeats unrolled, Groups opened, muted left out."""
    found: list[object] = []
    for node in row:
        if node.muted:
            continue
        match node.block:
            case Parallel():
                found.append((node.block.merge, tuple(map(plain, node.lanes))))
            case Repeat():
                found += plain(node.lanes[0]) * node.block.count
            case _ if node.is_container:
                found += plain(node.lanes[0])
            case _:
                found.append(node.block)
    return tuple(found)  # type: ignore[arg-type]  # a nested tuple of what it holds


@given(networks().map(fitting), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_network_written_down_as_a_graph_in_any_order_comes_back(
    made: Network, chance: random.Random
) -> None:
    assume(any(not node.muted for node in made.nodes))
    nodes, output = graph_of(made)
    chance.shuffle(nodes)
    back = structured(nodes, output)
    assert plain(back.nodes) == plain(made.nodes)
    report, before = analyse(back), analyse(made)
    assert (report.output_shape, report.total_weights) == (
        before.output_shape,
        before.total_weights,
    )


@pytest.mark.parametrize("one", TEMPLATES, ids=lambda one: one.key)
def test_a_template_written_down_as_a_graph_comes_back(one: Template) -> None:
    made = one.published()
    back = structured(*graph_of(made))
    assert plain(back.nodes) == plain(made.nodes)
    assert analyse(back).total_weights == one.weights


@given(networks().map(fitting))
@settings(deadline=None, max_examples=30)
def test_blocks_keep_the_names_of_their_nodes_and_are_found_by_them(made: Network) -> None:
    assume(any(not node.muted for node in made.nodes))
    nodes, output = graph_of(made)
    found = structure(nodes, output)
    names = {node.uid: node.name for _path, node in found.network.walk()}
    assert {names[found.uids[node.name]]: node.name for node in nodes} == {
        node.name: node.name for node in nodes
    }
    assert len(names) == len(nodes)
    assert found.unused == ()


def lanes(*row: Block | PlacedBlock) -> Plain:
    return plain(network(*row).nodes)


def test_squeeze_and_excite_is_a_product_with_an_empty_lane() -> None:
    squeeze = [GlobalAveragePooling2D(), Dense(units=2), Dense(units=4), Reshape((1, 1, 4))]
    graph = Graph()
    last = "in"
    for number, block in enumerate(squeeze):
        last = graph.layer(f"s{number}", last, block=block)
    graph.merge("Multiply", "scaled", "in", last)
    assert plain(structured(graph.nodes, "scaled").nodes) == lanes(
        MAP, placed(Parallel(merge="Multiply"), [], squeeze)
    )


def test_a_dense_block_is_a_chain_of_concatenations() -> None:
    graph, last = Graph(), "in"
    for number in range(3):
        made = graph.layer(f"conv{number}", last)
        last = graph.merge("Concatenate", f"joined{number}", last, made)
    joined = placed(Parallel(merge="Concatenate"), [], [CONV])
    assert plain(structured(graph.nodes, last).nodes) == lanes(MAP, joined, joined, joined)


def test_a_u_net_is_lanes_inside_lanes() -> None:
    graph, up = Graph(), Conv2DTranspose(filters=4, strides=(2, 2), padding="same")
    graph.layer("down1", "in", block=MaxPooling2D())
    graph.layer("down2", "down1", block=MaxPooling2D())
    graph.layer("up2", "down2", block=up)
    graph.merge("Concatenate", "skip2", "up2", "down1")
    graph.layer("up1", "skip2", block=up)
    graph.merge("Concatenate", "skip1", "in", "up1")
    skip = Parallel(merge="Concatenate")
    inner = placed(skip, [MaxPooling2D(), up], [])
    assert plain(structured(graph.nodes, "skip1").nodes) == lanes(
        MAP, placed(skip, [], [MaxPooling2D(), inner, up])
    )


def test_inception_lanes_that_fork_again_keep_their_order() -> None:
    graph = Graph()
    left, stem = graph.layer("left", "in"), graph.layer("stem", "in", block=Activation())
    high = graph.layer("high", stem, block=Conv2D(filters=4, kernel_size=(3, 1), padding="same"))
    wide = graph.layer("wide", stem, block=Conv2D(filters=4, kernel_size=(1, 3), padding="same"))
    both = graph.merge("Concatenate", "both", wide, high)
    graph.merge("Concatenate", "all", both, "in", left)
    made = structured(graph.nodes, "all")
    outer = made.nodes[1]
    assert [node.name for node in outer.lanes[0]] == ["stem", "both"]
    assert [lane[0].name for lane in outer.lanes[0][1].lanes] == ["wide", "high"]
    assert outer.lanes[1] == ()
    assert [node.name for node in outer.lanes[2]] == ["left"]


def test_a_residual_shortcut_may_have_layers_of_its_own() -> None:
    graph = Graph()
    shortcut = graph.layer("norm0", graph.layer("conv0", "in"), block=BatchNormalization())
    main = graph.layer("conv2", graph.layer("conv1", "in"))
    graph.layer("out", graph.merge("Add", "add", shortcut, main), block=Activation())
    made = structured(graph.nodes, "out")
    assert [node.name for node in made.nodes] == ["in", "add", "out"]
    assert [[node.name for node in lane] for lane in made.nodes[1].lanes] == [
        ["conv0", "norm0"],
        ["conv1", "conv2"],
    ]


def test_sums_of_sums_and_a_sum_with_itself_are_nested() -> None:
    graph = Graph()
    inner = graph.merge("Add", "inner", "in", graph.layer("conv", "in"))
    outer = graph.merge("Add", "outer", "in", inner)
    graph.merge("Add", "twice", outer, outer)
    assert plain(structured(graph.nodes, "twice").nodes) == lanes(
        MAP,
        placed(Parallel(), [], [placed(Parallel(), [], [CONV])]),
        placed(Parallel(), [], []),
    )


def test_a_merge_of_one_branch_is_left_out() -> None:
    graph = Graph()
    graph.layer("conv", graph.merge("Concatenate", "alone", "in"))
    found = structure(graph.nodes, "conv")
    assert plain(found.network.nodes) == lanes(MAP, CONV)
    assert found.unused == ()
    assert "alone" not in found.uids


def test_what_does_not_lead_to_the_output_is_told() -> None:
    graph = Graph()
    graph.layer("used", "in")
    graph.layer("side", "in")
    graph.layer("far", "side")
    found = structure(graph.nodes, "used")
    assert found.unused == ("side", "far")
    assert plain(found.network.nodes) == lanes(MAP, CONV)


def crossing() -> Graph:
    """An edge leads from one branch into the other; a conv before, one after, a residual last."""
    graph = Graph()
    graph.layer("before", "in")
    graph.layer("a", "before")
    graph.layer("b", "before")
    graph.merge("Add", "cross", "a", "b")
    graph.layer("c", "a")
    graph.merge("Add", "end", "c", "cross")
    graph.layer("after", "end")
    graph.merge("Add", "last", "after", graph.layer("side", "after"))
    return graph


def test_branches_that_cross_are_told_with_the_smallest_part_they_lie_in() -> None:
    with pytest.raises(NotSeriesParallel) as told:
        structured(crossing().nodes, "last")
    assert told.value.nodes == ("a",)
    [region] = told.value.regions
    assert (region.start, region.end) == ("before", "end")
    assert set(region.nodes) == {"a", "b", "c", "cross", "end"}
    assert "a" in region.why


def test_a_graph_with_its_regions_put_into_blocks_of_their_own_is_a_network() -> None:
    nodes = crossing().nodes
    with pytest.raises(NotSeriesParallel) as told:
        structured(nodes, "last")
    for region in told.value.regions:
        nodes = [node for node in nodes if node.name not in region.nodes]
        nodes.append(GraphNode(region.end, Activation(), None, (region.start,)))
    names = [node.name for node in structured(nodes, "last").nodes]
    assert names == ["in", "before", "end", "after", "last"]


@given(st.data())
@settings(deadline=None)
def test_in_any_graph_the_regions_have_one_way_in_and_one_way_out(data: st.DataObject) -> None:
    graph = Graph()
    for number in range(data.draw(st.integers(1, 14))):
        names = st.sampled_from([node.name for node in graph.nodes])
        reads = data.draw(st.lists(names, min_size=1, max_size=3))
        if len(reads) == 1:
            graph.layer(f"n{number}", *reads)
        else:
            graph.merge(data.draw(st.sampled_from(["Add", "Dot"])), f"n{number}", *reads)
    nodes, output = graph.nodes, graph.nodes[-1].name
    while isinstance(told := tried(nodes, output), NotSeriesParallel):
        assert told.regions
        used = leading_to(output, nodes)
        for region in told.regions:
            inside = set(region.nodes)
            assert all(set(used[name]) <= inside | {region.start} for name in inside)
            outside = {name for other in used.keys() - inside for name in used[other]}
            assert outside & inside <= {region.end}
            nodes = [node for node in nodes if node.name not in inside]
            nodes.append(GraphNode(region.end, Activation(), None, (region.start,)))
            used = leading_to(output, nodes)
    assert plain(told.nodes)[0] == MAP


def tried(nodes: Sequence[GraphNode], output: str) -> Network | NotSeriesParallel:
    try:
        return structured(nodes, output)
    except NotSeriesParallel as told:
        return told


def leading_to(output: str, nodes: Sequence[GraphNode]) -> dict[str, tuple[str, ...]]:
    """Return what each node reads that leads to the output."""
    reads = {node.name: node.inputs for node in nodes}
    used, pending = {output: reads[output]}, [output]
    while pending:
        for name in reads[pending.pop()]:
            if name not in used:
                used[name] = reads[name]
                pending.append(name)
    return used


def test_a_part_that_starts_at_a_fork_leaves_the_other_branches_of_it_alone() -> None:
    graph = Graph()
    graph.layer("c", graph.layer("a", "in"))
    graph.merge("Add", "end", "c", graph.merge("Add", "cross", "a", graph.layer("b", "in")))
    graph.merge("Add", "whole", "in", "end")
    with pytest.raises(NotSeriesParallel) as told:
        structured(graph.nodes, "whole")
    assert [(region.start, region.end) for region in told.value.regions] == [("in", "end")]


def test_a_merge_that_parallel_does_not_offer_is_told() -> None:
    graph = Graph()
    graph.layer("after", graph.merge("Dot", "dot", "in", graph.layer("conv", "in")))
    with pytest.raises(NotSeriesParallel, match="Dot") as told:
        structured(graph.nodes, "after")
    assert [(region.start, region.end) for region in told.value.regions] == [("in", "dot")]


def test_a_concatenation_along_the_channels_may_name_them_by_number() -> None:
    graph = Graph()
    graph.merge("Concatenate", "joined", "in", graph.layer("conv", "in"), axis=3)
    assert structured(graph.nodes, "joined").nodes[1].block == Parallel(merge="Concatenate")


def test_a_concatenation_along_another_axis_is_told() -> None:
    graph = Graph()
    graph.layer("rest", graph.merge("Concatenate", "tall", "in", graph.layer("c", "in"), axis=1))
    with pytest.raises(NotSeriesParallel, match="axis 1") as told:
        structured(graph.nodes, "rest")
    assert told.value.nodes == ("tall",)
    assert [region.nodes for region in told.value.regions] == [("c", "tall")]


def test_several_inputs_are_told_by_their_names() -> None:
    graph = Graph()
    graph.nodes.append(GraphNode("other", MAP, None, ()))
    graph.merge("Add", "sum", "in", "other")
    with pytest.raises(NotSeriesParallel, match="2 inputs") as told:
        structured(graph.nodes, "sum")
    assert set(told.value.nodes) == {"in", "other"}
    assert told.value.regions == ()


def test_a_layer_that_reads_several_others_is_told() -> None:
    graph = Graph()
    graph.layer("attention", "in", graph.layer("conv", "in"))
    with pytest.raises(NotSeriesParallel, match="attention") as told:
        structured(graph.nodes, "attention")
    assert [region.nodes for region in told.value.regions] == [("conv", "attention")]


def test_branches_deeper_than_a_network_may_be_are_told() -> None:
    graph, last = Graph(), "in"
    for number in range(60):
        last = graph.merge("Add", f"sum{number}", graph.layer(f"conv{number}", "in"), last)
    with pytest.raises(NotSeriesParallel, match="50") as told:
        structured(graph.nodes, last)
    [region] = told.value.regions
    assert (region.start, region.end) == ("in", "sum9")


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([GraphNode("in", MAP, None, ()), GraphNode("out", CONV, None, ("gone",))], "gone"),
        ([GraphNode("out", CONV, None, ("two",)), GraphNode("two", CONV, None, ("out",))], "ring"),
        ([GraphNode("out", MAP, None, ())] * 2, "same name"),
        ([GraphNode("in", MAP, None, ())], "out"),
    ],
)
def test_nodes_that_make_no_graph_are_refused(nodes: list[GraphNode], words: str) -> None:
    with pytest.raises(BrokenGraphError, match=words):
        structured(nodes, "out")


def test_names_that_do_not_fit_a_block_are_brought_into_form() -> None:
    graph = Graph()
    graph.layer(" two  words\n", "in")
    graph.layer("x" * 300, " two  words\n")
    graph.layer("x" * 299, "x" * 300)
    made = structured(graph.nodes, "x" * 299)
    assert [node.name for node in made.nodes] == ["in", "two words", "x" * 200, "x" * 200 + "_1"]


def test_ten_thousand_layers_with_long_skips_are_one_walk() -> None:
    # A quadratic search would look at hundreds of millions of nodes, this one at a few thousand.
    graph, last = Graph(), "in"
    for number in range(5_000):
        conv = graph.layer(f"conv{number}", last)
        last = graph.merge("Add", f"sum{number}", last, conv)
    whole = graph.merge("Concatenate", "whole", "in", last)
    made = structured(graph.nodes, whole)
    assert len(made.nodes) == 2
    assert len(made.nodes[1].lanes[1]) == 5_000


def test_the_network_is_made_anew_every_time() -> None:
    graph = Graph()
    graph.layer("conv", "in")
    one, other = structured(graph.nodes, "conv"), structured(graph.nodes, "conv")
    assert {node.uid for node in one.nodes}.isdisjoint({node.uid for node in other.nodes})
    assert [replace(node, uid="") for node in one.nodes] == [
        replace(node, uid="") for node in other.nodes
    ]
