"""Kept runs: one that goes on from a checkpoint learns exactly what it would have learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    RandomTranslation,
)
from cnnstudio.core.document import Design
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    ValidationBatchDone,
)
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import KeepingFailed, RunKept
from cnnstudio.core.runs.kept import KeptState
from cnnstudio.core.runs.schema import FILE
from cnnstudio.core.runs.store import RunStore

pytestmark = pytest.mark.usefixtures("keras")

DESIGN = Design(
    "digits",
    network_of(
        Input(shape=(28, 28, 1)),
        RandomTranslation(height_factor=(-0.1, 0.1), width_factor=(-0.1, 0.1)),
        MaxPooling2D(pool_size=(3, 3)),
        Conv2D(filters=4),
        BatchNormalization(),
        Flatten(),
        Dropout(rate=0.3),
        Dense(units=10, activation="softmax"),
    ),
    TrainingPlan(epochs=3, batch_size=100, schedule="cosine"),
)
MOMENTUM = replace(DESIGN.plan, optimizer="SGD", momentum=0.9, keep_best=True, patience=2)
PLATEAU = replace(DESIGN.plan, schedule="plateau", plateau_patience=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs")
    yield store
    store.close()


def trained(
    design: Design,
    store: RunStore,
    *,
    resume: str = "",
    stop_at: Callable[[Event], bool] = lambda _event: False,
) -> tuple[Any, list[Event]]:
    """Train and return the model and all events."""
    from cnnstudio.engine.keeping import Keeping
    from cnnstudio.engine.stop_flag import StopFlag
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    stop = StopFlag()

    def take(event: Event) -> None:
        events.append(event)
        if stop_at(event):
            stop.set()

    keeping = Keeping(store.folder, "command line")
    return train_design(design, take, stop, keeping, resume), events


def in_epoch(number: int, batch: int) -> Callable[[Event], bool]:
    return lambda e: isinstance(e, BatchDone) and (e.epoch, e.batch) == (number, batch)


def in_validation(number: int) -> Callable[[Event], bool]:
    return lambda e: isinstance(e, ValidationBatchDone) and e.epoch == number


def losses(events: list[Event]) -> list[float]:
    return [event.loss for event in events if isinstance(event, BatchDone)]


@pytest.mark.parametrize(
    ("plan", "stop_at"),
    [
        pytest.param(DESIGN.plan, in_epoch(1, 11), id="in an epoch"),
        pytest.param(MOMENTUM, in_validation(1), id="in validation"),
        pytest.param(PLATEAU, in_epoch(0, 0), id="at the first batch"),
    ],
)
def test_a_run_that_goes_on_has_the_curve_and_weights_of_one_that_never_ended(
    store: RunStore, plan: TrainingPlan, stop_at: Callable[[Event], bool]
) -> None:
    design = replace(DESIGN, plan=plan)
    model, whole = trained(design, store)
    whole_run = store.find("last").id
    _model, part = trained(design, store, stop_at=stop_at)
    run = store.find("last")
    assert run.state is KeptState.STOPPED
    assert run.steps == len(losses(part)) < len(losses(whole))
    resumed, rest = trained(store.design(run.id), store, resume=run.id)
    assert losses(part) + losses(rest) == losses(whole)
    for mine, theirs in zip(resumed.weights, model.weights, strict=True):
        assert np.array_equal(mine.numpy(), theirs.numpy())
    assert store.find(run.id).state is KeptState.FINISHED
    mine, theirs = store.curve(run.id), store.curve(whole_run)
    assert np.array_equal(mine.batches[:, :3], theirs.batches[:, :3])
    for ours, others in zip(mine.epochs, theirs.epochs, strict=True):
        assert {**ours.numbers, "seconds": 0} == {**others.numbers, "seconds": 0}
    assert isinstance(rest[0], RunKept)
    assert rest[0].id == run.id
    assert rest[-1] == whole[-1]


def test_a_finished_run_is_given_more_epochs(store: RunStore) -> None:
    trained(DESIGN, store)
    run = store.find("last").id
    longer = replace(DESIGN, plan=replace(DESIGN.plan, epochs=5))
    _model, events = trained(longer, store, resume=run)
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [3, 4]
    assert store.find(run).done_epochs == 5


def test_a_run_whose_data_has_changed_does_not_go_on(store: RunStore, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)

    def write() -> None:
        images = draw.integers(0, 255, (60, 28, 28, 1), np.uint8)
        np.savez(tmp_path / "data.npz", x=images, y=np.arange(60) % 10)

    write()
    data = f"npz:{tmp_path / 'data.npz'}"
    design = replace(DESIGN, plan=replace(DESIGN.plan, data=data, batch_size=8))
    trained(design, store, stop_at=in_epoch(1, 2))
    run, before = store.find("last"), store.checkpoints(store.find("last").id)
    write()
    _model, events = trained(design, store, resume=run.id)
    assert isinstance(events[-1], RunFailed)
    assert "has changed since it began" in events[-1].message
    assert store.find(run.id).state is KeptState.STOPPED
    assert store.checkpoints(run.id) == before


def test_a_run_without_its_checkpoint_says_so(store: RunStore) -> None:
    trained(DESIGN, store, stop_at=in_epoch(1, 0))
    run = store.find("last").id
    for file in store.folder_of(run).glob("*.npz"):
        file.unlink()
    _model, events = trained(DESIGN, store, resume=run)
    assert isinstance(events[-1], RunFailed)
    assert "has no checkpoint" in events[-1].message


def test_a_run_goes_on_where_it_cannot_be_kept_and_says_so_once(tmp_path: Path) -> None:
    from cnnstudio.engine.keeping import Keeping
    from cnnstudio.engine.stop_flag import StopFlag
    from cnnstudio.engine.training import train_design

    (tmp_path / FILE).write_bytes(b"no database " * 1000)
    events: list[Event] = []
    train_design(DESIGN, events.append, StopFlag(), Keeping(tmp_path))
    assert isinstance(events[-1], RunFinished)
    told = [event.message for event in events if isinstance(event, KeepingFailed)]
    assert len(told) == 1
    assert "are damaged" in told[0]


def test_a_refused_run_is_not_kept(store: RunStore) -> None:
    design = replace(DESIGN, network=network_of(Input(shape=(28, 28, 1)), Flatten()))
    _model, events = trained(design, store)
    assert isinstance(events[-1], RunFailed)
    assert store.rows() == ()


def test_a_stop_at_the_end_of_the_best_epoch_leaves_its_state_marked_as_the_best(
    store: RunStore,
) -> None:
    def stop_at(event: Event) -> bool:
        return isinstance(event, EpochDone) and event.epoch == 1

    trained(DESIGN, store, stop_at=stop_at)
    run = store.find("last")
    assert run.best_epoch == 1
    assert store.checkpoints(run.id)[-1].is_best


def test_a_run_that_is_stopped_before_it_goes_on_gives_no_model(store: RunStore) -> None:
    trained(DESIGN, store, stop_at=in_epoch(1, 0))
    run, before = store.find("last").id, store.checkpoints(store.find("last").id)
    model, events = trained(
        DESIGN, store, resume=run, stop_at=lambda event: isinstance(event, RunKept)
    )
    assert model is None
    assert events[-1] == RunFinished(0, 0, stopped=True)
    assert store.checkpoints(run) == before
