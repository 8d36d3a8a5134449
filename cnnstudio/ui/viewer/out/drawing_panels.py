"""Drawings of maps as panels of a figure, with or without a window."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtGui import QImage

from cnnstudio.core.i18n import _
from cnnstudio.core.view.page import Pixels
from cnnstudio.core.view.panels import Caption, ColorKey, MapsPanel, Under
from cnnstudio.ui.numbers import short
from cnnstudio.ui.theme import Tokens
from cnnstudio.ui.viewer.color_scales import colors, table_of
from cnnstudio.ui.viewer.drawing import Drawing, recolored
from cnnstudio.ui.viewer.out.page_files import pixels_of
from cnnstudio.ui.viewer.viewport import fit


def panel_of_drawing(drawing: Drawing, said: Caption, tokens: Tokens) -> MapsPanel:
    """Return a drawing with its caption, in the colours of a theme."""
    style = drawing.style
    picture = recolored(drawing, table_of(style.colors, tokens))
    low, high = drawing.range_of(drawing.channel)
    ends = (
        _("lowest") if math.isnan(low) else short(low),
        _("highest") if math.isnan(high) else short(high),
    )
    key = ColorKey(colors(style.colors, dark=tokens.dark), *ends)
    under = drawing.underlay
    below = None
    if under is not None:
        below = Under(pixels_of(under.image), under.area)
        where = _("Over the image as it entered the network, at its place in it")
        said = replace(said, lines=(*said.lines, where))
    tall = 1.0
    if drawing.layout.thickness:
        down, right = fit(drawing.layout, drawing.view).scale
        tall = down / right
    return MapsPanel(said, without_gap(picture, drawing), key, below, tall)


def without_gap(picture: QImage, drawing: Drawing) -> Pixels:
    """Return a picture without the gap that follows its last row and column."""
    pixels, gap = pixels_of(picture), drawing.layout.gap
    height, width = drawing.layout.size
    return pixels[: height - gap, : width - gap]
