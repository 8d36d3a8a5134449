"""The plot of one kind: its curve by batch, smoothed, and by epoch, with a crosshair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from typing_extensions import override

from cnnstudio.ui.theme import SMALL, Theme, font
from cnnstudio.ui.training.epoch_axis import EpochAxis, ValueAxis
from cnnstudio.ui.training.metric_curves import MetricCurves
from cnnstudio.ui.training.other_curves import OtherCurve
from cnnstudio.ui.training.plot_kinds import PlotKind
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import MARKER

AXIS_WIDTH = 46
GRID = 130
EDGE = 0.012
FEWEST_STEPS = 2
isclose = partial(math.isclose, rel_tol=1e-6, abs_tol=1e-8)


class MetricPlot(pg.PlotWidget):
    """Shows the numbers of one kind that a record has.

    `hovered` carries the step under the mouse as a float, None once the mouse has left; `zoomed`
    comes when a person has moved or zoomed the view.
    """

    hovered = Signal(object)
    zoomed = Signal()
    reset_asked = Signal()

    def __init__(self, record: RunRecord, theme: Theme, kind: PlotKind) -> None:
        self.steps_axis = EpochAxis(record, is_labelled=True)
        self._values_axis = ValueAxis(percent=kind.is_share)
        axes = {"left": self._values_axis, "bottom": self.steps_axis}
        super().__init__(axisItems=axes, background=None)
        self._record = record
        self._theme = theme
        self.kind = kind
        box = self.getViewBox()
        self._curves = MetricCurves(
            box, record, lambda: self.metric, theme, kind.hue, by_epoch=kind.has_epochs
        )
        self._line = pg.InfiniteLine(angle=90)
        self._dot = pg.ScatterPlotItem(size=MARKER, pxMode=True)
        for item in (self._line, self._dot):
            item.setZValue(10)
            item.hide()
            self.addItem(item, ignoreBounds=True)
        self._arrange()
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def metric(self) -> Metric:
        """The numbers."""
        return self.kind.metric(self._record)

    @property
    def steps_in_view(self) -> tuple[float, float]:
        """The range of steps that is shown."""
        low, high = self.getViewBox().viewRange()[0]
        return float(low), float(high)

    @property
    def values_in_view(self) -> tuple[float, float]:
        """The range of values that is shown, of their logarithms to base 10 on such an axis."""
        low, high = self.getViewBox().viewRange()[1]
        return float(low), float(high)

    @property
    def is_log(self) -> bool:
        """Whether the axis of the values is logarithmic."""
        return self._curves.is_log

    @property
    def others(self) -> Sequence[OtherCurve]:
        """What is laid over the curves of the record."""
        return self._curves.others

    def look(self, *, is_log: bool, shows_smooth: bool, others: Sequence[OtherCurve]) -> None:
        """Choose how the curves are drawn and what is laid over them."""
        self._values_axis.is_log = self._curves.is_log = is_log
        self._curves.shows_smooth = shows_smooth and self.kind.has_epochs
        self._curves.others = others
        self._values_axis.picture = None
        self._values_axis.update()
        self._curves.update()

    def label_steps(self, is_labelled: bool) -> None:
        """Choose whether the steps are written below the plot."""
        self.steps_axis.setStyle(showValues=is_labelled)

    def refresh(self) -> None:
        """Show the numbers the record has now."""
        self._curves.refresh()

    def fit(self, steps: tuple[float, float], values: tuple[float, float]) -> None:
        """Show a range of steps and of values."""
        margin = EDGE * steps[1]
        steps = (-margin, steps[1] + margin)
        box = self.getViewBox()
        shown_steps, shown_values = box.viewRange()
        # A range that is set has all curves drawn anew, even if it is the one that is shown.
        if not all(map(isclose, (*shown_steps, *shown_values), (*steps, *values))):
            box.setLimits(xMin=steps[0], xMax=steps[1])
            self.setRange(xRange=steps, yRange=values, padding=0)

    def point_at(self, step: int | None) -> None:
        """Put the crosshair on a step, or take it away for None."""
        index, metric = -1 if step is None else step - 1, self.metric
        value = (metric.smooth.series if self._curves.shows_smooth else metric.batch)[index]
        if self.is_log:
            value = math.log10(value) if value > 0 else math.nan
        self._line.setVisible(step is not None)
        self._dot.setVisible(not math.isnan(value))
        if step is not None:
            self._line.setPos(step)
            if not math.isnan(value):
                self._dot.setData([step], [value])

    def show_as(self, other: MetricPlot) -> None:
        """Show the steps and values that another plot of the kind shows."""
        box = self.getViewBox()
        box.setLimits(xMin=None, xMax=None)
        self.setRange(xRange=other.steps_in_view, yRange=other.values_in_view, padding=0)

    def show_steps(self, steps: tuple[float, float]) -> None:
        """Show a range of steps and leave the values as they are."""
        self.setXRange(*steps, padding=0)

    def zoom(self, factor: float, center: float) -> None:
        """Widen or narrow the steps in view about one of them."""
        self.getViewBox().scaleBy(x=factor, center=QPointF(center, 0))

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        theme = self._theme
        self.setBackground(theme.color("panel"))
        for axis in (self.steps_axis, self._values_axis):
            axis.setPen(pg.mkPen(theme.color("border")))
            axis.setTextPen(pg.mkPen(theme.color("muted")))
        self._curves.update()
        self._line.setPen(pg.mkPen(theme.color("muted"), style=Qt.PenStyle.DashLine))
        self._dot.setPen(pg.mkPen(theme.color("panel"), width=1.5))
        self._dot.setBrush(pg.mkBrush(theme.color("text")))

    def render_scene(self, painter: QPainter, target: QRectF) -> None:
        """Paint the plot into a rectangle, as lines and letters where the painter takes them."""
        for axis in (self.steps_axis, self._values_axis):
            # Else it is painted as the pixels that are kept of it.
            axis.setCacheMode(axis.CacheMode.NoCache)
        self.scene().prepareForPaint()
        self.render(painter, target, self.viewport().rect())

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def _arrange(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.disableAutoRange()
        plot.setContentsMargins(0, 4, 4, 0)
        self._values_axis.setWidth(AXIS_WIDTH)
        for axis in (self._values_axis, self.steps_axis):
            axis.setTickFont(font(SMALL, tabular=True))
            axis.setStyle(tickLength=0, maxTickLevel=0, tickTextOffset=6)
            axis.setGrid(GRID)
            # Behind the curves, and so is its grid.
            axis.setZValue(-1000)
            # Text and grid cost more than the curves, and change far less often.
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        box = plot.getViewBox()
        box.setLimits(minXRange=FEWEST_STEPS)
        box.sigRangeChangedManually.connect(lambda _axes: self.zoomed.emit())
        # Else the view is brought up to date in the midst of a paint, which asks for another one.
        box.sigRangeChanged.connect(lambda *_changed: self.scene().prepareForPaint())
        self.scene().sigMouseMoved.connect(self._tell_step)

    def _tell_step(self, position: QPointF) -> None:
        box = self.getViewBox()
        is_inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(box.mapSceneToView(position).x() if is_inside else None)
