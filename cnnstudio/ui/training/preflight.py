"""What a run will take, before it begins: weights, operations, memory, and seconds if tried."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.forecasts import PastForecasts
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.preflight import PreflightDone
from cnnstudio.core.report import Report
from cnnstudio.ui.editor.totals import macs_text
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.notice_line import TOKENS, Notice, NoticeView
from cnnstudio.ui.numbers import duration_text, size_text
from cnnstudio.ui.theme import XS, S, Theme, beside_icon

_ICON = 16
_ALIKE = 0.1
"""Epochs that differ by less, as a share, are said to be alike."""


@dataclass(frozen=True, slots=True)
class MemoryOutlook:
    """How much memory training takes, how much there is, and what would help.

    Attributes:
        needed: bytes, as analysis estimates them.
        free: bytes of this machine, swap included.
        batch: the largest batch size that would fit, None if training fits or none would.
    """

    needed: int
    free: int
    batch: int | None = None

    @property
    def fits(self) -> bool:
        """Whether there is enough."""
        return self.needed <= self.free


class PreflightCard(QWidget):
    """Shows the outlook of a run.

    `asked` wants a few steps tried, `stop_asked` no more of it; `batch_taken` carries a batch size
    that is to be the plan's.
    """

    asked = Signal()
    stop_asked = Signal()
    batch_taken = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_trying = False
        self._objection = ""
        self._size, self._memory = paragraph("muted"), paragraph("muted")
        self._time, self._past = paragraph("muted"), paragraph("small")
        self._failure = _Warning(theme)
        self.warning = _Warning(theme)
        self.button = QPushButton()
        self._arrange()
        self.button.clicked.connect(self._clicked)
        theme.changed.connect(self._show)
        self.show_untried()
        self._show()

    @property
    def is_trying(self) -> bool:
        """Whether steps are being tried."""
        return self._is_trying

    @property
    def said(self) -> str:
        """All that is said, line by line."""
        lines = [self._size, self._memory, self._time, self._past]
        notices = [self.warning, self._failure]
        return "\n".join(
            [line.text() for line in lines if line.text() and not line.isHidden()]
            + [view.notice.text for view in notices if view.notice and not view.isHidden()]
        )

    def show_size(self, report: Report) -> None:
        """Show how large the network is."""
        weights = ngettext("{count:,} weight", "{count:,} weights", report.total_weights)
        macs = _("{count} MACs an image").format(count=macs_text(report))
        self._size.setText(f"{weights.format(count=report.total_weights)} · {macs}")

    def show_memory(self, outlook: MemoryOutlook) -> None:
        """Show whether training fits into the memory, and what would help if it does not."""
        needed, free = size_text(outlook.needed), size_text(_coarse(outlook.free))
        self._memory.setText(
            _("{needed} of memory to train, {free} free").format(needed=needed, free=free)
        )
        self._memory.setVisible(outlook.fits)
        self.warning.setVisible(not outlook.fits)
        if outlook.fits:
            return
        text = _(
            "Training takes about {needed} of memory, but {free} are free: it will probably fail"
        ).format(needed=needed, free=free)
        batch = outlook.batch
        if batch is None:
            more = _("{text}. The network itself is too large for this machine.").format(text=text)
            self.warning.show_notice(Notice(more, "warning"))
        else:
            action = _("Batch size {batch:,}").format(batch=batch)
            self.warning.show_notice(
                Notice(text, "warning", action=action, act=lambda: self.batch_taken.emit(batch))
            )

    def allow(self, objection: str) -> None:
        """Allow a trial; `objection` is why none can begin, empty if one can."""
        self._objection = objection
        self._show()

    def begin(self) -> None:
        """Take note that a trial has been asked for."""
        self._is_trying = True
        self._say(_("A few steps are being tried on a copy of the network."))
        self._show()

    def end(self, failure: str = "", details: str = "") -> None:
        """Take note that the trial has ended; `failure` is why it failed, `details` raw."""
        self._is_trying = False
        if failure:
            self._say("")
            self._failure.show_notice(Notice(failure, "error", details=details))
            self._failure.show()
        self._show()

    def show_untried(self) -> None:
        """Say that no steps have been tried."""
        self._say(_("How long a run takes is not known: try a few steps."))

    def show_found(
        self, found: PreflightDone, epochs: int, past: PastForecasts, *, stale: bool
    ) -> None:
        """Show what a few steps have told.

        Args:
            found: that.
            epochs: of the run.
            past: how good such forecasts have been.
            stale: whether plan or network have changed since.
        """
        text = forecast_text(found, epochs)
        if stale:
            text = _("{forecast} That was before plan or network were changed: try again.").format(
                forecast=text
            )
        self._say(text, "" if stale else past_text(past), faint=stale)

    def _say(self, text: str, past: str = "", *, faint: bool = True) -> None:
        self._time.setText(text)
        self._time.setVisible(bool(text))
        self._time.setEnabled(not faint or not text)
        tone = "muted" if faint else ""
        if self._time.property("tone") != tone:
            self._time.setProperty("tone", tone)
            self._time.style().unpolish(self._time)
            self._time.style().polish(self._time)
        self._past.setText(past)
        self._past.setVisible(bool(past))
        self._failure.hide()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        for part in (self._size, self._memory, self.warning, self._time, self._past, self._failure):
            column.addWidget(part)
        self._size.setToolTip(
            _("Numbers that are learned or kept, and multiply-adds for one pass of one image")
        )
        self._memory.setToolTip(
            _(
                "About what weights, gradients, the optimizer and the outputs of one batch take, "
                "and what this machine has left"
            )
        )
        column.addSpacing(XS)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.warning.hide()
        self._failure.hide()

    def _clicked(self) -> None:
        (self.stop_asked if self._is_trying else self.asked).emit()

    def _show(self) -> None:
        name = _("Cancel the trial") if self._is_trying else _("Try a few steps")
        tip = (
            _("Try no more steps; nothing of the network is changed")
            if self._is_trying
            else _(
                "Learn for some seconds with a copy of the network, to know how long a run takes"
            )
        )
        self.button.setText(beside_icon(name))
        self.button.setIcon(self._theme.icon("square" if self._is_trying else "activity", "text"))
        self.button.setAccessibleName(name)
        self.button.setEnabled(self._is_trying or not self._objection)
        self.button.setToolTip(tip if self.button.isEnabled() else self._objection)


class _Warning(NoticeView):
    """What is wrong, with the button that helps below it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, None, TOKENS, _ICON)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(S)
        grid.setVerticalSpacing(XS)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._text, 0, 1)
        for row, button in enumerate((self._action, self._details), start=1):
            grid.addWidget(button, row, 1, Qt.AlignmentFlag.AlignLeft)

    @property
    def action(self) -> QPushButton:
        """The button that helps."""
        return self._action


def _coarse(size: int) -> int:
    """Round bytes to two figures: what is free changes all the time, and nothing is to jump."""
    step = int(10 ** max(len(str(size)) - 2, 0))
    return size // step * step


def forecast_text(found: PreflightDone, epochs: int) -> str:
    """Say how long an epoch takes, and a run of so many."""
    whole = ngettext(
        "{epochs:,} epoch in about {time}.", "{epochs:,} epochs in about {time}.", epochs
    ).format(epochs=epochs, time=_about(found.seconds(epochs)))
    first, later = found.first_epoch, found.later_epoch
    if epochs > 1 and abs(first - later) > _ALIKE * later:
        an_epoch = _(
            "{first} for the first epoch, while the images are read, {later} for each one after it."
        ).format(first=_about(first), later=_about(later))
    else:
        an_epoch = _("{time} an epoch.").format(time=_about(first))
    return f"{whole} {an_epoch}"


def past_text(past: PastForecasts) -> str:
    """Say how good such forecasts have been on this machine."""
    error = past.error
    if error is None:
        return _("No such forecast has been checked on this machine yet.")
    text = ngettext(
        "On this machine such forecasts were off so far by {error} % ({count} run).",
        "On this machine such forecasts were off so far by {error} % ({count} runs).",
        len(past),
    )
    return text.format(error=f"{100 * error:.0f}", count=len(past))


def _about(seconds: float) -> str:
    return _("{seconds:.1f} s").format(seconds=seconds) if seconds < 10 else duration_text(seconds)
