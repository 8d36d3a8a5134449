"""Weights made ready to be painted: the whole job that runs off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from cnnstudio.core.kernel_messages import WeightShown
from cnnstudio.core.kernel_pictures import KernelPicture, colours_of, picture_of
from cnnstudio.core.map_layout import Layout, arrange
from cnnstudio.core.map_statistics import histogram_of
from cnnstudio.core.mosaic import Scaling, measure
from cnnstudio.ui.viewer.color_scales import ColorScale
from cnnstudio.ui.viewer.drawing import Drawing, Style, make_drawing
from cnnstudio.ui.viewer.viewport import Size


class Moment(StrEnum):
    """Which weights are shown."""

    NOW = "now"
    BEFORE = "before"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see of a weight.

    Attributes:
        moment: now, before training, or the difference.
        channel: the input channel, None for the mean of all.
        colours: whether three input channels are seen as red, green and blue.
        filter: the one kernel to see, None for all.
    """

    moment: Moment = Moment.NOW
    channel: int | None = None
    colours: bool = False
    filter: int | None = None


@dataclass(frozen=True, slots=True)
class KernelDrawing:
    """Weights ready to be painted, and what they are.

    Attributes:
        drawing: for the view.
        picture: what is in it.
        wanted: for which it was made.
    """

    drawing: Drawing
    picture: KernelPicture
    wanted: Wanted


def values_at(weight: WeightShown, moment: Moment) -> NDArray[np.float32]:
    """Return a weight's values at a moment; those of now where nothing is known of before."""
    if weight.before is None or moment is Moment.NOW:
        return weight.values
    return weight.before if moment is Moment.BEFORE else weight.values - weight.before


def as_of(weight: WeightShown, moment: Moment) -> WeightShown:
    """Return a weight with the numbers and the histogram of what is shown of it at a moment."""
    if weight.before is None or moment is Moment.NOW:
        return weight
    values = values_at(weight, moment)
    return replace(
        weight,
        mean=float(values.mean()),
        spread=float(values.std()),
        histogram=histogram_of(values),
        histogram_before=None,
    )


def draw_kernels(
    weight: WeightShown, kind: str, wanted: Wanted, table: NDArray[np.uint32], view: Size
) -> KernelDrawing:
    """Draw a weight.

    Args:
        weight: as the engine sent it.
        kind: of its block.
        wanted: what to show of it; of one kernel that there is none of any more, all.
        table: the pixel of every level of the diverging colours.
        view: `(height, width)` of the view in device pixels.
    """
    values = values_at(weight, wanted.moment)
    picture = picture_of(values, weight.name, kind, wanted.channel)
    if wanted.filter is not None and wanted.filter >= picture.values.shape[-1]:
        wanted = replace(wanted, filter=None)
    style = Style(ColorScale.DIVERGING, Scaling.BLOCK, table, about_zero=True)
    if wanted.colours and picture.has_colours:
        drawing = _in_colours(values, picture, style, view, wanted.filter)
    else:
        drawing = make_drawing(picture.values, style, view, channel=wanted.filter)
    return KernelDrawing(drawing, picture, wanted)


def _in_colours(
    values: NDArray[np.float32],
    picture: KernelPicture,
    style: Style,
    view: Size,
    chosen: int | None,
) -> Drawing:
    count = values.shape[-1]
    channels = np.arange(count)
    tiles = channels if chosen is None else np.array([chosen])
    layout = arrange((*values.shape[:2], len(tiles)), view)
    image = _mosaic(colours_of(values)[..., tiles], layout)
    ranges = measure(picture.values)
    return Drawing(
        picture.values, ranges, ranges, layout, chosen, channels, style, image, None, view
    )


def _mosaic(colours: NDArray[np.uint8], layout: Layout) -> QImage:
    canvas = np.zeros((*layout.size, 4), np.uint8)
    for tile in range(layout.count):
        top, left = layout.corner(tile)
        place = canvas[top : top + layout.height, left : left + layout.width]
        place[..., :3] = colours[:, :, :, tile]
        place[..., 3] = 255
    height, width = layout.size
    form = QImage.Format.Format_RGBA8888
    image = QImage(canvas.tobytes(), width, height, 4 * width, form)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
