"""The ranges that pixels may be brought to before they enter a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    # A plan names the ranges, and is read without numpy.
    import numpy as np
    from numpy.typing import NDArray

BRIGHTEST = 255
"""A white pixel of an opened image; black is 0."""
MOST_PIXELS = 50_000_000
"""Pixels a file may decode to; a tiny file can claim to hold billions."""


@dataclass(frozen=True, slots=True)
class PixelRange:
    """What black and white become.

    Attributes:
        label: its name for people, marked for translation.
        low: what a black pixel becomes.
        high: what a white one becomes.
    """

    label: str
    low: float
    high: float

    @property
    def scale(self) -> float:
        """What a pixel from 0 to 255 is multiplied with."""
        return (self.high - self.low) / BRIGHTEST

    @property
    def offset(self) -> float:
        """What is added to that."""
        return self.low


PIXEL_RANGES = {
    "0..1": PixelRange(N_("0 to 1"), 0.0, 1.0),
    "-1..1": PixelRange(N_("−1 to 1"), -1.0, 1.0),
    "0..255": PixelRange(N_("0 to 255"), 0.0, 255.0),
}
"""By the names that a training plan has for them."""


def as_pixels(entered: NDArray[np.float32], pixels: str) -> NDArray[np.uint8]:
    """Return what entered a network as it can be looked at, `(height, width, 1 or 3)`, 0 to 255.

    Args:
        entered: `(height, width, channels)` or `(length, channels)`, which becomes one row a place;
            of other than 1 or 3 channels only the first is seen.
        pixels: how it was brought to its range, a key of `PIXEL_RANGES`.
    """
    import numpy as np

    if entered.ndim == 2:
        entered = entered[:, :, np.newaxis]
    if entered.shape[2] != 3:
        entered = entered[:, :, :1]
    brought = PIXEL_RANGES[pixels]
    scaled = (np.nan_to_num(entered) - brought.offset) / brought.scale
    visible: NDArray[np.uint8] = np.clip(scaled.round(), 0, 255).astype(np.uint8)
    return visible
