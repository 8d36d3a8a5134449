"""A dialog that only shows something."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import XL, L


def sheet(parent: QWidget, title: str, *parts: QWidget) -> QDialog:
    """Return a dialog of parts from the top down and a button to close it, not yet shown.

    It is gone for good once it is closed.
    """
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(_("Close"))
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(XL, XL, XL, L)
    column.setSpacing(L)
    for widget in (*parts, buttons):
        column.addWidget(widget)
    return dialog
