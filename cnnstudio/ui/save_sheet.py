"""What the dialogs share that ask in which form a figure or a picture is to be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QPushButton,
    QVBoxLayout,
)

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import XL, L


def kind_choice(kinds: Mapping[str, str]) -> QComboBox:
    """Return the choice of a form, whose data is the suffix of its files.

    Args:
        kinds: what each suffix is good for, marked with `N_`.
    """
    choice = QComboBox()
    for suffix, text in kinds.items():
        choice.addItem(_(text), suffix)
    choice.setAccessibleName(_("Form"))
    choice.setToolTip(_("Choose the form that the program you write with takes best"))
    return choice


def lay_out(dialog: QDialog, form: QFormLayout, decide: Callable[[], object]) -> QPushButton:
    """Lay out a dialog from the top down: its form, then Save and Cancel; return Save."""
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
    )
    save = buttons.button(QDialogButtonBox.StandardButton.Save)
    save.setText(_("Save…"))
    save.setProperty("role", "primary")
    buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("Cancel"))
    buttons.accepted.connect(decide)
    buttons.rejected.connect(dialog.close)
    form.setSpacing(L)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(XL, XL, XL, L)
    column.setSpacing(L)
    column.addLayout(form)
    column.addWidget(buttons)
    return save


def in_pixels(size: QSize, *, can_be_saved: bool) -> str:
    """Return how large an image is, and if it cannot be saved, what to do about it."""
    words = {"width": size.width(), "height": size.height()}
    if can_be_saved:
        return _("{width:,} × {height:,} pixels").format(**words)
    return _("{width:,} × {height:,} pixels: too large, choose a smaller scale").format(**words)
