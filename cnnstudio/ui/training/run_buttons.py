"""What can be done with what a run has learned: train on from it, save it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import S, Theme, beside_icon
from cnnstudio.ui.training.run_record import RunRecord


class RunButtons(QWidget):
    """Buttons that are disabled where they make no sense, and then say why."""

    resume_asked = Signal()
    continue_asked = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.resume, self.go_on, self.save = QPushButton(), QPushButton(), QPushButton()
        self._labels = {
            self.resume: (_("Resume"), "play"),
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
        self.resume.clicked.connect(self.resume_asked)
        self.go_on.clicked.connect(self.continue_asked)
        self.save.clicked.connect(self.save_asked)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.full_width = self.sizeHint().width()
        self.resume.hide()

    def set_compact(self, compact: bool) -> None:
        """Show the buttons by their icons alone, where there is no room for words."""
        for button, (name, _icon) in self._labels.items():
            button.setText("" if compact else beside_icon(name))

    def follow(self, record: RunRecord, objection: str) -> None:
        """Allow what makes sense for a run; `objection` is why none can begin, empty if one can."""
        self.resume.setVisible(bool(record.resumable))
        _allow(self.resume, objection, _("Go on with this run, as if it had not ended"))
        bare = "" if record.has_weights else _("There are no trained weights yet: train first.")
        _allow(self.go_on, objection or bare, _("Train on from the weights the network has now"))
        _allow(
            self.save, busy(record) or bare, _("Save the network with its weights as a Keras file")
        )

    def _restyle(self) -> None:
        for button, (_name, icon) in self._labels.items():
            button.setIcon(self._theme.icon(icon, "text"))


def busy(record: RunRecord) -> str:
    """Say that a run is in the way of another; empty if none is."""
    return _("A run is going on: stop it first.") if record.is_running else ""


def _allow(button: QPushButton, objection: str, purpose: str) -> None:
    button.setEnabled(not objection)
    button.setToolTip(objection or purpose)
