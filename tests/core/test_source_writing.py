"""A network's code, as text; what it makes is in tests/engine/test_source_written.py."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from cnnstudio.core.blocks import (
    LAYERS,
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Group,
    Input,
    MaxPooling2D,
    Normalization,
    Opaque,
    Parallel,
    RandomContrast,
    RandomRotation,
    Repeat,
    Rescaling,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.network import Network, PlacedBlock, network_of, starter_network
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.source.layout import WIDTH
from cnnstudio.core.source.reading import read_source
from cnnstudio.core.source.writing import Source, write_source
from cnnstudio.core.templates import TEMPLATES
from tests.core import strategies
from tests.core.build import network, placed


def code(*row: PlacedBlock) -> str:
    return write_source(network(*row)).text


def marked(source: Source, uid: str) -> str:
    lines = source.text.splitlines()
    return "\n".join(lines[number - 1] for number in source.lines[uid])


def test_a_plain_list_is_a_sequential_model_without_what_keras_takes_anyway() -> None:
    assert write_source(starter_network()).text == (
        """\
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
)
"""
    )


def test_lanes_are_branches_and_an_empty_one_is_what_they_receive() -> None:
    pool = MaxPooling2D(pool_size=(3, 2), strides=(1, 1), padding="same")
    net = network(
        Input(shape=(8, 8, 3)),
        placed(
            Parallel(merge="Concatenate"),
            [Conv2D(padding="same")],
            [pool, Conv2D(kernel_size=(1, 1))],
            [],
        ),
        placed(Parallel(merge="Add"), [Activation()], [], name="skip"),
        Flatten(),
    )
    assert write_source(net).text == (
        """\
import keras
from keras import layers

inputs = keras.Input(shape=(8, 8, 3))
branch_1 = layers.Conv2D(32, 3, padding="same")(inputs)
branch_2 = layers.MaxPooling2D(pool_size=(3, 2), strides=1, padding="same")(inputs)
branch_2 = layers.Conv2D(32, 1)(branch_2)
x = layers.Concatenate()([branch_1, branch_2, inputs])
residual = layers.Activation("relu")(x)
x = layers.Add(name="skip")([residual, x])
outputs = layers.Flatten()(x)

model = keras.Model(inputs, outputs)
"""
    )


def residual(filters: int, name: str) -> PlacedBlock:
    lane: list[Block | PlacedBlock] = [
        placed(Conv2D(filters=filters, padding="same"), name=f"{name}_conv"),
        placed(BatchNormalization(), name=f"{name}_norm"),
        Conv2D(filters=4, kernel_size=(1, filters), padding="same"),
    ]
    return placed(Parallel(merge="Add"), lane, [], name=f"{name}_add")


def test_containers_that_differ_in_a_few_numbers_are_one_function() -> None:
    loop = placed(Repeat(count=3), [residual(4, "deep"), Activation()])
    net = network(Input(shape=(8, 8, 4)), residual(2, "a"), residual(3, "b"), loop)
    source = write_source(net)
    assert source.text == (
        """\
import keras
from keras import layers


def residual_block(x, filters, kernel_size, name):
    residual = layers.Conv2D(filters, 3, padding="same", name=f"{name}_conv")(x)
    residual = layers.BatchNormalization(name=f"{name}_norm")(residual)
    residual = layers.Conv2D(4, kernel_size, padding="same")(residual)
    x = layers.Add(name=f"{name}_add")([residual, x])
    return x


inputs = keras.Input(shape=(8, 8, 4))
x = residual_block(inputs, filters=2, kernel_size=(1, 2), name="a")
x = residual_block(x, filters=3, kernel_size=(1, 3), name="b")
for i in range(3):
    x = residual_block(x, filters=4, kernel_size=(1, 4), name=f"deep.{i}")
    x = layers.Activation("relu")(x)

model = keras.Model(inputs, x)
"""
    )


def test_arguments_are_written_as_people_do() -> None:
    text = code(
        placed(Input(shape=(8,)), name="vector"),
        placed(Rescaling(scale=1 / 255, offset=-1e-05)),
        placed(Normalization(mean=(0.5,), variance=(1.0, 2.0))),
        placed(ZeroPadding2D(padding=((1, 1), (2, 2)))),
        placed(ZeroPadding2D(padding=((3, 3), (3, 3)))),
        placed(RandomRotation(factor=(-0.1, 0.1))),
        placed(RandomContrast(factor=(0.0, 0.5), value_range=(-1.0, 1.0))),
        placed(Dense(units=3, use_bias=False, kernel_regularizer=("l2", 0.01)), name="head"),
    )
    written = [found.strip() for found in text.splitlines()]
    for line in (
        'keras.Input(shape=(8,), name="vector"),',
        "layers.Rescaling(1 / 255, offset=-1e-5),",
        "layers.Normalization(mean=(0.5,), variance=(1.0, 2.0)),",
        "layers.ZeroPadding2D(padding=((1, 1), (2, 2))),",
        "layers.ZeroPadding2D(padding=3),",
        "layers.RandomRotation(0.1),",
        "layers.RandomContrast((0.0, 0.5), value_range=(-1.0, 1.0)),",
        "3,",
        "kernel_regularizer=keras.regularizers.L2(0.01),",
        'name="head",',
    ):
        assert line in written


def test_groups_are_told_by_their_names_and_long_ones_are_functions() -> None:
    stem = placed(Group(), [Dense(), Dense(units=3)], name="the stem")
    trunk = placed(Group(), [Dense(units=n) for n in range(1, 15)], name="trunk")
    plain = code(placed(Input(shape=(8,))), stem, trunk)
    assert "Sequential" in plain
    assert "        # the stem\n        layers.Dense(10),\n" in plain
    fork = placed(Parallel(), [Dense()], [Dense()])
    branched = code(placed(Input(shape=(8,))), fork, stem, trunk)
    assert "\n# the stem\nx = layers.Dense(10)(x)\n" in branched
    assert "def trunk(x):\n" in branched
    assert "\nx = trunk(x)\n" in branched


def test_a_repeat_of_one_is_no_loop_and_names_in_loops_are_counted() -> None:
    text = code(
        placed(Input(shape=(8,))),
        placed(Repeat(count=1), [Dense(units=1)]),
        placed(Repeat(count=4), [placed(Repeat(count=2), [Dense()]), Dense(units=8)]),
        placed(Repeat(count=4), [placed(Repeat(count=2), [placed(Dense(), name="mix")])]),
        placed(Repeat(count=4), [placed(Dense(), muted=True)]),
    )
    assert "range(1)" not in text
    assert "for _ in range(4):\n    for _ in range(2):\n        x = layers.Dense(10)(x)" in text
    assert "for i in range(4):\n    for j in range(2):\n        x = layers.Dense(10, name=f" in text
    assert 'name=f"mix.{i}.{j}"' in text
    assert text.count("range(4)") == 2


def test_muted_blocks_are_left_out_and_told_of() -> None:
    off = placed(Dropout(), name="drop me", muted=True)
    whole = placed(Group(), [placed(Dense(), name="inside")], name="off", muted=True)
    net = network(Input(shape=(8,)), Dense(), off, whole, Dense(units=2))
    source = write_source(net)
    uids = {node.name: node.uid for _path, node in net.walk()}
    assert "Dropout" not in source.text
    assert marked(source, uids["drop me"]) == "        # muted: drop me"
    assert marked(source, uids["inside"]) == "        # muted: off"


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (Network(), "# There are no blocks yet.\n"),
        (network_of(Dense()), "model = keras.Sequential("),
        (network_of(Activation(), Input(shape=(3,)), Dense()), "# an Input can only come first"),
        (network(placed(Parallel())), "inputs = keras.Input(shape=(28, 28, 1))"),
        (network(Input(shape=(3,)), placed(Parallel(), [Dense()])), "layers.Add()([residual])"),
        (network(placed(Input(shape=(3,)), muted=True)), "# There are no blocks yet."),
    ],
)
def test_a_network_with_errors_is_written_as_far_as_it_goes(net: Network, said: str) -> None:
    source = write_source(net, plan=TrainingPlan())
    compile(source.text, "<source>", "exec")
    assert said in source.text
    assert "# This network has an error" in source.text or "no blocks" in source.text


def test_the_plan_is_a_function_that_compiles_and_fits() -> None:
    plan = TrainingPlan(optimizer="SGD", learning_rate=1e-05, batch_size=16, epochs=3, seed=7)
    text = write_source(starter_network(), plan=plan).text
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions] == ["read_data", "split", "train"]
    taken = [argument.arg for argument in functions[-1].args.args]
    assert taken == ["model", "images", "labels", "validation"]
    for part in (
        "keras.optimizers.SGD(learning_rate=1e-5)",
        'loss="sparse_categorical_crossentropy"',
        "batch_size=16",
        "epochs=3",
        "validation_data=validation",
        "round(len(members) * 0.2)",
        "set_random_seed(7)",
    ):
        assert part in text
    logits = write_source(network_of(Input(shape=(3,)), Dense()), plan=plan).text
    assert "SparseCategoricalCrossentropy(from_logits=True)" in logits


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (
            {"optimizer": "SGD", "momentum": 0.9, "nesterov": True, "beta_1": 0.5},
            ["SGD(", "learning_rate=0.001, momentum=0.9, nesterov=True"],
        ),
        ({"clipping": "clipnorm", "clip": 1.0}, ["Adam(learning_rate=0.001, clipnorm=1.0)"]),
        (
            {"schedule": "cosine", "warmup_epochs": 2.0},
            ["steps = -(-len(images) // 32)", "round(2.0 * steps)", "CosineDecay(", "=rate)"],
        ),
        ({"schedule": "one_cycle"}, ["round(0.3 * total)", "4e-5, total - rise"]),
        (
            {"schedule": "step"},
            ["ExponentialDecay(", "0.001, 3 * steps, 0.5, staircase=True"],
        ),
        ({"schedule": "exponential"}, ["ExponentialDecay(0.001, steps, 0.9)"]),
        (
            {"schedule": "plateau", "lowest_rate": 0.01},
            ["ReduceLROnPlateau(", '"val_loss", factor=0.5, patience=2, min_lr=0.01'],
        ),
        ({"patience": 4}, ['EarlyStopping("val_loss", patience=4)']),
        ({"keep_best": True}, ['"val_loss", patience=8, restore_best_weights=True']),
        (
            {"label_smoothing": 0.1},
            ["to_categorical(labels, 10)", "CategoricalCrossentropy(label_smoothing=0.1)"],
        ),
        ({"loss": "focal"}, ["to_categorical", '"categorical_focal_crossentropy"']),
        ({"loss": "huber"}, ['loss="huber"', '["mean_absolute_error"]', "the number to guess"]),
        ({"class_weight": "balanced"}, ["bincount(labels)", "class_weight=weights"]),
        (
            {"class_weight": "own", "class_weights": [1, 2]},
            ["weights = [1.0, 2.0]", "class_weight=dict(enumerate(weights))"],
        ),
        ({"mixed_precision": True}, ["LossScaleOptimizer(optimizer)", "optimizer=optimizer"]),
        ({"deterministic": True}, ["enable_op_determinism()"]),
        (
            {"metrics": ["top_3_accuracy", "recall"]},
            ['SparseTopKCategoricalAccuracy(3, "top_3_accuracy")', "such outputs that is: recall"],
        ),
        ({"metrics": "f1_score", "loss": "focal"}, ['F1Score("macro")']),
        (
            {"metrics": "r2_score", "loss": "huber"},
            ['"mean_absolute_error", keras.metrics.R2Score'],
        ),
    ],
)
def test_every_setting_of_a_plan_that_counts_is_in_its_code(
    settings: dict[str, object], parts: list[str]
) -> None:
    text = write_source(starter_network(), plan=make_plan(settings)).text
    for part in parts:
        assert part in text
    assert "beta_1" not in text


def test_a_single_output_is_trained_for_two_classes_in_its_code() -> None:
    for activation, parts in (
        ("sigmoid", ['loss="binary_crossentropy"', 'metrics=["accuracy"]']),
        (None, ["BinaryCrossentropy(from_logits=True)", "threshold=0.0"]),
    ):
        net = network_of(Input(shape=(3,)), Dense(units=1, activation=activation))
        text = write_source(net, plan=TrainingPlan()).text
        assert all(part in text for part in parts)


def test_lines_find_blocks_and_blocks_find_lines() -> None:
    first, second = residual(2, "a"), residual(3, "b")
    net = network(Input(shape=(8, 8, 4)), first, second)
    source = write_source(net)
    uid = {node.name: node.uid for _path, node in net.walk()}
    assert marked(source, uid["a_conv"]) == marked(source, uid["b_conv"])
    assert marked(source, uid["a_conv"]).lstrip().startswith("residual = layers.Conv2D(filters")
    assert marked(source, uid["b_add"]).startswith("outputs = residual_block(x, filters=3")
    assert set(source.at(source.lines[uid["a_conv"]][0])) == {uid["a_conv"], uid["b_conv"]}
    assert source.at(source.lines[uid["b_add"]][0]) == (uid["b_add"],)
    assert source.at(1) == ()
    inline = network(Input(shape=(8, 8, 4)), first)
    source = write_source(inline)
    uid = {node.name: node.uid for _path, node in inline.walk()}
    assert source.at(source.lines[uid["a_conv"]][0]) == (uid["a_conv"], uid["a_add"])


def part_of(layers: dict[str, Any]) -> Opaque:
    calls = []
    before = "x"
    for name in layers:
        call = {"name": name, "layer": name, "args": [{"from": before}], "kwargs": {}}
        calls.append(call)
        before = name
    part = {"input": "x", "output": before, "layers": layers, "calls": calls}
    return Opaque(part=json.dumps(part), received=(4, 3), output=(8,))


def test_other_outputs_of_a_model_are_left_out_of_the_code_with_a_word() -> None:
    part = json.loads(part_of({"box": {"class_name": "Dense", "config": {"units": 4}}}).part)
    part |= {"output": "x", "heads": [{"from": "box"}]}
    block = Opaque(part=json.dumps(part), received=(3,), output=(3,))
    text = write_source(network(Input(shape=(3,)), placed(block, name="box"))).text
    lines = text.splitlines()
    at = lines.index("def box(x):")
    assert lines[at + 1 : at + 3] == [
        "    # Other outputs of the model are left out: box",
        "    return x",
    ]


def test_layers_without_blocks_are_a_function_that_makes_them() -> None:
    lstm = {"class_name": "LSTM", "config": {"units": 8, "name": "a", "dtype": "float32",
        "bias_initializer": {"class_name": "Zeros", "config": {}}}}  # fmt: skip
    both = {"class_name": "Bidirectional", "config": {"trainable": True, "layer": lstm}}
    net = network(Input(shape=(4, 3)), placed(part_of({"a": lstm, "b": both}), name="memory"))
    text = write_source(net).text
    assert (
        """

def memory(x):
    lstm = layers.LSTM(units=8, bias_initializer="zeros")(x)
    bidirectional = layers.Bidirectional.from_config(
        {
            "layer": {
                "class_name": "LSTM",
                "config": {
                    "units": 8,
                    "bias_initializer": "zeros",
                },
            },
        }
    )(lstm)
    return bidirectional


"""
        in text
    )
    assert "\noutputs = memory(inputs)\n" in text


@pytest.mark.parametrize(
    "entry",
    [
        {"class_name": "Mine\nimport os", "config": {}},
        {"class_name": "LSTM", "config": {"units": float("nan")}},
        {"class_name": "LSTM", "config": {"units": "a" * 500}},
        {"class_name": "LSTM", "config": "units"},
        {"class_name": "Lambda", "config": {"function": "__import__('os')"}},
    ],
)
def test_what_is_not_keras_own_or_not_plain_is_named_and_not_written(entry: dict[str, Any]) -> None:
    part = part_of({"odd": entry})
    text = write_source(network(Input(shape=(4, 3)), placed(part, name="odd"), part)).text
    told = entry["class_name"].replace("\n", " ")
    assert (
        f"""
def odd(x):
    # No code is known for these layers: {told}
    raise NotImplementedError


"""
        in text
    )
    assert "\nx = odd(inputs)\noutputs = odd(x)\n" in text
    compile(text, "<source>", "exec")


@given(strategies.networks(modest=False), st.none() | st.just(TrainingPlan()))
def test_every_network_has_code_that_python_takes(net: Network, plan: TrainingPlan | None) -> None:
    source = write_source(net, plan=plan)
    compile(source.text, "<source>", "exec")
    lines = source.text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert set(source.lines) <= {node.uid for _path, node in net.walk()}
    assert all(1 <= own.start < own.stop <= len(lines) + 1 for own in source.lines.values())
    assert source == write_source(net, plan=plan)
    assert ("layers." in source.text) == ("from keras import layers" in lines)


@given(strategies.networks())
def test_each_layer_has_the_lines_in_which_it_is_called(net: Network) -> None:
    source = write_source(net)
    for _path, node in net.walk():
        if node.uid not in source.lines:
            assert node.is_container
        elif not node.is_container:
            shown = marked(source, node.uid)
            assert f"{node.block.kind}(" in shown or "# muted" in shown


_HOSTILE = (
    '"); import os #', "'" * 3, '\\"', "\n__import__('os')", "{name}", "{i}", "{__import__('os')}",
    "# fmt: off", "fmt: skip", "coding: utf-7", "-*- coding: utf-16 -*-", "noqa", "type: ignore",
    "\u202e", "\ud800", "卷积", "x", "class", "match", "layers", "keras", "range", "print", "name",
    "branch_1", "dense", "conv2d_3", "filters", "a" * 300, "卷" * 300, "1", "_", "model", "train",
    "inputs", "residual", "\\", "'", "\r", "\x00", "\x0c", "a\x85b", "a\u2028b",
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(_HOSTILE),
    st.text(max_size=60),
    st.text("\"'\\\n\r\x00\u2028\x0c#{}()f:=; ax", max_size=20),
)


def renamed(net: Network, names: list[str]) -> Network:
    """Give the blocks of a network other names, in turn."""

    def rename(node: PlacedBlock) -> PlacedBlock:
        name = names.pop(0) if names else node.name
        lanes = tuple(tuple(map(rename, lane)) for lane in node.lanes)
        return replace(node, name=name, lanes=lanes)

    return Network(tuple(map(rename, net.nodes)))


_ATTRIBUTES = {kind.__name__ for kind in LAYERS} | set(MERGES) | {
    "Input", "Model", "Sequential", "regularizers", "L1", "L2", "utils", "set_random_seed",
    "compile", "optimizers", "Adam", "fit", "losses", "SparseCategoricalCrossentropy",
    "BinaryCrossentropy", "metrics", "BinaryAccuracy",
}  # fmt: skip


@given(strategies.networks(modest=False), st.lists(NAMES, max_size=12))
def test_no_name_can_become_code(net: Network, names: list[str]) -> None:
    """All that runs is calls of Keras, of `range` and of the functions that are defined here."""
    named = renamed(net, names)
    tree = ast.parse(write_source(named).text.encode())
    nodes = list(ast.walk(tree))
    assert not {type(node).__name__ for node in nodes} - _GRAMMAR
    called = {name_of(node.func) for node in nodes if isinstance(node, ast.Call)} - {""}
    assert called <= {node.name for node in nodes if isinstance(node, ast.FunctionDef)} | {"range"}
    assert {node.attr for node in nodes if isinstance(node, ast.Attribute)} <= _ATTRIBUTES
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]*", text) for text in texts if isinstance(text, str))
    inserted = [node.value for node in nodes if isinstance(node, ast.FormattedValue)]
    assert all(map(name_of, inserted))
    plans = [write_source(one, plan=TrainingPlan()).text for one in (net, named)]
    assert plans[0].partition("NAMES = [")[2] == plans[1].partition("NAMES = [")[2]


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


_GRAMMAR = {
    "Module", "Import", "ImportFrom", "alias", "Assign", "Name", "Store", "Load", "Call",
    "Attribute", "keyword", "Constant", "Tuple", "List", "UnaryOp", "USub", "BinOp", "Div", "For",
    "FunctionDef", "arguments", "arg", "Return", "JoinedStr", "FormattedValue", "Expr",
}  # fmt: skip


def test_the_text_is_as_ruff_lays_it_out(tmp_path: Path) -> None:
    texts = [write_source(net, plan=TrainingPlan()).text for net in _many_networks()]
    texts += [text for _data, text in _of_all_data()]
    for number, text in enumerate(texts):
        (tmp_path / f"{number:03}.py").write_text(text, "utf-8", "backslashreplace")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:4000]
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F,E,W", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:4000]


_DATA = (
    "mnist-5k", "shapes:2000", "keras:cifar10", "keras:cifar100", "keras:mnist", "folder:/a/b c",
    "csv:/t.csv", "csv:/t.csv?images=a&labels=b", "npz:/a.npz", "npz:/a.npz?images=a&labels=b",
    "npz:/x_train.npy", "texts:/texts", "texts:/t.csv?length=7",
    'folder:/"); import os #', "npz:/'\\\n{x}$.npz?", "csv:/$name/\ud800.csv",
)  # fmt: skip


def _of_all_data() -> list[tuple[str, str]]:
    """Return the code of each source of data with each way to resize and split, by the source."""
    images, texts = Input(shape=(9, 7, 3)), Input(shape=(5,))
    found = []
    for data in _DATA:
        net = network_of(texts if data.startswith("texts") else images, Dense(units=2))
        for resize, split in (("crop", "auto"), ("fit", "stratified"), ("stretch", "random")):
            plan = make_plan({"data": data, "resize": resize, "split": split, "pixels": "-1..1"})
            found.append((data, write_source(net, plan=plan).text))
    return found


def test_no_path_can_become_code() -> None:
    for data, text in _of_all_data():
        tree = ast.parse(text.encode("utf-8", "backslashreplace"))
        kind, _colon, path = data.partition(":")
        assert "os" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        if kind in ("folder", "csv", "npz", "texts"):
            assert path.partition("?")[0] in texts


def test_the_whole_program_is_read_back_without_a_remark() -> None:
    for data, text in _of_all_data():
        reading = read_source(text)
        assert reading.remarks == (), data
        assert reading.network is not None
        assert len(reading.network.nodes) == 2


def test_data_that_the_input_does_not_take_is_left_out_of_the_code() -> None:
    for net, data in (
        (network_of(Input(shape=(5,)), Dense()), "mnist-5k"),
        (network_of(Input(shape=(9, 9, 4)), Dense()), "folder:/a"),
        (network_of(Input(shape=(9, 9, 3)), Dense()), "texts:/a"),
        (network_of(Dense()), "mnist-5k"),
    ):
        text = write_source(net, plan=make_plan({"data": data})).text
        assert "def train(" in text
        assert "read_data" not in text


def _many_networks() -> list[Network]:
    """Return examples, each layer with other values than Keras's, and networks by chance."""
    found = [known.published() for known in TEMPLATES]
    lstm = {"class_name": "LSTM", "config": {"units": 8, "activation": "sigmoid", "go_backwards":
        True, "recurrent_initializer": "orthogonal", "return_sequences": True}}  # fmt: skip
    both = {"class_name": "Bidirectional", "config": {"layer": lstm, "merge_mode": "concat"}}
    found.append(network(Input(shape=(4, 3)), part_of({"a": lstm, "b": both})))

    @seed(7)
    @settings(max_examples=150, database=None, deadline=None)
    @given(strategies.networks(), st.lists(NAMES, max_size=8))
    def collect(net: Network, names: list[str]) -> None:
        found.append(renamed(net, names))

    @seed(8)
    @settings(max_examples=150, database=None, deadline=None)
    @given(strategies.networks(modest=False), st.lists(NAMES, max_size=8))
    def collect_odd(net: Network, names: list[str]) -> None:
        found.append(renamed(net, names))

    collect()
    collect_odd()
    for kind in LAYERS:
        blocks = strategies.blocks((kind,))

        @seed(9)
        @settings(max_examples=6, database=None, deadline=None)
        @given(blocks)
        def collect_kind(block: Block) -> None:
            found.append(network(Input(), block, placed(Parallel(), [block], [block, block])))

        collect_kind()
    return found
