"""The curves of one metric, drawn only where something is new.

A run brings some thirty updates a second, and what drawing takes is taken from the training. So the
curves are one item of the plot, which repaints the strip to the right of what was drawn before; the
whole is painted when the view or an epoch's values change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import ViewBox
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from cnnstudio.ui.theme import Theme
from cnnstudio.ui.training.other_curves import OtherCurve
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import (
    MARKER,
    Stroke,
    batch_stroke,
    color_of,
    draw_marker,
    pen_of,
    rate_stroke,
    smooth_stroke,
    train_stroke,
    validation_stroke,
)

MARKER_PIXELS = 12
"""Markers closer than this along the axis would melt into one another: they are left out."""
MARGIN = MARKER
"""Pixels that a stroke or a marker may reach beyond its points."""
FARTHEST = 1e4
"""Qt cannot draw what lies many more heights outside: values are cut there."""
Floats = NDArray[np.float64]


class MetricCurves(QGraphicsItem):
    """Draws a metric in a view box, whose coordinates, in pixels, are its own.

    Args:
        box: step `n` lies at `n` of its horizontal range, values on the vertical one.
        record: counts the steps and the epochs' ends.
        metric: returns the values.
        theme: gives the colours.
        hue: which of the theme's curve colours.
        by_epoch: whether there are values by epoch, to which those by batch are the background.

    Attributes:
        is_log: whether the vertical range of the box is of logarithms to base 10.
        shows_smooth: whether the smoothed curve is drawn.
        others: what is drawn of other runs.
    """

    is_log = False
    shows_smooth = True
    others: Sequence[OtherCurve] = ()

    def __init__(
        self,
        box: ViewBox,
        record: RunRecord,
        metric: Callable[[], Metric],
        theme: Theme,
        hue: int,
        *,
        by_epoch: bool = True,
    ) -> None:
        super().__init__(box)
        self._box = box
        self._record = record
        self._metric = metric
        self._theme = theme
        self._batch = batch_stroke(hue) if by_epoch else rate_stroke(hue)
        self._smooth = smooth_stroke(hue)
        self._train, self._validation = train_stroke(hue), validation_stroke(hue)
        self._drawn: tuple[Metric, int] | None = None
        self._steps = 0
        # Beneath the crosshair.
        self.setZValue(-1)
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        box.sigRangeChanged.connect(self._draw_all)
        box.sigResized.connect(self._resize)

    def refresh(self) -> None:
        """Draw what the record has gained since the last time, or all if it is another run's."""
        metric, steps = self._metric(), len(self._record.numbers.steps)
        drawn = metric, len(self._record.numbers.epoch_steps)
        if drawn != self._drawn or steps < self._steps:
            self.update()
        elif steps > self._steps:
            view = _View(self._box, self.is_log)
            # Thinned out, what is drawn of the last group and of the line to it may still change.
            group = view.group(self._smooth.density)
            changed = (self._steps - 1) // group * group - group
            left = view.x(changed) - MARGIN
            self.update(QRectF(left, 0, view.x(steps) + MARGIN - left, view.height))
        self._drawn, self._steps = drawn, steps

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(self._box.rect())

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        view, metric = _View(self._box, self.is_log), self._metric()
        if view.width < 1 or view.height < 1:
            return
        exposed = option.exposedRect
        edges = exposed.left() - MARGIN, exposed.right() + MARGIN
        self._paint_batches(painter, view, metric.batch.values, edges)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_best(painter, view)
        if self.shows_smooth:
            self._paint_smooth(painter, view, metric.smooth.series.values, edges)
        for other in self.others:
            self._paint_other(painter, view, other, edges)
        ends = self._record.numbers.epoch_steps.values
        for stroke, values in (
            (self._train, metric.train.values),
            (self._validation, metric.validation.values),
        ):
            known = view.shows(values)
            self._paint_epochs(painter, view, stroke, ends[known], values[known], edges)

    def _paint_batches(
        self, painter: QPainter, view: _View, values: NDArray[np.float32], edges: tuple[float, ...]
    ) -> None:
        group = view.group(self._batch.density)
        first, end = view.between(edges, group, len(values))
        if end - first < 1:
            return
        shown = values[first:end]
        at = np.arange(first, end)
        if group > 1:
            shown = np.where(np.isfinite(shown), shown, np.nan)
            starts = np.arange(0, len(shown), group)
            extremes = np.fmin.reduceat(shown, starts), np.fmax.reduceat(shown, starts)
            shown, at = np.stack(extremes, axis=1).ravel(), np.repeat(at[starts], 2)
        pen = pen_of(self._batch, self._theme)
        # One of the screen's own pixels is fine enough for so many lines.
        pen.setCosmetic(True)
        painter.setPen(pen)
        for polygon in view.polygons(at + 1, shown):
            painter.drawPolyline(polygon)

    def _paint_smooth(
        self, painter: QPainter, view: _View, values: NDArray[np.float32], edges: tuple[float, ...]
    ) -> None:
        group = view.group(self._smooth.density)
        first, end = view.between(edges, group, len(values))
        at = np.arange(first, end, group)
        if end > first and at[-1] != end - 1:
            at = np.append(at, end - 1)
        painter.setPen(pen_of(self._smooth, self._theme))
        # Many wide strokes are drawn several times faster one by one than as one path.
        painter.drawLines(view.lines(at + 1, values[at]))

    def _paint_epochs(
        self,
        painter: QPainter,
        view: _View,
        stroke: Stroke,
        ends: NDArray[np.int64],
        values: NDArray[np.float32],
        edges: tuple[float, ...],
    ) -> None:
        """Paint a curve through the ends of epochs, with a marker at each if there is room."""
        if not len(ends) or view.x(int(ends[-1])) < edges[0]:
            return
        apart = (view.x(int(ends[-1])) - view.x(int(ends[0]))) / max(len(ends) - 1, 1)
        has_markers = len(ends) == 1 or apart >= MARKER_PIXELS
        if not has_markers:
            group = max(1, int(1 / max(apart * stroke.density, 1e-9)))
            ends, values = ends[::group], values[::group]
        # From the left of the view on, for else the dashes would not meet those that are there.
        low, high = (view.step(edge) for edge in (-MARGIN, edges[1]))
        first = max(int(np.searchsorted(ends, low)) - 1, 0)
        past = int(np.searchsorted(ends, high)) + 1
        xs, ys = view.xs(ends[first:past]), view.ys(values[first:past])
        points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        painter.setPen(pen_of(stroke, self._theme))
        painter.drawPolyline(points)
        if has_markers:
            color, panel = color_of(stroke, self._theme), self._theme.color("panel")
            for point in points:
                if edges[0] <= point.x() <= edges[1]:
                    draw_marker(painter, point, stroke, color, panel)

    def _paint_best(self, painter: QPainter, view: _View) -> None:
        """Paint an upright line at the end of the best epoch."""
        best = self._record.numbers.best
        if best is None:
            return
        at = view.x(self._record.numbers.epoch_steps[best])
        if not -1 <= at <= view.width + 1:
            return
        pen = QPen(self._theme.color("success"), 1)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(at, 0), QPointF(at, view.height))

    def _paint_other(
        self, painter: QPainter, view: _View, other: OtherCurve, edges: tuple[float, ...]
    ) -> None:
        # From the left of the view on, for else the dashes would not meet those that are there.
        low, high = (view.step(edge) for edge in (-MARGIN, edges[1]))
        first = max(int(np.searchsorted(other.steps, low)) - 1, 0)
        end = int(np.searchsorted(other.steps, high)) + 1
        group = view.group(other.stroke.density * 2)
        steps, values = other.steps[first:end:group], other.values[first:end:group]
        known = view.shows(values)
        xs, ys = view.xs(steps[known]), view.ys(values[known])
        painter.setPen(pen_of(other.stroke, self._theme))
        painter.drawPolyline([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])
        known = view.shows(other.validation)
        ends, measured = other.ends[known], other.validation[known]
        self._paint_epochs(painter, view, other.validation_stroke, ends, measured, edges)

    def _draw_all(self) -> None:
        self.update()

    def _resize(self) -> None:
        self.prepareGeometryChange()


class _View:
    """Where steps and values lie in a view box, in its pixels from the upper left.

    Args:
        box: the view box.
        is_log: whether its vertical range is of logarithms to base 10.
    """

    def __init__(self, box: ViewBox, is_log: bool) -> None:
        self._is_log = is_log
        rect = box.rect()
        self.width, self.height = float(rect.width()), float(rect.height())
        (left, right), (low, high) = box.viewRange()
        self._left, self._low = float(left), float(low)
        self._step_pixels = self.width / max(float(right) - self._left, 1e-9)
        self._value_pixels = self.height / max(float(high) - self._low, 1e-30)

    def x(self, step: float) -> float:
        """Return how far to the right a step lies."""
        return float((step - self._left) * self._step_pixels)

    def xs(self, steps: NDArray[Any]) -> Floats:
        """Return how far to the right steps lie."""
        return (steps.astype(np.float64) - self._left) * self._step_pixels

    def ys(self, values: NDArray[np.float32]) -> Floats:
        """Return how far down values lie; NaN where they cannot be shown."""
        far = FARTHEST * self.height
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = values.astype(np.float64)
            if self._is_log:
                found = np.where(found > 0, np.log10(found), np.nan)
            down = self.height - (found - self._low) * self._value_pixels
            return down.clip(-far, far)

    def shows(self, values: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which values can be shown."""
        known = np.isfinite(values)
        return known & (values > 0) if self._is_log else known

    def step(self, x: float) -> float:
        """Return which step lies so far to the right."""
        return float(self._left + x / self._step_pixels)

    def group(self, density: float) -> int:
        """Return how many neighbouring steps share a point where `density` points fit a pixel."""
        return max(1, int(1 / max(self._step_pixels * density, 1e-9)))

    def between(self, edges: tuple[float, ...], group: int, count: int) -> tuple[int, int]:
        """Return the first and the end of the indices, of `count`, that show between two edges.

        The first begins a group, and lines from and to the nearest ones beyond are included.
        """
        left, right = (self.step(edge) - 1 for edge in edges)
        first = max(math.floor(left) // group - 1, 0) * group
        return first, max(first, min(count, (math.ceil(right) // group + 2) * group))

    def polygons(self, steps: NDArray[Any], values: NDArray[np.float32]) -> Iterator[QPolygonF]:
        """Yield the points in pieces, between what is no number; a piece has at least two."""
        known = np.flatnonzero(self.shows(values))
        xs, ys = self.xs(steps), self.ys(values)
        for piece in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            if len(piece) < 2:
                continue
            polygon = create_qpolygonf(len(piece))
            # Written into its memory: to make a thousand points one by one takes as long as to
            # draw them.
            points = ndarray_from_qpolygonf(polygon)
            points[:, 0], points[:, 1] = xs[piece], ys[piece]
            yield polygon

    def lines(self, steps: NDArray[Any], values: NDArray[np.float32]) -> list[QLineF]:
        """Return the lines between neighbours, without those that lead to what is no number."""
        points = np.stack((self.xs(steps), self.ys(values)), axis=1)
        lines = np.concatenate((points[:-1], points[1:]), axis=1)
        known = self.shows(values)
        return [QLineF(*line) for line in lines[known[:-1] & known[1:]].tolist()]
