"""What lies inside an opaque part is seen: the maps, weights and explanations of its layers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Conv2D, Input, Opaque, Parallel, Repeat
from cnnstudio.core.explaining import Merged, Untold, WeightedSum
from cnnstudio.core.inner_layers import KerasLayer, inner_name, part_of
from cnnstudio.core.network import PlacedBlock
from tests.core.build import network as build_network
from tests.core.build import placed

if TYPE_CHECKING:
    from cnnstudio.engine.importer import Imported

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

SIZE = (8, 8, 3)


def crossed(keras: Any) -> Any:
    """Two branches that read each other, a layer that is called twice, and one of two outputs."""
    layers = keras.layers
    entry = keras.Input(SIZE)
    first = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(entry)
    left = layers.Conv2D(4, 3, padding="same", name="left")(first)
    right = layers.Conv2D(4, 1, use_bias=False, name="right")(first)
    both = layers.Add(name="both")([left, right])
    drop = layers.Dropout(0.5, name="drop")(right)
    only = layers.BatchNormalization(axis=3, name="only")(drop)
    joined = layers.Concatenate(name="joined")([both, only])
    rows = layers.Reshape((64, 8), name="rows")(joined)
    read, state = layers.GRU(5, return_state=True, name="read")(rows)
    again = layers.Dense(5, name="again", activation="softmax")
    x = layers.Add(name="sum")([again(read), again(state)])
    return keras.Model(entry, layers.Dense(3, name="out")(x))


def stirred(model: Any) -> Any:
    generator = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(generator.uniform(0.2, 0.8, weight.shape).astype(np.float32))
    return model


class Seen:
    """A model that was saved, opened and looked at."""

    def __init__(self, model: Any, folder: Path) -> None:
        from cnnstudio.engine.builder import build
        from cnnstudio.engine.features import explorer_of
        from cnnstudio.engine.importer import import_model
        from cnnstudio.engine.part_insides import insides_of
        from cnnstudio.engine.weights import give_weights

        path = folder / "model.keras"
        model.save(path)
        self.model = model
        self.found: Imported = import_model(path)
        self.built = build(self.found.network)
        give_weights(self.built.model, self.found.weights)
        self.insides = insides_of(self.built)
        self.parts = [
            node for _path, node in self.found.network.walk() if isinstance(node.block, Opaque)
        ]
        self.entered = np.random.default_rng(0).random(SIZE, np.float32)
        self.maps = explorer_of(self.insides.built).maps(self.entered)

    def name(self, layer: str) -> str:
        """The name of the maps of a layer inside a part, or of a block."""
        inner = [name for name, node in self.insides.nodes.items() if node.name == layer]
        blocks = [n.uid for _path, n in self.found.network.walk() if n.name == layer]
        return [*inner, *blocks][0]

    def of(self, layer: str) -> Any:
        return self.maps[self.name(layer)]

    def node(self, layer: str) -> PlacedBlock:
        return self.insides.nodes[self.name(layer)]

    def keras_says(self, keras: Any, name: str) -> Any:
        """What Keras itself has for a layer of the model that was saved."""
        output = self.model.get_layer(name).output
        flat = output[0] if isinstance(output, list | tuple) else output
        return np.asarray(keras.Model(self.model.input, flat)(self.entered[np.newaxis]))[0]

    def look(self, *, trains: bool = False) -> Any:
        from cnnstudio.engine.explain import Look
        from cnnstudio.engine.feeding import feeds_of

        return Look(
            self.found.network,
            feeds_of(self.insides.built),
            self.maps,
            self.insides.weights(),
            "0..1",
            trains=trains,
            inner=self.insides.nodes,
        )


@pytest.fixture(scope="module")
def seen(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(stirred(crossed(keras)), tmp_path_factory.mktemp("crossed"))


def test_every_layer_inside_a_part_has_the_maps_that_keras_gives_it(keras: Any, seen: Seen) -> None:
    names = [node.name for node in seen.insides.nodes.values()]
    inside = ["left", "right", "both", "drop", "only", "joined", "read", "sum"]
    assert sorted(name for name in names if name in inside) == sorted(inside)
    for name in inside:
        assert np.allclose(seen.of(name), seen.keras_says(keras, name), atol=1e-6), name
    # The layer that is called twice, and the one that puts out two tensors.
    assert sum(name.startswith("again") for name in names) == 2
    assert np.array_equal(seen.of("read"), seen.of("read:1"))
    assert len(seen.parts) == 2
    for part, last in zip(seen.parts, ("joined", "sum"), strict=True):
        assert np.array_equal(seen.maps[part.uid], seen.of(last))


def test_what_is_looked_at_leaves_the_model_that_learns_as_it_is(seen: Seen) -> None:
    assert seen.insides.built.model is not seen.built.model
    mine, theirs = seen.built.model.weights, seen.insides.built.model.weights
    assert {id(weight) for weight in mine} == {id(weight) for weight in theirs}
    assert seen.built.model.get_layer(seen.parts[1].uid).output.shape == (None, 5)


def test_code_of_others_is_not_run_when_the_inside_of_a_part_is_opened(
    keras: Any, seen: Seen
) -> None:
    from cnnstudio.engine.opaque_parts import PartError, opened_part

    block = seen.parts[0].block
    assert isinstance(block, Opaque)
    raw = json.loads(block.part)
    first = raw["calls"][0]["layer"]
    raw["layers"][first] = {"class_name": "Lambda", "config": {"function": ["4wEAAAA="]}}
    model = seen.built.model.get_layer(seen.parts[0].uid)
    with pytest.raises(PartError, match="Lambda is not of Keras itself"):
        opened_part(replace(block, part=json.dumps(raw)), model)


def test_in_a_repeat_the_part_of_the_first_copy_is_seen_inside(keras: Any, seen: Seen) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of
    from cnnstudio.engine.part_insides import insides_of, layer_inside

    same = {"class_name": "LayerNormalization", "config": {"axis": [1, 2]}}
    calls = [
        {"name": "n:1", "layer": "n", "args": [{"from": "x"}], "kwargs": {}},
        {"name": "m", "layer": "n", "args": [{"from": "n:1"}], "kwargs": {}},
    ]
    part = {"input": "x", "output": "m", "layers": {"n": same}, "calls": calls}
    block = Opaque(part=json.dumps(part), received=SIZE, output=SIZE)
    network = build_network(Input(shape=SIZE), placed(Repeat(count=3), [block]))
    built = build(network)
    insides = insides_of(built)
    assert [node.name for node in insides.nodes.values()] == ["n:1", "m"]
    maps = explorer_of(insides.built).maps(seen.entered)
    uid = network.nodes[1].lanes[0][0].uid
    assert np.array_equal(maps[inner_name(uid, "m")], maps[uid])
    ours = insides.weights()[inner_name(uid, "n:1")]
    assert [np.asarray(array).shape for array in ours] == [(8, 8), (8, 8)]
    assert layer_inside(built, inner_name(uid, "n:1")) is layer_inside(built, inner_name(uid, "m"))


def test_a_network_without_parts_is_looked_at_as_it_was_built(keras: Any) -> None:
    from cnnstudio.core.blocks import Dense, Input
    from cnnstudio.core.network import network_of
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.part_insides import insides_of

    built = build(network_of(Input(shape=(4,)), Dense(units=2)))
    assert insides_of(built).built is built


def test_layers_that_the_catalogue_knows_are_explained_inside_a_part(seen: Seen) -> None:
    look = seen.look()
    assert isinstance(seen.node("left").block, Conv2D)
    assert isinstance(seen.node("both").block, Parallel)
    assert seen.node("read").block == KerasLayer(class_name="GRU")
    for name, index, parts in (
        ("left", (2, 3, 1), WeightedSum),
        ("both", (2, 3, 1), Merged),
        ("out", (1,), WeightedSum),
    ):
        full = seen.name(name)
        told = look.explain(full, index)
        assert isinstance(told.parts, parts)
        assert told.value == pytest.approx(float(seen.maps[full][index]), rel=1e-6)
        assert abs(told.total - told.value) <= told.margin
    gru = look.explain(seen.name("read"), (2,))
    assert isinstance(gru.parts, Untold)
    only = look.explain(seen.name("only"), (1, 1, 2))
    assert abs(only.total - only.value) <= only.margin


def test_what_lies_inside_is_told_unless_it_is_a_single_layer(keras: Any, seen: Seen) -> None:
    from cnnstudio.engine.inner_thumbnails import inner_layers

    look = seen.look()
    found = inner_layers(seen.parts[0].uid, look)
    assert [layer.name for layer in found] == [
        node.name for name, node in seen.insides.nodes.items() if part_of(name) == seen.parts[0].uid
    ]
    both = next(layer for layer in found if layer.name == "both")
    assert both.reads == (seen.name("left"), seen.name("right"))
    assert both.thumbnail.shape == (8, 8, 4)
    only = replace(look, inner={both.uid: look.inner[both.uid]})
    assert len(inner_layers(seen.parts[0].uid, only)) == 1
    same = {**look.maps, seen.parts[0].uid: look.maps[both.uid]}
    assert inner_layers(seen.parts[0].uid, replace(only, maps=same)) == ()


def test_what_leaves_a_part_is_explained_by_its_last_layer(seen: Seen) -> None:
    told = seen.look().explain(seen.parts[1].uid, (2,))
    assert isinstance(told.parts, Merged)


def test_while_they_learn_layers_inside_a_part_drop_as_the_part_does(seen: Seen) -> None:
    from cnnstudio.engine.learning_pass import learning_pass_of

    maps = learning_pass_of(seen.insides.built).maps(seen.entered, 4)
    before, after = maps[seen.name("right")], maps[seen.name("drop")]
    dropped = after == 0
    assert 0.3 < dropped.mean() < 0.7
    assert np.allclose(after[~dropped], 2 * before[~dropped], rtol=1e-5)
    assert np.array_equal(maps[seen.parts[0].uid], maps[seen.name("joined")])


def test_the_kernels_of_a_convolution_inside_a_part_are_shown(seen: Seen) -> None:
    from cnnstudio.core.kernel_messages import KernelsShown, ShowKernels
    from cnnstudio.engine.kernels import kernels
    from cnnstudio.engine.models import Models

    models = Models()
    models.give(seen.found.weights, seen.found.network)
    name = seen.name("left")
    answer = kernels(ShowKernels(1, seen.found.network, name, seed=0), models)
    assert isinstance(answer, KernelsShown)
    theirs = seen.model.get_layer("left").get_weights()
    assert [weight.name for weight in answer.weights] == ["kernel", "bias"]
    for weight, numbers in zip(answer.weights, theirs, strict=True):
        assert np.array_equal(weight.values, numbers)
    merged = kernels(ShowKernels(2, seen.found.network, seen.name("both"), seed=0), models)
    assert isinstance(merged, KernelsShown)
    assert merged.weights == ()
