"""The colours of values: perceptual palettes as tables of pixels."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from cnnstudio.core.i18n import N_
from cnnstudio.core.mosaic import CHECK_BRIGHT, CHECK_DARK, EMPTY, LEVELS
from cnnstudio.core.palettes import viridis
from cnnstudio.ui.theme import Theme, Tokens

_CHUNK_ROWS = 256


class ColorScale(StrEnum):
    """Which colours values are drawn in."""

    VIRIDIS = "viridis"
    CIVIDIS = "cividis"
    MAGMA = "magma"
    DIVERGING = "diverging"
    GREY = "grey"

    @property
    def about_zero(self) -> bool:
        """Whether its middle stands for zero."""
        return self is ColorScale.DIVERGING


SCALE_LABELS = {
    ColorScale.VIRIDIS: N_("Viridis: dark is low, yellow is high"),
    ColorScale.CIVIDIS: N_(
        "Cividis: the same to eyes that tell red from green and those that do not"
    ),
    ColorScale.MAGMA: N_("Magma: black is low, pale is high"),
    ColorScale.DIVERGING: N_("Diverging: blue below zero, red above"),
    ColorScale.GREY: N_("Grey: black is low, white is high"),
}


def colors(scale: ColorScale, *, dark: bool) -> NDArray[np.uint8]:
    """Return a scale from lowest to highest, `(LEVELS, 3)`; zero recedes in both themes."""
    match scale:
        case ColorScale.VIRIDIS:
            return viridis(LEVELS)
        case ColorScale.CIVIDIS | ColorScale.MAGMA:
            return _named(f"{scale}")
        case ColorScale.DIVERGING:
            return _named("CET-D4" if dark else "CET-D1")
        case ColorScale.GREY:
            grey = np.linspace(0, 255, LEVELS).round().astype(np.uint8)
            return np.repeat(grey[:, np.newaxis], 3, axis=1)
        case _:
            assert_never(scale)


def pixel_table(scale: ColorScale, theme: Theme) -> NDArray[np.uint32]:
    """Return the pixel of every index of a mosaic, as the theme of the moment has it."""
    return table_of(scale, theme.tokens)


def table_of(scale: ColorScale, tokens: Tokens) -> NDArray[np.uint32]:
    """Return the pixel of every index of a mosaic, in Qt's ARGB32 with premultiplied alpha."""
    table = np.zeros(256, np.uint32)
    red, green, blue = colors(scale, dark=tokens.dark).T.astype(np.uint32)
    table[:LEVELS] = 0xFF000000 | red << 16 | green << 8 | blue
    table[CHECK_DARK] = QColor(tokens.error).rgba()
    table[CHECK_BRIGHT] = QColor(tokens.text if tokens.dark else tokens.card).rgba()
    table[EMPTY] = 0
    return table


def colored(indices: NDArray[np.uint8], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the pixels of a picture of indices, `(height, width)`."""
    pixels = np.empty(indices.shape, np.uint32)
    # numpy widens the indices eightfold on the way: in pieces that stays small.
    for top in range(0, len(indices), _CHUNK_ROWS):
        rows = slice(top, top + _CHUNK_ROWS)
        np.take(table, indices[rows], out=pixels[rows], mode="clip")
    return pixels


@lru_cache(maxsize=4)
def _named(name: str) -> NDArray[np.uint8]:
    import pyqtgraph as pg  # takes a third of a second, which the window's start does not have

    table: NDArray[np.uint8] = pg.colormap.get(name).getLookupTable(0.0, 1.0, LEVELS, alpha=False)
    return table
