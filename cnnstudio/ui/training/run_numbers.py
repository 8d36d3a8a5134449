"""The numbers of a run and of those that trained on from it: by batch, smoothed, and by epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnstudio.core.messages import BatchDone, EpochDone, RunStarted
from cnnstudio.core.metrics import METRICS
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.stopping import Watch, watched
from cnnstudio.ui.training.series import Metric, Series
from cnnstudio.ui.training.stretches import Stretches

if TYPE_CHECKING:
    from cnnstudio.core.runs.kept import Curve


class RunNumbers:
    """Takes what the engine tells of runs in a row.

    Steps are batches, counted from 1 over the first run and those that trained on from it.

    Args:
        strength: of the smoothing, see `Smoothed`.

    Attributes:
        loss: the loss by batch and epoch.
        accuracy: the accuracy by batch and epoch, 0 to 1.
        metrics: the further metrics by name.
        rates: the learning rate of each step.
        best: which of all ended epochs, from 0, is the best by what the newest run's plan watches,
            those of the runs that it trains on from too; None if none has ended.
        steps: the number of each step, as a range.
        epoch_steps: the steps at which epochs ended.
        batch_times: `BatchDone.at` of each step, NaN where that is not known.
        stretches: where the epochs lie.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength
        self.loss, self.accuracy = Metric(strength), Metric(strength)
        self.metrics: dict[str, Metric] = {}
        self.rates = Metric()
        self.steps, self.epoch_steps = range(1, 1), Series(np.int64)
        self.best: int | None = None
        self.batch_times = Series(np.float64)
        self.stretches = Stretches()
        self._plan = TrainingPlan()
        self._watch = Watch(self._plan.monitor)
        self._names: tuple[str, ...] = ()

    def begin(self, event: RunStarted, plan: TrainingPlan) -> None:
        """Take a run that begins, and the plan that says which epoch is better."""
        self.stretches.add(len(self.steps), event.epochs, event.batches)
        self._plan, self._names = plan, event.metrics
        self._watch, self.best = Watch(plan.monitor, plan.min_delta), None
        for epoch in range(len(self.epoch_steps)):
            self._judge(epoch)
        for name in event.metrics:
            if name not in self.metrics:
                self.metrics[name] = self._metric_from_now(by_batch=METRICS[name].by_batch)
        last = event.images - (event.batches - 1) * event.batch_size
        for metric in self._smoothed():
            metric.smooth.set_span(event.batches, last / event.batch_size)

    def without_last_run(self) -> RunNumbers:
        """Return the numbers of the runs before the newest, from which that one trains on."""
        before, last = RunNumbers(self.strength), self.stretches.last
        steps = last.step if last else 0
        epochs = int(np.searchsorted(self.epoch_steps.values, steps, side="right"))
        before.steps = range(1, steps + 1)
        before.epoch_steps.extend(self.epoch_steps.values[:epochs])
        before.batch_times.extend(self.batch_times.values[:steps])
        before.rates = self.rates.head(steps, 0)
        before.loss, before.accuracy = (
            metric.head(steps, epochs) for metric in (self.loss, self.accuracy)
        )
        before.metrics = {name: m.head(steps, epochs) for name, m in self.metrics.items()}
        before.stretches = self.stretches.without_last()
        return before

    def add_batch(self, event: BatchDone) -> None:
        """Take a batch."""
        self.rates.add_rate(event.learning_rate)
        self.steps = range(1, len(self.steps) + 2)
        self.batch_times.append(event.at)
        self.loss.add_batch(event.loss)
        self.accuracy.add_batch(event.accuracy)
        if self.metrics:
            self._add_metrics(event.metrics)

    def add_rows(self, rows: Curve) -> None:
        """Take the batches that an earlier part of the run has learned."""
        count = len(rows.batches)
        self.steps = range(1, len(self.steps) + count + 1)
        self.rates.add_rates(rows.column("learning_rate"))
        self.batch_times.extend(np.full(count, math.nan))
        names = [name for name in self.metrics if METRICS[name].by_batch]
        metrics = {name: self.metrics[name] for name in names}
        for name, metric in {"loss": self.loss, "accuracy": self.accuracy, **metrics}.items():
            metric.extend(rows.column(name))

    def add_epoch(self, event: EpochDone) -> None:
        """Take the end of an epoch."""
        self.epoch_steps.append(len(self.steps))
        self.loss.add_epoch(event.loss, event.val_loss)
        self.accuracy.add_epoch(event.accuracy, event.val_accuracy)
        more = dict(event.metrics)
        for name, metric in self.metrics.items():
            metric.add_epoch(more.get(name, math.nan), more.get(f"val_{name}"))
        self._judge(len(self.epoch_steps) - 1)

    def ended_at(self, step: int) -> int:
        """Return which of the ended epochs, from 0, a step belongs to; -1 if its has not ended."""
        place = int(np.searchsorted(self.epoch_steps.values, step))
        if place == len(self.epoch_steps):
            return -1
        end = int(self.epoch_steps[place])
        is_of_it = self.stretches.locate(end)[0] == self.stretches.locate(step)[0]
        return place if is_of_it else -1

    def smooth_by(self, strength: float) -> None:
        """Let so many times the usual number of batches weigh in the smoothed curves."""
        self.strength = strength
        for metric in self._smoothed():
            metric.smooth_by(strength)

    def _smoothed(self) -> tuple[Metric, ...]:
        return self.loss, self.accuracy, *self.metrics.values()

    def _metric_from_now(self, *, by_batch: bool) -> Metric:
        """Return a metric that has not been measured in the steps so far."""
        metric = Metric(self.strength)
        metric.skip(len(self.steps) if by_batch else 0, len(self.epoch_steps))
        return metric

    def _add_metrics(self, values: tuple[float, ...]) -> None:
        """Add what a batch has of the metrics that are told by batch, nothing of other runs'."""
        told = dict(zip(self._names, values, strict=False))
        for name, metric in self.metrics.items():
            if METRICS[name].by_batch:
                metric.add_batch(told.get(name, math.nan))

    def _judge(self, epoch: int) -> None:
        """Note whether an ended epoch is better than those before it."""
        numbers: dict[str, float] = {}
        for name, metric in {"loss": self.loss, "accuracy": self.accuracy}.items():
            numbers[name] = float(metric.train.values[epoch])
            # NaN where nothing was measured, and where what was measured has come to that.
            if not np.isnan(metric.validation.values).all():
                numbers[f"val_{name}"] = float(metric.validation.values[epoch])
        if self._watch.take(watched(numbers, self._plan.monitor)):
            self.best = epoch
