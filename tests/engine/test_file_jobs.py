"""Models and weights as the studio asks a real engine for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.file_messages import (
    CheckRoundTrip,
    ExportModel,
    ModelExported,
    ModelRead,
    ReadFailed,
    ReadModel,
    ReadWeights,
    RoundTripChecked,
    SaveWeights,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.look_messages import Maps
from cnnstudio.core.messages import SaveFailed
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation, conversation

pytestmark = pytest.mark.tensorflow

PLAN = TrainingPlan()


def last_maps(talk: Conversation, network: Network) -> np.ndarray[Any, Any]:
    uid = network.nodes[-1].uid
    found = talk.maps(talk.probe(network, uid, 3), uid)
    assert isinstance(found, Maps)
    return found.values


def test_a_model_is_opened_looked_at_saved_with_its_weights_and_opened_again(
    keras: Any, talk: Conversation, tmp_path: Path
) -> None:
    layers, path = keras.layers, tmp_path / "other.keras"
    row = [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, "softmax", name="classes")]
    model = keras.Sequential(row, name="digits")
    # By chance both would begin with the same weights.
    model.set_weights([w + 0.01 * n for n, w in enumerate(model.get_weights(), 1)])
    model.save(path)
    talk.ask(ReadModel(str(path)))
    read = talk.until(ModelRead)
    assert (read.path, read.name, read.has_weights, read.remarks) == (
        str(path), "digits", True, (),
    )  # fmt: skip
    maps = last_maps(talk, read.network)

    beside = tmp_path / "digits.weights.npz"
    talk.ask(SaveWeights(str(beside), read.network))
    assert talk.until(WeightsSaved) == WeightsSaved(str(beside), 1)
    talk.ask(ExportModel(str(tmp_path / "again.keras"), read.network, PLAN, verify=True))
    exported = talk.until(ModelExported)
    assert exported.difference is not None
    assert exported.difference <= 1e-6
    talk.ask(CheckRoundTrip(7, read.network))
    checked = talk.until(RoundTripChecked)
    assert (checked.number, checked.is_same, checked.difference) == (7, True, 0.0)
    assert "7,850 weights" in checked.message

    with conversation() as later:
        assert not np.array_equal(last_maps(later, read.network), maps)
        later.ask(ReadWeights(str(beside), read.network))
        assert later.until(WeightsRead).blocks == 1
        nowhere = str(tmp_path / "nowhere" / "w.npz")
        later.ask(SaveWeights(nowhere, read.network))
        assert later.until(SaveFailed).message.count("was not saved") == 1
        assert np.allclose(last_maps(later, read.network), maps)


def test_another_engine_reads_the_weights_of_an_opened_model_again(
    keras: Any, talk: Conversation, tmp_path: Path
) -> None:
    layers, path = keras.layers, tmp_path / "other.keras"
    row = [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, "softmax")]
    model = keras.Sequential(row)
    model.set_weights([w + 0.01 * n for n, w in enumerate(model.get_weights(), 1)])
    model.save(path)
    talk.ask(ReadModel(str(path)))
    network = talk.until(ModelRead).network
    maps = last_maps(talk, network)
    with conversation() as later:
        later.ask(ReadWeights(str(path), network))
        # Asked at once: what is asked first is done first.
        assert np.array_equal(last_maps(later, network), maps)
        keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()]).save(path)
        later.ask(ReadWeights(str(path), network))
        assert "another model" in later.until(ReadFailed).message


def test_what_cannot_be_read_or_written_is_told_and_the_engine_goes_on(
    talk: Conversation, tmp_path: Path
) -> None:
    net = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10))
    broken = network_of(Input(shape=(4, 4, 1)), Conv2D(kernel_size=(7, 7)))
    (tmp_path / "a.keras").write_text("no model")
    talk.ask(ReadModel(str(tmp_path / "a.keras")))
    assert "is not a model of Keras" in talk.until(ReadFailed).message
    talk.ask(ReadWeights(str(tmp_path / "b.npz"), net))
    assert "does not exist" in talk.until(ReadFailed).message
    talk.ask(ExportModel(str(tmp_path / "m.xyz"), net, PLAN))
    assert "there is no form .xyz" in talk.until(SaveFailed).message
    talk.ask(ExportModel(str(tmp_path / "m.keras"), broken, PLAN))
    assert "7×7 kernel" in talk.until(SaveFailed).message
    talk.ask(CheckRoundTrip(1, broken))
    checked = talk.until(RoundTripChecked)
    assert (checked.is_same, checked.difference) == (False, None)
    assert "7×7 kernel" in checked.message
    loud = str(tmp_path / "m.KERAS")
    talk.ask(ExportModel(loud, net, PLAN))
    assert "must end in .keras" in talk.until(SaveFailed).message
    # Weights that nobody gave are not worth a file.
    talk.ask(SaveWeights(str(tmp_path / "c.weights.npz"), net))
    assert talk.until(WeightsSaved).blocks == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.keras"]
