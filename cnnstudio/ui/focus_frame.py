"""The frame about what has the keyboard, where Qt's styles draw none."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.theme import RADIUS, Theme


def paint_focus(widget: QWidget, theme: Theme) -> None:
    """Paint the frame if the widget has the focus; in its `paintEvent`, after all else."""
    if widget.hasFocus():
        painter = QPainter(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("accent"))
        painter.drawRoundedRect(widget.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()
