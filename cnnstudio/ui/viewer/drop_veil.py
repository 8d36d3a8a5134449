"""What covers the viewer while a file is held over it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import RADIUS, TITLE, XL, S, Theme, font
from cnnstudio.ui.viewer.drops import Drop

_ICON = 32


class DropVeil(QWidget):
    """A frame and a sentence over all of `host`, which lets drags through."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._drop = Drop(None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, drop: Drop) -> None:
        """Say what letting go would do."""
        self._drop = drop
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        opens = self._drop.path is not None
        token = "accent" if opens else "warning"
        text = _("Let go to look at this image") if opens else self._drop.message
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._theme.color("panel"))
        veil.setAlphaF(0.88)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(self._theme.color(token), 2))
        frame = QRectF(self.rect()).adjusted(S, S, -S, -S)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        icon = QRect(0, 0, _ICON, _ICON)
        icon.moveCenter(self.rect().center())
        icon.translate(0, -_ICON)
        self._theme.icon("image" if opens else "triangle-alert", token).paint(painter, icon)
        painter.setFont(font(TITLE))
        painter.setPen(self._theme.color("text"))
        below = self.rect().adjusted(XL, icon.bottom() + S, -XL, -XL)
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, int(align) | int(Qt.TextFlag.TextWordWrap), text)
        painter.end()
