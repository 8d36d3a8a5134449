"""What can be asked of a run while it goes on: a rest, one more epoch, another learning rate."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.optimizers import LEARNING_RATE
from cnnstudio.ui.param_editors.spins import RealSpin
from cnnstudio.ui.theme import S, Theme, beside_icon
from cnnstudio.ui.training.run_record import RunRecord, RunState

RATE_WIDTH = 96
SEVERAL = (2, 5, 10, 20, 50, 100)
"""Epochs that a run can be given at once."""


class RunSteering(QWidget):
    """Buttons and a box for the rate; they ask, the window acts."""

    pause_asked = Signal(bool)
    epochs_asked = Signal(int)
    rate_asked = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_paused = False
        self._compact = False
        self.pause, self.more = QPushButton(), QPushButton()
        self.several = QToolButton()
        self.rate = RealSpin(LEARNING_RATE.low, LEARNING_RATE.high, LEARNING_RATE.step)
        self._offer_several()
        self._arrange()
        self.pause.clicked.connect(lambda: self.pause_asked.emit(not self._is_paused))
        self.more.clicked.connect(lambda: self.epochs_asked.emit(1))
        self.rate.valueChanged.connect(self.rate_asked)
        theme.changed.connect(self._show)
        self._show()
        self.full_width = self.sizeHint().width()

    def set_compact(self, compact: bool) -> None:
        """Show the buttons by their icons alone, where there is no room for words."""
        if compact != self._compact:
            self._compact = compact
            self._show()

    def follow(self, record: RunRecord) -> None:
        """Show what the run does and which rate it has."""
        begun = record.started is not None and record.state is not RunState.STOPPING
        for control in (self.pause, self.more, self.several, self.rate):
            control.setEnabled(begun)
        is_paused = record.state is RunState.PAUSED
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._show()
        # A rate that is being typed is the person's.
        if record.learning_rate > 0 and not self.rate.hasFocus():
            self.rate.choose(float(f"{record.learning_rate:.3g}"))

    def _arrange(self) -> None:
        self.rate.setKeyboardTracking(False)
        self.rate.setFixedWidth(RATE_WIDTH)
        self.rate.setAccessibleName(_("Learning rate"))
        self.rate.setToolTip(
            _(
                "The learning rate of this run now: type another when the loss jumps or crawls, "
                "and the run goes on with it"
            )
        )
        label = QLabel(_("Learning rate"))
        label.setToolTip(self.rate.toolTip())
        label.setBuddy(self.rate)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        longer = QHBoxLayout()
        longer.setSpacing(0)
        longer.addWidget(self.more)
        longer.addWidget(self.several)
        row.addWidget(label)
        row.addWidget(self.rate)
        row.addLayout(longer)
        row.addWidget(self.pause)

    def _offer_several(self) -> None:
        menu = QMenu(self.several)
        for count in SEVERAL:
            text = ngettext("{count:,} more epoch", "{count:,} more epochs", count)
            action = menu.addAction(text.format(count=count))
            action.triggered.connect(lambda _checked=False, n=count: self.epochs_asked.emit(n))
        self.several.setMenu(menu)
        self.several.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.several.setProperty("role", "flat")
        self.several.setAccessibleName(_("Several more epochs"))
        self.several.setToolTip(_("Let the run go on for several epochs more"))

    def _show(self) -> None:
        name = _("Resume") if self._is_paused else _("Pause")
        icon = "play" if self._is_paused else "pause"
        tip = (
            _("Go on where the run was")
            if self._is_paused
            else _("Let the run rest after this batch, to free the machine or to look at an image")
        )
        self._dress(self.pause, name, icon, tip)
        self.several.setIcon(self._theme.icon("chevron-down", "text"))
        self._dress(self.more, _("One more epoch"), "plus", _("Let the run go on for longer"))

    def _dress(self, button: QPushButton, name: str, icon: str, tip: str) -> None:
        button.setText("" if self._compact else beside_icon(name))
        button.setIcon(self._theme.icon(icon, "text"))
        button.setAccessibleName(name)
        button.setToolTip(tip)
