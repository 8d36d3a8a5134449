"""How the curves of runs that are laid over each other are drawn: no two alike in the dark or grey.

Hues and dashes take turns of different lengths, so that neighbours differ in both.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

from cnnstudio.ui.theme import Theme
from cnnstudio.ui.training.strokes import OTHER_DASHES, Stroke, pen_of

HUES = 4
DASHES: tuple[tuple[float, ...], ...] = ((), *OTHER_DASHES[:6])
MOST = HUES * len(DASHES)
"""As many runs can be told apart."""
SAMPLE = QSize(26, 12)


def run_stroke(number: int, *, validation: bool) -> Stroke:
    """Return the stroke of a run's curve.

    Args:
        number: of the run among those that are drawn, from 0.
        validation: whether it is that of the validation, which is wider and has markers.
    """
    stroke = Stroke(number % HUES, 1, width=1.2, dashes=DASHES[number % len(DASHES)])
    return replace(stroke, width=1.8, marker="s") if validation else stroke


def run_pen(number: int, theme: Theme) -> QPen:
    """Return the pen that stands for a run where there is no curve."""
    pen = pen_of(run_stroke(number, validation=True), theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def sample(pen: QPen | None, ratio: float) -> QPixmap:
    """Return a short line drawn with a pen, empty without one.

    Args:
        pen: draws it.
        ratio: pixels of the screen for each of the window.
    """
    picture = QPixmap(SAMPLE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    if pen is not None:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        middle = SAMPLE.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(SAMPLE.width(), middle))
        painter.end()
    return picture


def sample_icon(pen: QPen | None, ratio: float) -> QIcon:
    """Return `sample` as an icon that looks the same where its row is selected."""
    picture = sample(pen, ratio)
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
