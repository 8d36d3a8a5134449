"""What waits to be trained, and the button that lets the plan wait with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.plan_queue import PlanQueue, QueuedPlan
from cnnstudio.ui.theme import XS, Theme, beside_icon

_MOST_ROWS = 4


class QueueStrip(QWidget):
    """Lists the queue; the selected entry can be moved up and down, or taken out."""

    add_asked = Signal()

    def __init__(self, queue: PlanQueue, theme: Theme) -> None:
        super().__init__()
        self._queue = queue
        self._theme = theme
        self._shown: tuple[QueuedPlan, ...] = ()
        self._title = QLabel()
        self.list = QListWidget()
        self.add = QToolButton()
        self.go_on = QPushButton(_("Go on"))
        self._tools = {
            "arrow-up": (_("Earlier"), _("Let the selected plan be trained earlier"), self._up),
            "arrow-down": (_("Later"), _("Let the selected plan be trained later"), self._down),
            "x": (_("Take out of the queue"), _("Take the selected plan out (Delete)"), self._take),
        }
        self.buttons = {icon: QToolButton() for icon in self._tools}
        self._arrange()
        queue.changed.connect(self._show)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show()

    def _arrange(self) -> None:
        self._title.setProperty("tone", "small")
        self.list.setAccessibleName(_("Plans that wait"))
        self.list.setToolTip(_("Each is trained from new weights when the run before has ended"))
        self.list.currentRowChanged.connect(self._allow)
        self.go_on.setToolTip(_("Train what waits, one plan after the other"))
        self.go_on.setAccessibleName(_("Go on with the queue"))
        self.go_on.clicked.connect(self._queue.go_on)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list, self._take)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.add.setText(beside_icon(_("Queue this plan")))
        self.add.setAccessibleName(_("Queue this plan"))
        self.add.setToolTip(
            _("Train by this plan when the run that goes on, and all that wait, have ended")
        )
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setProperty("role", "flat")
        self.add.clicked.connect(self.add_asked)
        head = QHBoxLayout()
        head.setSpacing(XS)
        head.addWidget(self._title, 1)
        head.addWidget(self.go_on)
        for icon, button in self.buttons.items():
            name, tip, act = self._tools[icon]
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.setProperty("role", "flat")
            button.clicked.connect(act)
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addLayout(head)
        column.addWidget(self.list)

    def _show(self) -> None:
        before, row = self._shown, self.list.currentRow()
        waiting = self._shown = self._queue.waiting
        if 0 <= row < len(before) and before[row] in waiting:
            # What is selected stays so when another one is trained.
            row = next(n for n, queued in enumerate(waiting) if queued is before[row])
        for widget in (self._title, self.list, *self.buttons.values()):
            widget.setVisible(bool(waiting))
        self.list.clear()
        self.list.addItems([_text(queued) for queued in waiting])
        self.list.setCurrentRow(min(max(row, 0), len(waiting) - 1))
        height = self.list.sizeHintForRow(0) * min(len(waiting), _MOST_ROWS)
        self.list.setFixedHeight(height + 2 * self.list.frameWidth() + XS)
        count = ngettext("{count:,} plan waits", "{count:,} plans wait", len(waiting))
        self._title.setText(count.format(count=len(waiting)))
        self.go_on.setVisible(self._queue.is_held)
        self._allow()

    def _allow(self) -> None:
        row, last = self.list.currentRow(), self.list.count() - 1
        self.buttons["arrow-up"].setEnabled(row > 0)
        self.buttons["arrow-down"].setEnabled(0 <= row < last)
        self.buttons["x"].setEnabled(row >= 0)

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._queue.move(row, by)
        self.list.setCurrentRow(row + by)

    def _take(self) -> None:
        if self.list.currentRow() >= 0:
            self._queue.remove(self.list.currentRow())

    def _restyle(self) -> None:
        for icon, button in self.buttons.items():
            button.setIcon(self._theme.icon(icon, "muted"))
        self.add.setIcon(self._theme.icon("plus", "muted"))


def _text(queued: QueuedPlan) -> str:
    plan = queued.plan
    return _("{name}: {epochs:,} epochs, {optimizer} {rate:g}").format(
        name=queued.name, epochs=plan.epochs, optimizer=plan.optimizer, rate=plan.learning_rate
    )
