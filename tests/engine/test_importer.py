"""Keras models as files become networks with their weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Group, Input, Opaque, Parallel
from cnnstudio.core.network import Network, PlacedBlock

if TYPE_CHECKING:
    from cnnstudio.engine.importer import Imported

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

MakeModel = Callable[[Any], Any]


def imported(path: Path) -> Imported:
    from cnnstudio.engine.importer import import_model

    return import_model(path)


def saved(model: Any, folder: Path, form: str) -> Path:
    path = folder / f"model{form}"
    if form == ".json":
        path.write_text(model.to_json())
    else:
        model.save(path)
    return path


def opaque(network: Network) -> list[PlacedBlock]:
    return [node for _path, node in network.walk() if isinstance(node.block, Opaque)]


def kinds(network: Network) -> list[str]:
    return [node.block.kind for _path, node in network.walk()]


def stirred(model: Any) -> Any:
    """Give a model weights of which no two are alike, as training would."""
    generator = np.random.default_rng(1)
    for weight in model.weights:
        if "count" not in weight.path:
            noise = generator.uniform(0.5, 1.0, weight.shape).astype(np.float32)
            weight.assign(weight + 0.1 * noise)
    return model


def difference(model: Any, found: Imported) -> float:
    """Return how far what a model and its import compute lies apart, of the largest number."""
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.weights import give_weights

    built = build(found.network).model
    give_weights(built, found.weights)
    shape = (2, *found.network.nodes[0].block.output_shape(()))
    numbers = np.random.default_rng(0).random(shape, np.float32)
    theirs, ours = (np.asarray(m(numbers, training=False)) for m in (model, built))
    assert ours.shape == theirs.shape
    return float(np.abs(ours - theirs).max() / max(1.0, float(np.abs(theirs).max())))


APPLICATIONS = {
    "VGG16": 32,
    "ResNet50": 32,
    "MobileNetV2": 32,
    "Xception": 71,
    "DenseNet121": 32,
    "InceptionV3": 75,
    "EfficientNetB0": 32,
}
LARGE = {"DenseNet121", "InceptionV3"}
"""Those of hundreds of layers: Keras takes seconds to build each of them."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.soak) if name in LARGE else name
        for name in APPLICATIONS
    ],
)
def test_the_networks_of_keras_applications_come_in_as_blocks_and_compute_the_same(
    keras: Any, name: str, tmp_path: Path
) -> None:
    size = APPLICATIONS[name]
    make = getattr(keras.applications, name)
    model = make(weights=None, input_shape=(size, size, 3), classes=7)
    found = imported(saved(model, tmp_path, ".keras"))
    assert opaque(found.network) == []
    report = analyse(found.network)
    assert report.errors == ()
    assert report.total_weights == model.count_params()
    assert sum(array.size for row in found.weights.values() for array in row) == (
        report.total_weights
    )
    assert difference(model, found) <= 1e-5


def plain(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3),
            layers.SeparableConv2D(5, 3, padding="same"),
            layers.PReLU(),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(3, activation="softmax"),
        ],
        name="plain",
    )


def unnamed_input(keras: Any) -> Any:
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(2)])
    model.build((None, 5))
    return model


def residual(keras: Any) -> Any:
    layers = keras.layers
    entry = keras.Input((8, 8, 4))
    x = layers.Conv2D(4, 3, padding="same")(entry)
    x = layers.Add(name="sum")([x, entry])
    y = layers.Conv2D(2, 1)(x)
    x = layers.Concatenate(axis=3)([x, y, layers.MaxPooling2D(3, 1, "same")(x)])
    return keras.Model(entry, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


def transferred(keras: Any) -> Any:
    """A model inside a model inside a model, some of it frozen."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3))
    x = layers.BatchNormalization(name="norm")(layers.Conv2D(4, 3, name="conv")(entry))
    base = keras.Model(entry, x, name="base")
    base.trainable = False
    inner = keras.Sequential([base, layers.Conv2D(2, 1, name="conv")], name="inner")
    image = keras.Input((8, 8, 3))
    out = layers.Dense(2)(layers.Flatten()(inner(image, training=False)))
    return keras.Model(image, out)


def arithmetic(keras: Any) -> Any:
    """Layers joined by Python's own signs."""
    entry = keras.Input((6, 4))
    x = keras.ops.relu(keras.layers.Dense(4)(entry) + entry)
    return keras.Model(entry, x * keras.layers.Dense(4)(x))


EDITABLE = [plain, unnamed_input, residual, transferred]


@pytest.mark.parametrize("form", [".keras", ".h5"])
@pytest.mark.parametrize("make", EDITABLE, ids=lambda make: make.__name__)
def test_a_model_comes_in_as_blocks_with_its_weights(
    keras: Any, make: MakeModel, form: str, tmp_path: Path
) -> None:
    model = stirred(make(keras))
    found = imported(saved(model, tmp_path, form))
    assert opaque(found.network) == []
    assert analyse(found.network).total_weights == model.count_params()
    assert difference(model, found) <= 1e-6


def test_names_of_layers_and_of_the_model_stay(keras: Any, tmp_path: Path) -> None:
    found = imported(saved(residual(keras), tmp_path, ".keras"))
    assert {"sum"} <= set(found.network.names())
    assert kinds(found.network).count("Parallel") == 2
    merges = [n.block.merge for _p, n in found.network.walk() if isinstance(n.block, Parallel)]
    assert merges == ["Add", "Concatenate"]
    assert imported(saved(plain(keras), tmp_path, ".keras")).name == "plain"


def test_a_model_inside_a_model_is_a_group_and_what_was_frozen_is_told(
    keras: Any, tmp_path: Path
) -> None:
    found = imported(saved(transferred(keras), tmp_path, ".keras"))
    group = found.network.nodes[1]
    assert (group.name, group.block) == ("inner", Group())
    assert [node.block.kind for node in group.lanes[0]] == [
        "Conv2D", "BatchNormalization", "Conv2D",
    ]  # fmt: skip
    assert "conv and 1 more: it was frozen, but a design trains all its blocks" in found.remarks


def test_signs_between_tensors_are_merges(keras: Any, tmp_path: Path) -> None:
    model = stirred(arithmetic(keras))
    found = imported(saved(model, tmp_path, ".keras"))
    assert {"Parallel", "Activation"} <= set(kinds(found.network))
    assert difference(model, found) <= 1e-6


def test_a_description_alone_has_no_weights_and_says_so(keras: Any, tmp_path: Path) -> None:
    found = imported(saved(plain(keras), tmp_path, ".json"))
    assert analyse(found.network).total_weights == plain(keras).count_params()
    assert found.weights == {}
    assert any("starts from new ones" in remark for remark in found.remarks)


def test_an_input_of_any_size_gets_one_and_it_is_told(keras: Any, tmp_path: Path) -> None:
    layers = keras.layers
    row = [keras.Input((None, None, 3)), layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()]
    model = keras.Sequential(row)
    found = imported(saved(model, tmp_path, ".keras"))
    assert found.network.nodes[0].block == Input(shape=(224, 224, 3))
    assert any("takes any size" in remark for remark in found.remarks)


def memory(keras: Any) -> Any:
    layers = keras.layers
    row = [keras.Input((5, 4)), layers.Dense(6), layers.LSTM(3, name="memory"), layers.Dense(2)]
    return keras.Sequential(row)


def both_ways(keras: Any) -> Any:
    layers = keras.layers
    row = [keras.Input((5, 4)), layers.Bidirectional(layers.GRU(3)), layers.Dense(2)]
    return keras.Sequential(row)


def attention(keras: Any) -> Any:
    layers = keras.layers
    entry = keras.Input((6, 4))
    x = layers.Dense(4)(entry)
    x = layers.MultiHeadAttention(2, 3)(x, value=entry, key=x)
    return keras.Model(entry, layers.Dense(2)(layers.Flatten()(x)))


def shared(keras: Any) -> Any:
    layers = keras.layers
    entry = keras.Input((6, 4))
    twice = layers.Dense(4, name="twice")
    x = layers.Dense(5)(twice(layers.Activation("tanh")(twice(entry))))
    return keras.Model(entry, layers.Dense(2)(layers.Flatten()(x)))


def crossed(keras: Any) -> Any:
    """An edge from one branch into another."""
    layers = keras.layers
    entry = keras.Input((6, 4))
    start = layers.Dense(4)(entry)
    one, other = layers.Dense(4)(start), layers.Dense(4)(start)
    bridge = layers.Add()([one, other])
    x = layers.Concatenate()([layers.Dense(3)(one), layers.Dense(3)(bridge)])
    return keras.Model(entry, layers.Dense(2)(x))


def of_states(keras: Any) -> Any:
    layers = keras.layers
    entry = keras.Input((6, 4))
    x, state = layers.GRU(3, return_state=True, return_sequences=True)(entry)
    x = layers.Concatenate()([layers.GlobalMaxPooling1D()(x), state])
    return keras.Model(entry, layers.Dense(2)(x))


def of_words(keras: Any) -> Any:
    """The words that are 0 are masked."""
    layers = keras.layers
    entry = keras.Input((6,))
    x = layers.LSTM(3)(layers.Embedding(9, 4, mask_zero=True)(entry))
    return keras.Model(entry, layers.Dense(2)(x))


@pytest.mark.parametrize("form", [".keras", ".h5"])
@pytest.mark.parametrize(
    "make",
    [memory, both_ways, attention, shared, crossed, of_states, of_words],
    ids=lambda make: make.__name__,
)
def test_what_is_no_block_is_one_opaque_part_that_computes_as_before(
    keras: Any, make: MakeModel, form: str, tmp_path: Path
) -> None:
    model = stirred(make(keras))
    found = imported(saved(model, tmp_path, form))
    (part,) = opaque(found.network)
    assert isinstance(part.block, Opaque)
    assert part.block.why
    assert any("kept as it came" in remark for remark in found.remarks)
    assert kinds(found.network).count("Dense") >= 1
    report = analyse(found.network)
    assert report.errors == ()
    assert report.total_weights == model.count_params()
    assert difference(model, found) <= 1e-5
