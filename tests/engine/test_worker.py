import math
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.look_messages import Maps, ProbeFailed
from cnnstudio.core.messages import (
    BatchDone,
    EngineReady,
    EpochDone,
    ModelSaved,
    RunFailed,
    RunFinished,
    RunStarted,
    SaveFailed,
    SaveModel,
    Stop,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import RunKept
from cnnstudio.engine.launcher import launch
from cnnstudio.engine.priority import NICENESS
from tests.engine.conversation import Conversation

pytestmark = pytest.mark.tensorflow

QUICK = TrainingPlan(epochs=2, batch_size=64, learning_rate=0.01)
ENDLESS = TrainingPlan(epochs=10_000)


def test_a_run_tells_its_size_every_batch_every_epoch_and_its_end(
    talk: Conversation, small: Network
) -> None:
    run = talk.train(small, QUICK)
    assert talk.end_of(run) == RunFinished(run, 2, stopped=False)
    started = next(event for event in talk.heard if not isinstance(event, RunKept))
    assert started == RunStarted(run, 2, 63, 16, 4000, 64)
    for epoch in range(2):
        batches = [e for e in talk.heard if isinstance(e, BatchDone) and e.epoch == epoch]
        assert [e.batch for e in batches] == list(range(63))
        assert sorted(e.at for e in batches) == [e.at for e in batches]
        looked = [e for e in talk.heard if isinstance(e, ValidationBatchDone) and e.epoch == epoch]
        assert [e.batch for e in looked] == list(range(16))
        done = next(e for e in talk.heard if isinstance(e, EpochDone) and e.epoch == epoch)
        sizes = [64] * 62 + [32]
        assert done.loss == pytest.approx(np.average([e.loss for e in batches], weights=sizes))
        assert done.accuracy == pytest.approx(
            np.average([e.accuracy for e in batches], weights=sizes)
        )
        assert done.val_loss is not None
        assert done.val_accuracy is not None
        assert 0 < done.val_accuracy <= 1
        assert math.isfinite(done.val_loss)
    kinds = [
        type(e) for e in talk.heard if isinstance(e, BatchDone | ValidationBatchDone | EpochDone)
    ]
    assert kinds == ([BatchDone] * 63 + [ValidationBatchDone] * 16 + [EpochDone]) * 2


def test_the_same_seed_gives_the_same_numbers_whatever_is_looked_at_meanwhile(
    talk: Conversation, small: Network
) -> None:
    first = talk.train(small, QUICK)
    talk.end_of(first)
    again = talk.train(small, QUICK)
    talk.until(BatchDone)
    other = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=3))
    talk.maps(talk.probe(other, other.nodes[2].uid), other.nodes[2].uid)
    talk.maps(talk.probe(small, small.nodes[4].uid), small.nodes[4].uid)
    talk.end_of(again)
    third = talk.train(small, replace(QUICK, seed=1))
    talk.end_of(third)

    def losses(run: int) -> list[float]:
        return [e.loss for e in talk.heard if isinstance(e, BatchDone) and e.run == run]

    assert losses(first) == losses(again)
    assert losses(first) != losses(third)


def test_a_run_that_comes_while_another_goes_on_is_refused(
    talk: Conversation, small: Network
) -> None:
    run = talk.train(small, ENDLESS)
    talk.until(BatchDone)
    second = talk.train(small, ENDLESS)
    refusal = talk.end_of(second)
    assert isinstance(refusal, RunFailed)
    assert "another run is under way" in refusal.message
    talk.ask(Stop(run))
    assert isinstance(talk.end_of(run), RunFinished)
    third = talk.train(small, replace(QUICK, epochs=1))
    assert talk.end_of(third) == RunFinished(third, 1, stopped=False)
    ends = [e.run for e in talk.heard if isinstance(e, RunFinished | RunFailed)]
    assert ends == [second, run, third]


def test_stopping_a_run_that_has_ended_or_never_was_does_nothing(
    talk: Conversation, small: Network
) -> None:
    run = talk.train(small, replace(QUICK, epochs=1))
    talk.end_of(run)
    talk.ask(Stop(run))
    talk.ask(Stop(12345))
    after = talk.train(small, replace(QUICK, epochs=1))
    assert talk.end_of(after) == RunFinished(after, 1, stopped=False)


def test_a_loss_that_is_no_number_ends_the_run_and_names_a_learning_rate(
    talk: Conversation, small: Network
) -> None:
    network = network_of(Input(shape=(28, 28, 1)), Flatten(), *[Dense(units=10)] * 4)
    block = network.nodes[-1].uid
    good = talk.train(network, replace(QUICK, epochs=1))
    talk.end_of(good)
    before = talk.maps(talk.probe(network, block), block)
    plan = replace(QUICK, optimizer="SGD", learning_rate=100.0, pixels="0..255")
    run = talk.train(network, plan, fresh=False)
    end = talk.end_of(run)
    assert isinstance(end, RunFailed)
    assert "try a learning rate of 10 instead of 100" in end.message
    assert all(math.isfinite(e.loss) for e in talk.heard if isinstance(e, BatchDone))
    after = talk.maps(talk.probe(network, block), block)
    assert isinstance(before, Maps)
    assert isinstance(after, Maps)
    assert np.array_equal(before.values, after.values)


def test_a_network_that_cannot_learn_the_data_is_refused_with_the_reason(
    talk: Conversation, small: Network
) -> None:
    wrong = network_of(*(node.block for node in small.nodes[:-1]), Dense(units=7))
    end = talk.end_of(talk.train(wrong, QUICK))
    assert isinstance(end, RunFailed)
    assert end.message.startswith("dense_1: ")
    assert "ends in 7," in end.message
    assert end.details == ""
    end = talk.end_of(talk.train(Network(), QUICK))
    assert isinstance(end, RunFailed)
    assert "the network is empty" in end.message


def test_a_network_larger_than_memory_is_refused_not_tried(talk: Conversation) -> None:
    wide = [Dense(units=40_000)] * 100
    huge = network_of(Input(shape=(28, 28, 1)), Flatten(), *wide, Dense(units=10))
    end = talk.end_of(talk.train(huge, QUICK))
    assert isinstance(end, RunFailed)
    assert "GB of memory" in end.message
    answer = talk.maps(talk.probe(huge, huge.nodes[0].uid), huge.nodes[0].uid)
    assert isinstance(answer, ProbeFailed)
    assert "GB of memory" in answer.message


def test_the_memory_of_a_run_is_given_back_when_it_has_ended(talk: Conversation) -> None:
    process = psutil.Process(talk.engine.pid)
    sizes = []
    for side in (130, 131, 132):
        net = network_of(
            Input(shape=(side, side, 3)),
            MaxPooling2D(pool_size=(64, 64)),
            Flatten(),
            Dense(units=10),
        )
        run = talk.train(net, ENDLESS)
        talk.until(BatchDone)
        talk.ask(Stop(run))
        talk.end_of(run)
        # Answered once the run is cleared away.
        talk.maps(talk.probe(net, net.nodes[0].uid), net.nodes[0].uid)
        sizes.append(process.memory_info().rss)
    data = 5000 * 130 * 130 * 3
    assert sizes[-1] - sizes[0] < data / 2


def test_a_model_is_saved_during_a_run_and_refusals_are_told(
    talk: Conversation, small: Network, tmp_path: Path
) -> None:
    run = talk.train(small, ENDLESS)
    talk.until(BatchDone)
    path = str(tmp_path / "model.keras")
    talk.ask(SaveModel(path, small, ENDLESS))
    assert talk.until(ModelSaved).path == path
    talk.until(BatchDone)
    talk.ask(SaveModel(str(tmp_path / "nowhere" / "model.keras"), small, ENDLESS))
    assert "does not exist" in talk.until(SaveFailed).message
    talk.ask(SaveModel(str(tmp_path / "model.txt"), small, ENDLESS))
    assert "must end in .keras" in talk.until(SaveFailed).message
    talk.ask(Stop(run))
    talk.end_of(run)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.keras"]


def test_the_engine_stands_back_for_the_window(talk: Conversation) -> None:
    engine, window = psutil.Process(talk.engine.pid), psutil.Process()
    assert engine.nice() == min(window.nice() + NICENESS, 19)


def test_ctrl_c_in_the_terminal_is_not_the_engines_to_hear(
    talk: Conversation, small: Network
) -> None:
    process = psutil.Process(talk.engine.pid)
    process.send_signal(signal.SIGINT)
    assert isinstance(talk.end_of(talk.train(small, replace(QUICK, epochs=1))), RunFinished)


def test_a_run_that_waits_for_the_engine_can_be_stopped_and_a_kill_is_seen_at_once() -> None:
    """One engine of its own: asked while it starts, then killed while it trains and answers."""
    slow = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10))
    engine = launch()
    try:
        talk = Conversation(engine)
        run = talk.train(slow, ENDLESS)
        talk.ask(Stop(run))
        assert talk.next() == RunFinished(run, 0, stopped=True)
        second = talk.train(slow, ENDLESS)
        talk.until(EngineReady)
        talk.until(BatchDone, lambda e: e.run == second)
        for index in range(50):
            talk.probe(slow, slow.nodes[0].uid, index)
        talk.until(Maps)
        psutil.Process(engine.pid).kill()
        with pytest.raises((EOFError, ConnectionResetError)):
            talk.until(RunFinished)
    finally:
        engine.kill()
        engine.connection.close()
    assert not engine.is_alive()
