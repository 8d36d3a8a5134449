"""The numbers that a run can tell beside loss and accuracy, and for which task each is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from typing_extensions import override

from cnnstudio.core.fields import Field, Value
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.objective import Task

MEAN_ABSOLUTE_ERROR = "mean_absolute_error"


class Metric(NamedTuple):
    """What a metric is.

    Attributes:
        label: its name for people, marked for translation.
        help: what it says, in a sentence, marked for translation.
        tasks: for which it is.
        is_share: whether it goes from 0 to 1 and is written as a percentage.
        by_batch: whether it says something of a single batch.
        rises: whether more is better.
    """

    label: str
    help: str
    tasks: tuple[Task, ...]
    is_share: bool = True
    by_batch: bool = False
    rises: bool = True


_TOLD_APART = (Task.CLASSES, Task.BINARY)
METRICS = {
    "top_3_accuracy": Metric(
        N_("Top-3 accuracy"),
        N_("share of images whose class is among the three that the network thinks likeliest"),
        (Task.CLASSES,),
        by_batch=True,
    ),
    "top_5_accuracy": Metric(
        N_("Top-5 accuracy"),
        N_("share of images whose class is among the five that the network thinks likeliest"),
        (Task.CLASSES,),
        by_batch=True,
    ),
    "precision": Metric(
        N_("Precision"),
        N_("share of the guesses of a class that are right; of many classes, the mean over them"),
        _TOLD_APART,
    ),
    "recall": Metric(
        N_("Recall"),
        N_("share of the images of a class that are found; of many classes, the mean over them"),
        _TOLD_APART,
    ),
    "f1_score": Metric(
        N_("F1"),
        N_("precision and recall in one number, their harmonic mean; a rare class counts in full"),
        _TOLD_APART,
    ),
    "auc": Metric(
        N_("AUC"),
        N_("how surely the second of two classes gets a higher score than the first: luck is 50 %"),
        (Task.BINARY,),
    ),
    MEAN_ABSOLUTE_ERROR: Metric(
        N_("Mean absolute error"),
        N_("how far off the guessed number is on average, in its own unit"),
        (Task.NUMBER,),
        is_share=False,
        by_batch=True,
        rises=False,
    ),
    "root_mean_squared_error": Metric(
        N_("Root mean squared error"),
        N_("how far off the guessed number is, in its own unit, with large errors counting more"),
        (Task.NUMBER,),
        is_share=False,
        by_batch=True,
        rises=False,
    ),
    "r2_score": Metric(
        N_("R²"),
        N_("share of the numbers' scatter that is explained: 1 is all, 0 no more than their mean"),
        (Task.NUMBER,),
        is_share=False,
    ),
}
"""All metrics by name, as Keras calls those it has; in `EpochDone`, `val_` stands before those of
the validation."""
SETTINGS = frozenset({"metrics"})


class MetricChoice(Field):
    """Some of `METRICS`, each once, in their order there; a single name in a file is allowed."""

    __slots__ = ()

    @override
    def accepts(self, value: Value) -> bool:
        return isinstance(value, tuple) and value == ordered(v for v in value if _is_known(v))

    @override
    def coerced(self, value: Value) -> Value:
        names = (value,) if _is_known(value) else value
        if isinstance(names, tuple) and all(map(_is_known, names)):
            return ordered(names)
        return value

    @override
    def expectation(self) -> str:
        return _("a list of any of {options}").format(options=", ".join(METRICS))

    @override
    def show(self, value: Value) -> str:
        return ", ".join(_(METRICS[name].label) for name in value) or _("none")


CHOICE = MetricChoice(
    label=N_("Metrics"),
    help=N_("what is measured beside loss and accuracy, in training and in validation"),
    advanced=True,
)


def fitting(task: Task) -> tuple[str, ...]:
    """Return the names of the metrics that are for a task."""
    return tuple(name for name, metric in METRICS.items() if task in metric.tasks)


def measured(chosen: tuple[str, ...], task: Task) -> tuple[str, ...]:
    """Return the names of what a run measures: of those chosen, the ones that fit its task.

    Where a number is guessed, the mean absolute error is always among them, since there an accuracy
    says little.
    """
    wanted = {*chosen, MEAN_ABSOLUTE_ERROR}
    return tuple(name for name in fitting(task) if name in wanted)


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Return some names of metrics, each once, in the order of `METRICS`."""
    wanted = set(names)
    return tuple(name for name in METRICS if name in wanted)


def _is_known(name: object) -> bool:
    return isinstance(name, str) and name in METRICS
