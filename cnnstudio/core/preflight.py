"""What a run will take, known before it begins: memory from analysis, time from a few real steps.

`Preflight` is a run of its own, which can be stopped like any other: it ends in one `RunFinished`
or `RunFailed`, before which `PreflightDone` tells what was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.report import BYTES_A_NUMBER, Report

_PACE = frozenset(
    {
        "data", "batch_size", "optimizer", "momentum", "amsgrad", "centered", "clipping",
        "validation_split", "split", "resize", "loss", "metrics", "deterministic",
        "mixed_precision",
    }
)  # fmt: skip
"""Settings of a plan on which the seconds of its batches depend."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """Take a few steps by `plan` on a copy of `network`; the engine's weights stay as they are."""

    run: int
    network: Network
    plan: TrainingPlan


@dataclass(frozen=True, slots=True)
class BatchSeconds:
    """Seconds a batch: while images are read for the first time, and when they have been read."""

    first: float
    later: float


@dataclass(frozen=True, slots=True)
class PreflightDone:
    """What a few real steps have shown.

    Attributes:
        run: its number.
        starting: seconds until the steps are compiled, once a run.
        learning: of training batches.
        measuring: of validation batches; 0 where there are none.
        batches: training batches an epoch.
        validation_batches: likewise.
    """

    run: int
    starting: float
    learning: BatchSeconds
    measuring: BatchSeconds
    batches: int
    validation_batches: int

    @property
    def first_epoch(self) -> float:
        """Seconds of the first epoch, without `starting`."""
        return self.batches * self.learning.first + self.validation_batches * self.measuring.first

    @property
    def later_epoch(self) -> float:
        """Seconds of each epoch after the first."""
        return self.batches * self.learning.later + self.validation_batches * self.measuring.later

    def seconds(self, epochs: int) -> float:
        """Return the seconds of a whole run."""
        return self.starting + self.first_epoch + max(epochs - 1, 0) * self.later_epoch


def same_pace(one: tuple[Network, TrainingPlan], other: tuple[Network, TrainingPlan]) -> bool:
    """Return whether what was found for one network and plan holds for the other too."""
    before, after = one[1].params(), other[1].params()
    return one[0] == other[0] and all(
        before.get(name) == after.get(name) for name in _PACE & before.keys()
    )


def memory_needed(report: Report, plan: TrainingPlan) -> int:
    """Return an estimate of the bytes that training takes, as `Report.training_bytes` does."""
    return report.training_bytes(plan.batch_size, plan.optimizer_slots)


def fitting_batch(report: Report, plan: TrainingPlan, free: int) -> int | None:
    """Return the largest batch size, a power of two, with which training fits.

    None if none smaller than the plan's does.

    Args:
        report: on the network.
        plan: how it is trained.
        free: bytes of memory.
    """
    fixed = report.training_bytes(0, plan.optimizer_slots)
    an_image = max(report.activations * BYTES_A_NUMBER, 1)
    images = min((free - fixed) // an_image, plan.batch_size - 1)
    return 1 << (images.bit_length() - 1) if images > 0 else None
