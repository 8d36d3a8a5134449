"""Asks before something is removed that cannot be brought back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from cnnstudio.core.i18n import _


def asked(parent: QWidget, text: str, more: str, answers: Sequence[str]) -> int | None:
    """Return which of the answers a person gives, from 0; None if nothing is to be done.

    Args:
        parent: the window that asks.
        text: the question.
        more: what would be lost.
        answers: texts of the buttons.
    """
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_("Free space"))
    box.setText(text)
    box.setInformativeText(more)
    buttons = [box.addButton(a, QMessageBox.ButtonRole.DestructiveRole) for a in answers]
    keep = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    clicked = box.clickedButton()
    return buttons.index(clicked) if clicked in buttons else None
