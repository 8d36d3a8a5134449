"""The metrics of a run: those of all its images, as Keras and numpy have them."""

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.blocks import Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.document import Design
from cnnstudio.core.messages import BatchDone, EpochDone, Event, RunStarted
from cnnstudio.core.metrics import fitting
from cnnstudio.core.network import network_of
from cnnstudio.core.objective import Objective, Task
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.stop_flag import StopFlag

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

SIZES = (50, 50, 50, 17)
IMAGES = sum(SIZES)
NUMBERS = (3.0, 1000.0, 1001.5, -7.0, 0.25)


def told(
    objective: Objective, classes: NDArray[Any], outputs: NDArray[Any], batches: Any = SIZES
) -> dict[str, float]:
    """Return all metrics of a task by name, from the rows of several batches."""
    from cnnstudio.engine.losses import Marks

    names = fitting(objective.task)
    marks = Marks(objective, numbers=NUMBERS, metrics=names, outputs=outputs.shape[1])
    sums, first = np.zeros(marks.tallies.width), 0
    for size in batches:
        some = slice(first, first + size)
        row = marks.row(0.0, classes[some], outputs[some]).numpy()
        assert row.shape == (marks.width,)
        sums += row[2:]
        first += size
    return dict(zip(names, marks.tallies.values(sums, len(classes)), strict=True))


def by_keras(metric: Any, real: NDArray[Any], outputs: NDArray[Any]) -> float:
    metric.update_state(real, outputs)
    return float(np.squeeze(metric.result().numpy()))


def test_metrics_of_classes_are_those_of_keras(keras: Any) -> None:
    draw = np.random.default_rng(0)
    # Of class 6 there is no image, and class 5 is never guessed.
    classes = draw.integers(0, 6, IMAGES)
    outputs = draw.normal(size=(IMAGES, 7)).astype(np.float32)
    outputs[np.arange(IMAGES), classes] += 1
    outputs[:, 5] -= 100
    found = told(Objective(Task.CLASSES, "crossentropy", from_logits=True), classes, outputs)
    rows = np.eye(7, dtype=np.float32)[classes]
    metrics = keras.metrics
    for k in (3, 5):
        expected = by_keras(metrics.SparseTopKCategoricalAccuracy(k), classes, outputs)
        assert found[f"top_{k}_accuracy"] == pytest.approx(expected, rel=1e-6)
    guessed = np.eye(7, dtype=np.float32)[outputs.argmax(axis=1)]
    assert found["f1_score"] == pytest.approx(
        by_keras(metrics.F1Score(average="macro"), rows, guessed), rel=1e-5
    )
    for name, kind in (("precision", metrics.Precision), ("recall", metrics.Recall)):
        each = [by_keras(kind(class_id=one), rows, guessed) for one in range(7)]
        assert found[name] == pytest.approx(np.mean(each), rel=1e-5)
        assert 0.1 < found[name] < 0.9


@pytest.mark.parametrize("from_logits", [False, True])
def test_metrics_of_two_classes_are_those_of_keras(keras: Any, from_logits: bool) -> None:
    draw = np.random.default_rng(1)
    classes = draw.integers(0, 2, IMAGES)
    logits = (draw.normal(size=IMAGES) + classes - 0.2).astype(np.float32)[:, None]
    # On thresholds, and at both ends.
    shares = (1 / (1 + np.exp(-logits))).astype(np.float32)
    if not from_logits:
        shares[:8, 0] = (0, 1, 0.5, 0, 1, 0.5, 1 / 199, 198 / 199)
    outputs = logits if from_logits else shares
    found = told(Objective(Task.BINARY, "crossentropy", from_logits), classes, outputs)
    real, metrics = classes[:, None].astype(np.float32), keras.metrics
    border = 0.0 if from_logits else 0.5
    expected = {
        "precision": by_keras(metrics.Precision(thresholds=border), real, outputs),
        "recall": by_keras(metrics.Recall(thresholds=border), real, outputs),
        "f1_score": by_keras(
            metrics.F1Score(threshold=0.5), real, (outputs > border).astype(np.float32)
        ),
        "auc": by_keras(metrics.AUC(from_logits=from_logits), real, outputs),
    }
    assert found == pytest.approx(expected, rel=1e-5)


def test_metrics_of_numbers_are_those_of_keras_far_from_zero_too(keras: Any) -> None:
    draw = np.random.default_rng(2)
    classes = draw.integers(0, len(NUMBERS), IMAGES)
    real = np.array(NUMBERS, np.float32)[classes][:, None]
    outputs = (real + 100 * draw.normal(size=(IMAGES, 1))).astype(np.float32)
    found = told(Objective(Task.NUMBER, "huber"), classes, outputs)
    metrics = keras.metrics
    expected = {
        "mean_absolute_error": by_keras(metrics.MeanAbsoluteError(), real, outputs),
        "root_mean_squared_error": by_keras(metrics.RootMeanSquaredError(), real, outputs),
        "r2_score": by_keras(metrics.R2Score(), real, outputs),
    }
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("task", "width"), [(Task.CLASSES, 7), (Task.BINARY, 1), (Task.NUMBER, 1)], ids=str
)
def test_an_epochs_metrics_do_not_depend_on_its_batches(task: Task, width: int) -> None:
    draw = np.random.default_rng(3)
    classes = draw.integers(0, 2, IMAGES)
    outputs = draw.random((IMAGES, width), np.float32)
    objective = Objective(task, "huber" if task is Task.NUMBER else "crossentropy")
    whole = told(objective, classes, outputs, (IMAGES,))
    assert told(objective, classes, outputs) == pytest.approx(whole, rel=1e-5)
    assert told(objective, classes, outputs, (1,) * IMAGES) == pytest.approx(whole, rel=1e-5)


def test_without_metrics_a_batch_has_loss_and_accuracy_and_nothing_more() -> None:
    from cnnstudio.engine.losses import Marks

    marks = Marks(Objective(Task.CLASSES, "crossentropy"))
    assert marks.width == 2
    assert marks.tallies.of_batch(np.zeros(0, np.float32), 32) == ()
    assert marks.tallies.named(np.zeros(0), 32) == ()


def events_of(plan: TrainingPlan, last: Dense) -> list[Event]:
    from cnnstudio.engine.training import train_design

    net = network_of(Input((28, 28, 1)), MaxPooling2D(pool_size=(7, 7)), Flatten(), last)
    events: list[Event] = []
    train_design(Design("digits", net, replace(plan, epochs=1)), events.append, StopFlag())
    return events


def test_a_run_tells_the_metrics_of_its_plan_by_batch_and_by_epoch(tmp_path: Path) -> None:
    from cnnstudio.engine.export import write_metrics

    plan = TrainingPlan(metrics=("top_3_accuracy", "f1_score", "r2_score"))
    events = events_of(plan, Dense(units=10, activation="softmax"))
    (started,) = (event for event in events if isinstance(event, RunStarted))
    assert started.metrics == ("top_3_accuracy", "f1_score")
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert all(len(batch.metrics) == 2 for batch in batches)
    assert math.isnan(batches[0].metrics[1]), "F1 is not told of a single batch"
    (epoch,) = (event for event in events if isinstance(event, EpochDone))
    values = dict(epoch.metrics)
    assert list(values) == ["top_3_accuracy", "f1_score", "val_top_3_accuracy", "val_f1_score"]
    # All batches have as many images.
    mean = np.mean([batch.metrics[0] for batch in batches])
    assert values["top_3_accuracy"] == pytest.approx(mean, rel=1e-5)
    assert values["top_3_accuracy"] > epoch.accuracy
    write_metrics(tmp_path / "metrics.csv", events)
    with (tmp_path / "metrics.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert float(row["val_f1_score"]) == pytest.approx(values["val_f1_score"])


def test_a_run_that_guesses_numbers_tells_how_far_off_it_is_without_being_asked() -> None:
    events = events_of(TrainingPlan(loss="mean_squared_error"), Dense(units=1))
    (epoch,) = (event for event in events if isinstance(event, EpochDone))
    values = dict(epoch.metrics)
    assert list(values) == ["mean_absolute_error", "val_mean_absolute_error"]
    assert 0 < values["mean_absolute_error"] < math.sqrt(epoch.loss)


def test_a_run_without_metrics_tells_none() -> None:
    events = events_of(TrainingPlan(), Dense(units=10, activation="softmax"))
    assert {event.metrics for event in events if isinstance(event, BatchDone | EpochDone)} == {()}
