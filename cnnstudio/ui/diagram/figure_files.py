"""Figures in files, as SVG, PDF and PNG on white, and as small pictures for cards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from cnnstudio.core.diagram.figure import Figure, FigureStyle, draw_network
from cnnstudio.core.diagram.scene import Scene
from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.diagram.painting import Look, paint
from cnnstudio.ui.theme import LIGHT, Tokens

PIXELS_PER_INCH = 96
"""Of a figure at 100 % on paper."""
POINTS = 72 / PIXELS_PER_INCH
"""Points of print that such a pixel is."""
LONGEST_PAGE = 14_400
"""Points that a side of a PDF's page may have."""
MOST_PIXELS = 200_000_000
LONGEST_SIDE = 32_000
"""Pixels of an image and of its longer side: what Qt paints and other programs open."""
PRINT_SCALE = 3.0
"""Pixels of an image a pixel of the figure: 288 dots an inch, if no other scale is chosen."""
_PRINT_DPI = 1200
_TITLE_KEY = "Title"
"""As PNG calls it."""


class FigureError(Exception):
    """A figure that cannot be written; the text is for people and says what to do."""


def save_figure(scene: Scene, path: Path, *, title: str = "", scale: float = PRINT_SCALE) -> None:
    """Write a figure on white, in the form that the path's suffix names.

    Args:
        scene: the figure.
        path: ends in `.svg` (letters as curves), `.pdf` (fonts embedded) or `.png`.
        title: what the file says it is about.
        scale: pixels of a PNG for each pixel of the figure.

    Raises:
        FigureError: if the suffix is another one, there is nothing to draw, or a PNG would be too
            large.
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise FigureError(
            _("A figure is saved as .svg, .pdf or .png; “{name}” is none of these.").format(
                name=path.name
            )
        )
    if not scene.shapes:
        raise FigureError(_("There is nothing to draw: the network has no blocks."))
    with atomically(path) as scratch:
        # The file system says why not; Qt would only say that it is so.
        scratch.open("wb").close()
        write(scene, scratch, title, scale)


def export_figure(
    network: Network,
    path: Path,
    figure: Figure | None = None,
    *,
    title: str = "",
    scale: float = PRINT_SCALE,
) -> None:
    """Write a network's picture, with or without a running studio; see `save_figure`."""
    _application = with_application()
    scene = draw_network(network, figure or Figure(), Lettering().measure)
    save_figure(scene, path, title=title, scale=scale)


def picture(
    network: Network,
    style: FigureStyle,
    size: QSize,
    *,
    tokens: Tokens = LIGHT,
    ratio: float = 1.0,
) -> QImage:
    """Return a small picture of a network without words, for a card.

    Args:
        network: what is drawn, in the middle and as large as it fits.
        style: how.
        size: of the card in device-independent pixels; the image is transparent where nothing is.
        tokens: the colours.
        ratio: device pixels for each of those.
    """
    figure = Figure(style, down=False, labels=False, shape=size.width() / size.height())
    scene = draw_network(network, figure, lambda _text, _size, _bold: 0.0)
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    if not scene.shapes:
        return image
    scale = min(size.width() / scene.width, size.height() / scene.height, 1.0)
    painter = QPainter(image)
    painter.translate(
        (size.width() - scene.width * scale) / 2, (size.height() - scene.height * scale) / 2
    )
    painter.scale(scale, scale)
    paint(painter, scene.shapes, Look(tokens, Lettering()))
    painter.end()
    return image


def pixels_of(scene: Scene, scale: float) -> QSize:
    """Return how large a PNG of a figure is."""
    return QSize(max(1, round(scene.width * scale)), max(1, round(scene.height * scale)))


def fits(size: QSize) -> bool:
    """Return whether an image of a size can be made."""
    longest = max(size.width(), size.height())
    return longest <= LONGEST_SIDE and size.width() * size.height() <= MOST_PIXELS


def _write_svg(scene: Scene, path: Path, title: str, _scale: float) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setResolution(PIXELS_PER_INCH)
    generator.setSize(QSize(round(scene.width), round(scene.height)))
    generator.setViewBox(QRectF(0, 0, scene.width, scene.height))
    generator.setTitle(title)
    painter = QPainter()
    _begin(painter, generator, path)
    _paint_on_white(painter, scene, outlines=True)
    painter.end()


def _write_pdf(scene: Scene, path: Path, title: str, _scale: float) -> None:
    longest = max(scene.width, scene.height) * POINTS
    scale = POINTS * min(1.0, LONGEST_PAGE / longest)
    writer = QPdfWriter(str(path))
    writer.setResolution(_PRINT_DPI)
    writer.setTitle(title)
    writer.setCreator("CNN Studio")
    page = QPageSize(
        QSizeF(scene.width * scale, scene.height * scale),
        QPageSize.Unit.Point,
        "",
        QPageSize.SizeMatchPolicy.ExactMatch,
    )
    writer.setPageLayout(
        QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(), QPageLayout.Unit.Point)
    )
    painter = QPainter()
    _begin(painter, writer, path)
    dots = scale * _PRINT_DPI / 72
    painter.scale(dots, dots)
    _paint_on_white(painter, scene, outlines=False)
    painter.end()


def _write_png(scene: Scene, path: Path, title: str, scale: float) -> None:
    size = pixels_of(scene, scale)
    if not fits(size):
        raise FigureError(
            _(
                "An image of {width:,} × {height:,} pixels is too large; choose a smaller scale, "
                "or SVG or PDF, which have no pixels."
            ).format(width=size.width(), height=size.height())
        )
    image = QImage(size, QImage.Format.Format_RGB32)
    # So that a page sets it at the size it has on screen.
    image.setDotsPerMeterX(round(PIXELS_PER_INCH * scale / 0.0254))
    image.setDotsPerMeterY(round(PIXELS_PER_INCH * scale / 0.0254))
    image.setText(_TITLE_KEY, title)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    painter.scale(scale, scale)
    _paint_on_white(painter, scene, outlines=False)
    painter.end()
    if not image.save(str(path)):
        raise _not_written(path)


_WRITERS: dict[str, Callable[[Scene, Path, str, float], None]] = {
    ".svg": _write_svg,
    ".pdf": _write_pdf,
    ".png": _write_png,
}
SUFFIXES = tuple(_WRITERS)
"""The forms of a figure's file."""


def _begin(painter: QPainter, device: QSvgGenerator | QPdfWriter, path: Path) -> None:
    if not painter.begin(device):
        raise _not_written(path)


def _not_written(path: Path) -> OSError:
    return OSError(_("{path} could not be written").format(path=path))


def _paint_on_white(painter: QPainter, scene: Scene, *, outlines: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, scene.width, scene.height), QColor(LIGHT.card))
    paint(painter, scene.shapes, Look(LIGHT, Lettering(), outlines=outlines))


def with_application() -> QGuiApplication:
    """Return the application that fonts belong to; a command line has none yet."""
    found = QGuiApplication.instance()
    if isinstance(found, QGuiApplication):
        return found
    return QGuiApplication(sys.argv[:1])
