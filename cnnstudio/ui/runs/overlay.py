"""The curves of the selected runs laid over each other: loss and accuracy, and whose is whose."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.ui.focus_frame import paint_focus
from cnnstudio.ui.numbers import accuracy_text, loss_text
from cnnstudio.ui.runs.overlay_plot import Axis, OverlayPlot, axis_title
from cnnstudio.ui.runs.reading import DrawnRun
from cnnstudio.ui.runs.run_legend import Entry, RunLegend
from cnnstudio.ui.runs.run_strokes import run_pen
from cnnstudio.ui.theme import M, S, Theme
from cnnstudio.ui.training.plot_kinds import ACCURACY, KINDS, LOSS
from cnnstudio.ui.viewer.elided import ElidedLabel

BESIDE, ROOMY = 400, 760
"""From so many pixels on the plots stand beside each other, and the legend has numbers."""
_AXES = (Axis.EPOCH, Axis.STEP)


class Overlay(QWidget):
    """Draws runs; `live_toggled` carries whether they are to be laid over the live curves too.

    With the keyboard, the focus on it: 0 shows all, E and S count epochs or steps.

    Attributes:
        plots: of loss and accuracy.
        axis: chooses what the horizontal axes count.
        training: whether the curves in training are drawn.
        validation: whether those of the validation are.
        live: whether the runs are laid over the live curves.
    """

    live_toggled = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._runs: tuple[DrawnRun, ...] = ()
        self._left_out = 0
        self._at: float | None = None
        self.plots = tuple(OverlayPlot(theme, KINDS[name]) for name in (LOSS, ACCURACY))
        self.legend = RunLegend()
        self.axis = QComboBox()
        self.training = QCheckBox(sentence(_("train")))
        self.validation = QCheckBox(sentence(_("validation")))
        self.live = QCheckBox(_("Show in the live curves"))
        self._more = ElidedLabel()
        self._more.hide()
        self._titles = [QLabel(), QLabel()]
        self._grid = QGridLayout()
        self._is_beside: bool | None = None
        self._arrange()
        for plot in self.plots:
            plot.hovered.connect(self._point_at)
            plot.reset_asked.connect(self.show_all)
        self.plots[1].setXLink(self.plots[0])
        self.axis.currentIndexChanged.connect(lambda _index: self._change_axis())
        for box in (self.training, self.validation):
            box.toggled.connect(lambda _on: self._draw())
        self.live.toggled.connect(self.live_toggled)
        theme.changed.connect(self._read)

    @property
    def runs(self) -> tuple[DrawnRun, ...]:
        """The runs that are drawn."""
        return self._runs

    @property
    def left_out_text(self) -> str:
        """What is said of runs that are selected and not drawn."""
        return self._more.text()

    def pens(self) -> dict[str, QPen]:
        """Return the pens that stand for the runs, by their ids."""
        return {run.row.id: run_pen(n, self._theme) for n, run in enumerate(self._runs)}

    def show_runs(self, runs: Sequence[DrawnRun], left_out: int) -> None:
        """Draw runs in place of those that are drawn.

        Args:
            runs: the runs.
            left_out: how many more are selected and not drawn.
        """
        is_same = len(runs) == len(self._runs) and all(map(operator.is_, runs, self._runs))
        if is_same and left_out == self._left_out:
            return
        is_other = {run.row.id for run in runs} != {run.row.id for run in self._runs}
        self._runs, self._left_out = tuple(runs), left_out
        text = ngettext(
            "{count:,} more is not drawn: select fewer to see it",
            "{count:,} more are not drawn: select fewer to see them",
            left_out,
        )
        self._more.setText(text.format(count=left_out) if left_out else "")
        self._more.setVisible(bool(left_out))
        self._draw()
        if is_other:
            self.show_all()

    def show_all(self) -> None:
        """Show the whole of all runs, and follow those that go on."""
        for plot in self.plots:
            plot.show_all()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_plots()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_0:
                self.show_all()
            case Qt.Key.Key_E:
                self.axis.setCurrentIndex(_AXES.index(Axis.EPOCH))
            case Qt.Key.Key_S:
                self.axis.setCurrentIndex(_AXES.index(Axis.STEP))
            case _:
                super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_focus(self, self._theme)

    @property
    def _axis(self) -> Axis:
        return _AXES[self.axis.currentIndex()]

    def _change_axis(self) -> None:
        self._at = None
        self._draw()
        self.show_all()

    def _draw(self) -> None:
        for plot in self.plots:
            plot.show_runs(
                self._runs,
                self._axis,
                training=self.training.isChecked(),
                validation=self.validation.isChecked(),
            )
            plot.point_at(self._at)
        for title, plot in zip(self._titles, self.plots, strict=True):
            title.setText(
                _("{plot} by {axis}").format(plot=_(plot.kind.title), axis=axis_title(self._axis))
            )
        self._read()

    def _point_at(self, at: float | None) -> None:
        self._at = at
        for plot in self.plots:
            plot.point_at(at)
        self._read()

    def _read(self) -> None:
        loss, accuracy = self.plots
        entries = [
            Entry(
                run_pen(number, self._theme),
                run.other.name,
                loss_text(loss.read(run.row.id, self._at)),
                accuracy_text(accuracy.read(run.row.id, self._at)),
            )
            for number, run in enumerate(self._runs)
        ]
        self.legend.show_entries(self._heading(), entries)

    def _heading(self) -> str:
        is_measured = self.validation.isChecked()
        if self._at is None:
            return _("validation") if is_measured else _("train")
        if self._axis is Axis.STEP:
            return _("Step {step:,}").format(step=round(self._at))
        return _("Epoch {epoch:.1f}").format(epoch=self._at)

    def _place_plots(self) -> None:
        self.legend.set_narrow(self.width() < ROOMY)
        is_beside = self.width() - self.legend.width() >= BESIDE
        if is_beside == self._is_beside:
            return
        self._is_beside = is_beside
        for number, (title, plot) in enumerate(zip(self._titles, self.plots, strict=True)):
            row, column = (0, number) if is_beside else (2 * number, 0)
            self._grid.addWidget(title, row, column)
            self._grid.addWidget(plot, row + 1, column)
        for row in range(4):
            self._grid.setRowStretch(row, int(row == 1 or (row == 3 and not is_beside)))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, int(is_beside))

    def _arrange(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Curves of the selected runs"))
        for axis in _AXES:
            self.axis.addItem(_("By epoch") if axis is Axis.EPOCH else _("By step"))
        self.axis.setAccessibleName(_("What the horizontal axes count"))
        self.axis.setToolTip(
            _(
                "Lay the runs over each other epoch by epoch, whatever their batch size, or step "
                "by step (E and S where the keyboard is in the plots)"
            )
        )
        names = (_("Training curves"), _("Validation curves"), self.live.text())
        tips = (
            _("Draw the moving average over the batches that were learned"),
            _("Draw the values on the images kept back, with squares"),
            _("Lay the selected runs over the run on the Curves page too"),
        )
        boxes = (self.training, self.validation, self.live)
        for box, name, tip in zip(boxes, names, tips, strict=True):
            box.setToolTip(tip)
            box.setAccessibleName(name)
        self.training.setChecked(True)
        self.validation.setChecked(True)
        for label in (self._more, *self._titles):
            label.setProperty("tone", "small")
        tools = QHBoxLayout()
        tools.setSpacing(M)
        for widget in (self.axis, self.training, self.validation, self.live):
            tools.addWidget(widget)
        tools.addStretch()
        self._grid.setSpacing(S)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(self._grid, 1)
        row.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(S)
        column.addLayout(tools)
        column.addWidget(self._more)
        column.addLayout(row, 1)
        self._place_plots()
