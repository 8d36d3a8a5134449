"""The head of the training panel: what the run does, how far it is, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import TITLE, L, M, S, Theme, beside_icon, font
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.readings import Readings
from cnnstudio.ui.training.run_buttons import RunButtons, busy
from cnnstudio.ui.training.run_place import RunPlace
from cnnstudio.ui.training.run_record import RunRecord, RunState
from cnnstudio.ui.training.run_steering import RunSteering
from cnnstudio.ui.training.wording import TITLES, title

ICON = 18

ICONS = {
    RunState.IDLE: ("chart-line", "muted"),
    RunState.WAITING: ("cpu", "muted"),
    RunState.TRAINING: ("activity", "accent"),
    RunState.VALIDATING: ("eye", "accent"),
    RunState.PAUSED: ("pause", "muted"),
    RunState.STOPPING: ("square", "muted"),
    RunState.FINISHED: ("check", "success"),
    RunState.STOPPED: ("square", "muted"),
    RunState.FAILED: ("circle-alert", "error"),
}


class RunHeader(QWidget):
    """Title, buttons, progress and readings of the present or last run.

    `smaller_asked` carries a batch size with which training is to be tried again.
    """

    smaller_asked = Signal(int)

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self._theme = theme
        self._shown: RunState | None = None
        self.plan_toggle = QToolButton()
        self._icon, self._title = QLabel(), QLabel()
        self.buttons = RunButtons(theme)
        self.steering = RunSteering(theme)
        self.steering.hide()
        self._place = RunPlace(theme)
        self._place.smaller_asked.connect(self.smaller_asked)
        self._readings = Readings(record, theme)
        self._arrange()
        self._others_width = self._widest_others()
        theme.changed.connect(self._restyle)
        self._restyle()

    def follow(self, engine: EngineState, refusal: str, smaller: int = 0) -> None:
        """Show the record's run; `refusal` is why no run can begin, empty if one can.

        `smaller` is a batch size to offer if the run has failed for lack of memory.
        """
        record = self._record
        if record.state is not self._shown:
            self._shown = record.state
            self._show_icon()
        self._title.setText(title(record))
        self.buttons.follow(record, busy(record) or refusal)
        self.steering.follow(record)
        self.buttons.setVisible(not record.is_running)
        self.steering.setVisible(record.is_running)
        self._place.follow(record, engine, refusal, smaller)
        self._readings.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in (self.buttons, self.steering):
            part.set_compact(self._others_width + part.full_width > self.width())

    def _arrange(self) -> None:
        self._title.setProperty("tone", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        toggle = self.plan_toggle
        toggle.setCheckable(True)
        toggle.setChecked(True)
        toggle.setText(beside_icon(_("Plan")))
        toggle.setAccessibleName(_("Show the plan"))
        toggle.setToolTip(_("Show the training plan, or hide it for larger curves"))
        toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        toggle.setProperty("role", "flat")
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(toggle)
        top.addSpacing(S)
        top.addWidget(self._icon)
        top.addWidget(self._title, 1)
        top.addWidget(self.buttons)
        top.addWidget(self.steering)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, M)
        column.setSpacing(M)
        column.addLayout(top)
        column.addWidget(self._place)
        column.addWidget(self._readings)

    def _widest_others(self) -> int:
        """Return what the row needs beside its buttons in the state with the longest title."""
        metrics = QFontMetrics(font(TITLE, bold=True))
        longest = max(metrics.horizontalAdvance(_(text)) for text in TITLES.values())
        return self.plan_toggle.sizeHint().width() + ICON + longest + 4 * S + 2 * L

    def _show_icon(self) -> None:
        name, token = ICONS[self._record.state]
        self._icon.setPixmap(self._theme.icon(name, token).pixmap(ICON, ICON))

    def _restyle(self) -> None:
        self.plan_toggle.setIcon(self._theme.icon("sliders-horizontal", "muted"))
        self._show_icon()
