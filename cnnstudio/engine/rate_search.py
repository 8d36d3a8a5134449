"""The search for a learning rate: a short run on a copy, in which the rate rises."""

from __future__ import annotations

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
    while len(losses) < batches and not is_lost(losses):
        run.stop.check()
        count = pace.batches(batches - len(losses))
        some = rates[len(losses) : len(losses) + count]
        began = time.monotonic()
        results = ready.steps.learn(iterator, np.array(some, np.float32))
        pace.took(len(results), time.monotonic() - began)
        losses += map(float, results[:, 0])
        run.between()
    run.stop.check()
    told = [loss for loss in losses if np.isfinite(loss)]
    suggestion = suggested(rates, told)
    run.emit(RatesTried(run.number, tuple(rates[: len(told)]), tuple(told), suggestion))
    return RunFinished(run.number, 0, stopped=False)
