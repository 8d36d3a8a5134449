"""Below the list: the curves, epochs or details of what is selected, one at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.theme import XS, L

CURVES, EPOCHS, DETAILS = range(3)
_PAGES = (
    (N_("Curves"), N_("Lay the curves of the selected runs over each other (Alt+1)"), "Alt+1"),
    (N_("Epochs"), N_("Read the numbers of each epoch of the run (Alt+2)"), "Alt+2"),
    (N_("Details"), N_("See how the run ended, how its plan differs from the open one, and its "
                       "checkpoints (Alt+3)"), "Alt+3"),
)  # fmt: skip


class LowerPages(QWidget):
    """Shows `CURVES`, `EPOCHS` or `DETAILS`."""

    def __init__(self, *pages: QWidget) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        bar = QFrame()
        bar.setObjectName("segments")
        bar.setAccessibleName(_("What is shown of the selected runs"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, ((name, tip, keys), page) in enumerate(zip(_PAGES, pages, strict=True)):
            button = QToolButton()
            button.setText(_(name))
            button.setToolTip(_(tip))
            button.setAccessibleName(_(name))
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setShortcut(keys)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button, number)
            row.addWidget(button)
            self._stack.addWidget(page)
        self._group.idClicked.connect(self._stack.setCurrentIndex)
        top = QHBoxLayout()
        top.setContentsMargins(L, XS, L, XS)
        top.addWidget(bar)
        top.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self.show_page(CURVES)

    def show_page(self, number: int) -> None:
        """Show a page."""
        self._group.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
