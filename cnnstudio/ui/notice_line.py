"""Something to say to a person, and the line that says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, sentence
from cnnstudio.ui.sheet import sheet
from cnnstudio.ui.theme import M, S, Theme

Severity = Literal["info", "warning", "error"]

_ICON = 18
_ICONS = {"info": "info", "warning": "triangle-alert", "error": "circle-alert"}
TOKENS: Mapping[Severity, str] = {"info": "accent", "warning": "warning", "error": "error"}
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


class NoticeView(QFrame):
    """Icon, text, the button that helps and one for details; who shows them lays them out.

    Args:
        theme: colours them.
        tokens: the colour of the icon, by severity.
        icon: its side in pixels.
    """

    def __init__(
        self, theme: Theme, parent: QWidget | None, tokens: Mapping[Severity, str], icon: int
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tokens, self._side = tokens, icon
        self._notice: Notice | None = None
        self._icon, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._action, self._details = QPushButton(), QPushButton(_("Details"))
        self._action.clicked.connect(self.act)
        self._details.clicked.connect(self._show_details)
        self._details.setAccessibleName(_("Details"))
        self._details.setToolTip(
            _("See what exactly was reported, to search for it or to pass it on")
        )
        for button in (self._action, self._details):
            button.hide()
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
            _show_details(self.window(), self._notice)

    def _restyle(self) -> None:
        if self._notice is not None:
            icon = self._theme.icon(self._notice.picture, self._tokens[self._notice.severity])
            side = QSize(self._side, self._side)
            self._icon.setPixmap(icon.pixmap(side, self.devicePixelRatioF()))


class NoticeLine(NoticeView):
    """A notice in a row, on a surface of its severity."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, TOKENS, _ICON)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(M, S, M, S)
        self.row.setSpacing(M)
        self.row.addWidget(self._icon)
        self.row.addWidget(self._text, 1)
        self.row.addWidget(self._details)
        self.row.addWidget(self._action)

    @override
    def _restyle(self) -> None:
        super()._restyle()
        if self._notice is not None:
            self.setProperty("severity", self._notice.severity)
            self.style().unpolish(self)
            self.style().polish(self)


def _show_details(window: QWidget, notice: Notice) -> None:
    """Show a notice with its raw text, which can be selected and copied."""
    text = QLabel(sentence(notice.text))
    text.setWordWrap(True)
    text.setTextFormat(Qt.TextFormat.PlainText)
    raw = QPlainTextEdit(notice.details)
    raw.setReadOnly(True)
    raw.setTabChangesFocus(True)
    raw.setProperty("surface", "card")
    raw.setAccessibleName(_("What exactly was reported"))
    dialog = sheet(window, _("Details"), text, raw)
    dialog.resize(_DETAILS)
    dialog.open()
