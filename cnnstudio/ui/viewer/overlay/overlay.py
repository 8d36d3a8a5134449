"""How a map lies over the image that it was made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.ui.viewer.drawing import Style
from cnnstudio.ui.viewer.overlay.underlay import Underlay, veiled


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is wanted of it.

    Attributes:
        underlay: the image.
        opacity: how much of the image the map hides, from 0 to 1.
        fades: whether weak values hide less of it than strong ones.
    """

    underlay: Underlay
    opacity: float
    fades: bool

    def over(self, style: Style) -> Style:
        """Return a style with the image under the map."""
        table = veiled(style.table, self.opacity, fades=self.fades, about_zero=style.about_zero)
        return replace(style, table=table, underlay=self.underlay)
