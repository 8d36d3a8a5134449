"""How soon an engine stops, and what it finishes first."""

import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.look_messages import Show
from cnnstudio.core.messages import (
    BatchDone,
    RunFinished,
    RunStarted,
    SaveModel,
    Stop,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine import launcher
from tests.engine.conversation import PATIENCE, Conversation, conversation, wait_until

pytestmark = pytest.mark.tensorflow

ENDLESS = TrainingPlan(epochs=10_000)
MOSTLY_VALIDATION = replace(ENDLESS, validation_split=0.9, batch_size=64)

PATIENT_START = """
import sys; sys.path.append(sys.argv[2])
from cnnstudio.engine import pace, worker
pace.LONGEST_CALL = 1000.0
worker.main(int(sys.argv[1]))
"""
"""Starts an engine that does dozens of batches in a call, however slow they are."""


@pytest.fixture(scope="module")
def patient() -> Iterator[Conversation]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launcher, "_START", PATIENT_START)
        with conversation() as talk:
            yield talk


def wait_for_work(talk: Conversation, seconds: float) -> None:
    """Wait until the engine has computed for so long."""
    process = psutil.Process(talk.engine.pid)

    def worked() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    end = worked() + seconds
    wait_until(lambda: worked() > end)


def test_stop_ends_a_run_within_a_batch(talk: Conversation, slow: Network) -> None:
    run = talk.train(slow, ENDLESS)
    talk.until(BatchDone, lambda e: e.batch == 2)
    talk.ask(Stop(run))
    before = len(talk.heard)
    assert talk.end_of(run) == RunFinished(run, 0, stopped=True)
    assert sum(isinstance(e, BatchDone) for e in talk.heard[before:]) <= 1


def test_stop_ends_a_run_within_a_batch_of_validation(talk: Conversation, slow: Network) -> None:
    plan = replace(ENDLESS, validation_split=0.9, batch_size=64)
    run = talk.train(slow, plan)
    batches = talk.until(RunStarted).validation_batches
    talk.until(ValidationBatchDone)
    talk.ask(Stop(run))
    assert talk.end_of(run) == RunFinished(run, 0, stopped=True)
    assert sum(isinstance(e, ValidationBatchDone) for e in talk.heard) < batches / 2


def test_a_stop_reaches_the_batch_that_is_learned_in_the_midst_of_a_long_call(
    patient: Conversation, slow: Network
) -> None:
    def late_batches() -> int:
        run = patient.train(slow, ENDLESS)
        # The first two calls are of a batch each and tell how long one takes; the third has dozens.
        patient.until(BatchDone, lambda e: e.run == run and e.batch == 1)
        wait_for_work(patient, 1.0)
        asked = time.monotonic()
        patient.ask(Stop(run))
        assert patient.end_of(run) == RunFinished(run, 0, stopped=True)
        batches = [e for e in patient.heard if isinstance(e, BatchDone) and e.run == run]
        assert len(batches) > 2, "the stop came in the midst of the third call"
        return sum(e.at > asked for e in batches)

    # A machine that is busy elsewhere may be late once; a stop that waits for the call always is,
    # by dozens.
    assert any(late_batches() <= 2 for _attempt in range(3))


def test_a_stop_reaches_the_batch_that_is_measured_in_the_midst_of_a_long_call(
    patient: Conversation, slow: Network
) -> None:
    run = patient.train(slow, MOSTLY_VALIDATION)
    batches = patient.until(RunStarted).validation_batches
    patient.until(ValidationBatchDone, lambda e: e.run == run and e.batch == 1)
    wait_for_work(patient, 0.2)
    patient.ask(Stop(run))
    assert patient.end_of(run) == RunFinished(run, 0, stopped=True)
    measured = [e for e in patient.heard if isinstance(e, ValidationBatchDone) and e.run == run]
    assert 2 < len(measured) < batches / 2


def test_a_model_that_is_being_written_when_the_studio_goes_is_complete(tmp_path: Path) -> None:
    network = network_of(
        Input(shape=(28, 28, 1)), Conv2D(filters=800), Flatten(), Dense(units=50), Dense(units=10)
    )
    large = network.nodes[1].uid
    with conversation() as talk:
        generation = talk.probe(network, large)
        talk.maps(generation, large)
        for _answer in range(3):
            # Larger than a pipe, so the engine is still sending it when nobody is there any more.
            talk.ask(Show(generation, large))
        talk.ask(SaveModel(str(tmp_path / "model.keras"), network, ENDLESS))
        wait_until(lambda: any(tmp_path.iterdir()))
        assert not (tmp_path / "model.keras").exists(), "it is being written"
        talk.engine.connection.close()
        wait_until(lambda: not talk.engine.is_alive(), PATIENCE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.keras"]
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert archive.testzip() is None
