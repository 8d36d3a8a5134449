"""What is asked of a run while it goes on, and the search for a learning rate, in a real engine."""

from dataclasses import replace

import pytest

from cnnstudio.core.blocks import Dense
from cnnstudio.core.look_messages import Maps
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
    Shutdown,
    Stop,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import (
    AddEpochs,
    ChangeRate,
    FindRate,
    Pause,
    RatesTried,
    Resume,
    RunExtended,
    RunPaused,
    RunResumed,
)
from cnnstudio.core.runs.kept import KeptState
from cnnstudio.core.runs.store import RunStore
from tests.engine.conversation import Conversation, conversation, wait_until

pytestmark = pytest.mark.tensorflow

ENDLESS = TrainingPlan(epochs=10_000)
MOSTLY_VALIDATION = replace(ENDLESS, validation_split=0.9, batch_size=64)


def nothing_heard_while(talk: Conversation, network: Network) -> list[Event]:
    """Return what of a resting run was heard until the engine has answered another question."""
    before = len(talk.heard)
    block = network.nodes[-1].uid
    assert isinstance(talk.maps(talk.probe(network, block), block), Maps)
    steps = BatchDone | ValidationBatchDone | EpochDone
    return [event for event in talk.heard[before:] if isinstance(event, steps)]


@pytest.mark.parametrize(
    ("plan", "kind"), [(ENDLESS, BatchDone), (MOSTLY_VALIDATION, ValidationBatchDone)]
)
def test_a_paused_run_rests_in_any_pass_answers_questions_and_goes_on_where_it_was(
    talk: Conversation,
    slow: Network,
    plan: TrainingPlan,
    kind: type[BatchDone] | type[ValidationBatchDone],
) -> None:
    run = talk.train(slow, plan)
    talk.until(kind, lambda event: event.run == run)
    talk.ask(Pause(run))
    talk.until(RunPaused)
    last = [event for event in talk.heard if isinstance(event, kind)][-1]
    assert nothing_heard_while(talk, slow) == []
    talk.ask(Resume(run))
    assert talk.until(RunResumed).seconds > 0
    following = talk.until(kind)
    assert (following.epoch, following.batch) == (last.epoch, last.batch + 1)
    talk.ask(Stop(run))
    assert talk.end_of(run) == RunFinished(run, 0, stopped=True)


def test_a_paused_run_can_be_stopped(talk: Conversation, slow: Network) -> None:
    run = talk.train(slow, ENDLESS)
    talk.until(BatchDone)
    talk.ask(Pause(run))
    talk.until(RunPaused)
    talk.ask(Stop(run))
    assert talk.end_of(run) == RunFinished(run, 0, stopped=True)


def test_what_is_asked_of_another_run_is_not_done(talk: Conversation, small: Network) -> None:
    run = talk.train(small, TrainingPlan(epochs=1))
    for wish in (Pause(run + 7), ChangeRate(run + 7, 1.0), AddEpochs(run + 7, 3)):
        talk.ask(wish)
    assert talk.end_of(run) == RunFinished(run, 1, stopped=False)
    assert {e.learning_rate for e in talk.heard if isinstance(e, BatchDone)} == {0.001}


def test_the_rate_changes_while_a_run_goes_on(talk: Conversation, small: Network) -> None:
    run = talk.train(small, replace(ENDLESS, schedule="exponential"))
    talk.until(BatchDone)
    talk.ask(ChangeRate(run, 0.5))
    changed = talk.until(BatchDone, lambda event: event.learning_rate > 0.1)
    assert changed.learning_rate == pytest.approx(0.5, rel=0.1)
    later = talk.until(BatchDone, lambda event: event.batch == 0 and event.epoch > changed.epoch)
    assert later.learning_rate < changed.learning_rate, "the schedule goes on"
    talk.ask(Stop(run))
    talk.end_of(run)


def test_a_run_goes_on_for_more_epochs(talk: Conversation, small: Network) -> None:
    run = talk.train(small, TrainingPlan(epochs=1))
    talk.until(RunStarted)
    talk.ask(AddEpochs(run, 1))
    talk.ask(AddEpochs(run, 1))
    assert talk.end_of(run) == RunFinished(run, 3, stopped=False)
    assert [e.epochs for e in talk.heard if isinstance(e, RunExtended)][-1] == 3
    assert [e.epoch for e in talk.heard if isinstance(e, EpochDone)] == [0, 1, 2]


def test_a_search_finds_a_rate_and_leaves_the_weights_alone(
    talk: Conversation, small: Network
) -> None:
    block = small.nodes[-1].uid
    run = talk.train(small, TrainingPlan(epochs=1))
    talk.end_of(run)
    before = talk.maps(talk.probe(small, block), block)
    search = run + 100
    talk.ask(FindRate(search, small, TrainingPlan(), fresh=True, batches=150))
    assert talk.end_of(search) == RunFinished(search, 0, stopped=False)
    found = [event for event in talk.heard if isinstance(event, RatesTried)][-1]
    assert len(found.rates) == len(found.losses) <= 150
    assert list(found.rates) == sorted(found.rates)
    assert found.suggestion is not None
    assert 1e-4 <= found.suggestion <= 0.3
    after = talk.maps(talk.probe(small, block), block)
    assert isinstance(before, Maps)
    assert isinstance(after, Maps)
    assert (before.values == after.values).all()


def test_a_search_that_goes_on_from_trained_weights_begins_with_their_loss(
    talk: Conversation, small: Network
) -> None:
    run = talk.train(small, TrainingPlan(epochs=4, learning_rate=0.01))
    talk.end_of(run)
    firsts = []
    for number, fresh in enumerate((True, False), start=run + 200):
        talk.ask(FindRate(number, small, TrainingPlan(batch_size=200), fresh=fresh, batches=5))
        talk.end_of(number)
        found = [event for event in talk.heard if isinstance(event, RatesTried)][-1]
        firsts.append(found.losses[0])
    assert firsts[1] < 0.5 * firsts[0]


def test_a_search_can_be_stopped_and_fails_as_a_run_does(talk: Conversation, slow: Network) -> None:
    run = talk.train(slow, ENDLESS)
    talk.until(BatchDone)
    search = run + 300
    talk.ask(FindRate(search, slow, ENDLESS))
    assert isinstance(talk.end_of(search), RunFailed), "another run is under way"
    talk.ask(Stop(run))
    talk.end_of(run)
    talk.ask(FindRate(search + 1, slow, ENDLESS, batches=10_000))
    talk.ask(Stop(search + 1))
    assert talk.end_of(search + 1) == RunFinished(search + 1, 0, stopped=True)
    unfit = network_of(slow.nodes[0].block, Dense(units=3))
    talk.ask(FindRate(search + 2, unfit, ENDLESS))
    assert isinstance(talk.end_of(search + 2), RunFailed)
    tried = [event for event in talk.heard if isinstance(event, RatesTried)]
    assert all(event.suggestion is None for event in tried)


def test_a_run_that_rests_is_kept_as_it_is_when_the_studio_goes(small: Network) -> None:
    with conversation() as talk:
        run = talk.train(small, ENDLESS)
        talk.until(BatchDone, lambda event: event.batch > 5)
        talk.ask(Pause(run))
        talk.until(RunPaused)
        talk.ask(Shutdown())
        wait_until(lambda: not talk.engine.is_alive())
        learned = sum(isinstance(event, BatchDone) for event in talk.heard)
    store = RunStore()
    try:
        (row,) = store.rows()
        last = store.last_checkpoint(row.id)
        assert last is not None
        assert (row.state, last.steps) == (KeptState.INTERRUPTED, learned)
    finally:
        store.close()
