"""Real engines among what a person's computer may hold, and what they leave there."""

import json
from pathlib import Path

import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.look_messages import Maps
from cnnstudio.core.messages import EpochDone, RunFinished
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import conversation

pytestmark = pytest.mark.tensorflow

PERSONS = {
    "backend": "torch",
    "floatx": "float16",
    "epsilon": 0.1,
    "image_data_format": "channels_first",
}


def test_a_persons_own_keras_settings_do_not_reach_the_engine_and_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "keras.json"
    own.write_text(json.dumps(PERSONS))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    network = network_of(
        Input(shape=(28, 28, 1)),
        Conv2D(filters=3, kernel_size=(5, 3)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    with conversation() as talk:
        conv = network.nodes[1].uid
        maps = talk.maps(talk.probe(network, conv), conv)
        assert isinstance(maps, Maps)
        assert maps.values.shape == (24, 26, 3)
        assert maps.values.dtype == "float32"
        run = talk.train(network, TrainingPlan(epochs=1, batch_size=500, optimizer="SGD"))
        assert talk.end_of(run) == RunFinished(run, 1, stopped=False)
    assert json.loads(own.read_text()) == PERSONS


def test_an_engine_that_is_killed_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    network = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10, activation="softmax"))
    with conversation() as talk:
        dense = network.nodes[-1].uid
        assert isinstance(talk.maps(talk.probe(network, dense), dense), Maps)
        talk.train(network, TrainingPlan(epochs=1000, batch_size=500))
        talk.until(EpochDone)
        talk.engine.kill()
    assert list(tmp_path.iterdir()) == []
