"""A block's maps made ready to be painted: the whole job that runs off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from cnnstudio.core.map_layout import Layout, arrange
from cnnstudio.core.map_order import Order, shown_channels
from cnnstudio.core.mosaic import Ranges, Scaling, as_maps, draw, measure, shrunk
from cnnstudio.ui.viewer.color_scales import ColorScale, colored
from cnnstudio.ui.viewer.overlay.underlay import Overlay, Underlay
from cnnstudio.ui.viewer.viewport import NO_MARGINS, Margins, Size, Viewport, fit


@dataclass(frozen=True, slots=True)
class Style:
    """How values are drawn.

    Attributes:
        colors: which colours they get.
        scaling: which values share a range of colours.
        table: the pixel of every index, by `color_scales.pixel_table`.
        about_zero: whether zero is in the middle of the colours.
        order: what the maps are sorted by.
        hides_dead: whether maps that are zero everywhere are left out.
        overlay: how it lies over its image if it is one map alone; None for by itself.
    """

    colors: ColorScale
    scaling: Scaling
    table: NDArray[np.uint32]
    about_zero: bool = False
    order: Order = Order.CHANNEL
    hides_dead: bool = False
    overlay: Overlay | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """The maps that others are drawn beside: all of them in the same order.

    Attributes:
        now: maps of the moment, of any rank, from which the order is found.
        pinned: those that they are compared with.
        shares: whether all have one range of colours too.
    """

    now: NDArray[np.float32]
    pinned: NDArray[np.float32]
    shares: bool = True

    def fits(self, values: NDArray[np.float32]) -> bool:
        """Whether there are as many maps of each, values being as `as_maps` returns them."""
        both = as_maps(self.now), as_maps(self.pinned)
        return all(v.ndim == values.ndim and v.shape[-1] == values.shape[-1] for v in both)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Maps ready to be painted.

    Attributes:
        values: of the block, `(height, width, channels)` or `(units,)`.
        ranges: by which they are coloured: their own, or what they share with those beside them.
        own: of those values alone.
        layout: where the maps are in the picture.
        channel: the one map in the picture, None if all are.
        channels: the maps that are not hidden, in their order, `(maps,)`.
        style: how they are drawn.
        picture: one pixel a value; None until somebody looks closer, see `completed`.
        overview: the picture as it fits the view, each pixel a mean of values; None where the
            view has room for every value.
        view: for which `overview` is made.
    """

    values: NDArray[np.float32]
    ranges: Ranges
    own: Ranges
    layout: Layout
    channel: int | None
    channels: NDArray[np.intp]
    style: Style
    picture: QImage | None
    overview: QImage | None
    view: Size

    @property
    def first(self) -> int:
        """The channel in the first tile."""
        return self.channel_at(0)

    def channel_at(self, tile: int) -> int:
        """Return the channel that a tile shows, the tiles counted from 0."""
        return int(self.channels[tile]) if self.channel is None else self.channel

    def tile_of(self, channel: int) -> int | None:
        """Return the tile that shows a channel, None if none does."""
        if self.channel is not None:
            return 0 if channel == self.channel else None
        found = np.flatnonzero(self.channels == channel)
        return int(found[0]) if len(found) else None

    def range_of(self, channel: int | None) -> tuple[float, float]:
        """Return the values at the ends of the colours, as a channel is drawn."""
        style = self.style
        return self.ranges.shown(style.scaling, about_zero=style.about_zero, channel=channel)

    @property
    def underlay(self) -> Underlay | None:
        """The image under the map, None if there is none."""
        overlay = self.style.overlay
        return None if self.channel is None or overlay is None else overlay.underlay

    @property
    def around(self) -> Margins:
        """What is to be seen about the maps."""
        return NO_MARGINS if self.underlay is None else self.underlay.around(self.layout)

    def fits(self, view: Size) -> bool:
        """Whether it is what would be drawn for a view of this size."""
        if self.overview is not None or fit(self.layout, view).scale[1] < 1:
            return view == self.view
        count = self.layout.count
        return self.layout == arrange((*self.values.shape[:-1], count), view)


def make_drawing(
    values: NDArray[np.float32],
    style: Style,
    view: Size,
    *,
    channel: int | None = None,
    ranges: Ranges | None = None,
    company: Company | None = None,
) -> Drawing:
    """Draw a block's values.

    Args:
        values: of any rank.
        style: how.
        view: `(height, width)` of the view in device pixels.
        channel: the one map to draw; all if None.
        ranges: of the values if they are known, for they take longest to find.
        company: maps beside them; those of another number of channels change nothing.
    """
    values = as_maps(values)
    own = shared = ranges or measure(values)
    if values.ndim == 1:
        style = replace(style, scaling=Scaling.BLOCK)
    lead, apart, all_ranges = values, None, own
    if company is not None and company.fits(values):
        lead, apart = as_maps(company.now), as_maps(company.pinned)
        all_ranges = measure(lead).joined(measure(apart))
        shared = own.joined(all_ranges) if company.shares else own
    channels = shown_channels(
        lead, all_ranges, style.order, hide_dead=style.hides_dead, other=apart
    )
    tiles = channels if channel is None else np.array([channel])
    layout = arrange((*values.shape[:-1], len(tiles)), view)
    drawing = Drawing(values, shared, own, layout, channel, channels, style, None, None, view)
    style = _veiled(drawing)
    drawing = replace(drawing, style=style)
    shown, known = _drawn(drawing)
    overview = _overview(shown, known, fit(layout, view, drawing.around), style)
    drawing = replace(drawing, overview=overview)
    return completed(drawing) if overview is None else drawing


def completed(drawing: Drawing) -> Drawing:
    """Return a drawing with its picture."""
    values, ranges = _drawn(drawing)
    return replace(drawing, picture=_image(values, ranges, drawing.layout, drawing.style))


def recolored(drawing: Drawing, table: NDArray[np.uint32]) -> QImage:
    """Return the picture of a drawing in other colours, by `color_scales.pixel_table`."""
    values, ranges = _drawn(drawing)
    style = _veiled(replace(drawing, style=replace(drawing.style, table=table)))
    return _image(values, ranges, drawing.layout, style)


def _veiled(drawing: Drawing) -> Style:
    """Return a drawing's style, of one map over its image with colours that let it be seen."""
    style, channel = drawing.style, drawing.channel
    if channel is None or style.overlay is None:
        return style
    ends = drawing.range_of(channel)
    own = float(drawing.own.low[channel]), float(drawing.own.high[channel])
    table = style.overlay.veiled(style.table, ends, own, about_zero=style.about_zero)
    return replace(style, table=table)


def _drawn(drawing: Drawing) -> tuple[NDArray[np.float32], Ranges]:
    """Return the maps that are in the picture, in their order, and the ranges to draw them by."""
    values, style = drawing.values, drawing.style
    tiles = drawing.channels if drawing.channel is None else np.array([drawing.channel])
    if len(tiles) == values.shape[-1] and style.order is Order.CHANNEL:
        return values, drawing.ranges
    by_block = style.scaling is Scaling.BLOCK
    return values[..., tiles], drawing.ranges if by_block else drawing.ranges.of(tiles)


def _overview(
    values: NDArray[np.float32], ranges: Ranges, port: Viewport, style: Style
) -> QImage | None:
    layout = port.layout
    if layout.thickness and port.scale[1] < 1:
        few = np.repeat(shrunk(values, (1, port.pitch[1])), layout.thickness, axis=0)
        thick = Layout(layout.count, layout.thickness, port.pitch[1], 1, 0)
        return _image(few, ranges, thick, style)
    if values.ndim == 1 or max(port.scale) >= 1:
        return None
    gap = max(layout.gap, layout.gap * port.pitch[1] // layout.pitch[1])
    height = min(layout.height, port.pitch[0] - gap)
    width = min(layout.width, port.pitch[1] - gap)
    if height < 1 or width < 1 or height + gap != port.pitch[0] or width + gap != port.pitch[1]:
        return None
    small = Layout(layout.count, height, width, layout.columns, gap)
    return _image(shrunk(values, (height, width)), ranges, small, style)


def _image(values: NDArray[np.float32], ranges: Ranges, layout: Layout, style: Style) -> QImage:
    indices = draw(values, ranges, layout, style.scaling, about_zero=style.about_zero)
    pixels = colored(indices, style.table)
    height, width = pixels.shape
    # Premultiplied pixels are what Qt's painter enlarges fastest, ten times faster than indices.
    form = QImage.Format.Format_ARGB32_Premultiplied
    return _Picture(pixels, width, height, form)


class _Picture(QImage):
    """An image that keeps alive the array it is made of."""

    def __init__(
        self, pixels: NDArray[np.uint32], width: int, height: int, form: QImage.Format
    ) -> None:
        super().__init__(pixels.data, width, height, width * 4, form)
        self._pixels = pixels
