"""A few real steps before a run, and what they say of it."""

from pathlib import Path

import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    Preflight,
    PreflightDone,
    RunFailed,
    RunFinished,
    Stop,
    Train,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.stop_flag import StopFlag
from tests.engine.conversation import Conversation
from tests.engine.data_on_disk import shape_folder

pytestmark = pytest.mark.tensorflow

RUN = 4_000


def test_a_few_steps_tell_of_a_whole_run_and_leave_the_weights_alone(
    talk: Conversation, small: Network
) -> None:
    plan = TrainingPlan(epochs=1)
    talk.ask(Preflight(RUN, small, plan))
    found = talk.until(PreflightDone)
    assert talk.end_of(RUN) == RunFinished(RUN, 0, stopped=False)
    assert (found.run, found.batches, found.validation_batches) == (RUN, 125, 32)
    assert found.starting > found.learning.first > 0, "compiling is told apart"
    assert found.learning.first == found.learning.later, "digits are in memory"
    assert found.measuring.first > 0
    assert found.seconds(3) == pytest.approx(
        found.starting + found.first_epoch + 2 * found.later_epoch
    )
    assert not any(isinstance(event, BatchDone | EpochDone) for event in talk.heard)
    before = _loss_of_an_epoch(talk, RUN + 1, small)
    talk.ask(Preflight(RUN + 2, small, plan))
    talk.end_of(RUN + 2)
    assert _loss_of_an_epoch(talk, RUN + 3, small) == before


def _loss_of_an_epoch(talk: Conversation, run: int, network: Network) -> float:
    talk.ask(Train(run, network, TrainingPlan(epochs=1)))
    done = talk.until(EpochDone, lambda event: event.run == run)
    talk.end_of(run)
    return done.loss


def test_it_can_be_stopped_and_then_tells_nothing(talk: Conversation, slow: Network) -> None:
    talk.ask(Preflight(RUN + 10, slow, TrainingPlan()))
    talk.ask(Stop(RUN + 10))
    assert talk.end_of(RUN + 10) == RunFinished(RUN + 10, 0, stopped=True)
    assert not any(isinstance(event, PreflightDone) for event in talk.heard)


def test_what_cannot_be_trained_is_refused_with_its_cause(
    talk: Conversation, small: Network
) -> None:
    talk.ask(Preflight(RUN + 20, small, TrainingPlan(data="folder:/nowhere/at/all")))
    failed = talk.end_of(RUN + 20)
    assert isinstance(failed, RunFailed)
    assert failed.cause == "data"


@pytest.mark.usefixtures("keras")
def test_of_files_the_first_time_is_told_apart_and_a_stop_is_heeded_between_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnstudio.core import settings
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.preflight import try_steps
    from cnnstudio.engine.run import Run, Trainee

    monkeypatch.setattr(settings, "cache_folder", lambda: tmp_path / "cache")
    folder = shape_folder(tmp_path / "shapes", 48)
    plan = TrainingPlan(data=f"folder:{folder}", batch_size=4)
    shape = (16, 12, 3)
    network = network_of(Input(shape), Flatten(), Dense(units=6, activation="softmax"))
    built = build(network, seed=0)
    for calls_to_the_stop in (None, 3):
        events: list[Event] = []
        stop = StopFlag()
        calls: list[int] = []

        def between(calls: list[int] = calls, stop: StopFlag = stop) -> None:
            calls.append(1)
            if len(calls) == calls_to_the_stop:  # noqa: B023 - called within this turn
                stop.set()

        run = Run(1, plan, events.append, stop, FittedImages(), between)
        try_steps(run, lambda: Trainee(built))
        found = [event for event in events if isinstance(event, PreflightDone)]
        if calls_to_the_stop is None:
            assert found[0].learning.first != found[0].learning.later
            assert events[-1] == RunFinished(1, 0, stopped=False)
        else:
            assert not found
            assert events[-1] == RunFinished(1, 0, stopped=True)
            assert len(calls) < 20, "it ends at once"
