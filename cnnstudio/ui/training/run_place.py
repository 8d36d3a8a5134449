"""How far a run is, or why it failed or cannot begin, in the same place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QStackedLayout, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import OUT_OF_MEMORY
from cnnstudio.ui.notice_line import Notice, NoticeLine
from cnnstudio.ui.numbers import progress_text
from cnnstudio.ui.theme import BODY, XS, M, S, Theme, font
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.run_record import RunRecord, RunState
from cnnstudio.ui.training.wording import position

PARTS = 1000
HEIGHT = 48
"""Room for two lines of a message, kept while there is none so that nothing jumps."""


class RunPlace(QWidget):
    """Epoch, batch and progress bar, or what went wrong or stands in the way.

    `smaller_asked` carries a batch size with which training is to be tried again.
    """

    smaller_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._smaller = 0
        self._words, self._percent = QLabel(), QLabel()
        self._bar = QProgressBar()
        self._message = NoticeLine(theme)
        self._message.row.setContentsMargins(M, XS, M, XS)
        self._pages = QStackedLayout(self)
        self._progress_page = self._make_progress()
        self._pages.addWidget(self._progress_page)
        self._pages.addWidget(self._message)
        self.setFixedHeight(HEIGHT)

    def follow(
        self, record: RunRecord, engine: EngineState, refusal: str, smaller: int = 0
    ) -> None:
        """Show where a run is.

        Args:
            record: of it.
            engine: what that does.
            refusal: why no run can begin, shown while there is none.
            smaller: a batch size to offer after a run for which memory was too small; 0 for none.
        """
        self._smaller = smaller
        if record.state is RunState.FAILED:
            offer = record.cause == OUT_OF_MEMORY and smaller > 0 and not refusal
            action = _("Train with batch size {batch:,}").format(batch=smaller) if offer else ""
            act = self._ask_smaller if offer else None
            self._say(
                Notice(record.message, "error", action=action, act=act, details=record.details)
            )
        elif refusal and not record.is_running:
            self._say(Notice(refusal, "warning"))
        else:
            self._show_progress(record, engine)

    def _ask_smaller(self) -> None:
        self.smaller_asked.emit(self._smaller)

    def _say(self, notice: Notice) -> None:
        self._pages.setCurrentWidget(self._message)
        self._message.show_notice(notice)

    def _show_progress(self, record: RunRecord, engine: EngineState) -> None:
        self._pages.setCurrentWidget(self._progress_page)
        self._words.setText(position(record, engine))
        idle = record.state is RunState.IDLE
        self._percent.setText("" if idle else progress_text(record.progress))
        self._bar.setValue(round(record.progress * PARTS))

    def _make_progress(self) -> QWidget:
        page = QWidget()
        self._words.setProperty("tone", "muted")
        self._words.setMinimumWidth(1)
        self._percent.setProperty("tone", "muted")
        for label in (self._words, self._percent):
            label.setFont(font(BODY, tabular=True))
        self._bar.setRange(0, PARTS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress of the run"))
        self._bar.setToolTip(_("How much of the run is done, validation included"))
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._words, 0, 0)
        grid.addWidget(self._percent, 0, 1)
        grid.addWidget(self._bar, 1, 0, 1, 2)
        return page
