"""Models of several inputs and outputs open: one of each is the design's, the rest is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Input, Opaque
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.look_messages import Maps, Show
from cnnstudio.core.messages import EpochDone, RunFinished
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation
from tests.engine.test_importer import imported, kinds, opaque, saved, stirred

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]


def two_headed(keras: Any) -> Any:
    """Classes and a box from the same features, as detectors have them."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3), name="image")
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(entry)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    box = layers.Dense(4, name="box")(layers.Dense(6, activation="relu", name="hidden")(x))
    return keras.Model(entry, [layers.Dense(5, activation="softmax", name="kind")(x), box])


def deeply_supervised(keras: Any) -> Any:
    """A head that reads two places, and shares a layer with the trunk."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3), name="image")
    first = layers.Conv2D(4, 3, padding="same", name="first")(entry)
    second = layers.Conv2D(4, 3, padding="same", name="second")(first)
    pool = layers.GlobalAveragePooling2D(name="pool")
    last = layers.Dense(2, name="last")(pool(second))
    aux = layers.Dense(3, name="aux")(pool(layers.Add(name="sum")([first, second])))
    return keras.Model(entry, [last, aux])


def from_the_input(keras: Any) -> Any:
    """A head that reads the image itself and the end of the trunk."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3), name="image")
    x = layers.Conv2D(3, 3, padding="same", name="conv")(entry)
    out = layers.Dense(2, name="out")(layers.Flatten(name="flat")(x))
    rest = layers.Subtract(name="rest")([entry, x])
    return keras.Model(entry, [out, rest])


def all_on_the_way(keras: Any) -> Any:
    """A feature extractor: its outputs lie one behind the other."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3), name="image")
    first = layers.Conv2D(3, 3, name="first")(entry)
    second = layers.Conv2D(5, 3, name="second")(first)
    return keras.Model(entry, [second, first])


def goes_on(keras: Any) -> Any:
    """The first output lies on the way to the second."""
    layers = keras.layers
    entry = keras.Input((8, 8, 3), name="image")
    first = layers.Conv2D(3, 3, name="first")(entry)
    return keras.Model(entry, [first, layers.Conv2D(5, 3, name="second")(first)])


HEADS = {
    "two_headed": (two_headed, "box"),
    "deeply_supervised": (deeply_supervised, "aux"),
    "from_the_input": (from_the_input, "rest"),
    "goes_on": (goes_on, "second"),
}


@pytest.mark.parametrize("form", [".keras", ".h5"])
@pytest.mark.parametrize("name", list(HEADS))
def test_the_first_output_is_the_designs_and_the_others_are_seen_inside_a_part(
    keras: Any, name: str, form: str, tmp_path: Path
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of
    from cnnstudio.engine.part_insides import insides_of
    from cnnstudio.engine.weights import give_weights

    make, head = HEADS[name]
    model = stirred(make(keras))
    found = imported(saved(model, tmp_path, form))
    assert analyse(found.network).errors == ()
    assert any(f"{head}: a design has one output" in remark for remark in found.remarks)
    built = build(found.network)
    assert give_weights(built.model, found.weights) == len(found.weights)
    insides = insides_of(built)
    entered = np.random.default_rng(2).random((8, 8, 3), np.float32)
    maps = explorer_of(insides.built).maps(entered)
    ours, theirs = (np.asarray(t)[0] for t in model(entered[np.newaxis], training=False))
    last = found.network.nodes[-1].uid
    assert np.allclose(maps[last], ours, atol=1e-5)
    inner = next(n for n, node in insides.nodes.items() if node.name == head)
    assert np.allclose(maps[inner], theirs, atol=1e-5)


def test_what_is_not_asked_of_the_network_does_not_learn(keras: Any, tmp_path: Path) -> None:
    from cnnstudio.engine.builder import build

    found = imported(saved(two_headed(keras), tmp_path, ".keras"))
    assert kinds(found.network) == ["Input", "Conv2D", "GlobalAveragePooling2D", "Opaque", "Dense"]
    built = build(found.network).model
    held = built.get_layer(opaque(found.network)[0].uid)
    assert len(held.weights) == 4
    assert held.trainable_weights == []
    assert built.output_shape == (None, 5)


def test_an_output_on_the_way_to_the_first_is_a_block_and_told_of(
    keras: Any, tmp_path: Path
) -> None:
    found = imported(saved(all_on_the_way(keras), tmp_path, ".keras"))
    assert kinds(found.network) == ["Input", "Conv2D", "Conv2D"]
    assert any(remark.startswith("first: it is an output of its own") for remark in found.remarks)


def conditioned(keras: Any) -> Any:
    """A number beside the image; it comes first in the file."""
    layers = keras.layers
    age = keras.Input((2,), name="age")
    image = keras.Input((8, 8, 3), name="image")
    x = layers.Flatten(name="flat")(layers.Conv2D(4, 3, name="conv")(image))
    both = layers.Concatenate(name="both")([x, layers.Dense(3, name="inner")(age)])
    return keras.Model([age, image], layers.Dense(2, name="out")(both))


def twins(keras: Any) -> Any:
    """Two images through the same layers: a siamese network."""
    layers = keras.layers
    left, right = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
    tower = keras.Sequential(
        [layers.Conv2D(3, 3, name="conv"), layers.GlobalMaxPooling2D()], name="tower"
    )
    apart = layers.Subtract(name="apart")([tower(left), tower(right)])
    return keras.Model([left, right], layers.Dense(1, name="out")(apart))


@pytest.mark.parametrize("form", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("make", "entry", "other"), [(conditioned, "image", "age"), (twins, "left", "right")]
)
def test_an_image_is_the_input_and_the_others_are_fed_zeros(
    keras: Any, make: Any, entry: str, other: str, form: str, tmp_path: Path
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.weights import give_weights

    model = stirred(make(keras))
    found = imported(saved(model, tmp_path, form))
    first = found.network.nodes[0]
    assert (first.name, type(first.block)) == (entry, Input)
    assert analyse(found.network).errors == ()
    assert f"{other}: a design has one input, so this one is fed zeros" in found.remarks
    built = build(found.network).model
    give_weights(built, found.weights)
    image = np.random.default_rng(1).random((2, *first.block.output_shape(())), np.float32)
    given = {
        tensor.name: image if tensor.name == entry else np.zeros((2, *tensor.shape[1:]), np.float32)
        for tensor in model.inputs
    }
    assert np.allclose(built(image), model(given), atol=1e-5)


def test_what_reads_the_other_input_can_be_edited(keras: Any, tmp_path: Path) -> None:
    found = imported(saved(conditioned(keras), tmp_path, ".keras"))
    lanes = next(node for node in found.network.nodes if node.lanes).lanes
    assert [[node.name for node in lane] for lane in lanes] == [["conv", "flat"], ["age", "inner"]]
    assert isinstance(lanes[1][0].block, Opaque)
    assert isinstance(lanes[0][0].block, Conv2D)


def test_code_in_another_output_is_left_out_and_never_run(keras: Any, tmp_path: Path) -> None:
    layers = keras.layers
    entry = keras.Input((4,), name="x")
    model = keras.Model(
        entry, [layers.Dense(2, name="out")(entry), layers.Lambda(lambda x: x, name="odd")(entry)]
    )
    found = imported(saved(model, tmp_path, ".keras"))
    assert kinds(found.network) == ["Input", "Dense"]
    assert any(r.startswith("odd: this output is left out, for Lambda") for r in found.remarks)


def test_a_design_with_heads_is_saved_and_read_by_keras(keras: Any, tmp_path: Path) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.weights import give_weights

    model = stirred(two_headed(keras))
    found = imported(saved(model, tmp_path, ".keras"))
    built = build(found.network).model
    give_weights(built, found.weights)
    path = tmp_path / "again.keras"
    built.save(path)
    numbers = np.random.default_rng(1).random((1, 8, 8, 3), np.float32)
    again = keras.models.load_model(path)
    assert np.allclose(again(numbers), model(numbers)[0], atol=1e-6)


def test_a_design_with_other_heads_and_inputs_learns(
    keras: Any, talk: Conversation, tmp_path: Path
) -> None:
    layers = keras.layers
    image, age = keras.Input((28, 28, 1), name="image"), keras.Input((2,), name="age")
    x = layers.GlobalAveragePooling2D(name="pool")(layers.Conv2D(4, 3, name="conv")(image))
    x = layers.Concatenate(name="both")([x, layers.Dense(3, name="inner")(age)])
    box = layers.Dense(4, name="box")(layers.BatchNormalization(name="norm")(x))
    kind = layers.Dense(10, activation="softmax", name="kind")(x)
    found = imported(saved(keras.Model([age, image], [kind, box]), tmp_path, ".keras"))
    talk.train(found.network, TrainingPlan(epochs=1, batch_size=500))
    talk.until(RunFinished)
    done = next(event for event in talk.heard if isinstance(event, EpochDone))
    assert np.isfinite(done.loss)
    head = next(node for node in opaque(found.network) if node.name == "box")
    generation = talk.probe(found.network, head.uid)
    inside = talk.until(InsideShown)
    assert (inside.generation, inside.part) == (generation, head.uid)
    assert [layer.name for layer in inside.layers] == ["norm", "box"]
    assert inside.layers[1].thumbnail.shape == (4,)
    talk.ask(Show(generation, inside.layers[1].uid))
    assert talk.until(Maps, lambda maps: maps.block == inside.layers[1].uid).values.shape == (4,)
