"""The strip through the network with what it shows in words, kept in step with the open design."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.ui.numbers import probability_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import SMALL, S, Theme, font
from cnnstudio.ui.viewer.color_scales import ColorScale, pixel_table
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.path.path_strip import PathStrip
from cnnstudio.ui.viewer.predictions import tells_classes

_WIDTH = 104


class PathPanel(QWidget):
    """Shows the way of the image that is looked at; who goes along it goes along the stack."""

    def __init__(
        self, design: OpenDesign, inquiry: Inquiry, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._design, self._inquiry, self._theme = design, inquiry, theme
        self._scale = ColorScale.VIRIDIS
        self.strip = PathStrip(theme)
        caption = QLabel(_("Mean of each block's maps, each in colours of its own"))
        caption.setProperty("tone", "small")
        caption.setFont(font(SMALL))
        caption.setWordWrap(True)
        caption.setFixedWidth(_WIDTH)
        caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(caption)
        row.addWidget(self.strip, 1)
        self.strip.chosen.connect(design.set_current)
        inquiry.path_shown.connect(self.strip.show_path)
        inquiry.probed.connect(self._show_outcome)
        design.changed.connect(self._show_network)
        design.current_changed.connect(self._follow)
        theme.changed.connect(self._paint)
        self._paint()
        self._show_network()

    def use_colors(self, scale: ColorScale) -> None:
        """Draw the maps in other colours."""
        if scale is not self._scale:
            self._scale = scale
            self._paint()

    def _paint(self) -> None:
        self.strip.use_colors(pixel_table(self._scale, self._theme))

    def _show_network(self) -> None:
        self.strip.show_network(self._design.network)
        self._follow()

    def _follow(self) -> None:
        block = self._inquiry.outer_block
        self.strip.set_current(None if block is None else block.uid)

    def _show_outcome(self, answer: Probed) -> None:
        if not tells_classes(answer, self._design.plan):
            self.strip.show_outcome("")
            return
        best = int(np.argmax(answer.probabilities))
        share = probability_text(float(answer.probabilities[best]))
        self.strip.show_outcome(f"{answer.labels[best]} · {share}")
