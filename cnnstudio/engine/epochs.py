"""The epochs of a run: learn, measure, judge, and go back where an epoch has blown up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    RunExtended,
    RunFinished,
    RunStarted,
    ValidationBatchDone,
)
from cnnstudio.core.runs.checkpoint import Checkpoint, Progress
from cnnstudio.engine.batches import LabelledBatches
from cnnstudio.engine.checkpoints import give_back, taken, weights_in_order
from cnnstudio.engine.metrics import Tallies
from cnnstudio.engine.pace import Pace
from cnnstudio.engine.preparing import prepared, shuffle_seed
from cnnstudio.engine.rates import Rates
from cnnstudio.engine.run import Run, Trainee, TrainingError
from cnnstudio.engine.verdict import Verdict

Named = tuple[tuple[str, float], ...]
"""Metrics by name, as `EpochDone` has them."""


class Epochs:
    """A run under way.

    Raises:
        ImageError: if the Input does not take images.
        StoppedError: if the run is stopped before its data is there.
    """

    def __init__(self, run: Run, trainee: Trainee) -> None:
        self._run = run
        self._trainee = trainee
        ready = prepared(run, trainee)
        self._shuffle_seed = shuffle_seed(run, trainee)
        self._training, self._validation = ready.training, ready.validation
        self._steps, self._tallies = ready.steps, ready.tallies
        # Also for what Keras draws while it trains, and for weights that are trained on; after the
        # data is there, for meanwhile other networks may be looked at.
        keras.utils.set_random_seed(run.plan.seed)
        self._rates = Rates(run.plan, self._training.batches)
        self._verdict = Verdict(run.plan, trainee, self._rates)
        self._epochs = run.plan.epochs
        self._epoch = self._batch = self._step = 0
        self._sums: tuple[float, ...] = ()
        self._means: _Means | None = None
        self._take_up()
        self._learning_pace, self._measuring_pace = Pace(), Pace()
        run.stop.then(self._steps.halt)

    def train(self) -> RunFinished:
        """Train until the last epoch, an early end or a stop, and tell how it ended.

        Raises:
            TrainingError: if an epoch blows up; the weights are then those it began with.
        """
        self._tell_start()
        early = False
        while self._epoch < self._epochs and not early and self._train_epoch(self._epoch):
            self._epoch += 1
            early = self._verdict.is_over and self._epoch < self._epochs
            self._keep_epoch(is_last=early or self._epoch >= self._epochs)
        stopped = self._epoch < self._epochs and not early
        if stopped:
            self._keep(ends_epoch=self._batch == 0 and self._epoch > 0)
        self._verdict.give_best()
        return RunFinished(self._run.number, self._epoch, stopped, early, self._verdict.best)

    def _train_epoch(self, epoch: int) -> bool:
        """Return whether the epoch was completed."""
        began, rested = time.monotonic(), self._run.wishes.rested
        model = self._trainee.built.model
        before, steps = self._trainee.weights(), self._trainee.steps
        try:
            learned = self._learn(epoch)
            measured = learned and self._measure(epoch)
            # A stop may come before the loss shows it, and a pooling window may hide it.
            _check_finite(model)
        except _DivergedError as error:
            self._trainee.give(before, steps)
            raise TrainingError(self._diverged_text(epoch)) from error
        if not learned or not measured:
            return False
        self._batch, self._sums, self._means = 0, (), None
        seconds = time.monotonic() - began - (self._run.wishes.rested - rested)
        (loss, accuracy, more), (val_loss, val_accuracy, val_more) = learned, measured
        done = EpochDone(
            self._run.number,
            epoch,
            loss,
            accuracy,
            val_loss,
            val_accuracy,
            seconds,
            more + val_more,
        )
        self._run.emit(done)
        self._verdict.take(done, self._step)
        self._heed()
        return True

    def _learn(self, epoch: int) -> tuple[float, float, Named] | None:
        """Learn from all training images once; return its numbers, None if stopped."""
        self._means = means = _Means(self._training, self._tallies, self._sums)
        ahead = self._step - self._batch

        def learn(iterator: Any, batch: int, count: int) -> Any:
            return self._steps.learn(iterator, self._rates.of(ahead + batch, count))

        calls = self._calls(learn, self._training, self._learning_pace, epoch, self._batch)
        for batch, at, loss, accuracy, counts in calls:
            rate = self._rates.at(self._step)
            self._trainee.steps += 1
            self._step += 1
            more = self._tallies.of_batch(counts, self._training.size_of(batch))
            self._run.emit(
                BatchDone(self._run.number, epoch, batch, loss, accuracy, at, rate, more)
            )
            means.add(batch, loss, accuracy, counts)
            self._batch = batch + 1
        return means.result()

    def _measure(self, epoch: int) -> tuple[float | None, float | None, Named] | None:
        """Look at all validation images; return its numbers, None if stopped.

        Where there are none, because no class has two images, there is nothing to be measured.
        """
        if not self._validation.images:
            return None, None, ()
        means = _Means(self._validation, self._tallies)

        def measure(iterator: Any, _batch: int, count: int) -> Any:
            return self._steps.measure(iterator, count)

        calls = self._calls(measure, self._validation, self._measuring_pace, epoch)
        for batch, _at, loss, accuracy, counts in calls:
            self._run.emit(ValidationBatchDone(self._run.number, epoch, batch))
            means.add(batch, loss, accuracy, counts)
        return means.result("val_")

    def _calls(
        self,
        step: Callable[[Any, int, int], Any],
        data: LabelledBatches,
        pace: Pace,
        epoch: int,
        batch: int = 0,
    ) -> Iterator[tuple[int, float, float, float, NDArray[np.float32]]]:
        """Yield number, end, loss, accuracy and counts of every batch of a pass, until a stop.

        Args:
            step: what is done with some batches.
            data: has the pass.
            pace: says how many batches go into a call.
            epoch: the pass is part of.
            batch: that comes first.

        Raises:
            _DivergedError: at a loss that is not a finite number.
        """
        iterator = data.pass_of(epoch, batch)
        while batch < data.batches and not self._steps.is_halted:
            count = pace.batches(data.batches - batch)
            began = time.monotonic()
            results, ends = step(iterator, batch, count)
            pace.took(len(results), time.monotonic() - began)
            for row, at in zip(results, ends, strict=True):
                loss, accuracy = float(row[0]), float(row[1])
                if not math.isfinite(loss):
                    raise _DivergedError(f"a loss of {loss} in batch {batch}")
                yield batch, float(at), loss, accuracy, row[2:]
                batch += 1
            if not self._steps.is_halted:
                self._keep_midway()
                self._run.between()
                self._heed()

    def _heed(self) -> None:
        """Do what is wished for."""
        wishes = self._run.wishes
        rate = wishes.take_rate()
        if rate is not None:
            self._rates.change(rate, self._step)
        wanted = self._run.plan.epochs + wishes.more_epochs
        if wanted != self._epochs:
            self._epochs = wanted
            self._rates.extend(wanted)
            self._run.emit(RunExtended(self._run.number, wanted))

    def _take_up(self) -> None:
        """Go on where an earlier part of the run was."""
        if self._run.resumed is None:
            return
        checkpoint = self._run.resumed
        progress, model = checkpoint.progress, self._trainee.built.model
        give_back(self._trainee, self._run.plan, checkpoint)
        self._epoch, self._batch, self._step = progress.epoch, progress.batch, progress.step
        self._sums = progress.sums
        self._rates.factor = progress.rate_factor
        self._verdict.take_up(progress, weights_in_order(model, checkpoint.best))

    def _keep_midway(self) -> None:
        """Keep the state in the midst of an epoch, if much would be lost by now."""
        if self._run.keeper is not None and self._run.keeper.is_due(ends_epoch=False):
            self._keep()

    def _keep_epoch(self, *, is_last: bool) -> None:
        """Keep the state at the end of an epoch, the last one's whatever it costs."""
        keeper = self._run.keeper
        if keeper is not None and (is_last or keeper.is_due(ends_epoch=True)):
            self._keep(ends_epoch=True)

    def _keep(self, *, ends_epoch: bool = False) -> None:
        if self._run.keeper is not None:
            self._run.keeper.keep(self._state, ends_epoch=ends_epoch)

    def _state(self) -> Checkpoint:
        verdict = self._verdict
        assert self._run.keeper is not None
        progress = Progress(
            self._epoch,
            self._batch,
            self._step,
            self._trainee.steps,
            self._sums if self._means is None else self._means.sums,
            self._epochs,
            self._rates.factor,
            verdict.watches,
            verdict.best,
            verdict.best_steps,
            self._shuffle_seed,
            self._run.keeper.seconds,
        )
        return taken(self._trainee, progress, verdict.best_weights)

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
                self._tallies.names,
                self._step,
            )
        )

    def _diverged_text(self, epoch: int) -> str:
        rate = self._rates.at(self._step)
        return _(
            "the loss is no longer a number in epoch {epoch}: the weights had grown beyond all "
            "bounds and are back where the epoch began; try a learning rate of {wanted:g} instead "
            "of {rate:g}"
        ).format(epoch=epoch + 1, wanted=rate / 10, rate=rate)


class _DivergedError(Exception):
    """Weights that have grown beyond all bounds."""


class _Means:
    """Mean loss and accuracy of a pass, and its metrics, each image counted once.

    Args:
        data: has the pass.
        tallies: make the metrics of what is counted.
        sums: of the batches before, as `sums` gave them; empty if there are none.
    """

    def __init__(
        self, data: LabelledBatches, tallies: Tallies, sums: tuple[float, ...] = ()
    ) -> None:
        self._data = data
        self._tallies = tallies
        images, loss, accuracy, *counts = sums or (0.0,) * (3 + tallies.width)
        self._images = int(images)
        self._sums = [loss, accuracy]
        self._counts = np.array(counts)

    @property
    def sums(self) -> tuple[float, ...]:
        """What has been added so far: images, sums of their losses and accuracies, and counts."""
        return (float(self._images), *self._sums, *self._counts.tolist())

    def add(self, batch: int, loss: float, accuracy: float, counts: NDArray[np.float32]) -> None:
        images = self._data.size_of(batch)
        self._images += images
        self._sums[0] += loss * images
        self._sums[1] += accuracy * images
        if counts.size:
            self._counts += counts

    def result(self, prefix: str = "") -> tuple[float, float, Named] | None:
        """Return means and metrics, these with a prefix; None if the pass is not complete."""
        if self._images < self._data.images:
            return None
        loss, accuracy = self._sums[0] / self._images, self._sums[1] / self._images
        return loss, accuracy, self._tallies.named(self._counts, self._images, prefix)


def _check_finite(model: Any) -> None:
    for weight in model.weights:
        if not np.isfinite(weight.numpy()).all():
            raise _DivergedError(f"{weight.path} is not finite")
