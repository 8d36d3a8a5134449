"""Whether a job can fit in this machine's memory, told before the system ends the engine for it."""

from __future__ import annotations

import psutil

from cnnstudio.core.analysis import Report
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import OUT_OF_MEMORY
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.errors import EngineError

_BYTES = 4
_COPIES_IN_TRAINING = 3
"""A weight, its gradient, and its value when the epoch began."""


class MemoryShortageError(EngineError):
    """A job that cannot fit; the text is for people and says what to do."""

    cause = OUT_OF_MEMORY


def check_memory(report: Report, plan: TrainingPlan | None = None, data: int = 0) -> None:
    """Refuse a network that cannot be trained by `plan`, or without one be looked into, here.

    Only what is needed in any case is counted, so a network that passes may still be too large.

    Args:
        report: on the network.
        plan: how it is to be trained.
        data: bytes that the images to learn from will take.

    Raises:
        MemoryShortageError: if that alone is more than is free.
    """
    copies = _copies(plan) if plan else 1
    images = plan.batch_size if plan else 1
    # Half of the outputs, for some share their memory and others are given back early.
    numbers = report.total_weights * copies + report.activations * images // 2
    needed = _BYTES * numbers + data
    free = free_memory()
    if needed > free:
        raise MemoryShortageError(
            _(
                "this needs at least {needed:,.1f} GB of memory, but {free:,.1f} GB are free: make "
                "the Input, the network or the batch size smaller, or close other programs"
            ).format(needed=needed / 1e9, free=free / 1e9)
        )


def free_memory() -> int:
    """Return the bytes that programs may still take, swap included."""
    return int(psutil.virtual_memory().available + psutil.swap_memory().free)


def _copies(plan: TrainingPlan) -> int:
    """Return how many numbers are kept for each weight while a network learns."""
    return _COPIES_IN_TRAINING + plan.optimizer_slots + plan.keep_best
