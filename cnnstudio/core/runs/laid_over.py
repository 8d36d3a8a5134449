"""A kept run as one that is laid over the curves of others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.other_run import OtherRun
from cnnstudio.core.runs.kept import Curve, EpochRow


def other_run(name: str, curve: Curve) -> OtherRun:
    """Return the numbers of a kept run under a name."""
    ends = np.array([row.steps for row in curve.epochs], np.int64)
    return OtherRun(
        name=name,
        steps=np.arange(1, len(curve.batches) + 1, dtype=np.int64),
        loss=curve.column("loss"),
        accuracy=curve.column("accuracy"),
        epoch_steps=ends,
        train_loss=_by_epoch(curve.epochs, "loss"),
        val_loss=_by_epoch(curve.epochs, "val_loss"),
        train_accuracy=_by_epoch(curve.epochs, "accuracy"),
        val_accuracy=_by_epoch(curve.epochs, "val_accuracy"),
    )


def _by_epoch(epochs: Sequence[EpochRow], number: str) -> NDArray[np.float32]:
    return np.array([row.numbers.get(number, math.nan) for row in epochs], np.float32)
