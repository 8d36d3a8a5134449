"""What a block makes of an image as a picture with its caption, with Qt but without a display."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.i18n import _
from cnnstudio.core.kernel_pictures import picture_of as kernels_of
from cnnstudio.core.map_places import Area, image_under
from cnnstudio.core.mosaic import Scaling, as_maps, measure
from cnnstudio.core.pixels import as_pixels
from cnnstudio.core.seen_pixels import seen_pixels
from cnnstudio.core.view.captions import caption, said_bad
from cnnstudio.core.view.composing import compose, usual_cell
from cnnstudio.core.view.page import Page, opaque
from cnnstudio.core.view.panels import BarsPanel, Caption, Panel
from cnnstudio.engine.file_look import FileLook
from cnnstudio.jobs.errors import UsageError

_VIEW = (900, 1200)
"""Height and width that maps are laid out for."""
_OPACITY = 0.75
COLORS = ("viridis", "cividis", "magma", "diverging", "grey")
"""The names of colour scales."""


@dataclass(frozen=True, slots=True)
class PictureStyle:
    """How pictures are wanted.

    Attributes:
        colors: the name of a colour scale.
        each: whether each map has a range of colours of its own.
        zero: whether zero is in the middle of the colours.
        channel: the one map to draw, None for all.
        over: whether it is drawn over the image.
        cell: pixels of the figure for each value, None for what is usual.
        scale: pixels of a PNG for each of the figure.
        said: whether captions are written.
    """

    colors: str = "viridis"
    each: bool = False
    zero: bool = False
    channel: int | None = None
    over: bool = False
    cell: int | None = None
    scale: float = 2.0
    said: bool = True


def check(style: PictureStyle) -> None:
    """Refuse a style that cannot be drawn.

    Raises:
        UsageError: if there is no such colour scale, or no one map to lay over the image.
    """
    if style.colors not in COLORS:
        raise UsageError(
            _("there are no colours {name!r}: expected one of {known}").format(
                name=style.colors, known=", ".join(COLORS)
            )
        )
    if style.over and style.channel is None:
        raise UsageError(
            _("only one map can be drawn over the image: say with --channel which one it is")
        )


def check_block(look: FileLook, name: str, style: PictureStyle) -> None:
    """Refuse what cannot be drawn of a block, before anything is written.

    Raises:
        UsageError: if there is no such channel, or no place of it in the image.
    """
    _channel(name, as_maps(look.maps[name]).shape, style)
    if style.over:
        _area(look, name)


def start_qt() -> object:
    """Have Qt draw without a display; what is returned has to be kept meanwhile."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from cnnstudio.ui.diagram.figure_files import with_application  # reads Qt

    return with_application()


def save_picture(page: Page, path: Path, scale: float) -> None:
    """Write a figure in the form that the path's suffix names.

    Raises:
        UsageError: if a PNG would be too large.
        OSError: if it cannot be written.
    """
    from cnnstudio.ui.viewer.out.page_files import PageError, save_page  # reads Qt

    try:
        save_page(page, path, scale=scale)
    except PageError as error:
        raise UsageError(str(error)) from error


def picture_of_block(
    look: FileLook, name: str, lines: tuple[str, ...], style: PictureStyle
) -> Page:
    """Return the figure of a block.

    Args:
        look: has its maps.
        name: of the block.
        lines: what is known of image and weights.
        style: how it is drawn.

    Raises:
        UsageError: if there is no such channel, or no place of it in the image.
    """
    values = look.maps[name]
    maps = as_maps(values)
    channel = _channel(name, maps.shape, style)
    said = caption(
        name, look.kinds.get(name, ""), values.shape, channel=channel,
        lines=(*lines, look.note, said_bad(measure(maps).not_finite, maps.size)),
    )  # fmt: skip
    from cnnstudio.ui.viewer.vector_view import MOST_BARS  # reads Qt

    if maps.ndim == 1 and len(maps) <= MOST_BARS:
        labels = (
            look.labels if len(look.labels) == len(maps) and name == list(look.maps)[-1] else ()
        )
        return _page([BarsPanel(said, maps, labels)], style)
    return _page([_drawn(look, name, said, style)], style)


def picture_of_kernels(
    look: FileLook, name: str, lines: tuple[str, ...], style: PictureStyle
) -> Page:
    """Return the figure of a block's kernels, the mean over their input channels."""
    from cnnstudio.ui.theme import LIGHT  # reads Qt
    from cnnstudio.ui.viewer.color_scales import ColorScale, table_of
    from cnnstudio.ui.viewer.drawing import Style, make_drawing
    from cnnstudio.ui.viewer.out.drawing_panels import panel_of_drawing

    kernel, kind = look.kernels[name], look.kinds.get(name, "")
    picture = kernels_of(kernel.values, kernel.name, kind)
    colors = ColorScale.DIVERGING
    drawn = Style(colors, Scaling.BLOCK, table_of(colors, LIGHT), about_zero=True)
    drawing = make_drawing(picture.values, drawn, _VIEW)
    title = _("{name} · {kind} · {weight}").format(name=name, kind=kind, weight=kernel.name)
    size = "×".join(map(str, kernel.values.shape))
    mean = _("Mean over the input channels") if picture.inputs > 1 else ""
    said = Caption(title, (size, mean, *lines[1:]))
    return _page([panel_of_drawing(drawing, said, LIGHT)], style)


def _drawn(look: FileLook, name: str, said: Caption, style: PictureStyle) -> Panel:
    from cnnstudio.ui.theme import LIGHT  # reads Qt
    from cnnstudio.ui.viewer.color_scales import ColorScale, table_of
    from cnnstudio.ui.viewer.drawing import Style, make_drawing
    from cnnstudio.ui.viewer.out.drawing_panels import panel_of_drawing
    from cnnstudio.ui.viewer.out.page_files import image
    from cnnstudio.ui.viewer.overlay.underlay import Overlay, Underlay

    colors = ColorScale(style.colors)
    overlay = None
    if style.over:
        pixels = opaque(as_pixels(look.entered, look.pixels))
        overlay = Overlay(Underlay(image(pixels), _area(look, name)), _OPACITY, fades=True)
    drawn = Style(
        colors, Scaling.MAP if style.each else Scaling.BLOCK, table_of(colors, LIGHT),
        style.zero or colors.about_zero, overlay=overlay,
    )  # fmt: skip
    drawing = make_drawing(look.maps[name], drawn, _VIEW, channel=style.channel)
    return panel_of_drawing(drawing, said, LIGHT)


def _page(panels: list[Panel], style: PictureStyle) -> Page:
    from cnnstudio.ui.diagram.lettering import Lettering  # reads Qt
    from cnnstudio.ui.numbers import short

    cell = style.cell or usual_cell(panels)
    return compose(panels, Lettering().measure, short, cell=cell, said=style.said)


def _channel(name: str, shape: tuple[int, ...], style: PictureStyle) -> int | None:
    if style.channel is None or len(shape) == 1:
        return None
    if style.channel >= shape[-1]:
        raise UsageError(
            _(
                "there is no map {channel} of {block}: the last one is {last}; give one of these"
            ).format(block=name, channel=style.channel, last=shape[-1] - 1)
        )
    return style.channel


def _area(look: FileLook, name: str) -> Area:
    """Return where the image lies under a block's maps."""
    network, uid = look.network, look.uids.get(name)
    if not look.is_picture:
        raise UsageError(
            _("only images can be drawn over, and what entered is none: leave out --over")
        )
    if network is None and look.why_none:
        raise UsageError(
            _(
                "the places of {block} in the image are not known, for the model has not become "
                "blocks: {why}; leave out --over"
            ).format(block=name, why=look.why_none)
        )
    seen = seen_pixels(network, uid) if network and uid else None
    area = image_under(seen) if seen is not None and seen.shape == look.maps[name].shape else None
    if area is None:
        raise UsageError(
            _(
                "the maps of {block} cannot be drawn over the image: expected a block whose places "
                "are places of the image, such as one before a Flatten; leave out --over"
            ).format(block=name)
        )
    return area
