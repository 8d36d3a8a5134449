"""The studio's end of the pipe, against an engine played by the test on a real pipe."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.data_messages import ShowSamples
from cnnstudio.core.look_messages import DatasetImage, Maps, Probe, Show
from cnnstudio.core.messages import (
    OUT_OF_MEMORY,
    BatchDone,
    EpochDone,
    RunFailed,
    RunFinished,
    RunStarted,
    SaveModel,
    Stop,
    Train,
)
from cnnstudio.core.network import starter_network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import BatchSeconds, Preflight, PreflightDone
from cnnstudio.core.run_messages import (
    AddEpochs,
    ChangeRate,
    FindRate,
    Pause,
    RatesTried,
    Resume,
)
from cnnstudio.ui import machine_memory
from cnnstudio.ui.trainer import EngineState, Trainer
from tests.ui.played_engine import READY, Played, PlayedEngine


@pytest.fixture
def played(qtbot: QtBot) -> Iterator[Played]:
    played = Played()
    yield played
    played.trainer.close()
    played.trainer.deleteLater()


def batch(number: int, run: int = 1) -> BatchDone:
    return BatchDone(run, 0, number, 1.0, 0.5, time.monotonic())


def test_a_flood_of_batches_arrives_in_order_and_in_few_signals(
    played: Played, qtbot: QtBot
) -> None:
    played.start(qtbot)
    bundles: list[list[BatchDone]] = []
    played.trainer.batches.connect(bundles.append)
    played.engines[-1].send(*[batch(n) for n in range(500)])
    qtbot.waitUntil(lambda: sum(map(len, bundles)) == 500)
    assert [b.batch for bundle in bundles for b in bundle] == list(range(500))
    assert len(bundles) < 100


def test_batches_come_before_the_epoch_they_belong_to(played: Played, qtbot: QtBot) -> None:
    played.start(qtbot)
    order: list[str] = []
    played.trainer.batches.connect(lambda bundle: order.extend("b" * len(bundle)))
    played.trainer.epoch_done.connect(lambda _event: order.append("E"))
    epoch = EpochDone(1, 0, 1.0, 0.5, 1.0, 0.5, 2.0)
    played.engines[-1].send(batch(0), batch(1), epoch, batch(0))
    qtbot.waitUntil(lambda: len(order) == 4)
    assert "".join(order) == "bbEb"


def test_a_run_ends_once_when_the_engine_dies_and_another_engine_starts(
    played: Played, qtbot: QtBot
) -> None:
    played.start(qtbot)
    ended: list[object] = []
    states: list[EngineState] = []
    played.trainer.run_ended.connect(ended.append)
    played.trainer.state_changed.connect(states.append)
    run = played.trainer.train(starter_network(), TrainingPlan())
    qtbot.waitUntil(played.far.poll)
    assert isinstance(played.far.recv(), Train)
    with qtbot.waitSignal(played.trainer.run_started):
        played.engines[-1].send(RunStarted(run, 8, 125, 32, 4000, 32))
    assert played.trainer.state is EngineState.TRAINING
    played.engines[-1].die()
    qtbot.waitUntil(lambda: len(played.engines) == 2)
    with qtbot.waitSignal(played.trainer.ready):
        played.engines[-1].send(READY, RunFinished(run, 8, False))
    assert [type(event) for event in ended] == [RunFailed]
    assert not played.trainer.is_running
    assert states == [
        EngineState.TRAINING, EngineState.LOST, EngineState.STARTING, EngineState.READY,
    ]  # fmt: skip


@pytest.mark.parametrize(("learned", "is_said"), [(0, False), (1, True)])
def test_only_what_was_learned_is_said_to_be_lost_with_the_engine(
    played: Played, qtbot: QtBot, learned: int, is_said: bool
) -> None:
    played.start(qtbot)
    run = played.trainer.train(starter_network(), TrainingPlan())
    with qtbot.waitSignal(played.trainer.run_started):
        played.engines[-1].send(RunStarted(run, 8, 125, 32, 4000, 32))
    for number in range(learned):
        with qtbot.waitSignal(played.trainer.batches):
            played.engines[-1].send(batch(number, run))
    with qtbot.waitSignal(played.trainer.run_ended):
        played.engines[-1].die()
    assert ("what was learned" in played.trainer.why_lost) is is_said


def test_an_engine_that_never_gets_ready_is_given_up_and_can_be_tried_again(
    qtbot: QtBot,
) -> None:
    launches: list[int] = []

    def launch() -> PlayedEngine:
        launches.append(1)
        engine = PlayedEngine()
        engine.die()
        return engine

    trainer = Trainer(launch)
    trainer.start()
    qtbot.waitUntil(lambda: trainer.state is EngineState.BROKEN)
    assert len(launches) == 3
    trainer.restart_engine()
    qtbot.waitUntil(lambda: len(launches) == 6)
    trainer.close()
    trainer.deleteLater()


@pytest.mark.parametrize("error", [OSError(12, "out of memory"), ValueError("no such method")])
def test_an_engine_that_cannot_be_launched_is_given_up(qtbot: QtBot, error: Exception) -> None:
    def launch() -> PlayedEngine:
        raise error

    trainer = Trainer(launch)
    trainer.start()
    qtbot.waitUntil(lambda: trainer.state is EngineState.BROKEN)
    trainer.close()
    trainer.deleteLater()


@pytest.mark.timeout(60)
def test_the_window_can_ask_an_engine_that_was_given_up_as_often_as_it_likes(
    qtbot: QtBot,
) -> None:
    def launch() -> PlayedEngine:
        raise OSError(12, "out of memory")

    trainer = Trainer(launch)
    trainer.start()
    qtbot.waitUntil(lambda: trainer.state is EngineState.BROKEN)
    answers: list[object] = []
    trainer.probe_failed.connect(answers.append)
    asked = 20_000
    """More than the pipe that wakes the thread holds."""
    for _ask in range(asked):
        trainer.show_block("conv")
    qtbot.waitUntil(lambda: len(answers) == asked, timeout=30_000)
    trainer.close()
    trainer.deleteLater()


def test_answers_to_an_earlier_question_are_dropped(played: Played, qtbot: QtBot) -> None:
    played.start(qtbot)
    shown: list[Maps] = []
    played.trainer.maps.connect(shown.append)
    network, image = starter_network(), DatasetImage("mnist-5k", 3)
    first = played.trainer.probe(network, image, "0..1", network.nodes[1].uid)
    second = played.trainer.probe(network, image, "0..1", network.nodes[1].uid)
    values = np.zeros((2, 2, 1), np.float32)
    played.engines[-1].send(Maps(first, "old", values), Maps(second, "new", values))
    qtbot.waitUntil(lambda: bool(shown))
    assert [maps.block for maps in shown] == ["new"]
    played.trainer.show_block("b")
    received = played.take(3, qtbot)
    assert [type(r) for r in received] == [Probe, Probe, Show]
    assert received[-1] == Show(second, "b")


def test_a_stop_names_the_run_that_goes_on(played: Played, qtbot: QtBot) -> None:
    played.start(qtbot)
    played.trainer.stop_run()
    run = played.trainer.train(starter_network(), TrainingPlan())
    played.trainer.stop_run()
    received = played.take(2, qtbot)
    assert isinstance(received[0], Train)
    assert received[1] == Stop(run)


def test_a_model_that_was_being_saved_when_the_engine_died_is_said_to_be_lost(
    played: Played, qtbot: QtBot
) -> None:
    played.start(qtbot)
    played.trainer.do(SaveModel("a.keras", starter_network(), TrainingPlan()))
    qtbot.waitUntil(played.far.poll)
    assert isinstance(played.far.recv(), SaveModel)
    with qtbot.waitSignal(played.trainer.save_failed) as failed:
        played.engines[-1].die()
    assert failed.args is not None
    assert failed.args[0].path == "a.keras"


def test_what_was_asked_of_an_engine_that_died_is_not_asked_of_the_next(
    played: Played, qtbot: QtBot
) -> None:
    played.trainer.train(starter_network(), TrainingPlan())
    with qtbot.waitSignal(played.trainer.run_ended):
        played.trainer.start()
        qtbot.waitUntil(lambda: bool(played.engines))
        played.engines[-1].die()
    qtbot.waitUntil(lambda: len(played.engines) == 2)
    with qtbot.waitSignal(played.trainer.ready):
        played.engines[-1].send(READY)
    assert not played.far.poll(0.05)


def test_closing_does_not_wait_for_an_engine_that_does_not_answer(qtbot: QtBot) -> None:
    played = Played()
    played.start(qtbot)
    played.trainer.train(starter_network(), TrainingPlan())
    played.trainer.close()
    assert not played.engines[-1].is_alive()
    played.trainer.deleteLater()


def test_a_run_under_way_is_steered_by_its_number_and_without_one_nothing_is_asked(
    played: Played, qtbot: QtBot
) -> None:
    played.start(qtbot)
    trainer = played.trainer
    trainer.pause_run(True)
    trainer.change_rate(0.1)
    trainer.add_epochs(1)
    run = trainer.train(starter_network(), TrainingPlan())
    trainer.pause_run(True)
    trainer.pause_run(False)
    trainer.change_rate(0.5)
    trainer.add_epochs(3)
    assert played.take(5, qtbot)[1:] == [
        Pause(run), Resume(run), ChangeRate(run, 0.5), AddEpochs(run, 3),
    ]  # fmt: skip


def test_a_search_for_a_rate_ends_as_a_run_does(played: Played, qtbot: QtBot) -> None:
    played.start(qtbot)
    trainer = played.trainer
    search = trainer.find_rate(starter_network(), TrainingPlan(), fresh=False)
    assert trainer.is_running
    (request,) = played.take(1, qtbot)
    assert isinstance(request, FindRate)
    assert (request.run, request.fresh) == (search, False)
    with qtbot.waitSignals([trainer.rates_tried, trainer.run_ended]):
        played.engines[-1].send(
            RatesTried(search, (1.0,), (2.0,), None), RunFinished(search, 0, stopped=False)
        )
    assert not trainer.is_running
    assert trainer.state is EngineState.READY


@pytest.mark.parametrize("counted", [True, False])
def test_an_engine_that_the_system_ended_for_lack_of_memory_is_said_to_be(
    played: Played, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, counted: bool
) -> None:
    played.start(qtbot)
    played.trainer.train(starter_network(), TrainingPlan())
    qtbot.waitUntil(played.far.poll)
    monkeypatch.setattr(machine_memory, "free_memory", lambda: 10**15)
    if counted:
        monkeypatch.setattr(machine_memory, "_killed_by_system", lambda: 10**9)
    played.engines[-1].ended_by = -9
    with qtbot.waitSignal(played.trainer.run_ended) as ended:
        played.engines[-1].die()
    assert ended.args is not None
    (failed,) = ended.args
    assert isinstance(failed, RunFailed)
    assert ("memory ran out" in failed.message) is counted
    assert failed.cause == (OUT_OF_MEMORY if counted else "")


def test_a_trial_of_steps_ends_as_a_run_does(played: Played, qtbot: QtBot) -> None:
    played.start(qtbot)
    trainer = played.trainer
    trial = trainer.try_steps(starter_network(), TrainingPlan())
    assert trainer.is_running
    assert trainer.state is EngineState.TRAINING
    (request,) = played.take(1, qtbot)
    assert isinstance(request, Preflight)
    seconds = BatchSeconds(1.0, 1.0)
    with qtbot.waitSignals([trainer.preflight_done, trainer.run_ended]):
        played.engines[-1].send(
            PreflightDone(trial, 1.0, seconds, seconds, 2, 1),
            RunFinished(trial, 0, stopped=False),
        )
    assert not trainer.is_running


def test_samples_asked_for_are_answered_even_if_the_engine_dies(
    played: Played, qtbot: QtBot
) -> None:
    played.start(qtbot)
    number = played.trainer.show_samples(TrainingPlan(), (1, 2))
    (request,) = played.take(1, qtbot)
    assert isinstance(request, ShowSamples)
    assert (request.number, request.images) == (number, (1, 2))
    with qtbot.waitSignal(played.trainer.samples_failed) as failed:
        played.engines[-1].die()
    assert failed.args is not None
    assert failed.args[0].number == number
    assert "stopped unexpectedly" in failed.args[0].message
