"""The learning rate over a run as a small curve."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.schedules import PLATEAU, rate
from cnnstudio.ui.theme import SMALL, XS, Theme, font

HEIGHT = 92
LINE = 16
_POINTS = 160
_LEFT = 52
"""Room for the numbers beside the curve."""


class RateSketch(QWidget):
    """Draws the learning rate of every step of a plan, from the first batch to the last."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plan = TrainingPlan()
        self.rates: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Learning rate over the run"))
        theme.changed.connect(self.update)

    def show_plan(self, plan: TrainingPlan, steps_an_epoch: int) -> None:
        """Draw a plan's rate, for data with so many batches an epoch."""
        last = plan.epochs * steps_an_epoch - 1
        count = min(_POINTS, last + 1)
        steps = (round(last * place / max(count - 1, 1)) for place in range(count))
        rates = tuple(rate(plan, step, steps_an_epoch) for step in steps)
        if (plan, rates) == (self._plan, self.rates):
            return
        self._plan, self.rates = plan, rates
        said = rate_sentence(plan, rates)
        self.setToolTip(said)
        self.setAccessibleDescription(said)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_LEFT, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(self.rect()).adjusted(_LEFT, LINE / 2, -XS, -LINE - XS)
        highest = max(self.rates, default=0.0)
        if plot.width() <= 0 or highest <= 0:
            return
        self._paint_axes(painter, plot, highest)
        points = []
        for place, value in enumerate(self.rates):
            across = place / max(len(self.rates) - 1, 1)
            points.append(
                QPointF(
                    plot.left() + plot.width() * across,
                    plot.bottom() - plot.height() * value / highest,
                )
            )
        if len(points) == 1:
            points.append(QPointF(plot.right(), points[0].y()))
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawPolyline(QPolygonF(points))

    def _paint_axes(self, painter: QPainter, plot: QRectF, highest: float) -> None:
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.drawLine(plot.topLeft(), plot.bottomLeft())
        painter.setPen(self._theme.color("muted"))
        painter.setFont(font(SMALL, tabular=True))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, y in ((highest, plot.top()), (0.0, plot.bottom())):
            box = QRectF(0, y - LINE / 2, plot.left() - XS, LINE)
            painter.drawText(box, right, f"{value:.3g}")
        foot = QRectF(plot.left(), plot.bottom() + XS, plot.width(), LINE)
        epochs = self._plan.epochs
        text = ngettext("{epochs:,} epoch", "{epochs:,} epochs", epochs).format(epochs=epochs)
        painter.drawText(foot, right, text)


def rate_sentence(plan: TrainingPlan, rates: tuple[float, ...]) -> str:
    """Say how the rate goes, in one sentence."""
    if plan.schedule == PLATEAU:
        return _(
            "The learning rate stays at {first:.3g} until nothing gets better any more, and is "
            "then multiplied by {factor:g}, each time."
        ).format(first=plan.learning_rate, factor=plan.plateau_factor)
    first, highest, last = rates[0], max(rates), rates[-1]
    if first == highest == last:
        return _("The learning rate stays at {first:.3g}.").format(first=first)
    if first < highest:
        text = _(
            "The learning rate rises from {first:.3g} to {highest:.3g} and falls to {last:.3g}."
        )
    else:
        text = _("The learning rate falls from {first:.3g} to {last:.3g}.")
    return text.format(first=first, highest=highest, last=last)
