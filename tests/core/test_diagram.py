"""Figures as plain data: what is drawn of a network, and where."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Family,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    MaxPooling2D,
    Parallel,
    ReLU,
    Repeat,
    Softmax,
    UpSampling2D,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.opaque import Opaque
from cnnstudio.core.diagram import words
from cnnstudio.core.diagram.figure import Figure, FigureStyle, draw_network
from cnnstudio.core.diagram.items import Folded, Fork, Frame, Layer, Row
from cnnstudio.core.diagram.reading import Folding, read, usual_folding
from cnnstudio.core.diagram.scene import Bounds, Box, Line, Mark, Outline, Scene, Text, Volume
from cnnstudio.core.network import Network, PlacedBlock, starter_network
from cnnstudio.core.templates import TEMPLATES, Template
from tests.core.build import network, placed
from tests.core.strategies import networks

EVERY_STYLE = [
    Figure(),
    Figure(FigureStyle.BLOCKS),
    Figure(FigureStyle.BLOCKS, down=False),
    Figure(shape=1.4),
    Figure(FigureStyle.BLOCKS, shape=1.4),
    Figure(FigureStyle.VOLUMES, labels=False),
    Figure(FigureStyle.BLOCKS, labels=False, down=False, shape=1.8),
]


def measure(text: str, size: int, bold: bool) -> float:
    return len(text) * size * (0.6 if bold else 0.55)


def drawn(net: Network, figure: Figure) -> Scene:
    return draw_network(net, figure, measure)


def row_of(net: Network, folding: Folding | None = None) -> Row:
    return read(net, analyse(net), folding or Folding())


def conv(filters: int = 8, **params: object) -> Conv2D:
    return Conv2D(filters=filters, padding="same", **params)  # type: ignore[arg-type]


def residual(filters: int = 8) -> list[Block | PlacedBlock]:
    body = [conv(filters), BatchNormalization(), ReLU(), conv(filters), BatchNormalization()]
    return [placed(Parallel(), body, []), ReLU()]


def stack(*row: Block | PlacedBlock) -> Network:
    return network(Input(shape=(32, 32, 8)), *row)


def solids(scene: Scene) -> list[Box | Volume | Mark]:
    return [shape for shape in scene.shapes if isinstance(shape, Box | Volume | Mark)]


def overlap(one: Bounds, other: Bounds) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0.01
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.01
    )


# What is drawn of a network


def test_activation_normalization_and_dropout_are_drawn_with_their_layer() -> None:
    pooled = row_of(starter_network())[2]
    assert isinstance(pooled, Layer)
    assert (pooled.title, pooled.notes) == ("Max pool 2×2", ("Dropout", "BN"))
    assert len(pooled.uids) == 3
    assert [item.title for item in row_of(starter_network()) if isinstance(item, Layer)] == [
        "Input", "Conv 3×3", "Max pool 2×2", "Flatten", "Dense",
    ]  # fmt: skip


def test_what_comes_before_a_layer_is_drawn_with_it_in_its_order() -> None:
    lane = [BatchNormalization(), ReLU(), conv(), BatchNormalization()]
    (_input, fork) = row_of(stack(placed(Parallel(merge="Concatenate"), lane, [])))
    assert isinstance(fork, Fork)
    (layer,) = fork.lanes[0]
    assert isinstance(layer, Layer)
    assert (layer.before, layer.title, layer.notes) == (("BN", "ReLU"), "Conv 3×3", ("BN",))


def test_what_is_left_without_a_layer_is_one_itself() -> None:
    (_input, fork) = row_of(stack(placed(Parallel(), [BatchNormalization(), ReLU()], [])))
    assert isinstance(fork, Fork)
    (layer,) = fork.lanes[0]
    assert isinstance(layer, Layer)
    assert (layer.title, layer.notes, layer.family) == ("BN", ("ReLU",), Family.NORMALIZATION)


def test_padding_belongs_to_the_convolution_after_it_and_to_nothing_else() -> None:
    row = row_of(stack(ZeroPadding2D(), Conv2D(), ZeroPadding2D(), Flatten()))
    told = [(item.before, item.title) for item in row if isinstance(item, Layer)]
    assert told == [
        ((), "Input"), (("Zero pad",), "Conv 3×3"), ((), "Zero pad"), ((), "Flatten"),
    ]  # fmt: skip


def test_an_activation_after_a_merge_is_told_beside_it_a_normalization_is_not() -> None:
    (_input, fork, layer) = row_of(
        stack(*residual(), BatchNormalization(), GlobalAveragePooling2D())
    )
    assert isinstance(fork, Fork)
    assert isinstance(layer, Layer)
    assert (fork.merge, fork.notes) == ("Add", ("ReLU",))
    assert layer.before == ("BN",)


def test_muted_blocks_are_left_out() -> None:
    net = stack(placed(conv(), muted=True), placed(Group(), [conv()], muted=True), Flatten())
    assert [item.title for item in row_of(net) if isinstance(item, Layer)] == ["Input", "Flatten"]


def test_a_repeat_is_a_frame_and_a_group_a_box_where_it_is_folded() -> None:
    net = stack(placed(Repeat(count=3), [conv()]), placed(Group(), [conv(), conv()], name="stem"))
    _input, repeat, group = row_of(net, Folding(fold=True))
    assert isinstance(repeat, Frame)
    assert (repeat.times, len(repeat.body)) == (3, 1)
    assert isinstance(group, Folded)
    assert (group.title, group.layers, group.family) == ("stem", 2, Family.CONVOLUTION)
    assert len(group.uids) == 3
    opened = row_of(net, Folding(fold=True).toggle(group.uids[0]))[2]
    assert isinstance(opened, Frame)
    assert opened.title == "stem"


def test_alike_blocks_in_a_row_are_drawn_once_and_stand_for_all_of_them() -> None:
    net = stack(*residual(), *residual(), *residual(), conv(), conv())
    row = row_of(net, Folding(fold=True))
    assert [type(item) for item in row] == [Layer, Frame, Layer, Layer]
    run = row[1]
    assert isinstance(run, Frame)
    assert run.times == 3
    (fork,) = run.body
    assert isinstance(fork, Fork)
    assert len(fork.uids) == 6
    assert len(row_of(net)) == 6


def test_blocks_that_differ_are_no_run() -> None:
    row = row_of(stack(*residual(8), conv(16), *residual(16)), Folding(fold=True))
    assert [type(item) for item in row] == [Layer, Fork, Layer, Fork]


def test_a_large_network_is_folded_unless_a_person_wants_it_otherwise() -> None:
    assert not usual_folding(starter_network()).fold
    assert usual_folding(stack(placed(Repeat(count=50), [conv()]))).fold


def test_a_layer_with_an_error_is_marked_and_its_size_unknown() -> None:
    net = stack(Conv2D(kernel_size=(64, 64)))
    layer = row_of(net)[1]
    assert isinstance(layer, Layer)
    assert layer.wrong
    assert layer.shape is None
    (wrong,) = (shape for shape in solids(drawn(net, Figure(FigureStyle.BLOCKS))) if shape.wrong)
    assert wrong.uids == layer.uids
    assert words.UNKNOWN in texts(drawn(net, Figure()))


# Words


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Conv2D(kernel_size=(7, 7), strides=(2, 2)), "Conv 7×7 /2"),
        (Conv2D(kernel_size=(1, 7)), "Conv 1×7"),
        (Conv2D(dilation_rate=(2, 2)), "Conv 3×3 d2"),
        (Conv1D(kernel_size=5), "Conv 5"),
        (MaxPooling2D(), "Max pool 2×2"),
        (MaxPooling2D(pool_size=(3, 3), strides=(2, 2)), "Max pool 3×3 /2"),
        (MaxPooling2D(pool_size=(3, 3), strides=(1, 1)), "Max pool 3×3 /1"),
        (UpSampling2D(), "Upsample 2×2"),
        (Activation(activation="relu"), "ReLU"),
        (Activation(activation="mish"), "mish"),
        (Dropout(rate=0.25), "Dropout"),
        (Softmax(), "softmax"),
        (Opaque(part='{"layers": {"a": {"class_name": "LSTM"}}, "calls": []}'), "LSTM"),
    ],
)
def test_layers_are_called_as_in_papers(block: Block, text: str) -> None:
    assert words.word(block) == text


def texts(scene: Scene) -> list[str]:
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


def test_a_figure_tells_layer_size_and_channels() -> None:
    for style in FigureStyle:
        told = texts(drawn(starter_network(), Figure(style)))
        for text in ("Conv 3×3", "26×26×64", "Max pool 2×2", "Flatten", "10,816", "Dense"):
            assert text in told
    assert texts(drawn(starter_network(), Figure(labels=False))) == []


def test_layers_of_one_size_share_one_label() -> None:
    told = texts(drawn(stack(conv(), conv(), MaxPooling2D(), conv(16)), Figure()))
    assert "Conv 3×3 ×2" in told
    assert told.count("32×32×8") == 2  # of the Input, and of both convolutions


# Where things are


def test_sizes_follow_maps_and_channels() -> None:
    first, _pool, second = (
        shape
        for shape in drawn(stack(conv(8), MaxPooling2D(), conv(64)), Figure()).shapes
        if isinstance(shape, Volume) and shape.family is not Family.INPUT
    )
    height, depth = (
        [box.front[edge + 2] - box.front[edge] for box in (first, second)] for edge in (1, 0)
    )
    assert height[0] > height[1]
    assert depth[0] < depth[1]
    assert first.back > second.back


def test_pooling_is_thin_whatever_its_channels() -> None:
    thin, thinner = (
        shape.front[2] - shape.front[0]
        for shape in drawn(stack(MaxPooling2D(), conv(512), MaxPooling2D()), Figure()).shapes
        if isinstance(shape, Volume) and shape.family is Family.POOLING
    )
    assert thin == thinner < 5


def test_boxes_go_down_or_to_the_right() -> None:
    for down, edge in ((True, 1), (False, 0)):
        boxes = solids(drawn(starter_network(), Figure(FigureStyle.BLOCKS, down=down)))
        assert all(one.bounds[edge + 2] < two.bounds[edge] for one, two in pairwise(boxes))


def test_lanes_lie_side_by_side_and_an_empty_one_is_a_line_past_the_others() -> None:
    net = stack(*residual(), GlobalAveragePooling2D())
    scene = drawn(net, Figure(FigureStyle.BLOCKS))
    first, second = (box for box in solids(scene) if box.uids[0] in lane_uids(net, 0))
    past = max((s for s in scene.shapes if isinstance(s, Line)), key=lambda line: len(line.points))
    assert first.bounds[0] == second.bounds[0]
    assert past.bounds[2] > first.bounds[2]
    assert past.bounds[1] < first.bounds[1] < second.bounds[3] < past.bounds[3]


def lane_uids(net: Network, lane: int) -> set[str]:
    return {node.uid for node in net.nodes[1].lanes[lane]}


def test_the_long_lane_goes_straight_on_beside_a_short_one() -> None:
    net = stack(*residual(), conv())
    boxes = solids(drawn(net, Figure(FigureStyle.BLOCKS)))
    middles = {(box.bounds[0] + box.bounds[2]) / 2 for box in boxes}
    assert len(middles) == 1


def test_a_u_net_is_drawn_as_a_u() -> None:
    inner = [MaxPooling2D(), conv(16), UpSampling2D()]
    net = stack(conv(), placed(Parallel(merge="Concatenate"), [], inner), conv())
    scene = drawn(net, Figure())
    upper = [scene.of(net.nodes[index].uid) for index in (1, 2, 3)]
    lower = [scene.of(node.uid) for node in net.nodes[2].lanes[1]]

    def middle(shape: object) -> float:
        assert isinstance(shape, Volume | Mark)
        return (shape.bounds[1] + shape.bounds[3]) / 2

    assert len({round(middle(shape), 3) for shape in upper}) == 1
    assert all(middle(shape) > middle(upper[0]) + 20 for shape in lower)


def test_a_frame_is_about_its_body_and_nothing_else() -> None:
    net = stack(conv(), placed(Repeat(count=4), [conv(), conv()]), Flatten())
    scene = drawn(net, Figure(FigureStyle.BLOCKS))
    (frame,) = (shape for shape in scene.shapes if isinstance(shape, Outline))
    held = {node.uid for node in net.nodes[2].lanes[0]}
    assert {box.uids[0] for box in solids(scene) if overlap(box.bounds, frame.bounds)} == held
    assert "×4" in texts(scene)


@pytest.mark.parametrize("shape", [1.0, 2.0])
def test_a_long_figure_goes_on_in_new_lines_until_it_has_the_shape(shape: float) -> None:
    net = stack(*(conv(8 + number) for number in range(40)))
    for style in FigureStyle:
        scene = drawn(net, Figure(style, down=False, shape=shape, folding=Folding()))
        assert shape / 1.6 < scene.width / scene.height < shape * 1.6
        assert len(solids(scene)) == 41


@pytest.mark.parametrize("figure", EVERY_STYLE, ids=str)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_every_template_is_drawn_legibly(template: Template, figure: Figure) -> None:
    scene = drawn(template.published(), figure)
    for shape in scene.shapes:
        left, top, right, bottom = shape.bounds
        assert left >= 0
        assert top >= 0
        assert right <= scene.width
        assert bottom <= scene.height
    boxes = [shape for shape in scene.shapes if isinstance(shape, Box | Mark)]
    words_ = [shape for shape in scene.shapes if isinstance(shape, Text)]
    for one, two in combinations(boxes, 2):
        assert not overlap(one.bounds, two.bounds)
    for one_text, two_text in combinations(words_, 2):
        assert not overlap(_ink(one_text), _ink(two_text)), (one_text, two_text)


def _ink(text: Text) -> Bounds:
    return text.x, text.y - text.size / 2, text.x + text.width, text.y + text.size / 2


@given(networks())
def test_every_block_that_is_not_muted_is_drawn_in_every_style(net: Network) -> None:
    expected = {node.uid for node in _unmuted(net.nodes)}
    for figure in EVERY_STYLE[:4]:
        scene = drawn(net, figure)
        assert {uid for uid in scene.solids if uid in expected} == expected


def _unmuted(nodes: tuple[PlacedBlock, ...]) -> list[PlacedBlock]:
    found = []
    for node in nodes:
        if not node.muted:
            inner = [block for lane in node.lanes for block in _unmuted(lane)]
            # A Repeat or Group of nothing does nothing.
            if not node.is_container or inner or isinstance(node.block, Parallel):
                found.append(node)
            found += inner
    return found


def test_a_network_without_blocks_is_an_empty_figure() -> None:
    assert drawn(Network(), Figure()) == Scene()


# Finding things


def test_what_an_area_shows_is_found_and_nothing_far_from_it() -> None:
    scene = drawn(stack(*(conv(8 + n) for n in range(60))), Figure(FigureStyle.BLOCKS))
    area = (0.0, scene.height / 2, scene.width, scene.height / 2 + 100)
    found = list(scene.within(area))
    assert set(found) >= {shape for shape in scene.shapes if overlap(shape.bounds, area)}
    assert len(found) < len(scene.shapes) / 2


def test_a_click_finds_what_is_in_front_or_near_it() -> None:
    net = starter_network()
    scene = drawn(net, Figure())
    conv_, pool = net.nodes[1].uid, net.nodes[2].uid
    left, top, right, bottom = scene.solids[pool].bounds
    found = scene.at((left + right) / 2, (top + bottom) / 2)
    assert found is not None
    assert found.uids[0] == pool
    left, _top, _right, _bottom = scene.solids[conv_].bounds
    assert scene.at(left - 3, (top + bottom) / 2) is None
    near = scene.at(left - 3, (top + bottom) / 2, reach=6)
    assert near is not None
    assert near.uids[0] == conv_


def test_one_steps_along_a_lane_and_from_lane_to_lane() -> None:
    lanes = ([conv(1), conv(2)], [conv(3), conv(4)])
    net = stack(placed(Parallel(merge="Concatenate"), *lanes))
    scene = drawn(net, Figure(FigureStyle.BLOCKS))
    (one, two), (three, _four) = (
        [scene.solids[node.uid] for node in lane] for lane in net.nodes[1].lanes
    )
    assert scene.beside(one, 0, 1) == two
    assert scene.beside(one, 1, 0) == three
    assert scene.beside(three, -1, 0) == one
    assert scene.beside(one, -1, 0) is None


def test_a_dense_layer_is_a_column_as_high_as_it_has_units() -> None:
    net = stack(GlobalAveragePooling2D(), Dense(units=4), Dense(units=4000))
    low, high = (drawn(net, Figure()).solids[net.nodes[index].uid].bounds for index in (2, 3))
    assert low[2] - low[0] == high[2] - high[0]
    assert low[3] - low[1] < high[3] - high[1]
