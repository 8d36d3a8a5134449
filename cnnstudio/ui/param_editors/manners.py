"""How the fields of a form behave, whatever they hold."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget
from typing_extensions import override

from cnnstudio.ui.theme import XS


def calm(widget: QAbstractSpinBox | QComboBox) -> None:
    """Keep a field from changing by accident, and leave undo and the wheel to the window."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_FieldGuard(widget))
    if isinstance(widget, QAbstractSpinBox):
        widget.setAccelerated(True)
        widget.setMinimumWidth(52)
        # The style sheet's padding does not reach the text of a spin box.
        widget.lineEdit().setTextMargins(XS, 0, 0, 0)


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
