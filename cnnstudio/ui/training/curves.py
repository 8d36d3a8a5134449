"""The curves of a run, or, before there are any, what belongs there and how to get it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.ui.theme import L, M, Theme, beside_icon
from cnnstudio.ui.training.curve_saving import CurveSaving
from cnnstudio.ui.training.run_plots import RunPlots
from cnnstudio.ui.training.run_record import RunRecord

ICON = 40
TEXT_WIDTH = 320


class Curves(QWidget):
    """Follows a record; `updated` comes after the curves have taken in what is new.

    Nothing is drawn while the curves are out of sight; they catch up when they are shown.
    `laid_over_changed` comes when a person has taken away a run that was laid over.

    Attributes:
        plots: the curves.
        saving: writes them to files.
    """

    updated = Signal()
    train_asked = Signal()
    laid_over_changed = Signal()

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self.plots = RunPlots(record, theme)
        self.saving = CurveSaving(self.plots, record, self)
        self._empty = _NoCurves(theme)
        self._empty.button.clicked.connect(self.train_asked)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.plots)
        # Drawn once unseen: the first batches find letters and layout ready.
        self.plots.grab()
        self.plots.laid_over_changed.connect(self._removed)
        record.grew.connect(self._follow)

    @property
    def train_button(self) -> QPushButton:
        """The button of the page that is shown before there are curves."""
        return self._empty.button

    @property
    def laid_over(self) -> tuple[OtherRun, ...]:
        """The other runs that are laid over the curves."""
        return self.plots.laid_over

    def lay_over(self, runs: Iterable[OtherRun]) -> None:
        """Lay other runs over the curves in place of those that are; none takes them away."""
        self.plots.lay_over(runs)
        self._follow()

    def allow_training(self, objection: str) -> None:
        """Allow the empty page's button, or refuse it and say why."""
        self._empty.button.setEnabled(not objection)
        self._empty.button.setToolTip(objection or _("Train the network from new weights"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _removed(self) -> None:
        self._follow()
        self.laid_over_changed.emit()

    def _follow(self) -> None:
        """Show the curves or the hint, and bring the curves up to date."""
        if not self.isVisible():
            return
        has_curves = self.plots.last_step > 0
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
