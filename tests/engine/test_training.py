"""Runs in this process, as the command line has them, and their steps against Keras's own."""

import math
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import BatchNormalization, Conv2D, Dense, Flatten, Input
from cnnstudio.core.datasets import read
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
from cnnstudio.core.plan import OPTIMIZERS, TrainingPlan
from cnnstudio.engine.pace import LONGEST_CALL, Pace

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
    stop = threading.Event()

    def emit(event: Event) -> None:
        events.append(event)
        if stop_at is not None and isinstance(event, stop_at):
            stop.set()

    return train_design(design, emit, stop), events


@pytest.mark.parametrize("activation", ["softmax", None])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_batch_teaches_what_it_teaches_in_keras(
    keras: Any, optimizer: str, activation: str | None
) -> None:
    import tensorflow as tf

    from cnnstudio.core.network import Network
    from cnnstudio.engine.builder import build, copy_weights
    from cnnstudio.engine.optimizers import optimizer_of, portable_optimizer_of
    from cnnstudio.engine.steps import Steps

    net: Network = network_of(*LAYERS, Dense(units=10, activation=activation))
    plan = replace(PLAN, optimizer=optimizer)
    ours, theirs = build(net, seed=0).model, build(net, seed=1).model
    copy_weights(ours, theirs)
    theirs.compile(
        portable_optimizer_of(plan),
        keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None),
        metrics=["accuracy"],
    )
    images, classes = read("mnist-5k")
    order = np.random.default_rng(0).permutation(len(images))[:330]
    x, y = images[order].astype(np.float32) / 255, classes[order]
    stream = tf.data.Dataset.from_tensor_slices((x, y)).batch(50)
    steps = Steps(ours, optimizer_of(plan), from_logits=activation is None)
    iterator = iter(stream)
    learned = np.concatenate([steps.learn(iterator, tf.constant(n)).numpy() for n in (1, 4, 2)])
    expected = [theirs.train_on_batch(x[i : i + 50], y[i : i + 50]) for i in range(0, 330, 50)]
    assert np.allclose(learned, expected, atol=1e-4)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-4)
    measured = steps.measure(iter(stream), tf.constant(7)).numpy()
    sizes = [50] * 6 + [30]
    assert np.allclose(
        np.average(measured, axis=0, weights=sizes), theirs.evaluate(x, y, verbose=0), atol=1e-4
    )


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
        train_design(design, emit, threading.Event())
    assert [type(event) for event in events if isinstance(event, RunFailed | RunFinished)] == [
        RunFailed
    ]


def test_quick_batches_are_done_several_at_a_time_and_slow_ones_one_by_one() -> None:
    quick, slow = Pace(), Pace()
    for _call in range(20):
        quick.took(quick.batches(1000), quick.batches(1000) * 0.002)
        slow.took(slow.batches(1000), slow.batches(1000) * 1.0)
    assert quick.batches(1000) == math.floor(LONGEST_CALL / 0.002)
    assert quick.batches(3) == 3
    assert slow.batches(1000) == 1
