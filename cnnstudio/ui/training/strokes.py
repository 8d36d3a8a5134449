"""How each curve of a plot is drawn: one hue a metric, told apart by width, dashes and markers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.ui.theme import Theme

MARKER = 7
OTHER_HUES = (2, 3)
"""In turn those of the runs that are laid over: neither that of the loss nor of the accuracy."""
OTHER_DASHES = ((10, 3), (4, 2, 1, 2), (1, 2), (3, 4), (10, 2, 2, 2, 2, 2), (1, 4), (5, 2))
"""In turn those of the runs that are laid over; neighbours of one hue are the least alike."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A way to draw a curve.

    Attributes:
        hue: which of the theme's curve colours.
        density: points a pixel, at most; above it the curve is thinned out.
        width: in device-independent pixels.
        strength: how far the colour stands out from the panel, 0 to 1.
        dashes: lengths of strokes and gaps in turn, in widths; empty for a whole line.
        marker: at each point, `o` for a disk, `s` for a hollow square, empty for none.
    """

    hue: int
    density: float
    width: float = 2
    strength: float = 1.0
    dashes: tuple[float, ...] = ()
    marker: str = ""


def batch_stroke(hue: int) -> Stroke:
    """Return the stroke of the values by batch."""
    return Stroke(hue, 1, width=1, strength=0.45)


def smooth_stroke(hue: int) -> Stroke:
    """Return the stroke of their moving average."""
    return Stroke(hue, 0.5, strength=0.7)


def train_stroke(hue: int) -> Stroke:
    """Return the stroke of the means over epochs."""
    return Stroke(hue, 0.25, marker="o")


def validation_stroke(hue: int) -> Stroke:
    """Return the stroke of the values on validation data."""
    return Stroke(hue, 0.25, dashes=(3, 2), marker="s")


def rate_stroke(hue: int) -> Stroke:
    """Return the stroke of a learning rate, which has no other curve beside it."""
    return Stroke(hue, 1, width=1.5)


def other_stroke(number: int, *, validation: bool) -> Stroke:
    """Return the stroke of another run's curve: thin, and in dashes of its own.

    Args:
        number: of the run among those laid over, from 0.
        validation: whether it is that of the validation, which has markers.
    """
    dashes = OTHER_DASHES[number % len(OTHER_DASHES)]
    hue = OTHER_HUES[number % len(OTHER_HUES)]
    return Stroke(hue, 0.25, width=1.2, dashes=dashes, marker="s" if validation else "")


def color_of(stroke: Stroke, theme: Theme) -> QColor:
    """Return a stroke's colour in the theme in force.

    It is mixed with the panel's rather than translucent: opaque pens are drawn faster.
    """
    hue, panel = QColor(theme.tokens.curves[stroke.hue]), theme.color("panel")
    channels = (
        (hue.redF(), panel.redF()),
        (hue.greenF(), panel.greenF()),
        (hue.blueF(), panel.blueF()),
    )
    strength = stroke.strength
    return QColor.fromRgbF(*(strength * h + (1 - strength) * p for h, p in channels))


def pen_of(stroke: Stroke, theme: Theme) -> QPen:
    """Return a stroke's pen in the theme in force."""
    pen = QPen(color_of(stroke, theme), stroke.width)
    if stroke.dashes:
        pen.setDashPattern(stroke.dashes)
    return pen


def draw_marker(
    painter: QPainter, center: QPointF, stroke: Stroke, color: QColor, panel: QColor
) -> None:
    """Draw a stroke's marker as the plot does."""
    box = QRectF(0, 0, MARKER, MARKER)
    box.moveCenter(center)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(panel if stroke.marker == "s" else color)
    if stroke.marker == "s":
        painter.drawRect(box)
    else:
        painter.drawEllipse(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
