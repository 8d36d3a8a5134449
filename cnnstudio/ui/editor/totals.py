"""What the whole network comes to, in one line: weights, multiply-adds, bytes, problems."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.problems import Severity
from cnnstudio.core.report import BlockFacts, Report
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import SMALL, L, S, Theme, font

_UNITS = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"))
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Total:
    """A number with its unit, what it means, and whether it is bad news."""

    value: str
    unit: str
    help: str
    wrong: bool = False

    @property
    def text(self) -> str:
        """Value and unit together."""
        return f"{self.value} {self.unit}".strip()


class Totals(QWidget):
    """Shows the totals of the open design; each says at a touch of the mouse what it is.

    One painted line: labels would lay the window out anew at every keystroke.
    """

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._shown: tuple[Total, ...] = ()
        self._boxes: tuple[QRect, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for signal in (design.changed, design.plan_changed):
            signal.connect(self._show)
        theme.changed.connect(self.update)
        self._show()

    @property
    def shown(self) -> tuple[Total, ...]:
        """What is shown, from left to right."""
        return self._shown

    def help_at(self, x: int) -> str:
        """Return what the total at a place says of itself; empty beside all."""
        for total, box in zip(self._shown, self._boxes, strict=True):
            if box.left() <= x <= box.right():
                return total.help
        return ""

    def _show(self) -> None:
        shown = totals(self._design)
        if shown == self._shown:
            return
        self._shown = shown
        self._boxes = self._places(QFontMetrics(font(SMALL, tabular=True)))
        self.setAccessibleName(", ".join(total.text for total in shown))
        self.update()

    def _places(self, metrics: QFontMetrics) -> tuple[QRect, ...]:
        left, boxes = 0, []
        for total in self._shown:
            width = metrics.horizontalAdvance(total.text)
            boxes.append(QRect(left, 0, width, self.height()))
            left += width + L + S
        return tuple(boxes)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, QFontMetrics(font(SMALL, tabular=True)).height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, QFontMetrics(font(SMALL, tabular=True)).height())

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.help_at(event.pos().x()), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(SMALL, tabular=True))
        metrics = painter.fontMetrics()
        color = self._theme.color
        for number, (total, place) in enumerate(zip(self._shown, self._boxes, strict=True)):
            box = QRect(place.left(), 0, self.width() - place.left(), self.height())
            if place.right() > self.width():
                break
            if number:
                painter.setPen(color("border"))
                x = place.left() - (L + S) // 2
                painter.drawLine(x, S // 2, x, self.height() - S // 2)
            painter.setPen(color("error" if total.wrong else "text"))
            painter.drawText(box, _LEFT, total.value)
            painter.setPen(color("error" if total.wrong else "muted"))
            box.setLeft(box.left() + metrics.horizontalAdvance(f"{total.value} "))
            painter.drawText(box, _LEFT, total.unit)


def macs_text(known: Report | BlockFacts, *, is_short: bool = True) -> str:
    """Return the multiply-adds for one image, or that there are more than are known."""
    count = count_text(known.macs) if is_short else f"{known.macs:,}"
    return _("at least {count}").format(count=count) if known.uncounted else count


def _macs_help(report: Report) -> str:
    text = (
        ngettext(
            "Multiply-adds for one image, {count} without those of {parts} part that is kept as it "
            "came: how much one prediction costs at least",
            "Multiply-adds for one image, {count} without those of {parts} parts that are kept as "
            "they came: how much one prediction costs at least",
            report.uncounted,
        )
        if report.uncounted
        else _("Multiply-adds for one image, {count} in all: how much one prediction costs")
    )
    return text.format(count=f"{report.macs:,}", parts=report.uncounted)


def totals(design: OpenDesign) -> tuple[Total, ...]:
    """Return what a design comes to, in the active language."""
    report, batch = design.report, design.plan.batch_size
    training = report.training_bytes(batch, design.plan.optimizer_slots)
    problems = sum(problem.severity is not Severity.HINT for problem in design.problems)
    return (
        Total(
            f"{report.total_weights:,}",
            ngettext("weight", "weights", report.total_weights),
            _(
                "Numbers in all kernels, biases and statistics; training changes {count} of them"
            ).format(count=f"{report.trainable_weights:,}"),
        ),
        Total(
            size_text(report.weight_bytes),
            _("file"),
            _("Size of the weights when saved, 4 bytes a number"),
        ),
        Total(
            macs_text(report),
            _("MACs"),
            _macs_help(report),
        ),
        Total(
            size_text(report.activation_bytes(batch)),
            _("a batch"),
            ngettext(
                "Memory for the outputs of all blocks for a batch of {count} image; training "
                "takes {all} with weights, gradients and what the optimizer remembers",
                "Memory for the outputs of all blocks for a batch of {count} images; training "
                "takes {all} with weights, gradients and what the optimizer remembers",
                batch,
            ).format(count=f"{batch:,}", all=size_text(training)),
        ),
        Total(
            f"{problems:,}",
            ngettext("problem", "problems", problems),
            _(
                "What keeps the network from being built, from learning its data, or from doing it "
                "well; hints do not count"
            ),
            wrong=bool(report.errors),
        ),
    )


def count_text(count: int) -> str:
    """Write a large count short: `497,536`, `3.87 M`, `15.5 G`."""
    for size, letter in _UNITS:
        if count >= size:
            return f"{count / size:.3g} {letter}"
    return f"{count:,}"
