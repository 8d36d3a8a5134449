"""The bar at the top: the design's name, undo and redo, the three workspaces, Train."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from cnnstudio.core.i18n import _
from cnnstudio.ui.actions import VIEW, Actions, plain
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XS, L, M, S, Theme, beside_icon


class TopBar(QFrame):
    """Shows the design's name and the way between the workspaces; one button trains or stops.

    Attributes:
        history_button: under it the history opens.
    """

    def __init__(self, design: OpenDesign, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._actions = actions
        self._theme = theme
        self.setObjectName("topbar")
        self._name = QLabel()
        self._name.setProperty("tone", "title")
        self._name.setMaximumWidth(280)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(140)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName(_("Progress of the run"))
        self._left = QLabel()
        self._left.setProperty("tone", "small")
        self._run = QPushButton()
        self._run.setProperty("role", "primary")
        self._run.setMinimumWidth(96)
        self._run.setObjectName("run")
        self._run.clicked.connect(self._trigger)
        self._running = False
        self._clicked_at = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(M)
        self.history_button = self._flat("history")
        changes = (self._flat("undo"), self._flat("redo"), self.history_button)
        row.addLayout(self._side(self._name, *changes), 1)
        row.addWidget(self._segments())
        row.addLayout(self._side(None, self._left, self._progress, self._run), 1)
        design.file_changed.connect(self._show_name)
        design.undo_stack.cleanChanged.connect(self._show_name)
        theme.changed.connect(self._show_run)
        self._show_name()
        self.show_progress(None, "")
        self._show_run()

    def show_run(self, running: bool) -> None:
        """Make the button say Stop while a run goes on, Train otherwise."""
        if running != self._running:
            self._running = running
            self._show_run()

    def show_progress(self, share: float | None, left: str) -> None:
        """Show how far a run is, 0 to 1, and how long it takes still; None hides both."""
        self._progress.setVisible(share is not None)
        self._left.setVisible(share is not None)
        self._progress.setValue(int(1000 * (share or 0)))
        self._left.setText(left)

    def _side(self, first: QWidget | None, *others: QWidget) -> QHBoxLayout:
        side = QHBoxLayout()
        side.setSpacing(S)
        if first is None:
            side.addStretch()
        else:
            side.addWidget(first)
            side.addSpacing(XS)
        for widget in others:
            side.addWidget(widget)
        if first is not None:
            side.addStretch()
        return side

    def _flat(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[key])
        button.setProperty("role", "flat")
        button.setAccessibleName(plain(self._actions[key].text()))
        return button

    def _segments(self) -> QWidget:
        box = QFrame()
        box.setObjectName("segments")
        row = QHBoxLayout(box)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        group = QActionGroup(self)
        for action in self._actions.of(VIEW):
            action.setCheckable(True)
            group.addAction(action)
            button = QToolButton()
            button.setDefaultAction(action)
            button.setProperty("role", "segment")
            button.setAccessibleName(plain(action.text()))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setMinimumWidth(104)
            row.addWidget(button)
        return box

    def _trigger(self) -> None:
        # Stop comes where Train was: the second click of a double one is not meant for it.
        now = time.monotonic()
        if now - self._clicked_at > QApplication.doubleClickInterval() / 1000:
            self._wanted().trigger()
        self._clicked_at = now

    def _wanted(self) -> QAction:
        return self._actions["stop" if self._running else "train"]

    def _show_run(self) -> None:
        action = self._wanted()
        self._run.setText(beside_icon(plain(action.text())))
        icon = "square" if self._running else "play"
        self._run.setIcon(QIcon(self._theme.icon(icon, "on_accent")))
        self._run.setToolTip(action.toolTip())
        self._run.setAccessibleName(plain(action.text()))

    def _show_name(self) -> None:
        name = self._design.design.name
        metrics = self._name.fontMetrics()
        mark = " •" if self._design.is_dirty else ""
        self._name.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, 240) + mark)
        where = str(self._design.path or _("not saved yet"))
        lines = [_("{name}, {where}").format(name=name, where=where)]
        if self._design.is_dirty:
            lines.append(_("There are changes that are not saved."))
        self._name.setToolTip("\n".join(lines))
