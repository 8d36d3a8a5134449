"""The tabs above the stage: what a block makes of the image, or what it has learned."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from cnnstudio.core.i18n import _


class Mode(IntEnum):
    """What the stage shows."""

    MAPS = 0
    KERNELS = 1


class ModeTabs(QFrame):
    """Two buttons of which one is pressed; `chosen` carries the `Mode` a person turns to."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons = QButtonGroup(self)
        for mode, name, tip in (
            (Mode.MAPS, _("Maps"), _("What the block makes of the image (M)")),
            (Mode.KERNELS, _("Kernels"), _("The weights that the block has learned (K)")),
        ):
            button = QToolButton()
            button.setText(name)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setAccessibleName(name)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._buttons.addButton(button, mode)
            row.addWidget(button)
        self._buttons.button(Mode.MAPS).setChecked(True)
        self._buttons.idClicked.connect(lambda number: self.turn_to(Mode(number)))
        self._mode = Mode.MAPS

    @property
    def mode(self) -> Mode:
        """What is shown."""
        return self._mode

    def turn_to(self, mode: Mode) -> None:
        """Show the other, as a press of its button does."""
        self._buttons.button(mode).setChecked(True)
        if mode is not self._mode:
            self._mode = mode
            self.chosen.emit(mode)
