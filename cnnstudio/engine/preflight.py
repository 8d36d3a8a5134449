"""A few real steps before a run: what a batch takes, apart from what it takes to begin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras

from cnnstudio.core.messages import RunFinished
from cnnstudio.core.preflight import BatchSeconds, PreflightDone
from cnnstudio.engine.batches import LabelledBatches
from cnnstudio.engine.pace import MOST_BATCHES, Pace
from cnnstudio.engine.preparing import prepared
from cnnstudio.engine.rates import Rates
from cnnstudio.engine.run import Run, Trainee
from cnnstudio.engine.steps import Done
from cnnstudio.engine.training import concluded

LEAST_CALLS = 3
LONGEST = 10.0
"""Seconds of all timed steps together; a batch that takes longer is done once."""
_LEARNING, _LEARNING_AGAIN, _MEASURING = 2.5, 1.5, 1.0
"""Seconds to spend on each, where batches are quick."""
_READ_AHEAD = 12
"""Batches that may have been read while the step was compiled, and cost nothing."""

Step = Callable[[Any, int], Done]
"""Takes so many batches from an iterator."""


def try_steps(run: Run, copy: Callable[[], Trainee]) -> None:
    """Take a few steps on a model that may be spoiled, and tell what they took.

    Args:
        run: told `PreflightDone`, unless it is stopped, and one `RunFinished` or `RunFailed`.
        copy: makes the model.
    """

    def work() -> RunFinished:
        run.emit(_found(run, copy()))
        return RunFinished(run.number, 0, stopped=False)

    concluded(run, work)


def _found(run: Run, trainee: Trainee) -> PreflightDone:
    ready = prepared(run, trainee)
    run.stop.then(ready.steps.halt)
    keras.utils.set_random_seed(run.plan.seed)
    rates = Rates(run.plan, ready.training.batches)
    trial = _Trial(run)

    def learn(iterator: Any, count: int) -> Done:
        return ready.steps.learn(iterator, rates.of(0, count))

    learning = trial.seconds(learn, ready.training, _LEARNING, _LEARNING_AGAIN)
    measuring = BatchSeconds(0.0, 0.0)
    if ready.validation.images:
        measuring = trial.seconds(ready.steps.measure, ready.validation, _MEASURING, _MEASURING)
    return PreflightDone(
        run.number,
        trial.starting,
        learning,
        measuring,
        ready.training.batches,
        ready.validation.batches if ready.validation.images else 0,
    )


class _Trial:
    """Times steps.

    Attributes:
        starting: seconds that it took to compile them.
    """

    def __init__(self, run: Run) -> None:
        self.starting = 0.0
        self._run = run
        self._spent = 0.0

    def seconds(
        self, step: Step, data: LabelledBatches, wanted: float, again: float
    ) -> BatchSeconds:
        """Return the seconds a batch, once its step is compiled.

        Args:
            step: on batches.
            data: they are taken from.
            wanted: seconds to spend on it.
            again: and on the same batches once more, where the first time reads them from files.
        """
        iterator = iter(data.stream.repeat())
        _done, compiling = self._call(step, iterator, 1)
        if self._run.images.reads_files:
            self._pass_over(step, iterator, min(_READ_AHEAD, data.batches // 2))
            first = self._a_batch(step, iterator, wanted)
            later = self._a_batch(step, iter(data.stream.repeat()), again)
        else:
            first = later = self._a_batch(step, iterator, wanted)
        self.starting += max(compiling - first, 0.0)
        return BatchSeconds(first, later)

    def _pass_over(self, step: Step, iterator: Any, batches: int) -> None:
        while batches > 0 and self._spent < LONGEST / 2:
            done, took = self._call(step, iterator, batches)
            batches, self._spent = batches - done, self._spent + took

    def _a_batch(self, step: Step, iterator: Any, wanted: float) -> float:
        """Return the mean over calls of the length that a run makes them."""
        pace = Pace()
        calls = batches = 0
        seconds = 0.0
        while not calls or (self._spent < LONGEST and (calls < LEAST_CALLS or seconds < wanted)):
            done, took = self._call(step, iterator, pace.batches(MOST_BATCHES))
            pace.took(done, took)
            calls, batches, seconds = calls + 1, batches + done, seconds + took
            self._spent += took
        return seconds / batches

    def _call(self, step: Step, iterator: Any, count: int) -> tuple[int, float]:
        """Return how many batches were done, and in how many seconds.

        Raises:
            StoppedError: if the run is to stop.
        """
        began = time.monotonic()
        numbers, _ends = step(iterator, count)
        took = time.monotonic() - began
        self._run.stop.check()
        self._run.between()
        return len(numbers), took
