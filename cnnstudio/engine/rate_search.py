"""The search for a learning rate: a short run on a copy, in which the rate rises."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable

import keras
import numpy as np

from cnnstudio.core.messages import RatesTried, RunFinished
from cnnstudio.core.rate_search import is_lost, rates_to_try, suggested
from cnnstudio.engine.pace import Pace
from cnnstudio.engine.preparing import prepared
from cnnstudio.engine.run import Run, Trainee
from cnnstudio.engine.stop_flag import StoppedError
from cnnstudio.engine.training import concluded

_SECONDS_BETWEEN = 0.25
"""Between two tellings of what has been found so far."""


def search(run: Run, copy: Callable[[], Trainee], batches: int) -> None:
    """Try `batches` learning rates on a model that may be spoiled, and tell how it went.

    Args:
        run: told `RatesTried`, unless it is stopped, and one `RunFinished` or `RunFailed`.
        copy: makes the model.
        batches: how many rates are tried, one a batch.
    """

    def work() -> RunFinished:
        try:
            return _search(run, copy(), batches)
        except StoppedError:
            return RunFinished(run.number, 0, stopped=True)

    concluded(run, work)


def _search(run: Run, trainee: Trainee, batches: int) -> RunFinished:
    ready = prepared(run, trainee)
    run.stop.then(ready.steps.halt)
    keras.utils.set_random_seed(run.plan.seed)
    rates, pace = rates_to_try(batches), Pace()
    losses: list[float] = []
    iterator = iter(ready.training.stream.repeat())
    told = time.monotonic()
    while len(losses) < batches and not is_lost(losses):
        run.stop.check()
        count = pace.batches(batches - len(losses))
        some = rates[len(losses) : len(losses) + count]
        began = time.monotonic()
        results, _ends = ready.steps.learn(iterator, np.array(some, np.float32))
        pace.took(len(results), time.monotonic() - began)
        losses += map(float, results[:, 0])
        if time.monotonic() > told + _SECONDS_BETWEEN:
            told = time.monotonic()
            run.emit(_found(run, rates, losses, is_all=False))
        run.between()
    run.stop.check()
    run.emit(_found(run, rates, losses, is_all=True))
    return RunFinished(run.number, 0, stopped=False)


def _found(run: Run, rates: list[float], losses: list[float], *, is_all: bool) -> RatesTried:
    """Return what has been tried, without losses that are no numbers."""
    finite = tuple(itertools.takewhile(math.isfinite, losses))
    tried = tuple(rates[: len(finite)])
    return RatesTried(run.number, tried, finite, suggested(tried, finite) if is_all else None)
