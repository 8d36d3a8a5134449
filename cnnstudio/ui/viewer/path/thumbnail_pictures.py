"""Thumbnails as images that are ready to be painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from cnnstudio.core.mosaic import CHECK_DARK, LEVELS
from cnnstudio.core.path_messages import Thumbnail
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.color_scales import colored

_BAR_HEIGHT = 40


def picture_of(thumbnail: Thumbnail, table: NDArray[np.uint32], theme: Theme) -> QImage:
    """Return a thumbnail as an image: maps in the colours of a table, vectors as bars.

    Args:
        thumbnail: as the engine sent it.
        table: the pixel of every level, by `color_scales.pixel_table`.
        theme: for the bars.
    """
    if thumbnail.levels.ndim == 2:
        return _image(colored(thumbnail.levels, table))
    return _image(_bars(thumbnail, theme))


def _bars(thumbnail: Thumbnail, theme: Theme) -> NDArray[np.uint32]:
    """Return a bar a column, up and down from zero; one that is not finite fills its column."""
    span = thumbnail.high - thumbnail.low
    zero = -thumbnail.low / span if span > 0 else 0.0
    levels = thumbnail.levels.astype(np.float64) / (LEVELS - 1)
    rows = (np.arange(_BAR_HEIGHT, 0, -1)[:, np.newaxis] - 0.5) / _BAR_HEIGHT
    least, most = np.minimum(levels, zero), np.maximum(levels, zero)
    bad = thumbnail.levels == CHECK_DARK
    inside = (rows > least) & (rows <= np.maximum(most, 1 / _BAR_HEIGHT))
    pixels = np.zeros((_BAR_HEIGHT, len(levels)), np.uint32)
    pixels[inside] = QColor(theme.tokens.accent).rgba()
    pixels[:, bad] = QColor(theme.tokens.error).rgba()
    return pixels


def _image(pixels: NDArray[np.uint32]) -> QImage:
    height, width = pixels.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    # Copied, for an image made of an array does not keep it alive.
    return QImage(pixels.tobytes(), width, height, width * 4, form).copy()
