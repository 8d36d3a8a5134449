"""A training run: events out, stop in, one final event."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.analysis import analyse, output_activation, training_problems
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
    ValidationBatchDone,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.builder import BuiltNetwork, build, check
from cnnstudio.engine.datasets import LabelledBatches, batches_of
from cnnstudio.engine.errors import EngineError, details, explain
from cnnstudio.engine.memory import check_memory
from cnnstudio.engine.optimizers import optimizer_of
from cnnstudio.engine.pace import Pace
from cnnstudio.engine.steps import Steps
from cnnstudio.engine.stop_flag import StopFlag

log = logging.getLogger(__name__)


class TrainingError(EngineError):
    """A run that cannot begin or go on; the text is for people and says what to do."""


@dataclass(slots=True)
class Trainee:
    """A model that has been, is being or will be trained.

    Attributes:
        built: the network and its model.
        steps: batches its weights have learned from.
    """

    built: BuiltNetwork
    steps: int = 0


@dataclass(slots=True)
class Run:
    """One run: what it is asked to do, whom it tells, who may stop it.

    Attributes:
        number: by which all its events are known.
        plan: data and length.
        emit: takes the events.
        stop: set by anyone to end the run after what it is computing now.
        between: called between batches, for other work on the same thread.
    """

    number: int
    plan: TrainingPlan
    emit: Callable[[Event], None]
    stop: threading.Event
    between: Callable[[], None] = field(default=lambda: None)


def train_design(
    design: Design, emit: Callable[[Event], None], stop: threading.Event
) -> keras.Model | None:
    """Train a design's network from new weights in this process.

    Args:
        design: its network and plan.
        emit: takes the run's events, of which the last is a `RunFinished` or a `RunFailed`.
        stop: may be set by another thread or by `emit`.

    Returns:
        The model, None if the run failed.
    """
    run = Run(0, design.plan, emit, stop)

    def trainee() -> Trainee:
        check_trainable(design.network, design.plan)
        return Trainee(build(design.network, seed=design.plan.seed))

    trained = carry_out(run, trainee)
    return trained.built.model if trained else None


def carry_out(run: Run, trainee: Callable[[], Trainee]) -> Trainee | None:
    """Train what `trainee` makes, and tell in one final event how it went, whatever happens.

    Returns:
        What was trained, None if the run failed.
    """
    final: Event = RunFailed(run.number, _("the run was broken off"))
    try:
        subject = trainee()
        epochs = _Pupil(run, subject).train()
        final = RunFinished(run.number, epochs, stopped=epochs < run.plan.epochs)
    except Exception as error:  # noqa: BLE001 - told in the final event, whatever it is
        final = RunFailed(run.number, explain(error), details(error))
        log.error("run %s failed: %s\n%s", run.number, final.message, final.details)
        return None
    finally:
        run.emit(final)
    return subject


def check_trainable(network: Network, plan: TrainingPlan) -> None:
    """Refuse what cannot be trained.

    Raises:
        UnbuildableError: if the network has a problem.
        TrainingError: if it cannot learn the plan's data, or not in this machine's memory.
    """
    check(network)
    report = analyse(network)
    problems = training_problems(network, report, DATASETS[plan.data])
    if problems:
        raise TrainingError(network.said(problems[0]))
    check_memory(report, plan)


class _Pupil:
    """A run under way."""

    def __init__(self, run: Run, trainee: Trainee) -> None:
        self._run = run
        self._trainee = trainee
        plan, built = run.plan, trainee.built
        # Also for what Keras draws while it trains, and for weights that are trained on.
        keras.utils.set_random_seed(plan.seed)
        self._training, self._validation = batches_of(
            plan, tuple(built.model.input_shape[1:]), shuffle_seed=plan.seed + trainee.steps
        )
        logits = output_activation(built.network) != "softmax"
        self._steps = Steps(built.model, optimizer_of(plan), from_logits=logits)
        self._learning_pace, self._measuring_pace = Pace(), Pace()
        if isinstance(run.stop, StopFlag):
            run.stop.then(self._steps.halt)

    def train(self) -> int:
        """Return how many epochs, with their validation, were completed."""
        self._tell_start()
        for epoch in range(self._run.plan.epochs):
            if not self._train_epoch(epoch):
                return epoch
        return self._run.plan.epochs

    def _train_epoch(self, epoch: int) -> bool:
        """Return whether the epoch was completed."""
        began = time.monotonic()
        before, steps = _weights(self._trainee.built.model), self._trainee.steps
        try:
            learned = self._learn(epoch)
        except _DivergedError as error:
            _restore(self._trainee.built.model, before)
            self._trainee.steps = steps
            raise TrainingError(self._diverged_text(epoch, error.batch)) from error
        measured = learned and self._measure(epoch)
        if not learned or not measured:
            return False
        seconds = time.monotonic() - began
        self._run.emit(EpochDone(self._run.number, epoch, *learned, *measured, seconds))
        return True

    def _learn(self, epoch: int) -> tuple[float, float] | None:
        """Learn from all training images once; return mean loss and accuracy, None if stopped."""
        means = _Means(self._training)
        calls = self._calls(self._steps.learn, self._training, self._learning_pace)
        for batch, at, loss, accuracy in calls:
            if not math.isfinite(loss):
                raise _DivergedError(batch)
            self._trainee.steps += 1
            self._run.emit(BatchDone(self._run.number, epoch, batch, loss, accuracy, at))
            means.add(batch, loss, accuracy)
        return means.result()

    def _measure(self, epoch: int) -> tuple[float, float] | None:
        """Look at all validation images; return mean loss and accuracy, None if stopped."""
        means = _Means(self._validation)
        calls = self._calls(self._steps.measure, self._validation, self._measuring_pace)
        for batch, _at, loss, accuracy in calls:
            self._run.emit(ValidationBatchDone(self._run.number, epoch, batch))
            means.add(batch, loss, accuracy)
        return means.result()

    def _calls(
        self, step: Any, data: LabelledBatches, pace: Pace
    ) -> Iterator[tuple[int, float, float, float]]:
        """Yield number, end, loss and accuracy of every batch of a pass, until it is stopped."""
        iterator = iter(data.stream)
        batch = 0
        while batch < data.batches and not self._run.stop.is_set():
            count = pace.batches(data.batches - batch)
            began = time.monotonic()
            results = step(iterator, tf.constant(count)).numpy()
            seconds = time.monotonic() - began
            pace.took(len(results), seconds)
            for done, (loss, accuracy) in enumerate(results, start=1):
                yield batch, began + seconds * done / len(results), float(loss), float(accuracy)
                batch += 1
            self._run.between()

    def _tell_start(self) -> None:
        plan = self._run.plan
        self._run.emit(
            RunStarted(
                self._run.number,
                plan.epochs,
                self._training.batches,
                self._validation.batches,
                self._training.images,
                plan.batch_size,
            )
        )

    def _diverged_text(self, epoch: int, batch: int) -> str:
        plan = self._run.plan
        return _(
            "the loss is no longer a number in epoch {epoch}, batch {batch}: the weights have "
            "grown beyond all bounds. Try a learning rate of {wanted:g} instead of {rate:g}. The "
            "weights are back where the epoch began"
        ).format(
            epoch=epoch + 1, batch=batch + 1, wanted=plan.learning_rate / 10,
            rate=plan.learning_rate,
        )  # fmt: skip


class _DivergedError(Exception):
    """A loss that is not a finite number."""

    def __init__(self, batch: int) -> None:
        super().__init__(batch)
        self.batch = batch


class _Means:
    """Mean loss and accuracy of a pass, each image counted once."""

    def __init__(self, data: LabelledBatches) -> None:
        self._data = data
        self._images = 0
        self._sums = [0.0, 0.0]

    def add(self, batch: int, loss: float, accuracy: float) -> None:
        images = self._data.size_of(batch)
        self._images += images
        self._sums[0] += loss * images
        self._sums[1] += accuracy * images

    def result(self) -> tuple[float, float] | None:
        """Return the means, None if the pass is not complete."""
        if self._images < self._data.images:
            return None
        return self._sums[0] / self._images, self._sums[1] / self._images


def _weights(model: Any) -> list[NDArray[np.float32]]:
    return [weight.numpy() for weight in model.weights]


def _restore(model: Any, weights: list[NDArray[np.float32]]) -> None:
    for weight, value in zip(model.weights, weights, strict=True):
        weight.assign(value)
