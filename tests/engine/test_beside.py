"""Looks beside that of the moment: weights of then or of a state, each in its own seat."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.beside_messages import (
    HeldWeights,
    HoldWeights,
    LetWeightsGo,
    OtherWeights,
    ProbeBeside,
    StateWeights,
    first_generation,
)
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.explain_messages import Explain, Explained
from cnnstudio.core.look_messages import DatasetImage, Maps, Probe, ProbeFailed, Show
from cnnstudio.core.messages import RunFinished
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import file_name
from cnnstudio.core.runs.store import RunStore, runs_folder
from tests.engine.conversation import Conversation, conversation

pytestmark = pytest.mark.tensorflow

QUICK = TrainingPlan(epochs=1, batch_size=250, learning_rate=0.01, seed=3)
NUMBERS = iter(range(1, 999))


def network() -> Network:
    return network_of(
        Input(shape=(28, 28, 1)),
        Conv2D(filters=3, strides=(3, 3)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )


def beside(
    talk: Conversation,
    network: Network,
    weights: OtherWeights | None = None,
    seat: int = 1,
    image: int = 0,
) -> Maps | ProbeFailed:
    generation = first_generation(seat) + next(NUMBERS)
    conv = network.nodes[1].uid
    probe = Probe(generation, network, DatasetImage("mnist-5k", image), "0..1", conv)
    talk.ask(ProbeBeside(seat, probe, weights))
    return talk.maps(generation, conv)


def values(answer: Maps | ProbeFailed) -> np.ndarray:
    assert isinstance(answer, Maps), answer
    return answer.values


def now(talk: Conversation, network: Network, image: int = 0) -> np.ndarray:
    conv = network.nodes[1].uid
    return values(talk.maps(talk.probe(network, conv, image), conv))


def test_held_weights_stay_as_they_were_through_training_and_an_edit(talk: Conversation) -> None:
    then = network()
    before = now(talk, then)
    talk.ask(HoldWeights(1, then))
    assert np.array_equal(values(beside(talk, then, HeldWeights(1))), before)
    assert isinstance(talk.end_of(talk.train(then, QUICK)), RunFinished)
    after = now(talk, then)
    assert not np.array_equal(after, before), "it has learned"
    assert np.array_equal(values(beside(talk, then, HeldWeights(1))), before)
    assert np.array_equal(values(beside(talk, then)), after), "without weights it is as it is now"
    assert np.array_equal(values(beside(talk, then, HeldWeights(1), image=5)).shape, before.shape)
    assert np.array_equal(now(talk, then), after), "who looks beside changes nothing"
    talk.ask(LetWeightsGo(HeldWeights(1)))
    gone = beside(talk, then, HeldWeights(1))
    assert isinstance(gone, ProbeFailed)
    assert "pin them again" in gone.message


def test_weights_that_cannot_be_held_are_told_of_and_the_engine_goes_on(
    talk: Conversation,
) -> None:
    large = network_of(Input(shape=(28, 28, 1)), Conv2D(kernel_size=(99, 99)))
    talk.ask(HoldWeights(7, large))
    sound = network()
    failed = beside(talk, sound, HeldWeights(7))
    assert isinstance(failed, ProbeFailed)
    assert "conv" in failed.message
    assert now(talk, sound).shape == (9, 9, 3)


def test_the_state_of_a_run_is_looked_at_and_told_of_when_it_is_deleted() -> None:
    # Of its own engine, which keeps its runs where this test looks for them.
    with conversation() as talk:
        look_at_states(talk)


def look_at_states(talk: Conversation) -> None:
    learned = network()
    assert isinstance(talk.end_of(talk.train(learned, replace(QUICK, epochs=2))), RunFinished)
    now(talk, learned)  # what comes after a run waits until its last state is kept
    store = RunStore(runs_folder())
    row = store.rows()[0]
    states = store.checkpoints(row.id)
    first, last = (store.folder_of(row.id) / file_name(s.steps) for s in (states[0], states[-1]))
    store.close()
    assert np.array_equal(
        values(beside(talk, learned, StateWeights(str(last)))), now(talk, learned)
    )
    early = values(beside(talk, learned, StateWeights(str(first)), seat=2))
    assert not np.array_equal(early, now(talk, learned))
    Path(first).unlink()
    assert np.array_equal(
        values(beside(talk, learned, StateWeights(str(first)), seat=2, image=0)), early
    ), "what has been read is still there"
    never_read = StateWeights(str(first.with_name("state-9.npz")))
    gone = beside(talk, learned, never_read)
    assert isinstance(gone, ProbeFailed)
    assert "deleted" in gone.message
    damaged = first.with_name(file_name(states[-1].steps + 1))
    damaged.write_bytes(b"nothing of the sort")
    broken = beside(talk, learned, StateWeights(str(damaged)))
    assert isinstance(broken, ProbeFailed)
    assert broken.message
    assert "Traceback" not in broken.message


def test_each_seat_answers_for_itself(talk: Conversation) -> None:
    looked = network()
    conv, dense = looked.nodes[1].uid, looked.nodes[3].uid
    main = talk.probe(looked, conv)
    first = values(talk.maps(main, conv))
    one = beside(talk, looked, seat=1, image=100)
    other = beside(talk, looked, seat=2, image=200)
    assert isinstance(one, Maps)
    assert isinstance(other, Maps)
    assert not np.array_equal(one.values, other.values)
    for generation, conv_values in ((main, first), (one.generation, one.values)):
        talk.ask(Show(generation, dense))
        assert values(talk.maps(generation, dense)).shape == (10,)
        talk.ask(Explain(generation, conv, (1, 2, 0)))
        explained = talk.until(Explained)
        assert explained.generation == generation
        assert explained.explanation.value == float(conv_values[1, 2, 0])
