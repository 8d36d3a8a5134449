"""How a drawing, and what is pointed at in it, get on the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from cnnstudio.core.map_layout import Place
from cnnstudio.ui.theme import SMALL, XS, Theme, font
from cnnstudio.ui.viewer.drawing import Drawing
from cnnstudio.ui.viewer.inputs.small_pictures import thinned
from cnnstudio.ui.viewer.overlay.underlay import Underlay
from cnnstudio.ui.viewer.viewport import Rect, Viewport

_MARGIN = 6
_POINTS = 4000
"""Points of a curve at most."""


def paint_maps(painter: QPainter, drawing: Drawing, port: Viewport) -> None:
    """Paint the visible part of a drawing; the painter counts device pixels."""
    if drawing.underlay is not None:
        _paint_under(painter, drawing.underlay, port)
    elif drawing.overview is not None and drawing.view == port.view and port.is_fit:
        painter.drawImage(port.left, port.top, drawing.overview)
        return
    if drawing.picture is not None:
        source, target = port.visible()
        painter.drawImage(rectangle(target), drawing.picture, rectangle(source))
    elif drawing.overview is not None:
        # Only until the picture is there, which is being made.
        rows, columns = drawing.layout.rows, drawing.layout.columns
        whole = QRectF(port.left, port.top, columns * port.pitch[1], rows * port.pitch[0])
        painter.drawImage(whole, drawing.overview)


def _paint_under(painter: QPainter, underlay: Underlay, port: Viewport) -> None:
    down, right = port.scale
    left, top, width, height = underlay.area
    target = QRectF(port.left + left * right, port.top + top * down, width * right, height * down)
    shrinks = target.width() < underlay.image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
    painter.drawImage(target, underlay.image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, max(port.scale) < 1)


def paint_curve(painter: QPainter, area: QRectF, drawing: Drawing, theme: Theme) -> None:
    """Paint the one row of a sequence that is shown alone as a curve too, seen on every colour."""
    if not drawing.layout.thickness or drawing.channel is None:
        return
    line = thinned(np.nan_to_num(drawing.values[0, :, drawing.channel]), _POINTS)
    low, high = float(line.min()), float(line.max())
    room = area.adjusted(0, _MARGIN, 0, -_MARGIN)
    across, down = room.width() / len(line), room.height() / (high - low or 1.0)
    curve = QPolygonF(
        [
            QPointF(room.left() + (at + 0.5) * across, room.bottom() - (float(value) - low) * down)
            for at, value in enumerate(line)
        ]
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in (("panel", 4), ("text", 1.6)):
        painter.setPen(QPen(theme.color(color), width))
        painter.drawPolyline(curve)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_frame(painter: QPainter, area: QRectF, channel: int, theme: Theme) -> None:
    """Paint a frame around a map, with its number."""
    color = theme.color("accent")
    painter.setPen(QPen(color, 2))
    painter.drawRect(area.adjusted(-1, -1, 1, 1))
    painter.setFont(font(SMALL, bold=True, tabular=True))
    text = str(channel)
    metrics = painter.fontMetrics()
    chip = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * XS, metrics.height())
    chip.moveTopLeft(area.topLeft() - QPointF(1, 1))
    painter.fillRect(chip, color)
    painter.setPen(theme.color("on_accent"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def paint_pixel(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Paint a frame around one value, seen on every colour."""
    for color, width in (("panel", 4), ("accent", 2)):
        painter.setPen(QPen(theme.color(color), width))
        painter.drawRect(area.adjusted(-1, -1, 1, 1))


def value_area(tile: QRectF, drawing: Drawing, place: Place) -> QRectF:
    """Return where one value is in the area of its map."""
    width = tile.width() / drawing.layout.width
    height = tile.height() / drawing.layout.height
    left, top = tile.left() + place.column * width, tile.top() + place.row * height
    return QRectF(left, top, width, height)


def rectangle(rect: Rect) -> QRectF:
    """Return a rectangle as Qt has it."""
    return QRectF(rect.x, rect.y, rect.width, rect.height)
