from __future__ import annotations

from dataclasses import dataclass

import pytest

from cnnstudio.core.analysis import analyse, training_problems
from cnnstudio.core.blocks import (
    ELU,
    Activation,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Cropping2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    LayerNormalization,
    MaxPooling1D,
    MaxPooling2D,
    Normalization,
    Opaque,
    Parallel,
    Permute,
    RandomBrightness,
    ReLU,
    Repeat,
    Rescaling,
    Reshape,
    Resizing,
    Softmax,
    ZeroPadding2D,
)
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.learning import design_problems
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, starter_network
from cnnstudio.core.problems import TEMPLATES, Problem, Severity
from tests.core import build
from tests.core.build import placed

SMALL = Input(shape=(4, 4, 4))
PROBABILITIES = Activation(activation="softmax")
DIGITS = DATASETS["mnist-5k"]


@dataclass(frozen=True)
class Case:
    """A network with one problem: which block has it, None for the whole, and what it says."""

    row: build.Row
    at: tuple[int, ...] | None
    says: str


def _nested(levels: int) -> PlacedBlock:
    node = placed(Group(), [])
    for _level in range(levels - 1):
        node = placed(Group(), [node])
    return node


def _merging(merge: str, *lanes: build.Row) -> build.Row:
    return [SMALL, placed(Parallel(merge=merge), *lanes)]


CASES: dict[str, list[Case]] = {
    "no_blocks": [
        Case([], None, "the network is empty: add an Input block, then the layers that follow it"),
        Case([placed(SMALL, muted=True)], None, "the network is empty"),
    ],
    "no_input": [Case([Flatten()], None, "the network has no Input: put an Input block first")],
    "input_not_first": [
        Case([SMALL, SMALL], (1,), "an Input stands in the middle of the network"),
        Case([SMALL, placed(Group(), [SMALL])], (1, 0, 0), "only the first block can be an Input"),
        Case([SMALL, placed(Parallel(), [], [SMALL])], (1, 1, 0), "only the first block"),
    ],
    "vector_received": [
        Case([SMALL, Flatten(), Conv2D()], (2,), "expects maps of height × width × channels, but "),
        Case([SMALL, Flatten(), MaxPooling2D()], (2,), "but receives a vector of 64 numbers"),
        Case([SMALL, Flatten(), GlobalAveragePooling2D()], (2,), "move it above the block"),
    ],
    "wrong_rank": [
        Case([Input(shape=(4, 4)), ZeroPadding2D()], (1,), "but receives 4×4"),
    ],
    "kernel_too_large": [
        Case([SMALL, Conv2D(kernel_size=(7, 7))], (1,), "a 7×7 kernel does not fit a 4×4 input: "),
        Case([SMALL, Conv2D(kernel_size=(1, 5))], (1,), "a 1×5 kernel does not fit a 4×4 input"),
    ],
    "kernel_too_large_dilated": [
        Case(
            [SMALL, Conv2D(kernel_size=(3, 3), dilation_rate=(2, 2))],
            (1,),
            "a 3×3 kernel with dilation 2×2 spans 5×5 and does not fit a 4×4 input",
        )
    ],
    "window_too_large": [
        Case([SMALL, MaxPooling2D(pool_size=(5, 1))], (1,), "a 5×1 window does not fit a 4×4 input")
    ],
    "strides_and_dilation": [
        Case(
            [SMALL, Conv2D(strides=(2, 2), dilation_rate=(2, 2), padding="same")],
            (1,),
            "strides 2×2 and dilation 2×2 cannot go together: one of the two must be 1",
        )
    ],
    "groups_channels": [
        Case([SMALL, Conv2D(groups=3)], (1,), "4 input channels cannot be divided into 3 groups")
    ],
    "groups_filters": [
        Case(
            [SMALL, Conv2D(filters=6, groups=4)],
            (1,),
            "6 filters cannot be divided into 4 groups",
        )
    ],
    "opaque_foreign": [
        Case(
            [SMALL, Opaque(part='{"layers": {"x": {"class_name": "Lambda", "config": {}}}}')],
            (1,),
            "holds Lambda, which is no layer of Keras itself: code that comes with a model is ",
        )
    ],
    "opaque_unbuilt": [Case([SMALL, Opaque(received=(4, 4, 4))], (1,), "this Keras cannot build")],
    "opaque_input": [
        Case(
            [SMALL, Opaque(received=(4, 4, 1), output=(2,))],
            (1,),
            "was made for an input of 4×4×1 and cannot take one of 4×4×4",
        )
    ],
    "too_large": [
        Case(
            [Input(shape=(65536, 65536, 1))],
            (0,),
            "its output would hold 4,294,967,296 numbers an image, more than the 2,147,483,647 all",
        ),
        Case(
            [Input(shape=(4096, 4096, 1)), Conv2D(filters=65536)],
            (1,),
            "its output would hold 1,098,438,",
        ),
        Case(
            [SMALL, *[ZeroPadding2D(padding=((4096, 4096), (4096, 4096)))] * 4],
            (3,),
            "its output would hold",
        ),
        Case(
            [
                Input(shape=(16384, 16384, 4)),
                placed(Parallel(merge="Concatenate"), [], []),
            ],
            (1,),
            "its output would hold 2,147,483,648 numbers an image",
        ),
    ],
    "too_many_weights": [
        Case(
            [Input(shape=(64, 64, 64)), Flatten(), Dense(units=1_000_000)],
            (2,),
            "it would have 262,145,000,000 weights, more than the 2,147,483,647 allowed",
        )
    ],
    "lanes_differ": [
        Case(
            _merging("Add", [Conv2D(filters=2, padding="same")], []),
            (1,),
            "Add needs lanes of the same shape, but they differ in channels: they end in 4×4×2, 4×",
        ),
        Case(
            _merging("Add", [MaxPooling2D()], []),
            (1,),
            "but they differ in height and width: they end in 2×2×4, 4×4×4",
        ),
        Case(
            [Input(shape=(4,)), placed(Parallel(), [Dense(units=3)], [])],
            (1,),
            "they differ in size: they end in 3, 4",
        ),
    ],
    "lanes_differ_in_rank": [
        Case(
            _merging("Maximum", [Flatten()], []),
            (1,),
            "Maximum cannot join maps with vectors: its lanes end in 64, 4×4×4",
        )
    ],
    "lanes_differ_on_axis": [
        Case(
            _merging("Concatenate", [MaxPooling2D()], []),
            (1,),
            "Concatenate needs lanes of the same height and width, but they differ in height and w",
        ),
        Case(
            _merging("Concatenate", [ZeroPadding2D(padding=((0, 0), (1, 1)))], []),
            (1,),
            "but they differ in width: they end in 4×6×4, 4×4×4",
        ),
    ],
    "no_lanes": [
        Case(_merging("Add"), (1,), "needs at least one lane"),
        Case(_merging("Concatenate"), (1,), "needs at least one lane"),
    ],
    "lanes_too_few": [
        Case(_merging("Average", []), (1,), "Average needs two lanes or more, but there is 1")
    ],
    "lanes_not_two": [
        Case(_merging("Subtract", [], [], []), (1,), "needs exactly two lanes, but there are 3")
    ],
    "too_deep": [
        Case(
            [SMALL, _nested(DEEPEST + 1)],
            (1, *(0, 0) * DEEPEST),
            "containers are nested deeper than 50 levels",
        )
    ],
    "too_many_layers": [
        Case(
            [SMALL, placed(Repeat(count=1000), [BatchNormalization()] * 11)],
            (1,),
            "the network comes to more than 10,000 layers: lower the counts of its Repeats",
        ),
        Case([SMALL, *[Rescaling()] * 10_005], (10_000,), "more than 10,000 layers"),
    ],
    "output_rank": [
        Case(
            [SMALL, Conv2D(filters=10)],
            (1,),
            "the network ends in 2×2×10, but to learn MNIST digits it must end in 10 numbers: add ",
        )
    ],
    "output_classes": [
        Case(
            [SMALL, Flatten(), Dense(units=7)],
            (2,),
            "the network ends in 7, but MNIST digits has 10 classes: end with Dense 10",
        )
    ],
    "output_activation": [
        Case(
            [SMALL, Flatten(), Dense(activation="relu")],
            (2,),
            "the last activation is relu: to learn 10 classes use softmax, or linear",
        )
    ],
    "input_not_image": [
        Case(
            [Input(shape=(28,)), Dense()],
            (0,),
            "the Input is 28, but MNIST digits holds images: it must be height × width",
        ),
        Case([SMALL, Flatten(), Dense()], (0,), "the Input is 4×4×4, but MNIST digits"),
    ],
    "empty_output": [
        Case([Input(shape=(0, 4, 1))], (0,), "its output would be 0×4×1, which holds nothing"),
    ],
    "softmax_of_one": [
        Case(
            [SMALL, Flatten(), Dense(units=1, activation="softmax")],
            (2,),
            "softmax over a single number is always 1",
        ),
        Case([SMALL, Conv2D(filters=1), Activation(activation="softmax")], (2,), "always 1"),
    ],
    "softmax_axis": [
        Case(
            [SMALL, Flatten(), Dense(units=10), Softmax(axis=(1,))],
            (3,),
            "axis 1 is the last one of what it receives, but training takes its output for proba",
        ),
        Case([Input(shape=(1, 1, 4)), Softmax(axis=(3,))], (1,), "axis 3 is the last one of what"),
    ],
    "softmax_twice": [
        Case(
            [SMALL, Flatten(), Dense(activation="softmax"), Activation(activation="softmax")],
            (3,),
            "softmax of what is softmax already",
        ),
        Case(
            [SMALL, Conv2D(activation="softmax"), placed(Group(), [PROBABILITIES])],
            (2, 0, 0),
            "softmax of what is softmax already",
        ),
    ],
    "flatten_missing": [
        Case(
            [SMALL, Conv2D(), Dense()],
            (2,),
            "receives maps of 2×2×32 and works on every place by itself, so that the network never "
            "sees its whole input: put Flatten or GlobalAveragePooling2D before it",
        ),
        Case([Input(shape=(9, 2)), Dense()], (1,), "put Flatten or GlobalAveragePooling1D before"),
        Case(
            [Input(shape=(4, 4, 4, 1)), Dense()], (1,), "put Flatten or GlobalAveragePooling3D bef"
        ),
    ],
    "dense_on_map": [
        Case(
            [SMALL, Dense(), Flatten()],
            (1,),
            "receives maps of 4×4×4 and works on every place by itself, as a convolution of kernel "
            "size 1×1 does",
        ),
        Case([Input(shape=(9, 2)), Dense(), Flatten()], (1,), "of kernel size 1 does: put Flatten"),
        Case([Input(shape=(4, 4, 4, 1)), Dense(), Flatten()], (1,), "of kernel size 1×1×1 does"),
    ],
    "dropout_everything": [
        Case([SMALL, Dropout(rate=1.0)], (1,), "a rate of 1 drops everything"),
    ],
    "dropout_nothing": [
        Case([SMALL, placed(Group(), [Dropout(rate=0.0)])], (1, 0, 0), "a rate of 0 drops nothing"),
    ],
    "maps_too_large": [
        Case(
            [Input(shape=(4096, 4096, 1)), Conv2D(filters=64), GlobalAveragePooling2D()],
            (1,),
            "more than the 4.0 GB of this machine; the output of this block alone takes 137.3 GB "
            "with 32 images a step",
        )
    ],
    "weights_too_large": [
        Case(
            [Input(shape=(64, 64, 64)), Flatten(), Dense(units=4000)],
            (2,),
            "training needs about 16.8 GB of memory, more than the 4.0 GB of this machine; most of "
            "it for the 1,048,580,000 weights of this block",
        )
    ],
    "pixels_are_smaller": [
        Case(
            [SMALL, RandomBrightness()],
            (1,),
            "its value range is 0 – 255, but pixels enter from 0 to 1",
        ),
    ],
    "places_dropped": [
        Case(
            [Input(shape=(5, 4, 1)), MaxPooling2D()],
            (1,),
            "its steps do not come out even on a 5×4 input: left out at the end are rows: 1, colum",
        ),
    ],
    "steps_dropped": [
        Case(
            [Input(shape=(9, 2)), MaxPooling1D()],
            (1,),
            "its steps do not come out even on an input of length 9: left out at the end are 1; ",
        ),
    ],
    "sequence_expected": [
        Case([SMALL, Conv1D()], (1,), "expects a sequence of length × channels, but receives 4×4×4")
    ],
    "volume_expected": [
        Case([SMALL, Conv3D()], (1,), "expects a volume of depth × height × width × channels, but")
    ],
    "output_padding_too_large": [
        Case(
            [SMALL, Conv2DTranspose(strides=(2, 2), output_padding=(2, 0))],
            (1,),
            "the output padding 2×0 must be smaller than the strides 2×2",
        )
    ],
    "output_padding_too_small": [
        Case(
            [SMALL, Conv2DTranspose(kernel_size=(2, 3), padding="same", output_padding=(0, 0))],
            (1,),
            "and an even kernel, an output padding of 0 is too small",
        )
    ],
    "axis_missing": [
        Case(
            [SMALL, LayerNormalization(axis=(5,))],
            (1,),
            "there is no axis 5 in an input of 4×4×4: the last axis is -1",
        )
    ],
    "axes_twice": [
        Case([SMALL, LayerNormalization(axis=(3, -1))], (1,), "the axes 3, -1 name one of them")
    ],
    "means_and_variances": [
        Case(
            [SMALL, Normalization(mean=(0.0, 1.0), variance=(1.0,))],
            (1,),
            "there must be as many variances as means, but there are 1 variances and 2 means",
        )
    ],
    "means_channels": [
        Case(
            [SMALL, Normalization(mean=(0.0, 1.0), variance=(1.0, 1.0))],
            (1,),
            "2 means for 4 channels: give one for all, or one for each channel",
        )
    ],
    "reshape_rests": [
        Case([SMALL, Reshape(target_shape=(-1, 2, -1))], (1,), "only one axis of the target shape")
    ],
    "reshape_count": [
        Case(
            [SMALL, Reshape(target_shape=(5, 5))],
            (1,),
            "the 64 numbers of 4×4×4 do not fill a shape of 5×5",
        ),
        Case([SMALL, Reshape(target_shape=(-1, 5))], (1,), "do not fill a shape of …×5"),
    ],
    "permute_axes": [
        Case(
            [SMALL, Permute(dims=(2, 1))],
            (1,),
            "the order 2, 1 does not fit an input of 3 axes: it must name each axis from 1 to 3",
        )
    ],
    "cropped_away": [
        Case(
            [SMALL, Cropping2D(cropping=((2, 2), (0, 0)))],
            (1,),
            "cropping 2×0 leaves nothing of a 4×4 input: crop less",
        )
    ],
    "crop_and_pad": [
        Case(
            [SMALL, Resizing(crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)],
            (1,),
            "an image can be cropped or padded to its new proportions, not both: switch one off",
        )
    ],
    "activation_twice": [
        Case([SMALL, Conv2D(activation="relu"), Activation()], (2,), "relu of what is relu alr"),
        Case([SMALL, ReLU(), Activation()], (2,), "relu of what is relu already"),
    ],
    "two_activations": [
        Case(
            [SMALL, Conv2D(activation="relu"), Activation(activation="tanh")],
            (2,),
            "tanh right after relu: two activations in a row are seldom meant",
        ),
        Case([SMALL, Conv2D(activation="relu"), ReLU(max_value=6.0)], (2,), "relu right after"),
        Case([SMALL, Conv2D(activation="softmax"), ELU()], (2,), "elu right after softmax"),
    ],
    "useless_bias": [
        Case([SMALL, Conv2D(), BatchNormalization()], (1,), "its bias does nothing"),
        Case(
            [SMALL, placed(Repeat(), [placed(Group(), [Dense()]), BatchNormalization()])],
            (1, 0, 0, 0, 0),
            "its bias does nothing",
        ),
    ],
    "dropout_before_normalization": [
        Case([SMALL, Dropout(), BatchNormalization()], (1,), "stands right before BatchNormaliz"),
    ],
    "no_weights": [
        Case([Input(shape=(1, 10, 1)), Flatten()], None, "the network has no weights to train"),
    ],
}  # fmt: skip


MEMORY = 4 * 10**9


def problems(network: Network) -> tuple[Problem, ...]:
    return design_problems(network, analyse(network), DIGITS, memory=MEMORY, pixels="0..1")


def test_every_problem_has_a_case() -> None:
    assert set(CASES) == set(TEMPLATES)


@pytest.mark.parametrize(
    ("code", "case"),
    [
        pytest.param(code, case, id=f"{code}-{number}")
        for code, cases in CASES.items()
        for number, case in enumerate(cases)
    ],
)
def test_a_problem_is_found_at_its_block_and_told_in_plain_words(code: str, case: Case) -> None:
    network = build.network(*case.row)
    found = [problem for problem in problems(network) if problem.code == code]
    assert len(found) == 1
    assert found[0].block == (None if case.at is None else network.at(case.at).uid)
    message = found[0].message()
    assert case.says in message
    assert not set("{}_[](')") & set(message)
    assert code not in message


def test_only_what_keeps_a_network_from_being_built_is_an_error() -> None:
    for cases in CASES.values():
        for case in cases:
            report = analyse(build.network(*case.row))
            assert (report.output_shape is None) == bool(report.errors)


def test_a_network_with_an_error_is_not_told_what_it_could_not_learn() -> None:
    network = build.network(SMALL, Conv2D(kernel_size=(9, 9)))
    assert training_problems(network, analyse(network), DIGITS) == ()


def test_the_first_network_can_learn_the_digits_and_gets_one_hint() -> None:
    network = starter_network()
    found = problems(network)
    assert [(p.code, p.severity, p.block) for p in found] == [
        ("dropout_before_normalization", Severity.HINT, network.nodes[3].uid)
    ]


@pytest.mark.parametrize(
    "row",
    [
        # Even steps, and same padding.
        [MaxPooling2D()],
        [MaxPooling2D(pool_size=(3, 3), padding="same")],
        [Conv2D(strides=(3, 3), kernel_size=(1, 1))],
        # What is linear between, or nothing at all.
        [Conv2D(), Activation()],
        [Conv2D(activation="linear"), Activation(activation="softmax")],
        [Conv2D(activation="relu"), placed(Activation(), muted=True)],
        [Conv2D(activation="relu"), Dropout(), Activation(activation="tanh")],
        # A bias that an activation uses, or that is not there.
        [Conv2D(activation="relu"), BatchNormalization()],
        [Conv2D(use_bias=False), BatchNormalization()],
        [
            Conv2D(),
            Dropout(rate=0.5),
            Conv2D(kernel_size=(1, 1), use_bias=False),
            BatchNormalization(),
        ],
        [BatchNormalization(), Dropout()],
        # In two lanes, one does not follow on the other.
        [placed(Parallel(), [Conv2D(filters=4, padding="same")], [BatchNormalization()])],
        # Maps of one place are as good as a vector.
        [GlobalAveragePooling2D(keepdims=True), Dense()],
    ],
)
def test_what_is_usual_is_not_remarked_on(row: build.Row) -> None:
    report = analyse(build.network(Input(shape=(4, 4, 4)), *row))
    assert report.problems == ()


def test_the_worst_problem_of_a_block_comes_first() -> None:
    network = build.network(
        SMALL, Flatten(), Dense(activation="softmax"), placed(Dropout(rate=0.0)),
        Dense(units=1, activation="softmax"), BatchNormalization(), Dense(),
        Activation(activation="softmax"), Conv2D(activation="softmax"),
    )  # fmt: skip
    report = analyse(network)
    for node in network.nodes:
        order = [list(Severity).index(p.severity) for p in report.problems_of(node.uid)]
        assert order == sorted(order)


def test_memory_is_enough_until_training_takes_more() -> None:
    network = starter_network()
    report = analyse(network)
    needed = report.training_bytes(32)
    enough = design_problems(network, report, memory=needed)
    short = design_problems(network, report, memory=needed - 1)
    assert [p.code for p in short if p not in enough] == ["maps_too_large"]
    one = design_problems(network, report, batch_size=1, memory=needed - 1)
    assert one == enough


@pytest.mark.parametrize("activation", ["softmax", "linear", None])
def test_probabilities_and_logits_can_both_be_learned_from(activation: str | None) -> None:
    network = build.network(Input(shape=(28, 28, 1)), Flatten(), Dense(activation=activation))
    assert problems(network) == ()


def test_the_problems_stand_in_the_order_of_the_blocks() -> None:
    network = build.network(
        SMALL,
        placed(Parallel(), [Conv2D(kernel_size=(9, 9))], [SMALL]),
        Flatten(),
        SMALL,
    )
    report = analyse(network)
    assert [network.find(problem.block or "") for problem in report.problems] == [
        (1, 0, 0), (1, 1, 0), (3,),
    ]  # fmt: skip


def test_a_network_that_scales_its_numbers_itself_may_take_any_range() -> None:
    network = build.network(SMALL, Rescaling(scale=255.0), RandomBrightness())
    found = design_problems(network, analyse(network), pixels="0..1")
    assert "pixels_are_smaller" not in {problem.code for problem in found}
