"""Two small dialogs: the first steps, and version and licences."""

from __future__ import annotations

import PySide6
from PySide6.QtWidgets import QLabel, QWidget

from cnnstudio import __version__
from cnnstudio.core.i18n import _
from cnnstudio.ui.sheet import sheet


def show_first_steps(parent: QWidget) -> None:
    """Show what a newcomer does first."""
    steps = (
        _("Drag blocks from the palette into the list; drag them up and down, Delete removes one."),
        _("Select a block and change its parameters; shapes and weights follow at once."),
        _("Press Train: loss and accuracy appear from the first batches on."),
        _("Go to Look, pick a digit or drop an image of your own: every feature map of the "
          "selected block is shown."),
        _("Save the design with Ctrl+S, and the trained weights with Ctrl+E."),
    )  # fmt: skip
    items = "".join(f"<li style='margin-bottom: 8px'>{step}</li>" for step in steps)
    _show(parent, _("First steps"), f"<ol>{items}</ol>")


def show_about(parent: QWidget) -> None:
    """Show version and licences."""
    text = _(
        "Version {version}, under the MIT licence. Built on Keras and TensorFlow (Apache 2.0), "
        "Qt for Python {qt} (LGPL 3) and pyqtgraph (MIT). Icons by Lucide (ISC). Digits from "
        "MNIST by Y. LeCun, C. Cortes and C. Burges (CC BY-SA 3.0)."
    ).format(version=__version__, qt=PySide6.__version__)
    _show(parent, _("CNN Studio"), text)


def _show(parent: QWidget, title: str, text: str) -> None:
    heading, body = QLabel(title), QLabel(text)
    heading.setProperty("tone", "display")
    body.setWordWrap(True)
    body.setMinimumWidth(440)
    sheet(parent, title, heading, body).open()
