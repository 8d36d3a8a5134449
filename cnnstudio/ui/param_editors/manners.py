"""How the fields of a form behave, whatever they hold."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QToolTip, QWidget
from typing_extensions import override

from cnnstudio.ui.theme import XS

_READING_MILLISECONDS = 6000


def calm(widget: QAbstractSpinBox | QComboBox | QLineEdit) -> None:
    """Keep a field from changing by accident, and leave undo and the wheel to the window."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_FieldGuard(widget))
    if isinstance(widget, QAbstractSpinBox):
        widget.setAccelerated(True)
        widget.setMinimumWidth(52)
        # The style sheet's padding does not reach the text of a spin box.
        widget.lineEdit().setTextMargins(XS, 0, 0, 0)


def say_beside(widget: QWidget, text: str) -> None:
    """Say something of a field right below it, for a while, without moving anything."""
    place = widget.mapToGlobal(QPoint(0, widget.height()))
    QToolTip.showText(place, text, widget, QRect(), _READING_MILLISECONDS)


class _FieldGuard(QObject):
    """Leaves to the window what is the window's, though a field would take it for its own.

    The wheel scrolls the form instead of changing a value that does not have the focus; undo and
    redo are those of the design, in which every keystroke already is.
    """

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            )
        turned = event.type() == QEvent.Type.Wheel
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
