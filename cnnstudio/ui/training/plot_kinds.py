"""Which plots a run has: what each shows, in which hue, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.metrics import MEAN_ABSOLUTE_ERROR, METRICS
from cnnstudio.ui.numbers import accuracy_text, loss_text
from cnnstudio.ui.training.plot_legend import Entry
from cnnstudio.ui.training.plot_range import (
    Range,
    accuracy_range,
    log_range,
    loss_range,
    value_range,
)
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import (
    batch_stroke,
    rate_stroke,
    smooth_stroke,
    train_stroke,
    validation_stroke,
)

LOSS, ACCURACY, RATE = "loss", "accuracy", "learning_rate"
LOSS_HUE, ACCURACY_HUE, METRIC_HUE, RATE_HUE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class PlotKind:
    """One plot.

    Attributes:
        name: by which it is known: `loss`, `accuracy`, a metric's, or `learning_rate`.
        title: its name for people, marked for translation.
        help: what it tells, marked for translation.
        hue: which of the theme's curve colours.
        is_share: whether its values go from 0 to 1 and are written as percentages.
        has_batches: whether it has values by batch.
        has_epochs: whether it has values by epoch, and is smoothed.
        can_be_log: whether its values are positive, so that their axis may be logarithmic.
    """

    name: str
    title: str
    help: str
    hue: int
    is_share: bool = False
    has_batches: bool = True
    has_epochs: bool = True
    can_be_log: bool = False

    def metric(self, record: RunRecord) -> Metric:
        """Return the numbers that a record has of it."""
        match self.name:
            case "loss":
                return record.numbers.loss
            case "accuracy":
                return record.numbers.accuracy
            case "learning_rate":
                return record.numbers.rates
            case _:
                return record.numbers.metrics.get(self.name) or Metric()

    @property
    def write(self) -> Callable[[float], str]:
        """What writes one of its values."""
        return accuracy_text if self.is_share else loss_text

    def values_in_view(self, metric: Metric, *, is_log: bool) -> Range:
        """Return the range of values to show, of their logarithms to base 10 if `is_log`."""
        if is_log:
            return log_range(metric)
        if self.is_share:
            return accuracy_range(metric)
        return value_range(metric) if self.name == "r2_score" else loss_range(metric)

    def entries(self) -> tuple[Entry, ...]:
        """Return what its legend explains, in the order of `read`."""
        if not self.has_epochs:
            return (Entry(rate_stroke(self.hue), _("of each batch")),)
        by_batch = (
            Entry(batch_stroke(self.hue), _("batch"), may_yield=True),
            Entry(smooth_stroke(self.hue), _("smoothed"), may_yield=True),
        )
        return (
            *(by_batch if self.has_batches else ()),
            Entry(train_stroke(self.hue), _("train")),
            Entry(validation_stroke(self.hue), _("validation")),
        )

    def read(self, metric: Metric, step: int, epoch: int) -> tuple[str, ...]:
        """Write the values at a step and of an ended epoch, by their indices."""
        numbers = [metric.batch[step]] if self.has_batches else []
        if self.has_epochs:
            if self.has_batches:
                numbers.append(metric.smooth.series[step])
            numbers += [metric.train[epoch], metric.validation[epoch]]
        return tuple(map(self.write, numbers))


KINDS = {
    LOSS: PlotKind(
        LOSS,
        N_("Loss"),
        N_("how wrong the network is: what training makes smaller"),
        LOSS_HUE,
        can_be_log=True,
    ),
    ACCURACY: PlotKind(
        ACCURACY,
        N_("Accuracy"),
        N_("share of the images that the network gets right"),
        ACCURACY_HUE,
        is_share=True,
    ),
    **{
        name: PlotKind(
            name,
            metric.label,
            metric.help,
            METRIC_HUE,
            is_share=metric.is_share,
            has_batches=metric.by_batch,
            can_be_log=not metric.is_share and not metric.rises,
        )
        for name, metric in METRICS.items()
    },
    RATE: PlotKind(
        RATE,
        N_("Learning rate"),
        N_("how large the steps of the training were"),
        RATE_HUE,
        has_epochs=False,
        can_be_log=True,
    ),
}
"""All plots by name, in the order in which they are shown."""
MOST_BY_DEFAULT = 3


def there_are(record: RunRecord) -> tuple[str, ...]:
    """Return the names of the plots that a record has numbers for."""
    names = {LOSS, ACCURACY, RATE, *record.numbers.metrics}
    return tuple(name for name in KINDS if name in names)


def usual(record: RunRecord) -> tuple[str, ...]:
    """Return the names of the plots that are shown unless a person chooses others.

    Where a number is guessed, how far off it is stands in the place of the accuracy.
    """
    second = MEAN_ABSOLUTE_ERROR if MEAN_ABSOLUTE_ERROR in record.numbers.metrics else ACCURACY
    names = [LOSS, second, *(name for name in record.numbers.metrics if name != second)]
    chosen = names[:MOST_BY_DEFAULT]
    return tuple(name for name in KINDS if name in chosen)
