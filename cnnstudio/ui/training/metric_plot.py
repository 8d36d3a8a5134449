"""The plot of one metric: its curve by batch, smoothed, and by epoch, with a crosshair."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPen
from typing_extensions import override

from cnnstudio.ui.theme import SMALL, Theme, font
from cnnstudio.ui.training.epoch_axis import EpochAxis, ValueAxis
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import (
    MARKER,
    Stroke,
    batch_stroke,
    color_of,
    pen_of,
    smooth_stroke,
    train_stroke,
    validation_stroke,
)

AXIS_WIDTH = 46
MARKER_PIXELS = 12
"""Markers closer than this along the axis would melt into one another: they are left out."""
GRID = 130
EDGE = 0.012
FEWEST_STEPS = 2
STEEP, FARTHEST = 1e3, 1e4
"""Qt cannot draw what lies too many heights outside: from `STEEP` on, values are cut at `FARTHEST`
heights. Below it the search for such values is saved."""


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
        self._hue = hue
        self._percent = percent
        self._epochs_shown: tuple[Metric, int, bool] | None = None
        self._batch = self._curve(batch_stroke(hue))
        self._smooth = self._curve(smooth_stroke(hue))
        self._train = self._curve(train_stroke(hue))
        self._validation = self._curve(validation_stroke(hue))
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
        metric = self._metric
        steps = self._record.steps.values
        connect = "all" if metric.is_finite else "finite"
        limit = FARTHEST if metric.largest > STEEP else None
        for curve in (self._batch, self._smooth):
            curve.setDynamicRangeLimit(limit)
        self._batch.setData(steps, metric.batch.values, connect=connect)
        self._smooth.setData(steps, metric.smooth.series.values, connect=connect)
        self._refresh_epochs(metric)

    def _refresh_epochs(self, metric: Metric) -> None:
        ends = self._record.epoch_steps.values
        has_room = len(ends) * MARKER_PIXELS < self.width()
        shown = metric, len(ends), has_room
        if shown == self._epochs_shown:
            return
        self._epochs_shown = shown
        for curve, values, marker in (
            (self._train, metric.train.values, "o"),
            (self._validation, metric.validation.values, "s"),
        ):
            known = ~np.isnan(values)
            curve.setData(ends[known], values[known], symbol=marker if has_room else None)

    def fit(self, steps: tuple[float, float], values: tuple[float, float]) -> None:
        """Show a range of steps and of values."""
        margin = EDGE * steps[1]
        steps = (-margin, steps[1] + margin)
        wanted = [*steps, *values]
        # A range that is set makes every curve anew, even if it is the one that is shown.
        if not np.allclose(np.ravel(self.getViewBox().viewRange()), wanted, rtol=1e-6):
            self.getViewBox().setLimits(xMin=steps[0], xMax=steps[1])
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
        for curve, stroke in self._strokes():
            curve.setPen(self._pen(stroke))
            if stroke.marker:
                color = color_of(stroke, theme)
                curve.setSymbolPen(pg.mkPen(color, width=1.5))
                curve.setSymbolBrush(theme.color("panel") if stroke.dashed else color)
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

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.restyle()
        return bool(super().event(event))

    def _pen(self, stroke: Stroke) -> QPen:
        pen = pen_of(stroke, self._theme)
        pen.setCosmetic(True)
        # A cosmetic pen's width counts in the screen's own pixels; one of them is fine enough for
        # the many lines of the batches.
        if stroke.antialias:
            pen.setWidthF(stroke.width * self.devicePixelRatioF())
        return pen

    def _strokes(self) -> tuple[tuple[Any, Stroke], ...]:
        return (
            (self._batch, batch_stroke(self._hue)),
            (self._smooth, smooth_stroke(self._hue)),
            (self._train, train_stroke(self._hue)),
            (self._validation, validation_stroke(self._hue)),
        )

    def _curve(self, stroke: Stroke) -> Any:
        curve = pg.PlotDataItem(
            antialias=stroke.antialias,
            symbol=stroke.marker or None,
            symbolSize=MARKER,
            autoDownsampleFactor=stroke.density,
        )
        curve.setSkipFiniteCheck(True)
        self.addItem(curve)
        # Only now: a plot gives each item it takes up its own way of downsampling.
        curve.setDownsampling(auto=True, method="subsample" if stroke.antialias else "peak")
        curve.setClipToView(True)
        curve.setDynamicRangeLimit(None)
        if not stroke.dashed:
            # Many wide strokes are drawn several times faster one by one than as one path.
            curve.curve.setSegmentedLineMode("on")
        return curve

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
