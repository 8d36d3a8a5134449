"""The numbers of another run, to be laid over the curves of the present one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class OtherRun:
    """A run by its name, its numbers by batch and by epoch; NaN where there is none.

    Attributes:
        name: for people, unlike that of every other run that is shown with it.
        steps: numbers of the batches, from 1 and rising; `loss` and `accuracy` are as many.
        loss: of each of those batches alone.
        accuracy: likewise, 0 to 1.
        epoch_steps: the steps at which epochs ended; the rest are as many.
        train_loss: means over the epochs.
        val_loss: of the images kept back, at the ends of the epochs.
        train_accuracy: means over the epochs, 0 to 1.
        val_accuracy: of the images kept back.
    """

    name: str
    steps: NDArray[np.int64]
    loss: Numbers
    accuracy: Numbers
    epoch_steps: NDArray[np.int64]
    train_loss: Numbers
    val_loss: Numbers
    train_accuracy: Numbers
    val_accuracy: Numbers

    @property
    def last_step(self) -> int:
        """The number of its last batch, 0 if there is none."""
        ends = [int(steps[-1]) for steps in (self.steps, self.epoch_steps) if len(steps)]
        return max(ends, default=0)
