"""Asks about a file that would be replaced, where the file dialog could not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

from cnnstudio.core.i18n import _


def may_replace(parent: QWidget, path: Path, chosen: str) -> bool:
    """Return whether a file may be written, after asking if there is one already.

    Args:
        parent: the window that asks.
        path: where it is to be written.
        chosen: what the file dialog gave back. It has asked about that, but not about the name with
            an ending that was added since.
    """
    if path == Path(chosen) or not path.exists():
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_("Replace the file"))
    box.setText(_("Replace “{name}”?").format(name=path.name))
    box.setInformativeText(_("There is a file of this name already; what is in it is lost."))
    replace = box.addButton(_("Replace"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is replace
