"""The curves of a run, or, before there are any, what belongs there and how to get it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import L, M, Theme, beside_icon
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.twin_plots import TwinPlots

ICON = 40
TEXT_WIDTH = 320


class Curves(QWidget):
    """Follows a record; `updated` comes after the curves have taken in what is new.

    Nothing is drawn while the curves are out of sight; they catch up when they are shown.
    """

    updated = Signal()
    train_asked = Signal()

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self.plots = TwinPlots(record, theme)
        self._empty = _NoCurves(theme)
        self._empty.button.clicked.connect(self.train_asked)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.plots)
        # Drawn once unseen: the first batches find letters and layout ready.
        self.plots.grab()
        record.grew.connect(self._follow)

    @property
    def train_button(self) -> QPushButton:
        """The button of the page that is shown before there are curves."""
        return self._empty.button

    def allow_training(self, objection: str) -> None:
        """Allow the empty page's button, or refuse it and say why."""
        self._empty.button.setEnabled(not objection)
        self._empty.button.setToolTip(objection or _("Train the network from new weights"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        """Show the curves or the hint, and bring the curves up to date."""
        if not self.isVisible():
            return
        has_curves = len(self._record.steps) > 0
        self._pages.setCurrentWidget(self.plots if has_curves else self._empty)
        if has_curves:
            self.plots.draw()
        self.updated.emit()


class _NoCurves(QWidget):
    """What the curves are, and the button that brings them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = QLabel()
        text = QLabel(
            _("Loss and accuracy are drawn here, batch by batch, while the network learns.")
        )
        text.setProperty("tone", "muted")
        text.setWordWrap(True)
        # A layout that centres a label does not ask how high it is at its width.
        text.setFixedSize(TEXT_WIDTH, text.heightForWidth(TEXT_WIDTH))
        self.button = QPushButton(beside_icon(_("Train")))
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName(_("Train the network"))
        column = QVBoxLayout(self)
        column.setSpacing(M)
        column.setContentsMargins(L, L, L, L)
        column.addStretch()
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self._icon, text, self.button):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._icon.setPixmap(self._theme.icon("chart-line", "faint").pixmap(ICON, ICON))
        self.button.setIcon(self._theme.icon("play", "on_accent"))
