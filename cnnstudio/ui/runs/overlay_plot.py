"""One plot of several runs: their curves in training and validation, laid over each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.runs.reading import DrawnRun
from cnnstudio.ui.runs.run_strokes import run_stroke
from cnnstudio.ui.theme import SMALL, Theme, font
from cnnstudio.ui.training.epoch_axis import ValueAxis
from cnnstudio.ui.training.metric_plot import AXIS_WIDTH, GRID
from cnnstudio.ui.training.plot_kinds import PlotKind
from cnnstudio.ui.training.strokes import MARKER, Stroke, color_of, pen_of

MOST_MARKERS = 60
"""Epochs of a curve whose ends are marked."""
_LEAST_SPAN = 1e-3
_LEAST_SIZE = QSize(120, 90)
Numbers = NDArray[np.float32] | NDArray[np.float64]


class Axis(StrEnum):
    """What the horizontal axis counts."""

    EPOCH = "epoch"
    STEP = "step"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve: where its points lie, and how it is drawn."""

    at: Numbers
    values: Numbers
    stroke: Stroke


class OverlayPlot(pg.PlotWidget):
    """Shows one kind of numbers of several runs.

    `hovered` carries the place under the mouse on the horizontal axis, None once it has left;
    `reset_asked` comes at a double click.
    """

    hovered = Signal(object)
    reset_asked = Signal()

    def __init__(self, theme: Theme, kind: PlotKind) -> None:
        self._values = ValueAxis(percent=kind.is_share)
        self._places = _PlaceAxis("bottom")
        super().__init__(axisItems={"left": self._values, "bottom": self._places}, background=None)
        self.kind = kind
        self._theme = theme
        self._items: dict[tuple[str, bool], pg.PlotDataItem] = {}
        self._lines: dict[tuple[str, bool], Line] = {}
        self._cross = pg.InfiniteLine(angle=90)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self._arrange()
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def lines(self) -> Mapping[tuple[str, bool], Line]:
        """The curves, by the id of their run and whether they are of the validation."""
        return self._lines

    def show_runs(
        self, runs: Sequence[DrawnRun], axis: Axis, *, training: bool, validation: bool
    ) -> None:
        """Show curves of runs, in place of those that are shown."""
        wanted = {}
        for number, run in enumerate(runs):
            if training:
                wanted[run.row.id, False] = training_line(run, number, self.kind.name, axis)
            if validation:
                wanted[run.row.id, True] = validation_line(run, number, self.kind.name, axis)
        self._lines = {key: line for key, line in wanted.items() if np.isfinite(line.values).any()}
        for key in self._items.keys() - self._lines.keys():
            self.removeItem(self._items.pop(key))
        for key, _line in self._lines.items():
            if key not in self._items:
                self._items[key] = item = pg.PlotDataItem(connect="finite")
                item.setDownsampling(auto=True, method="peak")
                item.setClipToView(True)
                self.addItem(item)
            self._draw(key)

    def read(self, run: str, at: float | None) -> float:
        """Return a run's value at a place, of its validation if that is drawn; the last for None.

        It is NaN where there is none.
        """
        line = self._lines.get((run, True)) or self._lines.get((run, False))
        if line is None:
            return math.nan
        known = np.isfinite(line.values)
        places, values = line.at[known], line.values[known]
        if at is None:
            return float(values[-1])
        # The one that the place is nearest to, as far as the curve goes.
        index = int(np.abs(places - at).argmin())
        return float(values[index]) if at <= places[-1] else math.nan

    def point_at(self, at: float | None) -> None:
        """Put the crosshair on a place, or take it away for None."""
        self._cross.setVisible(at is not None)
        if at is not None:
            self._cross.setPos(at)

    def show_all(self) -> None:
        """Let the view follow the curves again."""
        self.enableAutoRange()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def _draw(self, key: tuple[str, bool]) -> None:
        line, item = self._lines[key], self._items[key]
        color = color_of(line.stroke, self._theme)
        pen = pen_of(line.stroke, self._theme)
        # As wide in pixels, whatever a pixel of the plot stands for.
        pen.setCosmetic(True)
        has_markers = bool(line.stroke.marker) and len(line.at) <= MOST_MARKERS
        item.setData(
            line.at,
            line.values,
            pen=pen,
            symbol=line.stroke.marker if has_markers or len(line.at) == 1 else None,
            symbolSize=MARKER,
            symbolPen=pg.mkPen(color, width=1.5),
            symbolBrush=pg.mkBrush(self._theme.color("panel")),
        )

    def _arrange(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(_LEAST_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setContentsMargins(0, 4, 8, 0)
        self._values.setWidth(AXIS_WIDTH)
        for axis in (self._values, self._places):
            axis.setTickFont(font(SMALL, tabular=True))
            axis.setStyle(tickLength=0, maxTickLevel=0, tickTextOffset=6)
            axis.setGrid(GRID)
            axis.setZValue(-1000)
        box = plot.getViewBox()
        box.setLimits(xMin=0, minYRange=_LEAST_SPAN)
        self.scene().sigMouseMoved.connect(self._tell_place)

    def _tell_place(self, position: QPointF) -> None:
        box = self.getViewBox()
        is_inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(float(box.mapSceneToView(position).x()) if is_inside else None)

    def _restyle(self) -> None:
        theme = self._theme
        self.setBackground(theme.color("panel"))
        for axis in (self._values, self._places):
            axis.setPen(pg.mkPen(theme.color("border")))
            axis.setTextPen(pg.mkPen(theme.color("muted")))
        self._cross.setPen(pg.mkPen(theme.color("muted"), style=Qt.PenStyle.DashLine))
        for key in self._items:
            self._draw(key)


class _PlaceAxis(pg.AxisItem):
    """Steps or epochs, with thousands separated."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        decimals = max(0, math.ceil(-math.log10(spacing) - 1e-9))
        return [f"{value:,.{decimals}f}" for value in values]


def training_line(run: DrawnRun, number: int, kind: str, axis: Axis) -> Line:
    """Return what a run has learned by: its batches smoothed, or its epochs where they are all.

    Args:
        run: the run.
        number: among those that are drawn, from 0.
        kind: `loss` or `accuracy`.
        axis: what the places count.
    """
    other, is_loss = run.other, kind == "loss"
    stroke = run_stroke(number, validation=False)
    if len(other.steps):
        values = run.smooth_loss if is_loss else run.smooth_accuracy
        return Line(_places(run, other.steps, axis), values, stroke)
    values = other.train_loss if is_loss else other.train_accuracy
    return Line(_places(run, other.epoch_steps, axis), values, stroke)


def validation_line(run: DrawnRun, number: int, kind: str, axis: Axis) -> Line:
    """Return how a run did on the images kept back, at the ends of its epochs."""
    other = run.other
    values = other.val_loss if kind == "loss" else other.val_accuracy
    stroke = run_stroke(number, validation=True)
    return Line(_places(run, other.epoch_steps, axis), values, stroke)


def axis_title(axis: Axis) -> str:
    """Return what a horizontal axis counts, for people."""
    return _("epoch") if axis is Axis.EPOCH else _("step (one batch each)")


def _places(run: DrawnRun, steps: NDArray[np.int64], axis: Axis) -> NDArray[np.float64]:
    """Return where steps lie; an epoch of few batches is as long as one of many."""
    places = steps.astype(np.float64)
    return places / max(run.row.batches, 1) if axis is Axis.EPOCH else places
