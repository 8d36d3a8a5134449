"""The plot of one metric: its curve by batch, smoothed, and by epoch, with a crosshair."""

from __future__ import annotations

import math
from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from typing_extensions import override

from cnnstudio.ui.theme import SMALL, Theme, font
from cnnstudio.ui.training.epoch_axis import EpochAxis, ValueAxis
from cnnstudio.ui.training.metric_curves import MetricCurves
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import MARKER

AXIS_WIDTH = 46
GRID = 130
EDGE = 0.012
FEWEST_STEPS = 2
isclose = partial(math.isclose, rel_tol=1e-6, abs_tol=1e-8)


class MetricPlot(pg.PlotWidget):
    """Shows one metric of a record.

    `hovered` carries the step under the mouse as a float, None once the mouse has left.
    """

    hovered = Signal(object)
    zoomed = Signal()
    reset_asked = Signal()

    def __init__(
        self, record: RunRecord, theme: Theme, hue: int, *, percent: bool, is_labelled: bool
    ) -> None:
        self.steps_axis = EpochAxis(record, is_labelled=is_labelled)
        self._values_axis = ValueAxis(percent=percent)
        axes = {"left": self._values_axis, "bottom": self.steps_axis}
        super().__init__(axisItems=axes, background=None)
        self._record = record
        self._theme = theme
        self._percent = percent
        box = self.getViewBox()
        self._curves = MetricCurves(box, record, lambda: self._metric, theme, hue)
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
    def _metric(self) -> Metric:
        return self._record.accuracy if self._percent else self._record.loss

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
        index = -1 if step is None else step - 1
        value = self._metric.smooth.series[index]
        self._line.setVisible(step is not None)
        self._dot.setVisible(not math.isnan(value))
        if step is not None:
            self._line.setPos(step)
            self._dot.setData([step], [value])

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
        self.scene().sigMouseMoved.connect(self._tell_step)

    def _tell_step(self, position: QPointF) -> None:
        box = self.getViewBox()
        is_inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(box.mapSceneToView(position).x() if is_inside else None)
