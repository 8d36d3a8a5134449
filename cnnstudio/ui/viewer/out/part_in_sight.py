"""The part of a panel that is in sight where a person has looked closer."""

from __future__ import annotations

import math
from dataclasses import replace

from cnnstudio.core.map_places import Area
from cnnstudio.core.view.panels import MapsPanel, Under
from cnnstudio.ui.viewer.viewport import Viewport


def cut_to(panel: MapsPanel, port: Viewport) -> MapsPanel:
    """Return the part of a panel that a view shows, in whole cells; all of it where all is shown.

    Args:
        panel: of the drawing in the view, with a pixel a cell.
        port: what the view shows.
    """
    if port.is_fit:
        return panel
    height, width = panel.pixels.shape[:2]
    top, left = (math.floor(edge) for edge in port.at(0, 0))
    bottom, right = (math.ceil(edge) for edge in port.at(port.view[1], port.view[0]))
    # What is in sight may lie beside the map, on its image alone.
    rows, columns = _within(top, bottom, height), _within(left, right, width)
    if rows.start == rows.stop or columns.start == columns.stop:
        return panel
    under = panel.under
    if under is not None:
        under = _cut_under(under, (left, top, right, bottom), (columns.start, rows.start))
    return replace(panel, pixels=panel.pixels[rows, columns], under=under)


def _within(first: int, last: int, size: int) -> slice:
    return slice(min(size, max(0, first)), min(size, max(0, last)))


def _cut_under(
    under: Under, sight: tuple[int, int, int, int], origin: tuple[int, int]
) -> Under | None:
    """Return the part of an image that is in sight, counted from the map's new corner."""
    area, (height, width) = under.area, under.pixels.shape[:2]
    across, down = area.width / width, area.height / height
    left, top, right, bottom = sight
    columns = _within(
        math.floor((left - area.left) / across), math.ceil((right - area.left) / across), width
    )
    rows = _within(
        math.floor((top - area.top) / down), math.ceil((bottom - area.top) / down), height
    )
    pixels = under.pixels[rows, columns]
    if not pixels.size:
        return None
    place = Area(
        area.left + columns.start * across - origin[0],
        area.top + rows.start * down - origin[1],
        pixels.shape[1] * across,
        pixels.shape[0] * down,
    )
    return Under(pixels, place)
