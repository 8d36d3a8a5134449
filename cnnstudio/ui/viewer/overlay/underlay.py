"""What lies under a map, and colours that let it shine through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from cnnstudio.core.map_layout import Layout
from cnnstudio.core.map_places import Area
from cnnstudio.core.mosaic import CHECK_DARK, LEVELS
from cnnstudio.ui.viewer.viewport import Margins

_TO_THE_FULL = 0.6
"""The share of the colours' way at which a value hides the image as much as values may."""


@dataclass(frozen=True, slots=True, eq=False)
class Underlay:
    """An image and where it lies.

    Attributes:
        image: as it entered the network.
        area: where, in cells of the map.
    """

    image: QImage
    area: Area

    def around(self, layout: Layout) -> Margins:
        """Return how far the image reaches over a map."""
        left, top, width, height = self.area
        return Margins(
            max(0.0, -top),
            max(0.0, -left),
            max(0.0, top + height - layout.height),
            max(0.0, left + width - layout.width),
            self.image.width() / width,
        )


def veiled(
    table: NDArray[np.uint32], opacity: float, *, fades: bool, about_zero: bool
) -> NDArray[np.uint32]:
    """Return colours that let shine through what is below.

    Args:
        table: the pixel of every index of a mosaic, by `color_scales.pixel_table`.
        opacity: from 0 to 1.
        fades: whether the lowest values are transparent, or those next to zero.
        about_zero: whether zero is in the middle of the colours.

    Returns:
        The same with alpha, premultiplied. What is not finite stays as it is.
    """
    alpha = np.full(CHECK_DARK, opacity)
    if fades:
        way = np.linspace(0, 1, LEVELS)
        strength = np.abs(2 * way - 1) if about_zero else way
        alpha *= np.minimum(1.0, strength / _TO_THE_FULL)
    pixels = table[:CHECK_DARK]
    made = (np.round(alpha * 255).astype(np.uint32)) << 24
    for shift in (16, 8, 0):
        part = (pixels >> shift & 0xFF).astype(np.float64)
        made |= np.floor(part * np.round(alpha * 255) / 255).astype(np.uint32) << shift
    out = table.copy()
    out[:CHECK_DARK] = made
    return out
