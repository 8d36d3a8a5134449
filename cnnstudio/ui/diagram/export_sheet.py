"""Asks in which form, and how large, a figure is to be saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.diagram.scene import Scene
from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.diagram.figure_files import POINTS, PRINT_SCALE, fits, pixels_of
from cnnstudio.ui.theme import XL, L

LEAST, MOST = 0.25, 20.0
"""Pixels of an image for each of the figure."""
_KINDS = {
    ".svg": N_("SVG: sharp at any size, for web pages and drawing programs"),
    ".pdf": N_("PDF: sharp at any size, for LaTeX and for print"),
    ".png": N_("PNG: an image of pixels, for slides and word processors"),
}
_MILLIMETRES = 25.4 / 72 * POINTS
"""Of one pixel of the figure on paper."""


class ExportSheet(QDialog):
    """`wanted` carries suffix and scale once a person has decided; it is then gone for good."""

    wanted = Signal(str, float)

    def __init__(self, parent: QWidget, scene: Scene) -> None:
        super().__init__(parent)
        self._scene = scene
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export the figure"))
        self.kind = QComboBox()
        for suffix, text in _KINDS.items():
            self.kind.addItem(_(text), suffix)
        self.kind.setAccessibleName(_("Form"))
        self.kind.setToolTip(_("Choose the form that the program you write with takes best"))
        self.scale = QDoubleSpinBox()
        self.scale.setRange(LEAST, MOST)
        self.scale.setSingleStep(0.5)
        self.scale.setDecimals(2)
        self.scale.setValue(PRINT_SCALE)
        self.scale.setSuffix(" ×")
        self.scale.setAccessibleName(_("Scale"))
        self.scale.setToolTip(_("Enlarge the image: 3 is sharp in print, 1 is enough for a screen"))
        self.told = QLabel()
        self.told.setProperty("tone", "muted")
        form = QFormLayout()
        form.setSpacing(L)
        form.addRow(_("Form"), self.kind)
        form.addRow(_("Scale"), self.scale)
        form.addRow(_("Extent"), self.told)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setText(_("Save…"))
        self.save.setToolTip(_("Choose the file that the figure is written to"))
        self.save.setProperty("role", "primary")
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("Cancel"))
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(L)
        column.addLayout(form)
        column.addWidget(buttons)
        self.kind.currentIndexChanged.connect(self._tell)
        self.scale.valueChanged.connect(self._tell)
        self._tell()

    def _decide(self) -> None:
        self.wanted.emit(self.kind.currentData(), self.scale.value())
        self.close()

    def _tell(self) -> None:
        is_image = self.kind.currentData() == ".png"
        self.scale.setEnabled(is_image)
        size = pixels_of(self._scene, self.scale.value())
        if not is_image:
            wide, high = (
                round(side * _MILLIMETRES) for side in (self._scene.width, self._scene.height)
            )
            text = _("{width:,} × {height:,} mm").format(width=wide, height=high)
        elif fits(size):
            text = _("{width:,} × {height:,} pixels").format(
                width=size.width(), height=size.height()
            )
        else:
            text = _("{width:,} × {height:,} pixels: too large, choose a smaller scale").format(
                width=size.width(), height=size.height()
            )
        self.save.setEnabled(not is_image or fits(size))
        self.told.setText(text)
