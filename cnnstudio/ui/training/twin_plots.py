"""Loss and accuracy above one another, over the same steps, with one crosshair."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.numbers import accuracy_text, loss_text
from cnnstudio.ui.theme import RADIUS, XS, S, Theme
from cnnstudio.ui.training.metric_plot import AXIS_WIDTH, MetricPlot
from cnnstudio.ui.training.plot_legend import Entry, PlotLegend
from cnnstudio.ui.training.plot_range import accuracy_range, loss_range, step_range
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from cnnstudio.ui.training.strokes import (
    batch_stroke,
    smooth_stroke,
    train_stroke,
    validation_stroke,
)

LOSS_HUE, ACCURACY_HUE = 0, 1
ZOOM = 1.25
Range = tuple[float, float]


class TwinPlots(QWidget):
    """The plots of a record, its legends and its crosshair.

    Until a person moves or zooms, the view follows the run; "Show all" lets it follow again. With
    the keyboard: arrows move the crosshair, + and − zoom about it, 0 shows all.
    """

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self._theme = theme
        self._follows = True
        self._step: int | None = None
        self._loss = MetricPlot(record, theme, LOSS_HUE, percent=False, is_labelled=False)
        self._accuracy = MetricPlot(record, theme, ACCURACY_HUE, percent=True, is_labelled=True)
        self._loss.setXLink(self._accuracy)
        self._loss_legend = PlotLegend(theme, _entries(LOSS_HUE))
        self._accuracy_legend = PlotLegend(theme, _entries(ACCURACY_HUE))
        self._place, self._axis_name = QLabel(), QLabel()
        self._show_all = QToolButton()
        self._arrange()
        for plot in (self._loss, self._accuracy):
            plot.hovered.connect(self._hover)
            plot.zoomed.connect(self._zoomed)
            plot.reset_asked.connect(self.show_all)
            plot.setFocusProxy(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Curves of loss and accuracy"))
        record.changed.connect(self._follow)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def step(self) -> int | None:
        """The step under the crosshair, None if there is no crosshair."""
        return self._step

    @property
    def follows(self) -> bool:
        """Whether the view follows the run."""
        return self._follows

    def refresh(self) -> None:
        """Show the numbers the record has now."""
        self.draw()
        self._read()

    def draw(self) -> None:
        """Draw the curves alone; the legends follow `RunRecord.changed`, at a reader's pace."""
        record = self._record
        if self._step is not None and self._step > len(record.steps):
            self.point_at(None)
        for plot, values in (
            (self._loss, loss_range(record.loss)),
            (self._accuracy, accuracy_range(record.accuracy)),
        ):
            if self._follows:
                plot.fit(self._steps_in_view(), values)
            plot.refresh()
            plot.point_at(self._step)

    def show_all(self) -> None:
        """Show the whole run again, and follow it."""
        self._follows = True
        self._show_all.setEnabled(False)
        self.refresh()

    def point_at(self, step: int | None) -> None:
        """Put the crosshair on the step nearest to `step`, or take it away for None."""
        if step is not None:
            step = min(max(step, 1), len(self._record.steps))
        if step == self._step:
            return
        self._step = step
        for plot in (self._loss, self._accuracy):
            plot.point_at(step)
        self._read()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._record.steps)
        here = self._step or last
        epoch = self._record.stretches.locate(here)[0]
        match event.key():
            case Qt.Key.Key_Left:
                self.point_at(here - 1)
            case Qt.Key.Key_Right:
                self.point_at(here + 1)
            case Qt.Key.Key_PageUp:
                self.point_at(self._record.stretches.end_of(epoch - 1))
            case Qt.Key.Key_PageDown:
                self.point_at(self._record.stretches.end_of(epoch + 1))
            case Qt.Key.Key_Home:
                self.point_at(1)
            case Qt.Key.Key_End:
                self.point_at(last)
            case _:
                self._zoom_key(event, here)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._theme.color("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)

    def _zoom_key(self, event: QKeyEvent, here: int) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(1 / ZOOM, here)
            case Qt.Key.Key_Minus:
                self._zoom(ZOOM, here)
            case Qt.Key.Key_0:
                self.show_all()
            case Qt.Key.Key_Escape if self._step is not None:
                self.point_at(None)
            case _:
                event.ignore()

    def _zoom(self, factor: float, center: float) -> None:
        self._accuracy.zoom(factor, center)
        self._zoomed()

    def _zoomed(self) -> None:
        self._follows = False
        self._show_all.setEnabled(True)
        self._name_axis()

    def _follow(self) -> None:
        if self.isVisible():
            self._read()

    def _hover(self, at: float | None) -> None:
        self.point_at(None if at is None else round(at))

    def _steps_in_view(self) -> Range:
        record = self._record
        return step_range(record.stretches, len(record.steps), is_running=record.is_running)

    def _read(self) -> None:
        """Say which step the legends read, and let them read it."""
        self._loss_legend.set_values(self._values(self._record.loss, loss_text))
        self._accuracy_legend.set_values(self._values(self._record.accuracy, accuracy_text))
        step = self._step or len(self._record.steps)
        epoch, batch = self._record.stretches.locate(step)
        self._place.setText(
            _("Newest values")
            if self._step is None
            else _("Step {step:,}: epoch {epoch:,}, batch {batch:,}").format(
                step=step, epoch=epoch, batch=batch
            )
        )
        self._name_axis()

    def _values(self, metric: Metric, write: Callable[[float], str]) -> tuple[str, ...]:
        record = self._record
        step = self._step or len(record.steps)
        epoch = record.stretches.locate(step)[0]
        ended = len(record.epoch_steps) - 1 if self._step is None else _ended(record, step, epoch)
        numbers = (
            metric.batch[step - 1],
            metric.smooth.series[step - 1],
            metric.train[ended],
            metric.validation[ended],
        )
        return tuple(write(number) for number in numbers)

    def _name_axis(self) -> None:
        epochs = self._accuracy.steps_axis.shows_epochs
        self._axis_name.setText(_("epoch") if epochs else _("step (one batch each)"))

    def _arrange(self) -> None:
        self._place.setProperty("tone", "small")
        self._axis_name.setProperty("tone", "small")
        self._axis_name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._axis_name.setContentsMargins(AXIS_WIDTH, 0, 0, 0)
        tip = _("Show the whole run again and follow it (double-click a plot, or press 0)")
        self._show_all.setText(_("Show all"))
        self._show_all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._show_all.setProperty("role", "flat")
        self._show_all.setToolTip(tip)
        self._show_all.setAccessibleName(_("Show all"))
        self._show_all.setEnabled(False)
        self._show_all.clicked.connect(self.show_all)
        top = QHBoxLayout()
        top.addWidget(self._place, 1)
        top.addWidget(self._show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, XS, S, S)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._loss_legend)
        column.addWidget(self._loss, 1)
        column.addSpacing(S)
        column.addWidget(self._accuracy_legend)
        column.addWidget(self._accuracy, 1)
        column.addWidget(self._axis_name)
        loss, accuracy = _("Loss"), _("Accuracy")
        longest = max(loss, accuracy, key=len)
        self._loss_legend.set_title(loss, longest)
        self._accuracy_legend.set_title(accuracy, longest)

    def _restyle(self) -> None:
        self._show_all.setIcon(self._theme.icon("rotate-ccw", "muted"))


def _ended(record: RunRecord, step: int, epoch: int) -> int:
    """Return which ended epoch a step belongs to, -1 if its epoch has not ended."""
    place = int(np.searchsorted(record.epoch_steps.values, step))
    end = record.epoch_steps[place]
    has_ended = place < len(record.epoch_steps) and record.stretches.locate(int(end))[0] == epoch
    return place if has_ended else -1


def _entries(hue: int) -> tuple[Entry, ...]:
    return (
        Entry(batch_stroke(hue), _("batch"), may_yield=True),
        Entry(smooth_stroke(hue), _("smoothed"), may_yield=True),
        Entry(train_stroke(hue), _("train")),
        Entry(validation_stroke(hue), _("validation")),
    )
