"""The Design workspace: the current block and the whole network, and below them code and diagram.

Code and diagram are made when they are first wanted: few need them before the window.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.ui.actions import PANES, Actions, plain
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XS, S, Theme


class DesignPage(QWidget):
    """Shows `above`, and one of the panes below it or none.

    Where the page is too narrow for all of `above`, its last part makes room: what is wrong is also
    told by the cards and the status line.

    `said` carries a `Notice` of a pane; `check_wanted` comes when it is to be proven that the code
    is the design.
    """

    said = Signal(object)
    check_wanted = Signal()

    def __init__(
        self, above: QSplitter, design: OpenDesign, actions: Actions, theme: Theme
    ) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._above = above
        self._room = above.minimumSizeHint().width()
        self._makers: dict[str, Callable[[], QWidget]] = {
            "code": self._make_code,
            "diagram": self._make_diagram,
        }
        self._panes: dict[str, QWidget] = {}
        self._actions: dict[str, QAction] = {}
        self._below = QStackedWidget()
        self._below.setMinimumHeight(140)
        self._below.hide()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("panes")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(above)
        self.splitter.addWidget(self._below)
        self.splitter.setSizes([400, 300])
        self.splitter.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        column.addWidget(self._bar(actions))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        last = self._above.widget(self._above.count() - 1)
        assert last is not None
        if not last.isHidden():
            self._room = self._above.minimumSizeHint().width()
        last.setVisible(self.width() >= self._room)

    @property
    def shown(self) -> str | None:
        """Which pane is shown, by the key of its action; None if none is."""
        return next((key for key, action in self._actions.items() if action.isChecked()), None)

    def pane(self, key: str) -> QWidget:
        """Return a pane, made now if need be."""
        if key not in self._panes:
            self._panes[key] = self._makers[key]()
            self._below.addWidget(self._panes[key])
        return self._panes[key]

    def show_pane(self, key: str | None) -> None:
        """Show a pane, or none."""
        for other, action in self._actions.items():
            action.setChecked(other == key)
        if key is not None:
            self._below.setCurrentWidget(self.pane(key))
        self._below.setVisible(key is not None)

    def _bar(self, actions: Actions) -> QWidget:
        """Return the line at the foot of the page from which panes are shown and hidden."""
        bar = QWidget()
        bar.setProperty("surface", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(S, XS, S, XS)
        row.setSpacing(XS)
        for key, action in zip(self._makers, actions.of(PANES), strict=True):
            action.setCheckable(True)
            action.triggered.connect(
                lambda checked, key=key: self.show_pane(key if checked else None)
            )
            self._actions[key] = action
            button = QToolButton()
            button.setDefaultAction(action)
            button.setProperty("role", "flat")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAccessibleName(plain(action.text()))
            row.addWidget(button)
        row.addStretch()
        return bar

    def _make_code(self) -> QWidget:
        from cnnstudio.ui.code.code_pane import CodePane

        pane = CodePane(self._design, self._theme)
        pane.said.connect(self.said)
        pane.check_wanted.connect(self.check_wanted)
        return pane

    def _make_diagram(self) -> QWidget:
        from cnnstudio.ui.diagram.diagram_view import DiagramView

        pane = DiagramView(self._design, self._theme)
        pane.said.connect(self.said)
        return pane
