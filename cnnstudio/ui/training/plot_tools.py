"""The buttons above the plots: which are shown and how, saving them, and seeing the whole run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import N_, _, sentence
from cnnstudio.ui.theme import S, Theme, beside_icon
from cnnstudio.ui.training.plot_kinds import KINDS

SMOOTHINGS = {
    0.0: N_("Off"),
    0.25: N_("A little"),
    1.0: N_("Usual"),
    4.0: N_("Much"),
}
"""How many times the usual number of batches weigh in, and what that is called."""
FORMS = {
    "png": (N_("Picture of the plots (PNG)…"), N_("Pixels, for a page or a message")),
    "svg": (N_("Drawing of the plots (SVG)…"), N_("Lines that stay sharp at any size, for print")),
    "batches": (N_("Numbers by batch (CSV)…"), N_("A table with a row a batch")),
    "epochs": (N_("Numbers by epoch (CSV)…"), N_("A table with a row an epoch")),
}
"""What the curves are saved as, by key: what that is called, and why one would."""


class PlotTools(QWidget):
    """A row of buttons with menus, and room on its left for a line of text.

    Attributes:
        place: the line of text.
        show_all: the button that shows the whole run.
    """

    plot_toggled = Signal(str, bool)
    log_toggled = Signal(str, bool)
    smoothing_chosen = Signal(float)
    save_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.place = QLabel()
        self.place.setProperty("tone", "small")
        self._plots = self._button(
            _("Plots"), _("Choose which plots are shown, their axes and how smooth they are (P)")
        )
        self._save = self._button(
            _("Save curves"), _("Save the curves as a picture, a drawing or a table (Ctrl+Shift+C)")
        )
        self._save.setShortcut("Ctrl+Shift+C")
        self.show_all = self._button(
            _("Show all"),
            _("Show the whole run again and follow it (double-click a plot, or press 0)"),
        )
        self.show_all.setEnabled(False)
        self._smoothing = QActionGroup(self)
        self._plots.setMenu(QMenu(self))
        self._save.setMenu(self._save_menu())
        for button in (self._plots, self._save):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.place, 1)
        for button in (self._plots, self._save, self.show_all):
            row.addWidget(button)
        theme.changed.connect(self._restyle)
        self._restyle()

    def open_plots(self) -> None:
        """Open the menu of the plots."""
        self._plots.showMenu()

    def set_plots(
        self,
        there_are: tuple[str, ...],
        shown: tuple[str, ...],
        logs: frozenset[str],
        smooth: float,
    ) -> None:
        """Offer the plots there are, by name.

        Args:
            there_are: all of them.
            shown: those that are shown.
            logs: those with a logarithmic axis.
            smooth: a key of `SMOOTHINGS`.
        """
        menu = self._plots.menu()
        assert menu is not None
        menu.clear()
        menu.setToolTipsVisible(True)
        for name in there_are:
            action = _checked(menu, _(KINDS[name].title), name in shown)
            action.setToolTip(sentence(_(KINDS[name].help)))
            # One plot always stays.
            action.setEnabled(shown != (name,))
            action.toggled.connect(lambda on, name=name: self.plot_toggled.emit(name, on))
        menu.addSeparator()
        for name in there_are:
            if KINDS[name].can_be_log:
                text = _("Logarithmic: {plot}").format(plot=_(KINDS[name].title))
                action = _checked(menu, text, name in logs)
                action.setToolTip(_("Shows small values as clearly as large ones (L for all)"))
                action.toggled.connect(lambda on, name=name: self.log_toggled.emit(name, on))
        menu.addSeparator()
        for strength, label in SMOOTHINGS.items():
            text = _("Smoothing: {strength}").format(strength=_(label))
            action = _checked(menu, text, strength == smooth)
            action.setToolTip(_("How many batches weigh in the smoothed curve (S for the next)"))
            action.triggered.connect(
                lambda _on, strength=strength: self.smoothing_chosen.emit(strength)
            )
            self._smoothing.addAction(action)

    def _save_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for form, (text, tip) in FORMS.items():
            action = menu.addAction(_(text))
            action.setToolTip(_(tip))
            action.triggered.connect(lambda _on=False, form=form: self.save_asked.emit(form))
        return menu

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(beside_icon(name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _restyle(self) -> None:
        self._plots.setIcon(self._theme.icon("chart-line", "muted"))
        self._save.setIcon(self._theme.icon("download", "muted"))
        self.show_all.setIcon(self._theme.icon("rotate-ccw", "muted"))


def _checked(menu: QMenu, text: str, is_on: bool) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(is_on)
    return action
