"""Asks in which form, and how large, a figure is to be saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QWidget,
)

from cnnstudio.core.diagram.scene import Scene
from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.diagram.figure_files import POINTS, PRINT_SCALE, fits, pixels_of
from cnnstudio.ui.save_sheet import in_pixels, kind_choice, lay_out

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
        self.kind = kind_choice(_KINDS)
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
        form.addRow(_("Form"), self.kind)
        form.addRow(_("Scale"), self.scale)
        form.addRow(_("Extent"), self.told)
        self.save = lay_out(self, form, self._decide)
        self.save.setToolTip(_("Choose the file that the figure is written to"))
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
        can_be_saved = not is_image or fits(size)
        if is_image:
            text = in_pixels(size, can_be_saved=can_be_saved)
        else:
            wide, high = (
                round(side * _MILLIMETRES) for side in (self._scene.width, self._scene.height)
            )
            text = _("{width:,} × {height:,} mm").format(width=wide, height=high)
        self.save.setEnabled(can_be_saved)
        self.told.setText(text)
