from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Group,
    Input,
    Normalization,
    Parallel,
    RandomRotation,
    Repeat,
    Rescaling,
)
from cnnstudio.core.network import DEEPEST, Network
from tests.core.build import network, placed

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

IMAGE = np.arange(36, dtype=np.float32).reshape(6, 6, 1)


def every_container() -> Network:
    """A residual block and a Group, repeated; what each block does can be read off the numbers."""
    twice = placed(Rescaling(scale=2.0), name="twice")
    plus_one = placed(Rescaling(offset=1.0), name="plus one")
    muted = placed(Rescaling(scale=100.0), name="muted", muted=True)
    residual = placed(Parallel(merge="Add"), [twice, muted], [], name="residual")
    return network(
        Input(shape=(6, 6, 1)),
        placed(Repeat(count=3), [residual, placed(Group(), [plus_one], name="group")], name="loop"),
    )


def uids(net: Network) -> dict[str, str]:
    return {node.name: node.uid for _path, node in net.walk()}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("muted", [False, True])
def test_loops_inside_loops_of_nothing_are_built_at_once(muted: bool) -> None:
    from cnnstudio.engine.builder import build

    row = [placed(Dense(), muted=True)] if muted else []
    for _level in range(DEEPEST):
        row = [placed(Repeat(count=1000), row)]
    built = build(network(Input(shape=(3,)), *row, Dense(units=2)))
    assert len(built.model.layers) == 2
    assert len(built.outputs) == 2 + DEEPEST + muted


def test_containers_compute_what_they_say_and_every_block_has_its_maps() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of

    net = every_container()
    uid = uids(net)
    built = build(net)
    maps = explorer_of(built).maps(IMAGE)
    # Beside those of the blocks stands what goes round in a Repeat.
    assert {name for name in maps if "/" not in name} == set(uid.values())

    def after(copies: int) -> np.ndarray:
        values = IMAGE
        for _copy in range(copies):
            values = values * 3 + 1
        return values

    assert np.allclose(maps[uid["input_1"]], IMAGE)
    assert np.allclose(maps[uid["twice"]], IMAGE * 2)
    assert np.allclose(maps[uid["muted"]], IMAGE * 2)
    assert np.allclose(maps[uid["residual"]], IMAGE * 3)
    assert np.allclose(maps[uid["plus one"]], after(1))
    assert np.allclose(maps[uid["group"]], after(1))
    assert np.allclose(maps[uid["loop"]], after(3))
    assert np.allclose(built.model(IMAGE[np.newaxis])[0], after(3))


def test_layers_bear_uids_with_a_number_for_further_copies() -> None:
    from cnnstudio.engine.builder import build

    net = every_container()
    uid = uids(net)
    names = {layer.name for layer in build(net).model.layers}
    copied = {f"{uid[name]}{copy}" for name in ("twice", "residual", "plus one")
              for copy in ("", ".2", ".3")}  # fmt: skip
    assert names == copied | {uid["input_1"]}


def test_layers_bear_peoples_names_as_far_as_keras_takes_them() -> None:
    from cnnstudio.engine.builder import build

    net = network(
        placed(Input(shape=(6, 6, 1)), name="in/put"),
        placed(Flatten(), name="卷积"),
        placed(Repeat(), [placed(Dense(units=3), name="a b")]),
        placed(Dense(units=4), name="a/b"),
        placed(Dense(units=4), name="a_b.2"),
        placed(Dense(units=4), name="-x"),
    )
    built = build(net, names="name")
    names = [layer.name for layer in built.model.layers]
    assert len(set(names)) == len(names) == 7
    assert {"in_put", "flatten_1", "a_b", "x", "a_b.2"} <= set(names)
    assert built.model(IMAGE[np.newaxis]).shape == (1, 4)


def test_a_lone_input_is_a_network_that_can_be_looked_at() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of

    net = network(
        placed(Rescaling(), muted=True), Input(shape=(6, 6, 1)), placed(Flatten(), muted=True)
    )
    maps = explorer_of(build(net)).maps(IMAGE)
    before, entry, after = (node.uid for node in net.nodes)
    assert before not in maps
    assert np.array_equal(maps[entry], IMAGE)
    assert np.array_equal(maps[after], IMAGE)


def test_a_thousand_layers_in_a_row_are_no_problem() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of

    deep = network(Input(shape=(6, 6, 1)), placed(Repeat(count=1000), [Activation()]), Flatten())
    maps = explorer_of(build(deep)).maps(IMAGE)
    assert np.array_equal(maps[deep.nodes[-1].uid], IMAGE.ravel())


def test_a_network_with_a_problem_is_refused_with_its_text() -> None:
    from cnnstudio.engine.builder import UnbuildableError, build

    with pytest.raises(UnbuildableError, match="conv_1: a 7×7 kernel does not fit a 6×6 input"):
        build(network(Input(shape=(6, 6, 1)), Conv2D(kernel_size=(7, 7))))


def test_the_same_seed_gives_the_same_weights() -> None:
    from cnnstudio.engine.builder import build

    net = network(Input(shape=(6, 6, 1)), Conv2D(), Flatten(), Dense())

    def weights(seed: int) -> list[Any]:
        return list(build(net, seed=seed).model.get_weights())

    assert all(map(np.array_equal, weights(1), weights(1)))
    assert not all(map(np.array_equal, weights(1), weights(2)))


def test_weights_are_carried_to_the_blocks_that_are_still_alike() -> None:
    from cnnstudio.engine.builder import build, carry_weights

    conv, norm, dense = placed(Conv2D()), placed(BatchNormalization()), placed(Dense())
    before = network(Input(shape=(6, 6, 1)), conv, norm, Flatten(), dense)
    entry, conv, norm, flatten, dense = before.nodes
    wider = placed(Conv2D(filters=8))
    inserted = Network((entry, conv, placed(Activation()), norm, placed(Dropout()), flatten, dense))
    reshaped = Network((entry, conv, wider, flatten, dense))
    old = build(before, seed=1)
    for after, kept in ((inserted, {conv.uid, norm.uid, dense.uid}), (reshaped, {conv.uid})):
        new = build(after, seed=2)
        carry_weights(old.model, new.model)
        same = {
            layer.name
            for layer in new.model.layers
            if layer.weights
            and any(layer.name == other.name for other in old.model.layers)
            and _equal(layer, old.model.get_layer(layer.name))
        }
        assert same == kept


def _equal(one: Any, other: Any) -> bool:
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_regularizers_add_their_penalty_to_the_loss() -> None:
    from cnnstudio.engine.builder import build

    dense = Dense(units=2, kernel_initializer="ones", kernel_regularizer=("l2", 0.5))
    conv = Conv2D(filters=1, kernel_initializer="ones", kernel_regularizer=("l1", 0.25))
    model = build(network(Input(shape=(3, 3, 1)), conv, Flatten(), dense)).model
    assert sorted(float(loss) for loss in model.losses) == pytest.approx([0.5 * 2, 0.25 * 9])


def test_augmentation_changes_images_in_training_only() -> None:
    from cnnstudio.engine.builder import build

    # Always by the same angle, so that nothing is left to chance.
    model = build(network(Input(shape=(6, 6, 1)), RandomRotation(factor=(0.25, 0.25)))).model
    assert np.allclose(model(IMAGE[np.newaxis], training=False)[0], IMAGE)
    turned = np.asarray(model(IMAGE[np.newaxis], training=True)[0])
    assert np.allclose(turned, np.rot90(IMAGE), atol=1e-3)


def test_given_means_and_variances_normalize_each_channel() -> None:
    from cnnstudio.engine.builder import build

    block = Normalization(mean=(1.0, 2.0), variance=(4.0, 9.0))
    model = build(network(Input(shape=(2,)), block)).model
    assert model.count_params() == 0
    assert np.allclose(model(np.array([[3.0, 8.0]], np.float32)), [[1.0, 2.0]])


def test_whole_numbers_that_enter_as_floats_find_their_row_of_an_embedding() -> None:
    from cnnstudio.engine.builder import build

    model = build(network(Input(shape=(3,)), Embedding(input_dim=2**20, output_dim=1))).model
    rows = np.asarray(model.layers[-1].embeddings)
    numbers = np.array([[0, 2**20 - 1, 12345]], np.float32)
    assert np.array_equal(np.asarray(model(numbers))[0], rows[[0, 2**20 - 1, 12345]])
