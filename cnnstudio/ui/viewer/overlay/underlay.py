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


@dataclass(frozen=True, slots=True)
class Overlay:
    """How a map lies over the image that it was made of.

    Attributes:
        underlay: the image.
        opacity: how much of the image the map hides, from 0 to 1.
        fades: whether weak values hide less of it than strong ones.
    """

    underlay: Underlay
    opacity: float
    fades: bool

    def veiled(
        self,
        table: NDArray[np.uint32],
        shown: tuple[float, float],
        own: tuple[float, float],
        *,
        about_zero: bool,
    ) -> NDArray[np.uint32]:
        """Return colours that let shine through what is below.

        Args:
            table: the pixel of every index of a mosaic, by `color_scales.pixel_table`.
            shown: the values at the ends of the colours.
            own: the lowest and the highest value of the map: its strongest place is to be seen,
                whatever there is in others.
            about_zero: whether what is far from zero is strong, or what is large.

        Returns:
            The same with alpha, premultiplied. What is not finite stays as it is.
        """
        alpha = np.full(CHECK_DARK, self.opacity)
        if self.fades:
            strength = _strength(np.linspace(*shown, LEVELS), own, about_zero=about_zero)
            alpha *= np.minimum(1.0, strength / _TO_THE_FULL)
        alpha = np.round(alpha * 255)
        made = alpha.astype(np.uint32) << 24
        for shift in (16, 8, 0):
            part = (table[:CHECK_DARK] >> shift & 0xFF).astype(np.float64)
            made |= np.floor(part * alpha / 255).astype(np.uint32) << shift
        out = table.copy()
        out[:CHECK_DARK] = made
        return out


def _strength(
    values: NDArray[np.float64], own: tuple[float, float], *, about_zero: bool
) -> NDArray[np.float64]:
    """Return how strong values are in a map, from 0 to 1; all are where none differs."""
    low, high = own
    if about_zero:
        values, low, high = np.abs(values), 0.0, max(abs(low), abs(high))
    if not high > low:
        return np.ones(len(values))
    return np.clip((values - low) / (high - low), 0.0, 1.0)
