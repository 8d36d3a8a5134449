from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core import resources
from cnnstudio.core.blocks import (
    Activation,
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    Embedding,
    Flatten,
    Input,
    MaxPooling2D,
    Reshape,
)
from cnnstudio.core.explain_messages import Explain, Explained, ExplainFailed
from cnnstudio.core.fields import times
from cnnstudio.core.look_messages import FileImage, Maps, Probed, ProbeFailed, Show
from cnnstudio.core.messages import BatchDone, RunFinished, RunStarted, Speak, Stop
from cnnstudio.core.mosaic import as_maps
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation

pytestmark = pytest.mark.tensorflow

QUICK = TrainingPlan(epochs=2, batch_size=64, learning_rate=0.01)
ENDLESS = TrainingPlan(epochs=10_000)


def test_one_probe_brings_every_blocks_maps(talk: Conversation, small: Network) -> None:
    generation = talk.probe(small, small.nodes[0].uid, 4321)
    probed = talk.until(Probed)
    assert probed.generation == generation
    assert probed.label == "8"
    assert probed.labels == tuple("0123456789")
    assert probed.probabilities.sum() == pytest.approx(1)
    assert probed.picture.shape == (28, 28, 3)
    entered = talk.until(Maps)
    assert np.array_equal(entered.values, probed.entered)
    assert np.allclose(probed.entered[..., 0] * 255, probed.picture[..., 0])
    answers = []
    for node in small.nodes:
        talk.ask(Show(generation, node.uid))
        answers.append(talk.until(Maps))
        assert (answers[-1].generation, answers[-1].block) == (generation, node.uid)
        assert answers[-1].values.dtype == np.float32
    shapes = [answer.values.shape for answer in answers]
    assert shapes == [(28, 28, 1), (7, 7, 1), (49,), (49,), (10,)]
    assert np.array_equal(answers[-1].values, probed.probabilities)
    path = next(event for event in talk.heard if isinstance(event, PathShown))
    assert path.generation == generation
    assert [small.find(t.block) for t in path.thumbnails] == [(at,) for at in range(5)]
    assert [t.shape for t in path.thumbnails] == shapes
    assert path.thumbnails[0].levels.shape == (28, 28)
    assert path.thumbnails[-1].high == pytest.approx(float(probed.probabilities.max()))


def test_sequences_and_volumes_bring_what_they_are_and_are_drawn_as_maps(
    talk: Conversation,
) -> None:
    network = network_of(
        Input(shape=(28, 28, 1)),
        Reshape(target_shape=(7, 4, 28, 1)),
        Conv3D(filters=2, padding="same"),
        Reshape(target_shape=(28, -1)),
        Conv1D(filters=5),
        Flatten(),
        Embedding(input_dim=10, output_dim=3),
    )
    generation = talk.probe(network, network.nodes[0].uid, 4321)
    assert talk.until(Probed).probabilities.size == 0
    talk.until(Maps)
    found = []
    for node in network.nodes[1:]:
        talk.ask(Show(generation, node.uid))
        values = talk.until(Maps).values
        found.append((values.shape, as_maps(values).shape))
    assert found == [
        ((7, 4, 28, 1), (4, 28, 1)),
        ((7, 4, 28, 2), (4, 28, 2)),
        ((28, 56), (1, 28, 56)),
        ((26, 5), (1, 26, 5)),
        ((130,), (130,)),
        ((130, 3), (1, 130, 3)),
    ]


@pytest.mark.parametrize("shape", [(784,), (28, 28), (4, 28, 28, 1)])
def test_an_input_that_takes_no_images_is_told_and_not_tried(
    shape: tuple[int, ...], talk: Conversation
) -> None:
    network = network_of(Input(shape=shape), Activation())
    talk.probe(network, network.nodes[0].uid, 0)
    message = talk.until(ProbeFailed).message
    assert f"the Input is {times(shape)}, but images are height × width" in message


def test_a_photograph_goes_through_a_network_that_has_problems_of_training_only(
    talk: Conversation,
) -> None:
    network = network_of(Input(shape=(60, 80, 3)), Conv2D(filters=4))
    image = FileImage(str(resources.path("images", "coffee.png")))
    talk.probe(network, network.nodes[1].uid, image, "-1..1")
    probed = talk.until(Probed)
    assert probed.labels == ()
    assert probed.probabilities.size == 0
    assert probed.label is None
    assert probed.size == (400, 600)
    assert probed.picture.shape == (341, 512, 3)
    assert probed.entered.shape == (60, 80, 3)
    assert -1 <= probed.entered.min() < -0.5 < 0.5 < probed.entered.max() <= 1
    assert talk.until(Maps).values.shape == (58, 78, 4)


def test_what_cannot_be_looked_at_is_answered_with_the_reason(
    talk: Conversation, small: Network, tmp_path: Path
) -> None:
    block = small.nodes[0].uid
    generation = talk.probe(small, "nowhere")
    assert "not in the network" in talk.until(ProbeFailed).message
    talk.ask(Show(generation, block))
    assert isinstance(talk.maps(generation, block), Maps)

    generation = talk.probe(small, block, 5000)
    failed = talk.maps(generation, block)
    assert isinstance(failed, ProbeFailed)
    assert "0 to 4999" in failed.message
    talk.ask(Show(generation, block))
    assert talk.maps(generation, block) == failed

    unbuildable = network_of(Input(shape=(4, 4, 1)), Conv2D(kernel_size=(7, 7)))
    failed = talk.maps(talk.probe(unbuildable, block), block)
    assert isinstance(failed, ProbeFailed)
    assert "a 7×7 kernel does not fit a 4×4 input" in failed.message

    path = tmp_path / "no.png"
    talk.probe(small, block, FileImage(str(path)))
    assert str(path) in talk.until(ProbeFailed).message


def test_the_engine_speaks_the_language_it_is_told_to(talk: Conversation, small: Network) -> None:
    block = small.nodes[0].uid

    def refusal(language: str) -> str:
        talk.ask(Speak(language))
        answer = talk.maps(talk.probe(small, block, 5000), block)
        assert isinstance(answer, ProbeFailed)
        return answer.message

    try:
        assert "图像" in refusal("zh_CN")
    finally:
        english = refusal("en")
    assert english == "mnist-5k has the images 0 to 4999, not 5000"


def test_a_probe_sees_a_run_as_it_learns_and_the_newest_goes_first(
    talk: Conversation, slow: Network
) -> None:
    block = slow.nodes[-1].uid
    untrained = talk.maps(talk.probe(slow, block, 3), block)
    run = talk.train(slow, ENDLESS)
    talk.until(BatchDone, lambda e: e.batch == 3)
    *_older, last = (talk.probe(slow, block, index) for index in range(4))
    talk.ask(Show(last, slow.nodes[1].uid))
    trained = talk.maps(last, block)
    talk.maps(last, slow.nodes[1].uid)
    probed = [e for e in talk.heard if isinstance(e, Probed)]
    assert probed[-1].generation == last
    assert probed[-1].step > 3
    assert len(probed) <= 3
    assert isinstance(untrained, Maps)
    assert isinstance(trained, Maps)
    assert not np.allclose(untrained.values, trained.values)
    talk.ask(Stop(run))
    talk.end_of(run)


def test_a_block_keeps_its_weights_through_edits_around_it(
    talk: Conversation, small: Network
) -> None:
    talk.end_of(talk.train(small, QUICK))
    dense = small.nodes[4].uid
    before = talk.maps(talk.probe(small, dense), dense)
    renamed = small.replaced((4,), replace(small.nodes[4], name="classes"))
    edited = renamed.inserted((3,), renamed.placed(Activation()))
    edited = edited.replaced((4,), replace(edited.nodes[4], muted=True))
    after = talk.maps(talk.probe(edited, dense), dense)
    assert isinstance(before, Maps)
    assert isinstance(after, Maps)
    assert np.allclose(before.values, after.values)
    run = talk.train(edited, replace(QUICK, epochs=1), fresh=False)
    assert isinstance(talk.end_of(run), RunFinished)
    anew, trained_on = (e.loss for e in talk.heard if isinstance(e, BatchDone) and _is_first(e))
    assert trained_on < anew / 1.2
    assert talk.maps(talk.probe(edited, dense), dense) is not None
    probed = [e for e in talk.heard if isinstance(e, Probed)]
    assert [e.step for e in probed] == [126, 126, 189]


def _is_first(event: BatchDone) -> bool:
    return event.epoch == event.batch == 0


def test_a_probe_is_answered_while_the_data_is_made_to_fit_a_large_input(
    talk: Conversation,
) -> None:
    network = network_of(
        Input(shape=(150, 150, 1)),
        MaxPooling2D(pool_size=(30, 30)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    block = network.nodes[1].uid
    run = talk.train(network, ENDLESS)
    maps = talk.maps(talk.probe(network, block), block)
    assert isinstance(maps, Maps)
    assert not any(isinstance(event, RunStarted) for event in talk.heard)
    talk.until(BatchDone)
    talk.ask(Stop(run))
    assert talk.end_of(run) == RunFinished(run, 0, stopped=True)


def test_a_single_output_after_a_sigmoid_is_the_probability_of_the_second_class(
    talk: Conversation,
) -> None:
    for activation, count in (("sigmoid", 2), (None, 0)):
        last = Dense(units=1, activation=activation)
        net = network_of(Input(shape=(28, 28, 1)), Flatten(), last)
        talk.probe(net, net.nodes[-1].uid)
        probed = talk.until(Probed)
        output = talk.until(Maps).values
        assert len(probed.probabilities) == count
        if count:
            assert probed.probabilities[1] == pytest.approx(float(output[0]), abs=1e-6)
            assert probed.probabilities.sum() == pytest.approx(1)


def test_a_number_is_explained_while_the_network_learns_on(
    talk: Conversation, slow: Network
) -> None:
    block, place = slow.nodes[3].uid, (9, 7, 5)
    run = talk.train(slow, ENDLESS)
    talk.until(BatchDone, lambda e: e.batch == 1)
    generation = talk.probe(slow, block, 3)
    maps = talk.maps(generation, block)
    assert isinstance(maps, Maps)
    # The weights are other ones by now, and still it is these maps that are explained.
    batch = max(e.batch for e in talk.heard if isinstance(e, BatchDone))
    talk.until(BatchDone, lambda e: e.batch > batch + 1)
    talk.ask(Explain(generation, block, place))
    told = talk.until(Explained)
    assert (told.generation, told.block, told.index) == (generation, block, place)
    assert told.explanation.value == maps.values[place]
    assert told.explanation.agrees
    talk.ask(Explain(generation, block, (99, 0, 0)))
    assert "not in the maps" in talk.until(ExplainFailed).message
    talk.ask(Stop(run))
    talk.end_of(run)
