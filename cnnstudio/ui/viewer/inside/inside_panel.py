"""The layers inside the part that is looked at, each with its thumbnail; a click or arrow goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.inner_layers import InnerLayer, part_of
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.path_messages import PathShown
from cnnstudio.ui.theme import SMALL, XS, S, Theme, font
from cnnstudio.ui.viewer.color_scales import ColorScale, pixel_table
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.path.path_cells import PathCells
from cnnstudio.ui.viewer.path.path_strip import PathStrip

_WIDTH = 104


class InsidePanel(QWidget):
    """Shows what a part is made from while the part, or a layer in it, is looked at.

    It is there only then, for most networks have no parts.
    """

    def __init__(self, inquiry: Inquiry, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inquiry, self._theme = inquiry, theme
        self._scale = ColorScale.VIRIDIS
        self._shown: InsideShown | None = None
        self.strip = PathStrip(theme)
        self.strip.setAccessibleName(_("The layers inside the part"))
        self.strip.setToolTip(
            _(
                "What each layer inside this part makes of the image; click or use the arrow keys "
                "to look at one, Esc leads back to the whole part"
            )
        )
        self.caption = QLabel()
        self.caption.setProperty("tone", "small")
        self.caption.setFont(font(SMALL))
        self.caption.setWordWrap(True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.whole = QPushButton(_("Whole part"))
        self.whole.setProperty("role", "flat")
        self.whole.setToolTip(_("Go back to what the part as a whole puts out (Esc)"))
        self._lay_out()
        self.strip.chosen.connect(inquiry.enter)
        self.whole.clicked.connect(self.leave)
        inquiry.inside_shown.connect(self._follow)
        inquiry.changed.connect(self._follow)
        theme.changed.connect(self._paint)
        self._paint()
        self.hide()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(_WIDTH)
        told = QVBoxLayout(side)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(XS)
        told.addWidget(self.caption, 1)
        told.addWidget(self.whole)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(side)
        row.addWidget(self.strip, 1)

    def use_colors(self, scale: ColorScale) -> None:
        """Draw the maps in other colours."""
        if scale is not self._scale:
            self._scale = scale
            self._paint()

    def leave(self) -> None:
        """Look at the whole part again."""
        self._inquiry.enter(None)

    def leave_if_inside(self, uid: str) -> None:
        """Look at the whole part again if that is the block a person has gone to."""
        if self._shown is not None and uid == self._shown.part:
            self.leave()

    def _paint(self) -> None:
        self.strip.use_colors(pixel_table(self._scale, self._theme))

    def _follow(self, _told: object = None) -> None:
        """Show the layers of the part of the moment, and which of them is looked at."""
        outer, block = self._inquiry.outer_block, self._inquiry.block
        inside = None if outer is None else self._inquiry.inside_of(outer.uid)
        if inside is not self._shown:
            self._shown = inside
            self._fill(inside)
        self.setVisible(inside is not None)
        if outer is not None and inside is not None:
            self.caption.setText(self._told(outer, block, inside))
        is_inner = block is not None and outer is not None and block.uid != outer.uid
        self.whole.setEnabled(is_inner)
        self.strip.set_current(block.uid if is_inner and block is not None else None)

    def _told(self, part: PlacedBlock, block: PlacedBlock | None, inside: InsideShown) -> str:
        """Say what the strip shows, and of a layer that is looked at what it reads."""
        layer = next((at for at in inside.layers if block and at.uid == block.uid), None)
        if layer is None:
            count = len(inside.layers)
            return ngettext(
                "Inside {name}: {count:,} layer", "Inside {name}: {count:,} layers", count
            ).format(name=part.name, count=count)
        known = {at.uid: at.name for at in inside.layers}
        names = [known.get(uid) or self._name(uid) for uid in layer.reads]
        if not names:
            return _("{name} reads nothing that can be shown").format(name=layer.name)
        return _("{name} reads {sources}").format(name=layer.name, sources=", ".join(names))

    def _name(self, uid: str) -> str:
        node = self._inquiry.find(part_of(uid))
        return node.name if node is not None else ""

    def _fill(self, inside: InsideShown | None) -> None:
        layers = () if inside is None else inside.layers
        self.strip.show_cells(_cells(layers))
        self.strip.show_path(PathShown(0, tuple(layer.thumbnail for layer in layers)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.whole.isEnabled():
            self.leave()
        else:
            super().keyPressEvent(event)


def _cells(layers: tuple[InnerLayer, ...]) -> PathCells:
    """Return the layers in a row, a line between two only if one reads the other."""
    nodes = tuple(PlacedBlock(layer.uid, layer.name, layer.block) for layer in layers)
    starts = frozenset(
        at for at in range(1, len(layers)) if layers[at - 1].uid not in layers[at].reads
    )
    return PathCells(nodes, (), starts)
