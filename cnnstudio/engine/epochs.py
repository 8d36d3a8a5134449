"""The epochs of a run: learn, measure, and go back where an epoch has blown up."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import BatchDone, EpochDone, RunStarted, ValidationBatchDone
from cnnstudio.engine.batches import LabelledBatches, batches_of
from cnnstudio.engine.optimizers import optimizer_of
from cnnstudio.engine.pace import Pace
from cnnstudio.engine.run import Run, Trainee, TrainingError
from cnnstudio.engine.steps import Steps


class Epochs:
    """A run under way.

    Raises:
        ImageError: if the Input does not take images.
        StoppedError: if the run is stopped before its data is there.
    """

    def __init__(self, run: Run, trainee: Trainee) -> None:
        self._run = run
        self._trainee = trainee
        plan, model = run.plan, trainee.built.model
        self._training, self._validation = batches_of(
            plan,
            tuple(model.input_shape[1:]),
            run.images,
            self._pause,
            shuffle_seed=plan.seed + trainee.steps,
        )
        # Also for what Keras draws while it trains, and for weights that are trained on; after the
        # data is there, for meanwhile other networks may be looked at.
        keras.utils.set_random_seed(plan.seed)
        logits = output_activation(trainee.built.network) != "softmax"
        self._steps = Steps(model, optimizer_of(plan), from_logits=logits)
        self._learning_pace, self._measuring_pace = Pace(), Pace()
        run.stop.then(self._steps.halt)

    def _pause(self) -> None:
        """Let others have their turn.

        Raises:
            StoppedError: if the run is to stop.
        """
        self._run.stop.check()
        self._run.between()

    def train(self) -> int:
        """Return how many epochs, with their validation, were completed.

        Raises:
            TrainingError: if an epoch blows up; the weights are then those it began with.
        """
        self._tell_start()
        for epoch in range(self._run.plan.epochs):
            if not self._train_epoch(epoch):
                return epoch
        return self._run.plan.epochs

    def _train_epoch(self, epoch: int) -> bool:
        """Return whether the epoch was completed."""
        began = time.monotonic()
        model = self._trainee.built.model
        before, steps = _weights(model), self._trainee.steps
        try:
            learned = self._learn(epoch)
            measured = learned and self._measure(epoch)
            # A stop may come before the loss shows it, and a pooling window may hide it.
            _check_finite(model)
        except _DivergedError as error:
            _restore(model, before)
            self._trainee.steps = steps
            raise TrainingError(self._diverged_text(epoch)) from error
        if not learned or not measured:
            return False
        seconds = time.monotonic() - began
        loss, accuracy = learned
        val_loss, val_accuracy = measured
        self._run.emit(
            EpochDone(self._run.number, epoch, loss, accuracy, val_loss, val_accuracy, seconds)
        )
        return True

    def _learn(self, epoch: int) -> tuple[float, float] | None:
        """Learn from all training images once; return mean loss and accuracy, None if stopped."""
        means = _Means(self._training)
        calls = self._calls(self._steps.learn, self._training, self._learning_pace)
        for batch, at, loss, accuracy in calls:
            self._trainee.steps += 1
            self._run.emit(BatchDone(self._run.number, epoch, batch, loss, accuracy, at))
            means.add(batch, loss, accuracy)
        return means.result()

    def _measure(self, epoch: int) -> tuple[float, float] | tuple[None, None] | None:
        """Look at all validation images; return mean loss and accuracy, None if stopped.

        Where there are none, because no class has two images, there is nothing to be measured.
        """
        if not self._validation.images:
            return None, None
        means = _Means(self._validation)
        calls = self._calls(self._steps.measure, self._validation, self._measuring_pace)
        for batch, _at, loss, accuracy in calls:
            self._run.emit(ValidationBatchDone(self._run.number, epoch, batch))
            means.add(batch, loss, accuracy)
        return means.result()

    def _calls(
        self, step: Any, data: LabelledBatches, pace: Pace
    ) -> Iterator[tuple[int, float, float, float]]:
        """Yield number, end, loss and accuracy of every batch of a pass, until it is stopped.

        Raises:
            _DivergedError: at a loss that is not a finite number.
        """
        iterator = iter(data.stream)
        batch = 0
        while batch < data.batches and not self._run.stop.is_set():
            count = pace.batches(data.batches - batch)
            began = time.monotonic()
            results = step(iterator, tf.constant(count)).numpy()
            seconds = time.monotonic() - began
            pace.took(len(results), seconds)
            for done, (loss, accuracy) in enumerate(results, start=1):
                if not math.isfinite(loss):
                    raise _DivergedError(f"a loss of {loss} in batch {batch}")
                yield batch, began + seconds * done / len(results), float(loss), float(accuracy)
                batch += 1
            if not self._run.stop.is_set():
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

    def _diverged_text(self, epoch: int) -> str:
        rate = self._run.plan.learning_rate
        return _(
            "the loss is no longer a number in epoch {epoch}: the weights had grown beyond all "
            "bounds and are back where the epoch began; try a learning rate of {wanted:g} instead "
            "of {rate:g}"
        ).format(epoch=epoch + 1, wanted=rate / 10, rate=rate)


class _DivergedError(Exception):
    """Weights that have grown beyond all bounds."""


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


def _check_finite(model: Any) -> None:
    for weight in model.weights:
        if not np.isfinite(weight.numpy()).all():
            raise _DivergedError(f"{weight.path} is not finite")
