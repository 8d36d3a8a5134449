"""What stands where maps would be while there are none: one sentence, and one button to help it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.ui.notice_line import TOKENS, Notice, NoticeView
from cnnstudio.ui.theme import XL, M, S, Theme

_ICON = 32
_WIDTH = 440


class Placard(NoticeView):
    """A notice in the middle of an empty place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, {**TOKENS, "info": "muted"}, _ICON)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addStretch(1)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._icon, 0, center)
        column.addWidget(self._text)
        column.setAlignment(self._text, center)
        column.addSpacing(S)
        column.addWidget(self._action, 0, center)
        column.addWidget(self._details, 0, center)
        column.addStretch(1)

    @override
    def show_notice(self, notice: Notice) -> None:
        super().show_notice(notice)
        self._fit_text()

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
        margin = XL if self.width() >= _WIDTH else S
        self._column.setContentsMargins(margin, margin, margin, margin)
        width = max(1, min(_WIDTH, self.width() - 2 * margin))
        height = max(1, self._text.heightForWidth(width))
        self._text.setFixedSize(width, height)
        # In a low place the sentence comes before its picture.
        others = (self._action, self._details)
        below = sum(w.sizeHint().height() + M for w in others if not w.isHidden())
        self._icon.setVisible(self.height() >= 2 * margin + _ICON + 2 * M + S + height + below)
