"""Messages that float over the window's foot: nothing else moves when one comes or goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, sentence
from cnnstudio.ui.theme import XL, L, M, S, Theme

INFO_MILLISECONDS = 7000
_ICONS = {"info": ("info", "accent"), "error": ("circle-alert", "error")}


class Notices(QWidget):
    """Shows the newest message over its parent; errors stay until they are closed."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._action: Callable[[], object] | None = None
        close = QToolButton()
        close.setProperty("role", "flat")
        close.setIcon(theme.icon("x", "muted"))
        close.setAccessibleName(_("Close this message"))
        close.setToolTip(_("Close this message"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, S, S)
        row.setSpacing(M)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The message that is shown, empty if none is."""
        return self._text.text() if self.isVisible() else ""

    def info(self, text: str, button: str = "", action: Callable[[], object] | None = None) -> None:
        """Show a message that goes by itself."""
        self._show("info", text, button, action)
        self._timer.start(INFO_MILLISECONDS)

    def error(
        self, text: str, button: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show a message that stays until it is closed."""
        self._timer.stop()
        self._show("error", text, button, action)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _show(
        self, severity: str, text: str, button: str, action: Callable[[], object] | None
    ) -> None:
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        icon = self._theme.icon(*_ICONS[severity])
        self._icon.setPixmap(icon.pixmap(QSize(20, 20), self.devicePixelRatioF()))
        self._text.setText(sentence(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._action = action
        self.setAccessibleName(text)
        self.show()
        self._place()
        self.raise_()

    def _place(self) -> None:
        parent = self._over
        width = min(720, parent.width() - 2 * XL)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None else -1
        self.resize(width, height if height > 0 else self.sizeHint().height())
        self.move((parent.width() - width) // 2, parent.height() - self.height() - XL)

    def _act(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
