"""Messages that float over the foot of a place: nothing else moves when one comes or goes."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.notice_line import Notice, NoticeLine
from cnnstudio.ui.theme import XL, Theme

INFO_MILLISECONDS = 7000
READ_SECONDS = 3.0
"""After so long a message has been read."""
WIDEST = 720
_ABOVE = 52
"""Pixels between a message and the foot of its place, where buttons are."""


class Notices(NoticeLine):
    """Shows the newest message over its parent until it is closed, information only for a while."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(theme, parent)
        self._over = parent
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(_("Close this message"))
        self._close.setToolTip(_("Close this message"))
        self._close.clicked.connect(self.hide)
        self.row.addWidget(self._close)
        self._said_at, self._offers_help = 0.0, False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        theme.changed.connect(self._paint_close)
        self._paint_close()
        parent.installEventFilter(self)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), parent, self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message that is shown, empty if none is."""
        return "" if self.isHidden() else self._text.text()

    def info(self, text: str, button: str = "", action: Callable[[], object] | None = None) -> None:
        """Show a message that goes by itself."""
        self.say(Notice(text, "info", action=button, act=action))

    def lasting(
        self, text: str, button: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show what is being done; it stays until what came of it is said."""
        self.say(Notice(text, "info", action=button, act=action))
        self._timer.stop()

    def error(
        self,
        text: str,
        button: str = "",
        action: Callable[[], object] | None = None,
        details: str = "",
    ) -> None:
        """Show a message that stays until it is closed.

        Args:
            text: what went wrong and what to do, for people.
            button: the text of the button that helps; empty for none.
            action: what the button does.
            details: raw text for the curious, shown when asked for.
        """
        self.say(Notice(text, "error", action=button, act=action, details=details))

    def say(self, notice: Notice) -> None:
        """Show a notice; one that needs no help goes by itself."""
        self.show_notice(notice)
        self._said_at, self._offers_help = time.monotonic(), bool(notice.action)
        if notice.severity == "info":
            self._timer.start(INFO_MILLISECONDS)
        else:
            self._timer.stop()
        self._place()
        self.show()
        self.raise_()

    def let_go(self) -> None:
        """Hide a message that has been read and offers no help, as the work goes on."""
        is_read = time.monotonic() - self._said_at > READ_SECONDS
        if is_read and not self._offers_help:
            self.hide()

    @override
    def act(self) -> None:
        self.hide()
        super().act()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._escape.setEnabled(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._escape.setEnabled(False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        width = min(WIDEST, self._over.width() - 2 * XL)
        height = max(self.row.totalHeightForWidth(width), self.minimumSizeHint().height())
        left, top = (self._over.width() - width) // 2, self._over.height() - height - _ABOVE
        self.setGeometry(left, top, width, height)

    def _paint_close(self) -> None:
        self._close.setIcon(self._theme.icon("x", "muted"))
