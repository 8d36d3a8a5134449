"""The stack of blocks with its heading and the buttons that rearrange it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.i18n import ngettext
from cnnstudio.ui.actions import Actions, plain
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XS, L, S

_BUTTONS = ("quick_add", "move_up", "move_down", "duplicate", "delete")


class StackPanel(QWidget):
    """Puts a heading over the list of blocks."""

    def __init__(self, design: OpenDesign, view: StackView, actions: Actions) -> None:
        super().__init__()
        self._design = design
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._count = QLabel()
        self._count.setProperty("tone", "section")
        heading = QHBoxLayout()
        heading.setContentsMargins(L, S, S, XS)
        heading.setSpacing(0)
        heading.addWidget(self._count, 1)
        for key in _BUTTONS:
            button = QToolButton()
            button.setDefaultAction(actions[key])
            button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(plain(actions[key].text()))
            heading.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(view, 1)
        design.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        count = len(self._design.network.paths)
        self._count.setText(ngettext("{count} block", "{count} blocks", count).format(count=count))
