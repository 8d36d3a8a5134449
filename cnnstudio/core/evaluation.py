"""How right a trained network is about labelled images, class by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VALIDATION, TRAINING, TEST, ALL = "validation", "training", "test", "all"
PARTS = {
    VALIDATION: N_("what a run keeps back"),
    TRAINING: N_("what a run learns from"),
    TEST: N_("the part for tests, where the data comes in parts"),
    ALL: N_("all of the data"),
}
"""Parts of data that a network can be evaluated with."""


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """How a class fares; a number is None where there is nothing to divide by.

    Attributes:
        label: its name.
        count: how many images are of it.
        precision: share of the images taken for it that are of it.
        recall: share of its images that are taken for it.
        f1: the harmonic mean of both.
    """

    label: str
    count: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a network makes of images whose classes are known.

    Attributes:
        part: which of the data, a key of `PARTS`.
        labels: names of the classes, in the order of the outputs; where the network guesses a
            number, those numbers.
        confusion: how many images of each class, a row, are taken for which, a column,
            `(classes, classes)`; a guessed number is taken for the nearest that names a class.
        loss: the plan's, the mean over the images, as in validation: no class counts more, and
            penalties on weights are not in it.
        penalty: of the weights' sizes, which Keras's `evaluate` adds to the loss.
        mean_absolute_error: of a guessed number, None if it is classes that are guessed.
        left_out: why files of the data are no part of it, a sentence each.
    """

    part: str
    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    loss: float
    penalty: float = 0.0
    mean_absolute_error: float | None = None
    left_out: tuple[str, ...] = ()

    @property
    def images(self) -> int:
        """How many images were looked at."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images that are taken for what they are."""
        return float(self.confusion.trace() / self.images)

    @property
    def classes(self) -> tuple[ClassMarks, ...]:
        """How each class fares."""
        right = self.confusion.diagonal().tolist()
        there = self.confusion.sum(axis=1).tolist()
        taken = self.confusion.sum(axis=0).tolist()
        return tuple(
            ClassMarks(label, own, _share(hit, guessed), _share(hit, own), _share(2 * hit, both))
            for label, hit, own, guessed in zip(self.labels, right, there, taken, strict=True)
            for both in (own + guessed,)
        )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
