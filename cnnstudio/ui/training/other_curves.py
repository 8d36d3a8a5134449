"""Other runs as curves of a plot, smoothed like those of the present run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.other_run import OtherRun
from cnnstudio.ui.training.series import keep_of, smoothed
from cnnstudio.ui.training.strokes import Stroke, other_stroke

STRAY = (0.5, 99.5)
"""Percentiles: what lies outside is not made room for."""


@dataclass(frozen=True, slots=True, eq=False)
class OtherCurve:
    """What one plot shows of another run.

    Attributes:
        steps: numbers of the batches.
        values: smoothed, as many.
        ends: the steps at which epochs ended.
        validation: values at those.
        stroke: of the values in training.
        validation_stroke: of those of the validation.
        span: between which values nearly all of them lie; NaN if there are none.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float32]
    ends: NDArray[np.int64]
    validation: NDArray[np.float32]
    stroke: Stroke
    validation_stroke: Stroke
    span: tuple[float, float]


def curve_of(run: OtherRun, number: int, plot: str, strength: float) -> OtherCurve | None:
    """Return what a plot shows of another run, None if the run has nothing for it.

    Args:
        run: the other run.
        number: among those that are laid over, from 0.
        plot: the plot's name.
        strength: of the smoothing, 0 for none.
    """
    match plot:
        case "loss":
            values, train, validation = run.loss, run.train_loss, run.val_loss
        case "accuracy":
            values, train, validation = run.accuracy, run.train_accuracy, run.val_accuracy
        case _:
            return None
    steps = run.steps
    if not len(steps):
        # Of a run whose batches are not kept, its epochs tell as much.
        steps, values = run.epoch_steps, train
    elif strength:
        batches = int(run.epoch_steps[0]) if len(run.epoch_steps) else len(steps)
        values = smoothed(values, keep_of(batches, strength))[0].astype(np.float32)
    return OtherCurve(
        steps,
        values,
        run.epoch_steps,
        validation,
        other_stroke(number, validation=False),
        other_stroke(number, validation=True),
        _span(np.concatenate((values, validation))),
    )


def _span(values: NDArray[np.float32]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.percentile(known, STRAY)
    return float(low), float(high)
