"""A plot with its legend above it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.i18n import _, sentence
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.training.metric_plot import MetricPlot
from cnnstudio.ui.training.plot_kinds import PlotKind
from cnnstudio.ui.training.plot_legend import PlotLegend
from cnnstudio.ui.training.plot_range import widened
from cnnstudio.ui.training.run_record import RunRecord


class PlotCell(QWidget):
    """One of the plots of a record, whose legend reads the values under the crosshair.

    Attributes:
        kind: what it shows.
        plot: the plot.
        legend: the line above it.
    """

    def __init__(self, record: RunRecord, theme: Theme, kind: PlotKind) -> None:
        super().__init__()
        self._record = record
        self.kind = kind
        self.plot = MetricPlot(record, theme, kind)
        self.legend = PlotLegend(theme, kind.entries())
        title = _(kind.title)
        self.legend.set_title(title, title)
        self.legend.setToolTip(sentence(_(kind.help)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)

    def fit(self, steps: tuple[float, float]) -> None:
        """Show a range of steps, and the values there are."""
        plot = self.plot
        values = self.kind.values_in_view(plot.metric, is_log=plot.is_log)
        others = (other.span for other in plot.others)
        plot.fit(steps, widened(values, others, is_log=plot.is_log))

    def read(self, step: int, epoch: int) -> None:
        """Let the legend read the values of a step and of an ended epoch, by their indices."""
        self.legend.set_values(self.kind.read(self.plot.metric, step, epoch))
