"""What can be done with a run: begin it, stop it, train on, save what was learned."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import S, Theme, beside_icon
from cnnstudio.ui.training.run_record import RunRecord, RunState


class RunButtons(QWidget):
    """Buttons that are disabled where they make no sense, and then say why.

    `train_asked` carries whether to start from new weights.
    """

    train_asked = Signal(bool)
    stop_asked = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.train = QPushButton()
        self.train.setProperty("role", "primary")
        self.stop, self.go_on, self.save = QPushButton(), QPushButton(), QPushButton()
        self._labels = {
            self.train: (_("Train"), "play"),
            self.stop: (_("Stop"), "square"),
            self.go_on: (_("Continue training"), "redo-2"),
            self.save: (_("Save weights…"), "save"),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        for button, (name, _icon) in self._labels.items():
            button.setText(beside_icon(name))
            button.setAccessibleName(name)
            row.addWidget(button)
        self.train.clicked.connect(lambda: self.train_asked.emit(True))
        self.go_on.clicked.connect(lambda: self.train_asked.emit(False))
        self.stop.clicked.connect(self.stop_asked)
        self.save.clicked.connect(self.save_asked)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.full_width = self.sizeHint().width()

    def set_compact(self, compact: bool) -> None:
        """Show the two longer buttons by their icons alone, where there is no room for words."""
        for button in (self.go_on, self.save):
            button.setText("" if compact else beside_icon(self._labels[button][0]))

    def follow(self, record: RunRecord, refusal: str) -> None:
        """Allow what makes sense for a run; `refusal` is why no run can begin, empty if one can."""
        busy = _("A run is going on: stop it first.") if record.is_running else ""
        untrained = _("There are no trained weights yet: train first.")
        bare = "" if record.has_weights else untrained
        _allow(self.train, busy or refusal, _("Train the network from new weights"))
        _allow(
            self.go_on, busy or refusal or bare, _("Train on from the weights the network has now")
        )
        _allow(self.save, busy or bare, _("Save the network with its weights as a Keras file"))
        _allow(self.stop, _unstoppable(record), _("End the run after the present batch"))

    def _restyle(self) -> None:
        for button, (_name, icon) in self._labels.items():
            token = "on_accent" if button is self.train else "text"
            button.setIcon(self._theme.icon(icon, token))


def _unstoppable(record: RunRecord) -> str:
    if record.state is RunState.STOPPING:
        return _("The run ends after the present batch.")
    return "" if record.is_running else _("Nothing is training.")


def _allow(button: QPushButton, objection: str, purpose: str) -> None:
    button.setEnabled(not objection)
    button.setToolTip(objection or purpose)
