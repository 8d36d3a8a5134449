"""What stands where maps would be while there are none: one sentence, and one button to help it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.ui.notice_line import Notice, details_button, show_details
from cnnstudio.ui.theme import XL, M, S, Theme

_ICON = 32
_WIDTH = 440


class Placard(QWidget):
    """A notice in the middle of an empty place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._details = details_button()
        self._details.clicked.connect(self._show_details)
        for button in (self._button, self._details):
            button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addStretch(1)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._icon, 0, center)
        column.addWidget(self._text)
        column.setAlignment(self._text, center)
        column.addSpacing(S)
        column.addWidget(self._button, 0, center)
        column.addWidget(self._details, 0, center)
        column.addStretch(1)
        theme.changed.connect(self._paint_icon)

    @property
    def notice(self) -> Notice | None:
        """What is said."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Say something else."""
        if notice == self._notice:
            return
        self._notice = notice
        self._text.setText(notice.text)
        self._fit_text()
        self._button.setText(notice.action)
        self._button.setToolTip(notice.text)
        self._button.setVisible(bool(notice.action))
        self._details.setVisible(bool(notice.details))
        self._paint_icon()

    @override
    def minimumSizeHint(self) -> QSize:
        # The text is fitted to the width, so it must not take any from the panels beside this one.
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        # A layout that centres a label does not ask how high it is at its width.
        width = max(1, min(_WIDTH, self.width() - 2 * XL))
        self._text.setFixedSize(width, max(1, self._text.heightForWidth(width)))

    def _act(self) -> None:
        if self._notice is not None and self._notice.act is not None:
            self._notice.act()

    def _show_details(self) -> None:
        if self._notice is not None:
            show_details(self.window(), self._notice)

    def _paint_icon(self) -> None:
        if self._notice is None:
            return
        tokens = {"error": "error", "warning": "warning"}
        icon = self._theme.icon(self._notice.picture, tokens.get(self._notice.severity, "muted"))
        self._icon.setPixmap(icon.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
