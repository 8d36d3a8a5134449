"""Made-up runs to be laid over the curves."""

import numpy as np

from cnnstudio.core.other_run import OtherRun


def other_run(name: str, steps: int = 300, batches: int = 100, loss: float = 0.7) -> OtherRun:
    """A run of the same loss throughout, and of an accuracy that is what that leaves of 1."""
    ends = np.arange(batches, steps + 1, batches)

    def row(value: float, count: int) -> np.ndarray:
        return np.full(count, value, np.float32)

    return OtherRun(
        name,
        np.arange(1, steps + 1),
        row(loss, steps),
        row(1 - loss, steps),
        ends,
        row(loss, len(ends)),
        row(loss + 0.1, len(ends)),
        row(1 - loss, len(ends)),
        row(0.9 - loss, len(ends)),
    )
