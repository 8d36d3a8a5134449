"""The pages beside the plan, and the row of tabs that shows one of them.

A page is an `ActionSpec` in `actions.TRAIN_PAGES` and an `add` with its key.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import _
from cnnstudio.ui.actions import TRAIN_PAGES, ActionSpec, plain
from cnnstudio.ui.theme import L, S, Theme, beside_icon

_ICON = QSize(16, 16)


class TrainPages(QWidget):
    """Shows one page at a time, each made when it is first shown; `turned` carries its key."""

    turned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._specs = {spec.key: spec for spec in TRAIN_PAGES}
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {}
        self._tabs = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._stack = QStackedWidget()
        bar = QFrame()
        bar.setObjectName("segments")
        bar.setAccessibleName(_("Pages beside the plan"))
        self._row = QHBoxLayout(bar)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(L, S, L, S)
        top.addWidget(bar)
        top.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        theme.changed.connect(self._restyle)

    @property
    def shown(self) -> str:
        """The key of the page that is shown, "" before there is one."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def add(self, key: str, make: Callable[[], QWidget]) -> None:
        """Add a page that `make` makes; the first one is shown."""
        self._makers[key] = make
        button = self._tab(self._specs[key])
        button.clicked.connect(lambda: self.show_page(key))
        self._buttons[key] = button
        self._tabs.addButton(button)
        self._row.addWidget(button)
        if len(self._makers) == 1:
            self.show_page(key)

    def page(self, key: str) -> QWidget:
        """Return a page, made now if need be."""
        if key not in self._made:
            self._made[key] = self._makers[key]()
            self._stack.addWidget(self._made[key])
        return self._made[key]

    def show_page(self, key: str) -> None:
        """Show a page."""
        self._buttons[key].setChecked(True)
        self._stack.setCurrentWidget(self.page(key))
        self.turned.emit(key)

    def _tab(self, spec: ActionSpec) -> QToolButton:
        name = plain(_(spec.text))
        button = QToolButton()
        button.setText(beside_icon(name))
        button.setIcon(self._theme.icon(spec.icon, "muted"))
        button.setIconSize(_ICON)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(name)
        keys = QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(_("{tip} ({keys})").format(tip=_(spec.tip), keys=keys))
        return button

    def _restyle(self) -> None:
        for key, button in self._buttons.items():
            button.setIcon(self._theme.icon(self._specs[key].icon, "muted"))
