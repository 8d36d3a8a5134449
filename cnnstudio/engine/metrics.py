"""What a plan's metrics need of each batch: rows of numbers that add up to those of an epoch.

So precision, recall, F1 and AUC are those of all images of an epoch, not means over its batches,
and what has been counted so far can be kept as plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.metrics import METRICS
from cnnstudio.core.objective import Objective, Task

THRESHOLDS = 200
"""Into so many steps AUC sorts the scores, as in Keras."""
Sums = NDArray[np.float64]


class Tally(Protocol):
    """Counts what some metrics need; `width` numbers of each batch."""

    width: int

    def row(self, classes: Any, outputs: Any) -> Any:
        """Return the numbers `(width,)` of a batch: classes `(batch,)`, outputs 2-D."""

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        """Return metrics by name, from the sums `(width,)` of the rows of so many images."""


class Tallies:
    """All that a run counts for its metrics.

    Args:
        names: of the metrics, each fit for the objective.
        objective: what the network learns.
        outputs: numbers in the network's output.
        numbers: that name the classes, where it learns those.

    Attributes:
        names: as given.
        width: numbers of a row.
    """

    def __init__(
        self, names: Sequence[str], objective: Objective, outputs: int, numbers: Sequence[float]
    ) -> None:
        self.names = tuple(names)
        self._tallies = _tallies(self.names, objective, outputs, numbers)
        self.width = sum(tally.width for tally in self._tallies)
        self._of_batches = any(METRICS[name].by_batch for name in self.names)

    def row(self, classes: Any, outputs: Any) -> list[Any]:
        """Return the parts of a batch's row, float32 and `width` long in all; empty for none."""
        outputs = tf.cast(outputs, tf.float32)
        return [tally.row(classes, outputs) for tally in self._tallies]

    def values(self, sums: NDArray[Any], images: int) -> tuple[float, ...]:
        """Return the metrics in the order of `names`.

        Args:
            sums: of the rows, `(width,)`.
            images: how many they are of.
        """
        found: dict[str, float] = {}
        first = 0
        for tally in self._tallies:
            end = first + tally.width
            found |= tally.values(sums[first:end].astype(np.float64), images)
            first = end
        return tuple(float(found[name]) for name in self.names)

    def of_batch(self, row: NDArray[Any], images: int) -> tuple[float, ...]:
        """Return the metrics of one batch, NaN for those that say nothing of it."""
        if not self._of_batches:
            return (float("nan"),) * len(self.names)
        values = zip(self.names, self.values(row, images), strict=True)
        return tuple(value if METRICS[name].by_batch else float("nan") for name, value in values)

    def named(
        self, sums: NDArray[Any], images: int, prefix: str = ""
    ) -> tuple[tuple[str, float], ...]:
        """Return pairs of a metric's name, after a prefix, and its value, as `values`."""
        values = self.values(sums, images)
        return tuple((prefix + n, value) for n, value in zip(self.names, values, strict=True))


class _TopK:
    width = 1

    def __init__(self, k: int) -> None:
        self._k = k

    def row(self, classes: Any, outputs: Any) -> Any:
        hits = tf.math.in_top_k(tf.cast(classes, tf.int32), outputs, self._k)
        return tf.reduce_sum(tf.cast(hits, tf.float32))[None]

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        return {f"top_{self._k}_accuracy": sums[0] / images}


class _Confusion:
    """Of each class: images rightly taken for it, images taken for it, images of it.

    As in Keras's `F1Score(average="macro")`, a class without any counts as 0 in the mean.
    """

    def __init__(self, classes: int, guesses: Callable[[Any], Any]) -> None:
        self._classes = classes
        self._guesses = guesses
        self.width = 3 * classes

    def row(self, classes: Any, outputs: Any) -> Any:
        guessed = tf.one_hot(self._guesses(outputs), self._classes)
        real = tf.one_hot(classes, self._classes)
        parts = [tf.reduce_sum(part, axis=0) for part in (guessed * real, guessed, real)]
        return tf.concat(parts, axis=0)

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        right, guessed, real = sums.reshape(3, -1)
        return {
            "precision": _share(right, guessed).mean(),
            "recall": _share(right, real).mean(),
            "f1_score": _share(2 * right, guessed + real).mean(),
        }


class _Found(_Confusion):
    """The same of the second of two classes alone."""

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        return super().values(sums.reshape(3, 2)[:, 1].ravel(), images)


class _Scores:
    """How many images of each of two classes have a score in each of `THRESHOLDS` steps.

    The area under the ROC curve through all thresholds is added up in trapezoids, as Keras does.
    """

    width = 2 * THRESHOLDS

    def __init__(self, from_logits: bool) -> None:
        self._from_logits = from_logits

    def row(self, classes: Any, outputs: Any) -> Any:
        scores = outputs[:, 0]
        if self._from_logits:
            scores = tf.sigmoid(scores)
        # A score that is just a threshold is not above it.
        steps = tf.cast(tf.math.ceil(scores * (THRESHOLDS - 1)), tf.int32) - 1
        places = tf.clip_by_value(steps, 0, THRESHOLDS - 1)
        places += THRESHOLDS * tf.cast(classes, tf.int32)
        return tf.math.unsorted_segment_sum(tf.ones_like(scores), places, self.width)

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        # From the highest threshold, above which nothing is, down to the lowest.
        above = np.cumsum(sums.reshape(2, -1)[:, ::-1], axis=1)
        false, true = np.hstack((np.zeros((2, 1)), _share(above, above[:, -1:])))
        return {"auc": np.trapezoid(true, false)}


class _Errors:
    """Magnitudes and squares of errors, and the scatter of the numbers to be guessed."""

    width = 4

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers = tf.constant(numbers, tf.float32)
        # Their scatter is the same about any number; about their middle the sums are most exact.
        self._middle = float(np.mean(numbers)) if len(numbers) else 0.0

    def row(self, classes: Any, outputs: Any) -> Any:
        real = tf.gather(self._numbers, classes)
        errors, apart = outputs[:, 0] - real, real - self._middle
        parts = (tf.abs(errors), tf.square(errors), apart, tf.square(apart))
        return tf.stack([tf.reduce_sum(part) for part in parts])

    def values(self, sums: Sums, images: int) -> Mapping[str, float]:
        magnitudes, squares, apart, scatter = sums
        scatter -= apart * apart / images
        return {
            "mean_absolute_error": magnitudes / images,
            "root_mean_squared_error": np.sqrt(squares / images),
            # Where all numbers are alike there is nothing to be explained.
            "r2_score": 1 - squares / scatter if scatter > 0 else float("nan"),
        }


def _tallies(
    names: tuple[str, ...], objective: Objective, outputs: int, numbers: Sequence[float]
) -> list[Tally]:
    """Return what counts for the metrics of these names."""
    found: list[Tally] = [_TopK(k) for k in (3, 5) if f"top_{k}_accuracy" in names]
    if {"precision", "recall", "f1_score"} & set(names):
        if objective.task is Task.BINARY:
            border = 0.0 if objective.from_logits else 0.5
            found.append(_Found(2, lambda values: tf.cast(values[:, 0] > border, tf.int64)))
        else:
            found.append(_Confusion(outputs, lambda values: tf.argmax(values, axis=-1)))
    if "auc" in names:
        found.append(_Scores(objective.from_logits))
    if objective.task is Task.NUMBER and names:
        found.append(_Errors(numbers))
    return found


def _share(part: Sums, whole: Sums) -> Sums:
    """Return what share of the whole a part is, 0 of nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
