"""Small pictures of what is no image: a curve of a signal, the first words of a text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from cnnstudio.core.made_inputs import has_pixels, is_picture
from cnnstudio.core.mosaic import as_maps
from cnnstudio.core.pixels import BRIGHTEST
from cnnstudio.ui.theme import SMALL, XS, Theme, font
from cnnstudio.ui.viewer.data_images import picture_of

SIDE, _WIDTH = 112, 168
"""Pixels of a picture, twice as many as are shown, for screens of two pixels a point."""
_MOST_POINTS = _WIDTH


def picture_of_values(values: NDArray[np.float32], theme: Theme) -> QImage:
    """Return a picture of numbers in an Input's shape; brightnesses are from 0 to 1."""
    if has_pixels(values.shape):
        plane = as_maps(values)
        shown = plane if is_picture(plane.shape) else plane[..., :1]
        return picture_of(np.clip(np.rint(shown * BRIGHTEST), 0, BRIGHTEST).astype(np.uint8))
    line = values if values.ndim == 1 else values.reshape(len(values), -1)[:, 0]
    return _curve(thinned(line, _MOST_POINTS), theme)


def picture_of_text(text: str, theme: Theme) -> QImage:
    """Return a picture of the beginning of a text."""
    image = _sheet(SIDE)
    painter = QPainter(image)
    small = font(SMALL)
    small.setPixelSize(2 * SMALL)
    painter.setFont(small)
    painter.setPen(theme.color("text"))
    room = QRectF(0, 0, SIDE, SIDE).adjusted(XS, 0, -XS, 0)
    wrap = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(room, wrap, text)
    painter.end()
    return image


def thinned(line: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Return a line of at most so many points that has the lowest and highest of each part."""
    if len(line) <= most:
        return line
    edges = np.arange(most // 2) * len(line) // (most // 2)
    low, high = np.minimum.reduceat(line, edges), np.maximum.reduceat(line, edges)
    return np.stack([low, high], axis=1).reshape(-1)


def _curve(line: NDArray[np.float32], theme: Theme) -> QImage:
    image = _sheet(_WIDTH)
    low, high = float(line.min()), float(line.max())
    span = high - low or 1.0
    margin = 2 * XS
    room = SIDE - 2 * margin
    across = (_WIDTH - 2 * margin) / max(1, len(line) - 1)
    points = [
        QPointF(margin + at * across, margin + room * (1 - (float(value) - low) / span))
        for at, value in enumerate(line)
    ]
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("accent"), 3))
    painter.drawPolyline(QPolygonF(points))
    painter.end()
    return image


def _sheet(width: int) -> QImage:
    image = QImage(width, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image
