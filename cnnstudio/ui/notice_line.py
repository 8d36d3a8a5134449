"""Something to say to a person, and one line that says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import _, sentence
from cnnstudio.ui.theme import L, M, S, Theme

Severity = Literal["info", "warning", "error"]

ICON = 18
_ICONS = {"info": "info", "warning": "triangle-alert", "error": "circle-alert"}
_TOKENS = {"info": "accent", "warning": "warning", "error": "error"}
_DETAILS = QSize(640, 360)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say.

    Attributes:
        text: one sentence for people.
        severity: how bad it is.
        icon: the name of an icon; that of its severity if empty.
        action: the text of the button that helps; empty for none.
        act: what the button does.
        details: raw text for the curious, shown when asked for; empty for none.
    """

    text: str
    severity: Severity = "info"
    icon: str = ""
    action: str = ""
    act: Callable[[], object] | None = None
    details: str = ""

    @property
    def picture(self) -> str:
        """The name of the icon to show."""
        return self.icon or _ICONS[self.severity]


class NoticeLine(QFrame):
    """Icon, text, the button that helps and one for details, on a surface of the severity."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._action, self._details = QPushButton(), details_button()
        self._action.clicked.connect(self.act)
        self._details.clicked.connect(self._show_details)
        for button in (self._action, self._details):
            button.hide()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(M, S, M, S)
        self.row.setSpacing(M)
        self.row.addWidget(self._icon)
        self.row.addWidget(self._text, 1)
        self.row.addWidget(self._details)
        self.row.addWidget(self._action)
        theme.changed.connect(self._restyle)

    @property
    def notice(self) -> Notice | None:
        """What is said."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Say something else."""
        if notice == self._notice:
            return
        self._notice = notice
        text = sentence(notice.text)
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action.setText(notice.action)
        self._action.setToolTip(text)
        self._action.setVisible(bool(notice.action))
        self._details.setVisible(bool(notice.details))
        self._restyle()

    def act(self) -> None:
        """Do what the button that helps does."""
        if self._notice is not None and self._notice.act is not None:
            self._notice.act()

    def _show_details(self) -> None:
        if self._notice is not None:
            show_details(self.window(), self._notice)

    def _restyle(self) -> None:
        if self._notice is None:
            return
        self.setProperty("severity", self._notice.severity)
        self.style().unpolish(self)
        self.style().polish(self)
        icon = self._theme.icon(self._notice.picture, _TOKENS[self._notice.severity])
        self._icon.setPixmap(icon.pixmap(QSize(ICON, ICON), self.devicePixelRatioF()))


def details_button() -> QPushButton:
    """Return a button that asks for a notice's details."""
    button = QPushButton(_("Details"))
    button.setAccessibleName(_("Details"))
    button.setToolTip(_("See what exactly was reported, to search for it or to pass it on"))
    return button


def show_details(window: QWidget, notice: Notice) -> None:
    """Show a notice with its raw text, which can be selected and copied."""
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Details"))
    dialog.resize(_DETAILS)
    text = QLabel(sentence(notice.text))
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    raw = QPlainTextEdit(notice.details)
    raw.setReadOnly(True)
    raw.setTabChangesFocus(True)
    raw.setProperty("surface", "card")
    raw.setAccessibleName(_("What exactly was reported"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(_("Close"))
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(L, L, L, L)
    column.setSpacing(M)
    for widget in (text, raw, buttons):
        column.addWidget(widget)
    dialog.open()
