"""What a plan's settings do to a run: its rates, its end, its weights; beside Keras's callbacks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.messages import BatchDone, EpochDone, Event, RunFailed, RunFinished
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.schedules import rate, rise_and_fall
from cnnstudio.engine.stop_flag import StopFlag

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

NET = network_of(
    Input(shape=(28, 28, 1)), Conv2D(filters=2, strides=(3, 3)), Flatten(), Dense(units=10)
)
PLAN = TrainingPlan(epochs=3, batch_size=500)
STEPS = 8
"""Batches an epoch of 4,000 images."""


def run(plan: TrainingPlan, stop_at: Any = None) -> tuple[Any, list[Event]]:
    from cnnstudio.engine.training import train_design

    events: list[Event] = []
    stop = StopFlag()

    def emit(event: Event) -> None:
        events.append(event)
        if stop_at is not None and stop_at(event):
            stop.set()

    return train_design(Design("digits", NET, plan), emit, stop), events


def epochs_of(events: list[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def rates_of(events: list[Event]) -> list[float]:
    return [event.learning_rate for event in events if isinstance(event, BatchDone)]


def keras_schedule(keras: Any, plan: TrainingPlan, an_epoch: int) -> Any:
    schedules = keras.optimizers.schedules
    full = plan.learning_rate
    rise, fall = rise_and_fall(plan, an_epoch)
    start = full * plan.start_share if plan.schedule == "one_cycle" else 0.0
    made = {
        "step": lambda: schedules.ExponentialDecay(
            full, plan.step_epochs * an_epoch, plan.step_factor, staircase=True
        ),
        "exponential": lambda: schedules.ExponentialDecay(full, an_epoch, plan.exponential_factor),
        "cosine": lambda: schedules.CosineDecay(
            start, fall, plan.final_share, warmup_target=full, warmup_steps=rise
        ),
        "one_cycle": lambda: schedules.CosineDecay(
            start, fall, plan.final_share, warmup_target=full, warmup_steps=rise
        ),
    }
    return made[plan.schedule]()


@pytest.mark.parametrize("schedule", ["step", "exponential", "cosine", "one_cycle"])
@pytest.mark.parametrize("final_share", [0.0, 0.1])
def test_a_schedule_is_that_of_keras(keras: Any, schedule: str, final_share: float) -> None:
    plan = TrainingPlan(
        epochs=10, schedule=schedule, learning_rate=0.05, final_share=final_share, warmup_epochs=1.5
    )
    theirs = keras_schedule(keras, plan, 7)
    for step in range(90):
        expected = float(theirs(step))
        assert rate(plan, step, 7) == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_every_batch_is_learned_with_the_rate_of_its_step() -> None:
    plan = replace(PLAN, schedule="one_cycle")
    _model, events = run(plan)
    assert rates_of(events) == pytest.approx([rate(plan, step, STEPS) for step in range(3 * STEPS)])


def test_a_run_that_becomes_longer_has_the_schedule_of_a_longer_run() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.run import Run, Trainee
    from cnnstudio.engine.training import carry_out

    events: list[Event] = []
    plan = replace(PLAN, epochs=1, schedule="cosine", warmup_epochs=0.0)
    run = Run(0, plan, events.append, StopFlag(), FittedImages())
    run.wishes.more_epochs = 1
    carry_out(run, lambda: Trainee(build(NET, seed=0)))
    longer = replace(plan, epochs=2)
    assert len(rates_of(events)) == 2 * STEPS
    assert rates_of(events)[-STEPS:] == pytest.approx(
        [rate(longer, step, STEPS) for step in range(STEPS, 2 * STEPS)]
    )


def test_a_rate_of_zero_teaches_nothing_and_the_right_one_does() -> None:
    """The rates reach the optimizer: a warm-up as long as the run learns less than none at all."""
    _model, slowly = run(replace(PLAN, schedule="cosine", warmup_epochs=1000.0))
    _model, quickly = run(PLAN)
    assert epochs_of(slowly)[0].loss > epochs_of(quickly)[0].loss


def test_a_run_ends_early_where_keras_ends_it_and_keeps_the_best_weights(keras: Any) -> None:
    plan = replace(PLAN, epochs=30, learning_rate=0.3, patience=2, keep_best=True, min_delta=0.001)
    model, events = run(plan)
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert (end.early, end.stopped) == (True, False)
    losses = [event.val_loss for event in epochs_of(events)]
    watch = keras.callbacks.EarlyStopping("val_loss", min_delta=0.001, patience=2)
    watch.set_model(model)
    watch.on_train_begin()
    model.stop_training = False
    stopped_at = 0
    for epoch, loss in enumerate(losses):
        watch.on_epoch_end(epoch, {"val_loss": loss})
        stopped_at = epoch + 1
        if model.stop_training:
            break
    assert end.best is not None
    assert stopped_at == end.epochs == len(losses) < 30
    assert end.best == watch.best_epoch < end.epochs - 1
    assert measured(model, plan) == pytest.approx(losses[end.best], rel=1e-4)


def measured(model: Any, plan: TrainingPlan) -> float:
    """Return the model's loss on the plan's validation images, by Keras."""
    import keras

    from cnnstudio.core.datasets import read
    from cnnstudio.engine.datasets import split_of

    images, classes = read("mnist-5k")
    held = split_of(plan).validation
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return float(loss(classes[held], model(images[held].astype(np.float32) / 255)))


def test_a_run_that_is_stopped_keeps_its_best_weights_too() -> None:
    plan = replace(PLAN, epochs=30, keep_best=True, monitor="accuracy")
    model, events = run(plan, lambda e: isinstance(e, BatchDone) and (e.epoch, e.batch) == (2, 3))
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.stopped
    assert end.best is not None
    assert measured(model, plan) == pytest.approx(epochs_of(events)[end.best].val_loss, rel=1e-4)


def test_a_plateau_lowers_the_rate_where_keras_lowers_it(keras: Any) -> None:
    plan = replace(
        PLAN, epochs=12, learning_rate=0.3, schedule="plateau", plateau_patience=1,
        plateau_factor=0.5, lowest_rate=0.05,
    )  # fmt: skip
    model, events = run(plan)
    falls = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=1, min_lr=0.05)
    model.compile(keras.optimizers.SGD(0.3))
    falls.set_model(model)
    falls.on_train_begin()
    theirs = []
    for epoch, done in enumerate(epochs_of(events)):
        theirs.append(float(model.optimizer.learning_rate))
        falls.on_epoch_end(epoch, {"val_loss": done.val_loss})
    assert rates_of(events)[::STEPS] == pytest.approx(theirs, rel=1e-5)
    assert len(set(theirs)) > 1


def test_what_does_not_fit_the_data_is_refused_in_a_sentence() -> None:
    for plan, said in (
        (replace(PLAN, loss="huber"), "must end in a single output"),
        (replace(PLAN, class_weight="own"), "1 class weight, but the data has 10 classes"),
    ):
        model, events = run(plan)
        assert model is None
        (failed,) = events
        assert isinstance(failed, RunFailed)
        assert said in failed.message


def test_a_number_is_learned_from_classes_that_are_named_by_numbers() -> None:
    from cnnstudio.engine.training import train_design

    net = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=1))
    events: list[Event] = []
    plan = TrainingPlan(epochs=4, loss="mean_squared_error", learning_rate=0.002)
    assert train_design(Design("digits", net, plan), events.append, StopFlag()) is not None
    epochs = epochs_of(events)
    assert epochs[-1].loss < 0.7 * epochs[0].loss
    assert epochs[-1].accuracy > 0.15


def test_a_run_that_can_be_repeated_is_the_same_twice_and_leaves_tensorflow_as_it_was() -> None:
    from tensorflow.python.framework import config

    plan = replace(PLAN, deterministic=True)
    losses = [[event.loss for event in epochs_of(run(plan)[1])] for _time in range(2)]
    assert losses[0] == losses[1]
    assert not config.is_op_determinism_enabled()


def test_a_run_that_goes_on_keeps_what_its_optimizer_remembers() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.run import Run, Trainee
    from cnnstudio.engine.training import carry_out

    trainee = Trainee(build(NET, seed=0))

    def go_on(plan: TrainingPlan) -> int:
        carry_out(Run(0, plan, lambda _e: None, StopFlag(), FittedImages()), lambda: trainee)
        return int(trainee.optimizer.iterations.numpy())

    once = replace(PLAN, epochs=1)
    assert [go_on(once), go_on(replace(once, learning_rate=0.1))] == [STEPS, 2 * STEPS]
    assert go_on(replace(once, optimizer="SGD")) == STEPS, "another optimizer remembers nothing"


def test_the_time_that_a_run_rests_is_none_of_its_epochs() -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.run import Run, Trainee
    from cnnstudio.engine.training import carry_out

    events: list[Event] = []
    run = Run(0, PLAN, events.append, StopFlag(), FittedImages())

    def rest() -> None:
        if isinstance(events[-1], BatchDone) and events[-1].epoch == 1:
            run.wishes.rested += 1000.0

    run.between = lambda: rest() if events else None
    carry_out(run, lambda: Trainee(build(NET, seed=0)))
    before, resting, after = (event.seconds for event in epochs_of(events))
    assert min(before, after) > 0
    assert resting < 0, "more was taken away than it lasted"


@pytest.mark.parametrize("weight", ["balanced", None])
def test_class_weights_count_in_what_is_learned_and_not_in_what_is_measured(
    weight: str | None,
) -> None:
    own = replace(PLAN, epochs=1, class_weight="own", class_weights=(100.0,) * 10)
    _model, heavy = run(own)
    _model, light = run(replace(PLAN, epochs=1, class_weight=weight))
    assert epochs_of(heavy)[0].loss > 20 * epochs_of(light)[0].loss
    assert (epochs_of(heavy)[0].val_loss or 0) < 20 * (epochs_of(light)[0].val_loss or 0)


@pytest.mark.parametrize("activation", ["sigmoid", None])
def test_two_classes_are_told_apart_by_a_single_output(
    activation: str | None, tmp_path: Path
) -> None:
    from cnnstudio.core.datasets import read
    from cnnstudio.engine.training import train_design

    images, classes = read("mnist-5k")
    ours = classes < 2
    np.savez(tmp_path / "two.npz", x=images[ours][:600], y=classes[ours][:600])
    net = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=1, activation=activation))
    plan = TrainingPlan(data=f"npz:{tmp_path / 'two.npz'}", epochs=3, class_weight="balanced")
    events: list[Event] = []
    assert train_design(Design("two", net, plan), events.append, StopFlag()) is not None
    assert (epochs_of(events)[-1].val_accuracy or 0) > 0.95
