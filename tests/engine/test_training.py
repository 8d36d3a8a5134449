"""Runs in this process, as the command line has them, and their steps against Keras's own."""

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    Rescaling,
)
from cnnstudio.core.datasets import DATASETS, read
from cnnstudio.core.document import Design
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.pace import LONGEST_CALL, Pace
from cnnstudio.engine.stop_flag import StopFlag

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

LAYERS = (
    Input(shape=(28, 28, 1)),
    BatchNormalization(momentum=0.5),
    Conv2D(filters=2, strides=(3, 3)),
    Flatten(),
)
PLAN = TrainingPlan(epochs=1, batch_size=500)


def run(design: Design, stop_at: type[Event] | None = None) -> tuple[Any, list[Event]]:
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    stop = StopFlag()

    def emit(event: Event) -> None:
        events.append(event)
        if stop_at is not None and isinstance(event, stop_at):
            stop.set()

    return train_design(design, emit, stop), events


def test_a_run_ends_with_the_trained_model() -> None:
    design = Design("digits", network_of(*LAYERS, Dense(units=10)), PLAN)
    model, events = run(design)
    assert model.output_shape == (None, 10)
    assert events[-1] == RunFinished(0, 1, stopped=False)
    losses = [event.loss for event in events if isinstance(event, BatchDone)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("stop_at", "epochs"), [(BatchDone, 0), (ValidationBatchDone, 0), (EpochDone, 1)]
)
def test_a_stop_ends_the_run_where_it_stands_and_keeps_what_was_learned(
    stop_at: type[Event], epochs: int
) -> None:
    plan = replace(PLAN, epochs=50)
    model, events = run(Design("digits", network_of(*LAYERS, Dense(units=10)), plan), stop_at)
    assert events[-1] == RunFinished(0, epochs, stopped=True)
    assert sum(isinstance(event, EpochDone) for event in events) == epochs
    assert model is not None


def test_a_run_whose_classes_have_one_image_each_keeps_none_back_and_measures_nothing(
    keras: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cnnstudio.engine import datasets
    from cnnstudio.engine.export import write_metrics

    images, classes = read("mnist-5k")
    firsts = [int(np.flatnonzero(classes == label)[0]) for label in range(10)]
    few = replace(DATASETS["mnist-5k"], name="one-each")
    monkeypatch.setitem(DATASETS, few.name, few)
    monkeypatch.setattr(datasets, "read", lambda _name: (images[firsts], classes[firsts]))
    plan = replace(PLAN, data=few.name, epochs=2)
    model, events = run(Design("digits", network_of(*LAYERS, Dense(units=10)), plan))
    assert model is not None
    assert events[-1] == RunFinished(0, 2, stopped=False)
    started = next(event for event in events if isinstance(event, RunStarted))
    assert (started.images, started.validation_batches) == (10, 0)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [(epoch.val_loss, epoch.val_accuracy) for epoch in epochs] == [(None, None)] * 2
    write_metrics(tmp_path / "metrics.csv", events)
    with (tmp_path / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["val_loss"], row["val_accuracy"]) for row in rows] == [("", "")] * 2


def test_a_run_that_fails_says_so_once_and_returns_nothing() -> None:
    model, events = run(Design("digits", network_of(*LAYERS, Dense(units=3)), PLAN))
    assert model is None
    assert [type(event) for event in events] == [RunFailed]


def test_whoever_breaks_a_run_off_a_final_event_is_told() -> None:
    from cnnstudio.engine.training import train_design

    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchDone):
            raise KeyboardInterrupt

    design = Design("digits", network_of(*LAYERS, Dense(units=10)), PLAN)
    with pytest.raises(KeyboardInterrupt):
        train_design(design, emit, StopFlag())
    assert [type(event) for event in events if isinstance(event, RunFailed | RunFinished)] == [
        RunFailed
    ]


def test_a_run_that_was_stopped_before_it_began_learns_nothing_and_is_no_failure() -> None:
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    stop = StopFlag()
    stop.set()
    design = Design("digits", network_of(*LAYERS, Dense(units=10)), PLAN)
    assert train_design(design, events.append, stop) is None
    assert events == [RunFinished(0, 0, stopped=True)]


def overflowing_after_a_step() -> Network:
    """The weights after the first batch are finite, what they make of an image is not."""
    deep = [Dense(units=10)] * 12
    return network_of(Input(shape=(28, 28, 1)), Rescaling(scale=100.0), Flatten(), *deep)


def overflowing_in_a_step() -> Network:
    """The loss of the first batch is finite, the weights after it are not."""
    larger = *[Rescaling(scale=1e6)] * 6, Rescaling(scale=100.0)
    zeros = Dense(units=10, kernel_initializer="zeros")
    return network_of(Input(shape=(28, 28, 1)), *larger, Flatten(), zeros)


@pytest.mark.parametrize(
    ("net", "stop_at"),
    [
        (overflowing_after_a_step(), None),
        (overflowing_in_a_step(), None),
        (overflowing_in_a_step(), BatchDone),
    ],
    ids=["seen in the validation", "weights are not finite", "stopped before it is seen"],
)
def test_an_epoch_that_blows_up_in_its_last_step_fails_and_leaves_the_weights_it_began_with(
    net: Network, stop_at: type[Event] | None
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.run import Run, Trainee
    from cnnstudio.engine.training import carry_out

    one_batch = TrainingPlan(epochs=2, batch_size=65_536, optimizer="SGD", learning_rate=100.0)
    trainee = Trainee(build(net, seed=0), steps=5)
    before = trainee.built.model.get_weights()
    events: list[Event] = []
    stop = StopFlag()

    def emit(event: Event) -> None:
        events.append(event)
        if stop_at is not None and isinstance(event, stop_at):
            stop.set()

    assert carry_out(Run(0, one_batch, emit, stop, FittedImages()), lambda: trainee) is None
    assert sum(isinstance(event, BatchDone) for event in events) == 1
    assert not any(isinstance(event, EpochDone) for event in events)
    assert isinstance(events[-1], RunFailed)
    assert "in epoch 1: " in events[-1].message
    assert "try a learning rate of 10 instead of 100" in events[-1].message
    after = trainee.built.model.get_weights()
    assert all(map(np.array_equal, before, after))
    assert trainee.steps == 5


def test_data_that_would_not_fit_in_memory_at_the_inputs_size_is_refused() -> None:
    huge = network_of(
        Input(shape=(5000, 5000, 3)),
        MaxPooling2D(pool_size=(1000, 1000)),
        Flatten(),
        Dense(units=10),
    )
    model, events = run(Design("digits", huge, replace(PLAN, batch_size=1)))
    assert model is None
    (failed,) = events
    assert isinstance(failed, RunFailed)
    assert failed.message.startswith("this needs at least 375.")
    assert "make the Input, the network or the batch size smaller" in failed.message


def test_quick_batches_are_done_several_at_a_time_and_slow_ones_one_by_one() -> None:
    quick, slow = Pace(), Pace()
    for _call in range(20):
        quick.took(quick.batches(1000), quick.batches(1000) * 0.002)
        slow.took(slow.batches(1000), slow.batches(1000) * 1.0)
    assert quick.batches(1000) == math.floor(LONGEST_CALL / 0.002)
    assert quick.batches(3) == 3
    assert slow.batches(1000) == 1
