"""What a plot shows by itself: ranges that a few stray values do not spoil and that rarely jump."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.stretches import Stretches

MOST_SAMPLES = 20_000
GROUPS = 100
SMALLEST_GROUP = 8
HEADROOM = 1.08
ACCURACY_SLACK = 0.02
ACCURACY_HEADROOM = 0.07
LOG_MARGIN = OTHERS_MARGIN = 0.04
SMALLEST_DECADES = 0.3
Range = tuple[float, float]


def loss_range(metric: Metric) -> tuple[float, float]:
    """Return a range from 0 up to the largest loss that lasted for more than a few batches."""
    _low, high = _lasting(metric)
    return 0.0, _rounded_up(high * HEADROOM) if high > 0 else 1.0


def accuracy_range(metric: Metric) -> tuple[float, float]:
    """Return a range from some tenth up to 1, with room for a line at 1."""
    low, _high = _lasting(metric)
    floor = min(math.floor(max(low - ACCURACY_SLACK, 0.0) * 10), 9) / 10
    return floor, 1 + (1 - floor) * ACCURACY_HEADROOM


def value_range(metric: Metric) -> Range:
    """Return a range about values that may be negative and are 1 at best, but not far below -1."""
    low, high = _lasting(metric)
    return max(min(low, 0.0), -1.0) - ACCURACY_SLACK, max(high, 1.0) + ACCURACY_SLACK


def log_range(metric: Metric) -> Range:
    """Return a range of the logarithms to base 10 of the values that last."""
    low, high = _lasting(metric, np.log10)
    # Where nothing is known, or all is alike, there is room about it.
    spare = max(SMALLEST_DECADES - (high - low), 0.0) / 2 + LOG_MARGIN * (high - low)
    return low - spare, high + spare


def widened(found: Range, spans: Iterable[Range], *, is_log: bool) -> Range:
    """Return a range that has room for other values too.

    Args:
        found: of the values, of their logarithms to base 10 if `is_log`.
        spans: of the others, NaN where there are none.
        is_log: as said.
    """
    ends = [end for span in spans for end in span if math.isfinite(end)]
    if is_log:
        ends = [math.log10(end) for end in ends if end > 0]
    low, high = min([found[0], *ends]), max([found[1], *ends])
    spare = OTHERS_MARGIN * (high - low)
    return (
        found[0] if low == found[0] else low - spare,
        found[1] if high == found[1] else high + spare,
    )


def step_range(stretches: Stretches, step: int, *, is_running: bool) -> tuple[float, float]:
    """Return a range of steps from 0: 1, 2, 4, 8 … epochs while a run goes on, then all of it."""
    if not is_running or not step:
        return 0.0, float(max(step, 1))
    epochs = stretches.locate(step)[0]
    shown = min(1 << (epochs - 1).bit_length(), stretches.epochs)
    return 0.0, float(max(stretches.end_of(shown), step))


def _lasting(
    metric: Metric, scale: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None
) -> tuple[float, float]:
    """Return the lowest and highest value that more than a few neighbouring batches share.

    With a scale, they are the values on it.
    """
    values = metric.batch.values
    values = values[:: max(len(values) // MOST_SAMPLES, 1)]
    epochs = np.concatenate((metric.train.values, metric.validation.values))
    if scale is not None:
        values, epochs = scale(values[values > 0]), scale(epochs[epochs > 0])
    is_finite = metric.is_finite and scale is None
    low, high = _quartiles(values) if is_finite else _quartiles(_finite(values))
    epochs = _finite(epochs)
    if len(epochs):
        low, high = min(low, float(epochs.min())), max(high, float(epochs.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _quartiles(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the least lower and the greatest upper quartile of groups of neighbours."""
    size = max(len(values) // GROUPS, SMALLEST_GROUP)
    count = len(values) // size
    if count == 0:
        return (float(values.min()), float(values.max())) if len(values) else (math.inf, -math.inf)
    groups = values[: count * size].reshape(count, size)
    lower, upper = size // 4, size - 1 - size // 4
    ordered = np.partition(groups, (lower, upper), axis=1)
    return float(ordered[:, lower].min()), float(ordered[:, upper].max())


def _finite(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values[np.isfinite(values)]


def _rounded_up(value: float) -> float:
    """Round up to two figures, the second even, so that a slow change moves nothing."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1) * 2
    return math.ceil(value / unit - 1e-9) * unit
