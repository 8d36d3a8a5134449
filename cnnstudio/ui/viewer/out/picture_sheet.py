"""Asks in which form, and how large, a picture of the view is to be saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.view.page import Page
from cnnstudio.ui.diagram.figure_files import fits
from cnnstudio.ui.save_sheet import in_pixels, kind_choice, lay_out
from cnnstudio.ui.viewer.out.page_files import size_of

_KINDS = {
    ".png": N_("PNG: an image of pixels, for slides and word processors"),
    ".svg": N_("SVG: letters as text and crisp pixels at any size, for papers and web pages"),
}
_SCALES = (1, 2, 4)
MOST_CELL = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the picture is wanted.

    Attributes:
        suffix: of the file, `.png` or `.svg`.
        cell: pixels of the figure for each value of a map.
        scale: pixels of a PNG for each of the figure.
        light: whether it is on white whatever the window's theme is.
        said: whether the caption is written below.
        part: whether of what is enlarged only the part in sight is wanted.
    """

    suffix: str = ".png"
    cell: int = 1
    scale: int = 2
    light: bool = True
    said: bool = True
    part: bool = False


class PictureSheet(QDialog):
    """`wanted` carries a `Wanted` once a person has decided; it is then gone for good.

    Args:
        parent: the window.
        first: what is chosen at first.
        page_of: returns the figure, to tell how large it is.
        can_be_cut: whether only a part of what is shown is in sight.
    """

    wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        first: Wanted,
        page_of: Callable[[Wanted], Page],
        *,
        can_be_cut: bool = False,
    ) -> None:
        super().__init__(parent)
        self._page_of = page_of
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Picture of this view"))
        self.kind = kind_choice(_KINDS)
        self.kind.setCurrentIndex(list(_KINDS).index(first.suffix))
        self.cell = QSpinBox()
        self.cell.setRange(1, MOST_CELL)
        self.cell.setValue(first.cell)
        self.cell.setAccessibleName(_("Pixels a value"))
        self.cell.setToolTip(_("How many pixels wide and high each number of a map is drawn"))
        self.scale = QComboBox()
        for scale in _SCALES:
            self.scale.addItem(_("{scale}×").format(scale=scale), scale)
        self.scale.setCurrentIndex(_SCALES.index(first.scale))
        self.scale.setAccessibleName(_("Scale"))
        self.scale.setToolTip(_("Enlarge it all, letters too: 4× is sharp in print"))
        self.light = QCheckBox(_("On white"))
        self.light.setChecked(first.light)
        self.light.setToolTip(_("Draw it on white, as paper is, and not as the window is"))
        self.said = QCheckBox(_("With caption"))
        self.said.setChecked(first.said)
        self.said.setToolTip(
            _("Write below what it shows, of which image and weights, and what the colours mean")
        )
        self.part = QCheckBox(_("Only the part in sight"))
        self.part.setChecked(first.part)
        self.part.setEnabled(can_be_cut)
        self.part.setToolTip(_("Leave out what is not seen now that you have looked closer"))
        self.told = QLabel()
        self.told.setProperty("tone", "muted")
        self._lay_out()
        for changed in (
            self.kind.currentIndexChanged,
            self.cell.valueChanged,
            self.scale.currentIndexChanged,
            self.said.toggled,
            self.part.toggled,
        ):
            changed.connect(self._tell)
        self._tell()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(_("Form"), self.kind)
        form.addRow(_("Pixels a value"), self.cell)
        form.addRow(_("Scale"), self.scale)
        form.addRow("", self.light)
        form.addRow("", self.said)
        form.addRow("", self.part)
        form.addRow(_("Extent"), self.told)
        self.save = lay_out(self, form, self._decide)
        self.save.setToolTip(_("Choose the file that the picture is written to"))

    @property
    def chosen(self) -> Wanted:
        """What is chosen at the moment."""
        return Wanted(
            self.kind.currentData(),
            self.cell.value(),
            self.scale.currentData(),
            self.light.isChecked(),
            self.said.isChecked(),
            self.part.isChecked(),
        )

    def _decide(self) -> None:
        self.wanted.emit(self.chosen)
        self.close()

    def _tell(self, *_changed: object) -> None:
        chosen = self.chosen
        is_image = chosen.suffix == ".png"
        self.scale.setEnabled(is_image)
        size = size_of(self._page_of(chosen), chosen.scale if is_image else 1)
        can_be_saved = not is_image or fits(size)
        self.save.setEnabled(can_be_saved)
        self.told.setText(in_pixels(size, can_be_saved=can_be_saved))
