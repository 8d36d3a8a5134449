"""Networks out of Python code: tutorials of many styles, what is not understood, hostile texts."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    Parallel,
    Repeat,
    Rescaling,
)
from cnnstudio.core.document import DesignError
from cnnstudio.core.network import Network, Row, network_of
from cnnstudio.core.source.files import read_source_file
from cnnstudio.core.source.parsing import LONGEST_TEXT
from cnnstudio.core.source.reading import SourceReading, read_source
from cnnstudio.core.source.writing import write_source
from cnnstudio.core.templates import TEMPLATES
from tests.core import strategies

SOURCES = {path.name.split(".")[0]: path for path in Path(__file__).parent.glob("sources/*.txt")}
IMPORTS = "import keras\nfrom keras import layers\n"


def source(name: str) -> str:
    return SOURCES[name].read_text(encoding="utf-8")


def network(text: str) -> Network:
    """Return what a text of which all is understood comes to."""
    reading = read_source(IMPORTS + textwrap.dedent(text))
    assert not reading.remarks
    assert reading.network is not None
    return reading.network


def told(reading: SourceReading) -> list[str]:
    return [f"{remark.line}: {remark.message}" for remark in reading.remarks]


def layers_of(row: Row) -> list[object]:
    """Return the layers of a row, those of Repeats as often as they are there."""
    found: list[object] = []
    for node in row:
        match node.block:
            case _ if node.muted:
                continue
            case Parallel():
                lanes = tuple(tuple(layers_of(lane)) for lane in node.lanes)
                found.append((node.block.merge, lanes))
            case Repeat():
                found += layers_of(node.lanes[0]) * node.block.count
            case _ if node.is_container:
                found += layers_of(node.lanes[0])
            case _:
                found.append(node.block)
    return found


def names(network: Network | None) -> list[str]:
    return list(network.names()) if network is not None else []


def shape_out(network: Network | None) -> object:
    """Return the shape of what a network without an error puts out."""
    assert network is not None
    report = analyse(network)
    assert not report.errors
    return report.facts[network.nodes[-1].uid].output_shape


WITHOUT_REMARKS = {
    "mnist_list": ((10,), 34_826),
    "lenet_class": ((10,), 1_256_360),
    "resnet_loops": ((10,), 274_442),
    "unet": ((128, 128, 1), 482_033),
    "text_conv1d": ((1,), 350_751),
}


@pytest.mark.parametrize("name", WITHOUT_REMARKS)
def test_tutorials_of_many_styles_come_in_whole(name: str) -> None:
    reading = read_source(source(name))
    assert not told(reading)
    shape, weights = WITHOUT_REMARKS[name]
    assert shape_out(reading.network) == shape
    assert reading.network is not None
    facts = analyse(reading.network).facts
    assert sum(facts[node.uid].weights for node in reading.network.nodes) == weights


def test_a_model_inside_a_model_is_a_group_of_its_name() -> None:
    reading = read_source(source("flowers_augmented"))
    assert told(reading) == ["32: Dense: the value of units cannot be known here: 10 is taken."]
    assert reading.network is not None
    first, group, *_rest = reading.network.nodes
    assert first.block == Input((180, 180, 3))
    assert (group.name, len(group.lanes[0])) == ("data_augmentation", 3)
    assert names(reading.network)[-1] == "outputs"
    assert shape_out(reading.network) == (10,)


def test_an_inception_module_is_lanes_in_their_order_and_its_second_output_is_told_of() -> None:
    reading = read_source(source("inception_module"))
    assert any("first of 2" in text for text in told(reading))
    assert all("bias_initializer" in text or "first of 2" in text for text in told(reading))
    assert reading.network is not None
    module = reading.network.nodes[3]
    assert (module.name, len(module.lanes)) == ("inception_3a", 4)
    assert [lane[-1].block.params()["filters"] for lane in module.lanes] == [64, 128, 32, 32]
    assert names(reading.network)[-1] == "output"


def test_loops_that_make_the_same_blocks_are_repeats() -> None:
    reading = read_source(source("resnet_loops"))
    assert reading.network is not None
    counts = [n.block.count for n in reading.network.nodes if isinstance(n.block, Repeat)]
    assert counts == [3, 2, 2]


def test_what_a_network_of_another_makes_is_told_of_and_the_rest_comes_in() -> None:
    reading = read_source(source("transfer"))
    assert [line.split(":")[0] for line in told(reading)] == ["15", "16"]
    assert reading.network is not None
    assert layers_of(reading.network.nodes) == [
        GlobalAveragePooling2D(),
        Dense(256, "relu"),
        BatchNormalization(),
        LeakyReLU(0.1),
        Dropout(0.25),
        Dense(5, "softmax"),
    ]


def test_layers_that_are_none_of_the_catalogue_are_left_out_by_line() -> None:
    reading = read_source(source("squeeze_excite"))
    assert told(reading) == ["39: Lambda is left out: there is no such block."]
    assert shape_out(reading.network) == (7,)
    assert {"conv1", "conv2"} <= set(names(reading.network))


def test_a_class_that_computes_by_its_own_code_is_refused_with_its_line() -> None:
    reading = read_source(source("subclassed"))
    assert reading.network is None
    assert told(reading) == [
        "4: The class MyModel computes what its own code says, which is not read."
    ]


TWO = [Input((8, 8, 3)), Conv2D(4), Flatten()]


@pytest.mark.parametrize(
    "text",
    [
        """
        model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])
        """,
        """
        from tensorflow.keras.layers import Conv2D as C, Flatten
        from tensorflow.keras.models import Sequential
        net = Sequential(name="net")
        net.add(C(4, 3, input_shape=[8, 8, 3]))
        net.add(Flatten())
        """,
        """
        import tensorflow as tf
        L = tf.keras.layers
        inputs = L.Input(shape=(8,) * 2 + (3,))
        model = tf.keras.Model(inputs=inputs, outputs=L.Flatten()(L.Conv2D(4, 3)(inputs)))
        """,
        """
        from tensorflow.python.keras.layers.convolutional import Conv2D
        from keras.layers.core import Flatten
        from keras.engine.topology import Input
        from keras.engine.training import Model
        a = Input((8, 8, 3)); b = Conv2D(4, 3)(a); c = Flatten()(b)
        Model(input=a, output=c)
        """,
        """
        def build(size, *, filters=4):
            return keras.Sequential([layers.InputLayer(input_shape=(size, size, 3)),
                                     layers.Convolution2D(filters, (3, 3)), layers.Flatten()])
        if __name__ == "__main__":
            build(8).summary()
        """,
        """
        def build_model(size=8):
            x = inputs = keras.Input((size, size, 3))
            for layer in [layers.Conv2D(4, 3), layers.Flatten()]:
                x = layer(x)
            return keras.Model(inputs, x)
        """,
        """
        model = keras.Sequential()
        model.add(keras.Input(batch_shape=(None, 8, 8, 3)))
        parts = [layers.Conv2D]
        for kind in parts:
            model.add(kind(filters=2 ** 2, kernel_size=9 // 3))
        model.add(layers.Dense(3)); model.pop()
        model.add(layers.Flatten())
        """,
        """
        model = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten()])
        model.build((None, 8, 8, 3))
        """,
    ],
)  # fmt: skip
def test_the_same_network_in_many_words(text: str) -> None:
    assert layers_of(network(text).nodes) == TWO


def test_layers_may_be_pasted_without_imports_and_without_a_model() -> None:
    row = [Conv2D(4), MaxPooling2D()]
    for text in (
        "    model.add(Conv2D(4, 3))\n    model.add(MaxPooling2D())",
        "layers.Conv2D(4, 3),\nlayers.MaxPooling2D(),",
        "[layers.Conv2D(4, 3), keras.layers.MaxPool2D()]",
        ">>> model.add(Conv2D(4, 3))\n>>> model.add(MaxPooling2D())\nNone",
        "```python\nmodel.add(Conv2D(4, 3))\nmodel.add(MaxPooling2D())\n```",
    ):
        reading = read_source(text)
        assert reading.network is not None
        assert layers_of(reading.network.nodes) == row
    reading = read_source("x = layers.Conv2D(4, 3)(x)\nx = layers.MaxPooling2D()(x)")
    assert layers_of((reading.network or Network()).nodes) == row
    assert "Conv2D" in told(reading)[0]


def test_numbers_and_operators_on_tensors_are_blocks() -> None:
    found = network("""
        x = i = keras.Input((8, 8, 3))
        x = x / 255
        x = keras.activations.relu(layers.Dense(3)(x)) + x
        x = 2 * x - 1.0
        x = keras.layers.add([x, keras.ops.multiply(x, x)])
        model = keras.Model(i, x)
        """)
    assert layers_of(found.nodes) == [
        Input((8, 8, 3)),
        Rescaling(1 / 255),
        ("Add", ((Dense(3), Activation("relu")), ())),
        Rescaling(2.0),
        Rescaling(1.0, -1.0),
        ("Add", ((), (("Multiply", ((), ())),))),
    ]


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("layers.Dense(int(0.5 * 9) + len('abc'))", Dense(7)),
        ("layers.Dense({'a': 3}['a'], activation='re' + 'lu')", Dense(3, "relu")),
        ("layers.Dense([3, 4, 5][-1])", Dense(5)),
        ("layers.Dense(*[3], **{'use_bias': False})", Dense(3, use_bias=False)),
        ("layers.Dense((lambda n, m=2: n * m)(3))", Dense(6)),
        ("layers.Dense(sum(n for n in range(9) if n % 2))", Dense(16)),
        ("layers.Dense(3 if not False and 1 < 2 <= 2 else 4)", Dense(3)),
        ("layers.Dense(max(3, min(9, 5)), kernel_regularizer=keras.regularizers.l1(0.1))",
         Dense(5, kernel_regularizer=("l1", 0.1))),
        ("layers.Dense(3, kernel_regularizer='l2', kernel_initializer=keras.initializers.HeNormal)",
         Dense(3, kernel_regularizer=("l2", 0.01), kernel_initializer="he_normal")),
        ("layers.Dense(3, activation=keras.activations.swish)", Dense(3, "silu")),
        ("layers.Dense(3, activation=layers.ReLU())", Dense(3, "relu")),
        ("layers.Dense(math.ceil(math.sqrt(17)))", Dense(5)),
    ],
)  # fmt: skip
def test_arguments_are_worked_out(text: str, block: Block) -> None:
    found = network(f"import math\nmodel = keras.Sequential([keras.Input((4,)), {text}])")
    assert layers_of(found.nodes)[1:] == [block]


def test_a_minus_and_a_product_by_name_are_blocks() -> None:
    found = network("""
        x = i = keras.Input((4,))
        x = keras.ops.multiply(x1=-x, x2=3.0)
        model = keras.Model(i, x)
        """)
    assert layers_of(found.nodes)[1:] == [Rescaling(-1.0), Rescaling(3.0)]


def test_a_variable_of_the_function_around_is_another_than_the_texts_own() -> None:
    found = network("""
        n = 1
        def outer():
            n = 3
            def inner():
                nonlocal n
                n = 5
            inner()
            return keras.Sequential([keras.Input((4,)), layers.Dense(n)])
        model = outer()
        model.add(layers.Dense(n))
        """)
    assert layers_of(found.nodes)[1:] == [Dense(5), Dense(1)]


def test_a_file_that_is_too_long_is_told_to_be_so_whatever_letters_it_has(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    for start in ("", "a"):
        path.write_text(f"x = '{start}{'é' * 500_000}'", "utf-8")
        assert "at most 200000" in told(read_source_file(path))[0]
    path.write_bytes(b"x = '\xc3")
    with pytest.raises(DesignError, match="not text"):
        read_source_file(path)


def test_names_are_kept_and_made_unique() -> None:
    found = network("""
        model = keras.Sequential([keras.Input((4,), name="in"), layers.Dense(3),
                                  layers.Dense(3, name="dense_1"), layers.Dense(3, name="dense_1")])
        """)
    assert names(found) == ["in", "dense_3", "dense_1", "dense_2"]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("layers.Dense(3),\n    layers.LSTM(4)", 5, "LSTM"),
        ("layers.Dense(3, activation='magic')", 4, "magic"),
        ("layers.Dense(3, kernel_constraint='max_norm')", 4, "kernel_constraint"),
        ("layers.Dense(-3)", 4, "10"),
        ("layers.Dense(unknown)", 4, "units"),
        ("layers.Dense(3, use_bias=unknown)", 4, "use_bias"),
        ("layers.Dense(3, False, 'x', *range(40))", 4, "7"),
        ("custom(3)", 4, "custom"),
        ("layers.BatchNormalization(axis=1)", 4, "axis 1"),
    ],
)
def test_what_is_not_understood_is_named_by_its_line(text: str, line: int, part: str) -> None:
    reading = read_source(
        f"{IMPORTS}model = keras.Sequential([keras.Input((8, 8, 3)),\n    {text},\n"
        "    layers.Flatten()])"
    )
    assert any(text.startswith(f"{line}:") and part in text for text in told(reading))
    found = layers_of((reading.network or Network()).nodes)
    assert (found[0], found[-1]) == (Input((8, 8, 3)), Flatten())


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("if unknown: x = layers.Dense(1)(x)", 4, "condition"),
        ("for n in unknown: x = layers.Dense(n)(x)", 4, "loop"),
        ("while unknown: x = layers.Dense(1)(x)", 4, "loop"),
        ("x = layers.Lambda(f)(x)", 4, "Lambda"),
        ("x = helper(x)", 4, "helper"),
        ("x = keras.ops.roll(x, 1)", 4, "ops.roll"),
        ("x = layers.Concatenate(axis=1)([x, x])", 4, "axis 1"),
        ("x = layers.Dot(axes=1)([x, x])", 4, "Dot"),
        ("x = x ** 2", 4, "Pow"),
        ("x = keras.ops.maximum(x, 0.0)", 4, "Maximum"),
        ("x = tf.minimum(6.0, x)", 4, "minimum"),
        ("x = keras.ops.maximum(x1=x, x2=0.0)", 4, "Maximum"),
        ("x = x[:, :4]", 4, "x[…]"),
        ("k = 1\nmatch k:\n  case 1:\n    x = layers.Dense(3)(x)", 5, "statement"),
        ("d = layers.Dense(3)\nx = d(x)\nx = d(x)", 6, "weights of its own"),
        ("a = layers.Dense(3)(x)\nb = layers.Dense(3)(a)\n"
         "x = layers.Add()([layers.Add()([x, a]), layers.Add()([a, b])])", 4, "left out"),
    ],
)  # fmt: skip
def test_steps_that_are_not_understood_are_passed_by(text: str, line: int, part: str) -> None:
    reading = read_source(
        f"{IMPORTS}x = i = keras.Input((8, 8, 3))\n{text}\n"
        "model = keras.Model(i, layers.Flatten()(x))"
    )
    assert any(said.startswith(f"{line}:") and part in said for said in told(reading))
    found = layers_of((reading.network or Network()).nodes)
    assert (found[0], found[-1]) == (Input((8, 8, 3)), Flatten())


def test_data_training_and_plots_are_no_concern() -> None:
    assert layers_of(
        network("""
        import matplotlib.pyplot as plt, numpy as np, os
        from sklearn.model_selection import train_test_split
        x, y = np.load("x.npy"), np.load("y.npy")
        for i in range(9):
            plt.subplot(3, 3, i + 1); plt.imshow(x[i] / 255.0)
        if os.environ.get("GPU"): print("gpu")
        with open("log") as log: log.write(f"{x.shape[0]:>8} images")
        model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])
        model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
        history = model.fit(x, y, epochs=2, callbacks=[keras.callbacks.EarlyStopping()])
        plt.plot(history.history["loss"]); best = max(history.history["accuracy"])
        predictions = model.predict(x[:10]); model.save("model.keras")
        """).nodes
    ) == TWO  # fmt: skip


def test_one_of_several_models_is_read_and_said_to_be() -> None:
    reading = read_source(
        IMPORTS + "a = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n"
        "c = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
    )
    assert layers_of((reading.network or Network()).nodes)[1:] == [Dense(2)]
    assert told(reading) == ["4: The text makes 3 models: the one of this line is read."]


def test_two_inputs_are_refused_in_words() -> None:
    reading = read_source(
        IMPORTS + "a, b = keras.Input((4,)), keras.Input((4,))\n"
        "model = keras.Model([a, b], layers.Add()([a, b]))"
    )
    assert reading.network is None
    assert "2 inputs" in told(reading)[0]


def test_a_function_that_nobody_calls_is_read_with_what_is_known() -> None:
    reading = read_source(
        IMPORTS + "def make(shape, classes, width=6):\n"
        "    return keras.Sequential([keras.Input(shape), layers.Dense(width),\n"
        "                             layers.Dense(classes)])\n"
    )
    assert layers_of((reading.network or Network()).nodes) == [Input(), Dense(6), Dense(10)]
    assert any(text.startswith("3:") and "make" in text for text in told(reading))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_templates_come_back_from_their_code(template: object) -> None:
    design = template_network(template)
    reading = read_source(write_source(design).text)
    assert not told(reading)
    assert reading.network is not None
    assert layers_of(reading.network.nodes) == layers_of(design.nodes)


def template_network(template: object) -> Network:
    for shape in ((224, 224, 3), (80,)):
        try:
            return template.network(shape, 10)  # type: ignore[attr-defined, no-any-return]
        except ValueError:
            continue
    raise AssertionError(template)


def test_a_repeat_comes_back_as_a_repeat() -> None:
    design = network_of(Input((8, 8, 3)), Conv2D(4))
    repeat = network_of(Repeat(count=5)).nodes[0]
    body = network_of(Conv2D(4, padding="same"), BatchNormalization()).nodes
    design = design.inserted((2,), repeat).with_lanes((2,), (body,))
    reading = read_source(write_source(design).text)
    assert reading.network is not None
    last = reading.network.nodes[-1]
    assert last.block == Repeat(count=5)
    assert [node.block for node in last.lanes[0]] == [node.block for node in body]


@given(strategies.networks())
@settings(max_examples=80)
def test_code_that_is_written_is_the_network_it_was_written_from(design: Network) -> None:
    reading = read_source(write_source(design).text)
    if not analyse(design).errors:
        assert not told(reading)
        assert reading.network is not None
        assert layers_of(reading.network.nodes) == layers_of(design.nodes)


END = (
    "\nmodel = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        "x = 1\nwhile x: x += 1",
        "for i in range(10 ** 12): y = i",
        "x = 10 ** 10 ** 10",
        "x = 2\nfor i in range(99): x = x ** x",
        "x = 1 << 10 ** 12",
        "x = 'a' * 10 ** 12",
        "x = 'a'\nfor i in range(999): x = x + x",
        "x = '%1000000000d' % 1; y = f'{1:1000000000}'; z = '{:1000000000}'.format(1)",
        "x = '{0.__class__.__init__.__globals__}'.format(1)",
        "x = [0] * 10 ** 12",
        "x = [1]\nfor i in range(1900): x += x\nx.extend(x)",
        "x = (1,)\nfor i in range(99): x = (x, x)\ny = x == x",
        "x = []\nx.append(x)\ny = x == x\nz = f'{x}'",
        "d = {}\nfor i in range(400): d = dict(d, **{f'k{i}': d})",
        "x = 0.5 in range(10 ** 12)",
        "x = round(7, -10 ** 9)",
        "x = sum(range(10 ** 12)) + max(range(10 ** 12)) + len(list(range(10 ** 12)))",
        "def f(x): return f(x)\nf(1)",
        "def f(*a): return f(*a, *a)\nf(1)",
        "f = lambda g: g(g)\nf(f)",
        "from functools import partial\nf = len\nfor i in range(1900): f = partial(f, 1)\nf()",
        "def f(x): return " + "[" * 40 + "f(x)" + " for i in [1]]" * 40 + "\nf(1)",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass",
        "def f():\n    global x\n    x = 1\nf()",
        "import " + ".".join("a" * 800),
        "x = [" + "1, " * 50_000 + "]",
        "__import__('os').system('x'); eval('1'); exec('1'); open('x', 'w').write('x')",
        "().__class__.__bases__[0].__subclasses__()[0]()",
    ],
)  # fmt: skip
def test_hostile_code_is_gone_through_and_the_model_after_it_is_read(text: str) -> None:
    reading = read_source(IMPORTS + text + END)
    assert layers_of((reading.network or Network()).nodes) == TWO


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x = '" + "a" * LONGEST_TEXT + "'", "characters"),
        ("(" * 50_000, "deep"),
        ("-" * 100_000 + "1", "deep"),
        ("x = " + "1 + " * 40_000 + "1", "deep"),
        ("x = " + "not " * 40_000 + "1", "deep"),
        ("x = a" + ".b" * 90_000, "deep"),
        ("x = a" + "()" * 90_000, "deep"),
        ("x = " + "lambda: " * 20_000 + "1", "deep"),
        ("x = " + "2 ** " * 20_000 + "2", "deep"),
        ("x = f'" + "{1}" * 30_000 + "'", "deep"),
        ("if a: pass\n" + "elif a: pass\n" * 12_000, "deep"),
        ("'\\" * 90_000, "not Python"),
        ("x = " + "1" * 100_000, "not Python"),
        ("print 'hello'", "Python 2"),
        ("x = = 3", "not Python"),
        ("x = 1\0", "not Python|characters"),
        ("x = '\ud800'", "characters"),
        ("for a in range(2000):\n for b in range(2000):\n  for c in range(2000): x = c",
         "much work"),
        ("def f(x): return f(x) + f(x)\nf(1)", "much work"),
        ("", "no Keras model"),
        ("x = 3", "no Keras model"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_read_are_refused_in_one_sentence(text: str, part: str) -> None:
    reading = read_source(text)
    assert reading.network is None
    (remark,) = [r for r in reading.remarks if "rounds" not in r.message]
    assert any(word in remark.message for word in part.split("|"))


def test_the_first_line_that_is_not_python_is_named() -> None:
    assert told(read_source(IMPORTS + "x = 1\nprint 'epochs', x\n"))[0].startswith("4: ")


@pytest.mark.parametrize(
    "text",
    [
        "x = keras.Input((8,))\nfor i in range(2000):\n"
        "  for j in range(2000): x = layers.ReLU()(x)\n"
        "model = keras.Model(x, x)",
        "m = keras.Sequential([layers.Dense(3)])\n"
        "for i in range(999): m = keras.Sequential([m, m])",
        "m = keras.Sequential([layers.Dense(3)])\nfor i in range(999): m = keras.Sequential([m])",
        "m = keras.Sequential()\nm.add(m)",
        "m = layers.Dense(3)\nfor k in range(9):\n    i = x = keras.Input((3,))\n    o = []\n"
        "    for j in range(40):\n        o.append(x)\n        x = layers.Dense(3)(x)\n"
        "    x = m(x)\n    for j in o[::-1]: x = layers.Add()([x, j])\n"
        "    m = keras.Model(i, x)\nmodel = m",
        "m = keras.Sequential([keras.Input((3,))])\nx = m.output\n"
        "for i in range(999):\n    m = keras.Model(x, m(m(x)))",
        "i = x = keras.Input((8,))\n"
        "for k in range(900): x = layers.Concatenate()([i, layers.Dense(8)(x)])\n"
        "model = keras.Model(i, x)",
        "i = x = keras.Input((8,))\no = [x]\nfor k in range(99):\n"
        "    x = layers.Concatenate()(o)\n    o.append(layers.Dense(8)(x))\n"
        "model = keras.Model(i, x)",
    ],
)  # fmt: skip
def test_models_without_bounds_are_cut_short_in_words(text: str) -> None:
    assert read_source(IMPORTS + text).remarks


def test_no_file_is_touched_and_nothing_imported(tmp_path: Path) -> None:
    target = tmp_path / "touched"
    read_source(
        f"import os, antigravity\nopen({str(target)!r}, 'w').write('x')\n"
        f"os.system('touch {target}')\n__import__('os').mkdir({str(target)!r})\n" + IMPORTS + END
    )
    assert not target.exists()


@given(st.text(max_size=200) | st.text("()[]{}:=.,'\"\n xkeraslyDn0123456789*+-%#\\", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    reading = read_source(text)
    assert reading.network is not None or reading.remarks


@given(st.sampled_from(sorted(SOURCES)), st.data())
@settings(max_examples=150)
def test_any_piece_of_a_tutorial_is_read_or_refused(name: str, data: st.DataObject) -> None:
    lines = source(name).splitlines()
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    swap = data.draw(st.integers(0, 60))
    text = "\n".join((*lines[:start], *lines[end:]))
    text = text[: len(text) - swap]
    reading = read_source(text)
    assert reading.network is not None or reading.remarks


def test_functions_that_merge_come_with_everything_of_layers_too() -> None:
    text = """
from keras.layers import *
from keras import Model
a = Input((8, 8, 4))
b = Conv2D(4, 3, padding="same")(a)
m = Model(a, add([a, b]))
"""
    found = read_source(text)
    assert found.remarks == ()
    assert found.network is not None
    assert [node.block.kind for node in found.network.nodes] == ["Input", "Parallel"]
