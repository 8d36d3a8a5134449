"""A notice that lies over the foot of a place, so that nothing moves when it comes or goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import M, S, Theme
from cnnstudio.ui.viewer.placard import Notice

_TOKENS = {"info": "accent", "warning": "warning", "error": "error"}


class Banner(QWidget):
    """One sentence across the foot of `host`, until it is closed or no longer true."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._notice: Notice | None = None
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setToolTip(_("Hide this message: it has been read"))
        self._close.setAccessibleName(_("Hide this message"))
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, S, S, S)
        row.setSpacing(S)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()
        host.installEventFilter(self)
        theme.changed.connect(self._restyle)

    @property
    def text(self) -> str:
        """What is said, empty if nothing is."""
        return self._notice.text if self._notice is not None else ""

    def say(self, notice: Notice) -> None:
        """Show a notice."""
        self._notice = notice
        self._text.setText(notice.text)
        self._button.setText(notice.action)
        self._button.setToolTip(notice.text)
        self._button.setVisible(bool(notice.action))
        self.setProperty("severity", notice.severity)
        self._restyle()
        self._place()
        self.show()
        self.raise_()

    def clear(self) -> None:
        """Hide what is shown."""
        self._notice = None
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _act(self) -> None:
        if self._notice is not None and self._notice.act is not None:
            self._notice.act()

    def _place(self) -> None:
        width = self._host.width()
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(0, self._host.height() - height, width, height)

    def _restyle(self) -> None:
        if self._notice is None:
            return
        token = _TOKENS[self._notice.severity]
        icon = self._theme.icon(self._notice.icon, token)
        self._icon.setPixmap(icon.pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self._close.setIcon(self._theme.icon("x", "muted"))
        self.style().unpolish(self)
        self.style().polish(self)
