"""How far a run is, or why it failed or cannot begin, in the same place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedLayout,
    QWidget,
)

from cnnstudio.core.i18n import _, sentence
from cnnstudio.ui.theme import BODY, XS, S, Theme, font
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.run_record import RunRecord, RunState
from cnnstudio.ui.training.wording import position

PARTS = 1000
HEIGHT = 44
"""Room for two lines of a message, kept while there is none so that nothing jumps."""
ICON = 18


class RunPlace(QWidget):
    """Epoch, batch and progress bar, or what went wrong or stands in the way."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._severity = "error"
        self._words, self._percent = QLabel(), QLabel()
        self._bar = QProgressBar()
        self._icon, self._message = QLabel(), QLabel()
        self._pages = QStackedLayout(self)
        self._progress_page = self._make_progress()
        self._message_page = self._make_message()
        self._pages.addWidget(self._progress_page)
        self._pages.addWidget(self._message_page)
        self.setFixedHeight(HEIGHT)
        theme.changed.connect(self._restyle)
        self._restyle()

    def follow(self, record: RunRecord, engine: EngineState, refusal: str) -> None:
        """Show where a run is; `refusal` is why none can begin, shown while there is none."""
        if record.state is RunState.FAILED:
            self._say("error", record.message, record.details)
        elif refusal and not record.is_running:
            self._say("warning", refusal)
        else:
            self._show_progress(record, engine)

    def _say(self, severity: str, message: str, details: str = "") -> None:
        self._pages.setCurrentWidget(self._message_page)
        self._message.setText(sentence(message))
        self._message.setToolTip(details or sentence(message))
        if severity != self._severity:
            self._severity = severity
            self._message_page.setProperty("severity", severity)
            self._message.setProperty("tone", severity)
            self._restyle()

    def _show_progress(self, record: RunRecord, engine: EngineState) -> None:
        self._pages.setCurrentWidget(self._progress_page)
        self._words.setText(position(record, engine))
        idle = record.state is RunState.IDLE
        self._percent.setText("" if idle else f"{record.progress * 100:.0f} %")
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

    def _make_message(self) -> QWidget:
        page = QFrame()
        page.setObjectName("notice")
        page.setProperty("severity", self._severity)
        self._message.setProperty("tone", self._severity)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout(page)
        row.setContentsMargins(S, XS, S, XS)
        row.setSpacing(S)
        row.addWidget(self._icon)
        row.addWidget(self._message, 1)
        return page

    def _restyle(self) -> None:
        name = "circle-alert" if self._severity == "error" else "triangle-alert"
        self._icon.setPixmap(self._theme.icon(name, self._severity).pixmap(ICON, ICON))
        for widget in (self._message_page, self._message):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
