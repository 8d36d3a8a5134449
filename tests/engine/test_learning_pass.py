"""What blocks put out as they learn, and that looking at it changes nothing."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.blocks import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Input,
)
from cnnstudio.core.look_messages import DatasetImage, Maps, Probe, Show
from cnnstudio.core.network import Network, network_of
from tests.engine.conversation import Conversation

pytestmark = pytest.mark.tensorflow


def lively() -> Network:
    return network_of(
        Input(shape=(8, 8, 1)),
        Conv2D(filters=3, padding="same"),
        BatchNormalization(),
        Dropout(rate=0.5),
        GaussianNoise(stddev=0.5),
        Dropout(rate=0.5),
        Flatten(),
        Dense(units=4, activation="softmax"),
    )


def test_blocks_put_out_what_keras_does_in_training_and_keep_all_their_variables(
    keras: Any,
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.features import explorer_of
    from cnnstudio.engine.learning_pass import learning_pass_of

    network = lively()
    built = build(network, seed=3)
    image = np.random.default_rng(0).random((8, 8, 1)).astype(np.float32)
    before = [variable.numpy().copy() for variable in built.model.variables]
    learning = learning_pass_of(built)
    conv, norm, drop, noise, again = (network.nodes[i].uid for i in range(1, 6))
    one, other = learning.maps(image, 0), learning.maps(image, 1)
    after = [variable.numpy() for variable in built.model.variables]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))

    used = explorer_of(built).maps(image)
    np.testing.assert_allclose(one[conv], used[conv], rtol=1e-5, atol=1e-6)
    normal = one[norm]
    np.testing.assert_allclose(normal.mean(axis=(0, 1)), 0, atol=1e-5)
    assert not np.allclose(normal, used[norm])
    kept = one[drop] != 0
    assert 0.3 < kept.mean() < 0.7
    np.testing.assert_allclose(one[drop][kept], 2 * normal[kept], rtol=1e-5)
    assert np.array_equal(used[drop], used[norm])
    assert not np.array_equal(kept, other[drop] != 0)
    assert not np.array_equal(one[again] != 0, kept & (one[noise] != 0)), "layers draw apart"
    for name, values in learning.maps(image, 0).items():
        assert np.array_equal(values, one[name]), "a seed draws the same again"


def test_a_probe_in_training_mode_shows_what_dropout_drops(talk: Conversation) -> None:
    network = network_of(Input(shape=(28, 28, 1)), Conv2D(filters=4), Dropout(rate=0.5), Flatten())
    drop = network.nodes[2].uid

    def dropped(generation: int, *, trains: bool, seed: int = 0) -> NDArray[np.float32]:
        image = DatasetImage("mnist-5k", 7)
        probe = Probe(generation, network, image, "0..1", drop, trains=trains, seed=seed)
        talk.ask(probe)
        answer = talk.maps(generation, drop)
        assert isinstance(answer, Maps)
        talk.ask(Show(generation, network.nodes[1].uid))
        before = talk.maps(generation, network.nodes[1].uid)
        assert isinstance(before, Maps)
        gone: NDArray[np.float32] = (answer.values == 0) & (before.values != 0)
        return gone

    first = talk.probe(network, drop) + 1
    assert not dropped(first, trains=False).any()
    one = dropped(first + 1, trains=True)
    assert 0.1 < one.mean() < 0.6
    assert np.array_equal(dropped(first + 2, trains=True), one)
    assert not np.array_equal(dropped(first + 3, trains=True, seed=1), one)
    talk._generations = first + 3  # noqa: SLF001 - asked around it
