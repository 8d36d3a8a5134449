"""The controls of a map that lies over its image."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import SMALL, S, Theme, beside_icon, font

KEY = "O"
_ICON = QSize(16, 16)
_SLIDER = 96
_FIRST = 75
"""Percent that a map hides of its image at first."""


@dataclass(frozen=True, slots=True)
class OverlayChoices:
    """How a map is to lie over its image.

    Attributes:
        over: whether it is to.
        percent: that it hides of the image.
        fades: whether its weak values hide less.
    """

    over: bool
    percent: int
    fades: bool


class OverlayBar(QWidget):
    """A button, and while it is pressed a slider; `changed` follows a choice."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.over = _button(_("Over the image"))
        self.fade = _button(_("Weak values fade"))
        self.fade.setChecked(True)
        self.fade.setToolTip(
            _("Let the image be seen where the map is weak, so that strong places stand out")
        )
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setPageStep(10)
        self.opacity.setValue(_FIRST)
        self.opacity.setFixedWidth(_SLIDER)
        self.opacity.setAccessibleName(_("Opacity of the map"))
        self.opacity.setToolTip(_("See more of the image, or more of the map"))
        self._percent = QLabel()
        self._percent.setFont(font(SMALL, tabular=True))
        self._percent.setProperty("tone", "muted")
        widest = self._percent.fontMetrics().horizontalAdvance(_("{percent} %").format(percent=100))
        self._percent.setMinimumWidth(widest)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        self._choices = (self.fade, self.opacity, self._percent)
        for widget in (*self._choices, self.over):
            row.addWidget(widget)
        self.over.toggled.connect(self._show_choices)
        self.opacity.valueChanged.connect(self._tell)
        self.fade.toggled.connect(self.changed)
        self.over.toggled.connect(self.changed)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self._show_choices(False)
        self.allow("")
        self._percent.setText(_("{percent} %").format(percent=_FIRST))

    @property
    def is_wanted(self) -> bool:
        """Whether the map is to lie over its image, where that can be."""
        return self.over.isChecked()

    @property
    def choices(self) -> OverlayChoices:
        """What has been chosen."""
        return OverlayChoices(self.is_wanted, self.opacity.value(), self.fade.isChecked())

    def choose(self, choices: OverlayChoices) -> None:
        """Choose the same again."""
        self.opacity.setValue(choices.percent)
        self.fade.setChecked(choices.fades)
        self.over.setChecked(choices.over)

    def add_key(self, page: QWidget) -> None:
        """Have a key press the button anywhere on a page."""
        shortcut = QShortcut(QKeySequence(KEY), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.over.click)

    def allow(self, why_not: str) -> None:
        """Enable the controls, or say why a map lies over no image."""
        for widget in (self.over, *self._choices):
            widget.setEnabled(not why_not)
        can = _("Lay the map over the image, where its numbers come from ({key})").format(key=KEY)
        self.over.setToolTip(why_not or can)

    def set_roomy(self, *, roomy: bool) -> None:
        """Show the text of the button, or its icon alone."""
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if roomy
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        self.over.setToolButtonStyle(style)

    def _show_choices(self, wanted: bool) -> None:
        for widget in self._choices:
            widget.setVisible(wanted)

    def _tell(self, percent: int) -> None:
        self._percent.setText(_("{percent} %").format(percent=percent))
        self.changed.emit()

    def _paint_icons(self) -> None:
        self.over.setIcon(self._theme.icon("image"))
        self.fade.setIcon(self._theme.icon("sun"))


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "flat")
    button.setCheckable(True)
    button.setText(beside_icon(name))
    button.setAccessibleName(name)
    button.setIconSize(_ICON)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
