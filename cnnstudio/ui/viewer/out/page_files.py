"""Figures of what is looked at as images and files: with or without a window, but with Qt."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.core.view.page import Anchor, Fill, Ink, Page, Picture, Pixels, Words
from cnnstudio.core.view.svg import svg
from cnnstudio.ui.diagram.figure_files import PIXELS_PER_INCH, fits
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.theme import LIGHT, Tokens

SUFFIXES = (".png", ".svg")
_TITLE_KEY = "Title"
"""As PNG calls it."""


class PageError(Exception):
    """A figure that cannot be made; the text is for people and says what to do."""


def inks(tokens: Tokens) -> dict[Ink, str]:
    """Return the colours of a figure, as `#rrggbb`."""
    return {ink: getattr(tokens, ink.value) for ink in Ink}


def size_of(page: Page, scale: float) -> QSize:
    """Return how many pixels a figure has at a scale."""
    return QSize(max(1, round(page.width * scale)), max(1, round(page.height * scale)))


def image_of(page: Page, tokens: Tokens = LIGHT, scale: float = 1.0) -> QImage:
    """Return a figure as an image.

    Raises:
        PageError: if it would be too large.
    """
    size = size_of(page, scale)
    image = QImage(size, QImage.Format.Format_RGB32) if fits(size) else QImage()
    if image.isNull():
        raise PageError(
            _(
                "An image of {width:,} × {height:,} pixels is too large: choose a smaller scale or "
                "fewer pixels a value, or SVG."
            ).format(width=size.width(), height=size.height())
        )
    # So that a page sets it at the size it has on screen.
    image.setDotsPerMeterX(round(PIXELS_PER_INCH * scale / 0.0254))
    image.setDotsPerMeterY(round(PIXELS_PER_INCH * scale / 0.0254))
    image.setText(_TITLE_KEY, page.title)
    image.fill(QColor(tokens.card))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, page, tokens)
    painter.end()
    return image


def save_page(page: Page, path: Path, tokens: Tokens = LIGHT, scale: float = 1.0) -> None:
    """Write a figure in the form that the path's suffix names, `.png` or `.svg`.

    Raises:
        PageError: if the suffix is another one, or a PNG would be too large.
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    match path.suffix.lower():
        case ".svg":
            text = svg(page, inks(tokens))
            with atomically(path) as scratch:
                scratch.write_text(text, encoding="utf-8")
        case ".png":
            image = image_of(page, tokens, scale)
            with atomically(path) as scratch:
                # The file system says why not; Qt would only say that it is so.
                scratch.open("wb").close()
                if not image.save(str(scratch), "PNG"):  # type: ignore[call-overload]  # takes str
                    raise OSError(_("{path} could not be written").format(path=path))
        case _:
            raise PageError(
                _("A picture is saved as .png or .svg; “{name}” is none of these.").format(
                    name=path.name
                )
            )


def paint(painter: QPainter, page: Page, tokens: Tokens) -> None:
    """Paint a figure with its upper left at the origin."""
    colors = {ink: QColor(name) for ink, name in inks(tokens).items()}
    lettering = Lettering()
    for shape in page.shapes:
        match shape:
            case Fill():
                where = QRectF(shape.x, shape.y, shape.width, shape.height)
                painter.fillRect(where, colors[shape.ink])
            case Picture():
                where = QRectF(shape.x, shape.y, shape.width, shape.height)
                painter.drawImage(where, image(shape.pixels))
            case Words():
                _write(painter, shape, colors[shape.ink], lettering)
            case _:
                assert_never(shape)


def image(pixels: Pixels) -> QImage:
    """Return pixels as an image."""
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_RGBA8888
    return QImage(pixels.tobytes(), width, height, 4 * width, form).copy()


def pixels_of(picture: QImage) -> Pixels:
    """Return an image's pixels."""
    plain = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()


def _write(painter: QPainter, words: Words, color: QColor, lettering: Lettering) -> None:
    face = lettering.font(round(words.size), words.bold)
    painter.setFont(face)
    painter.setPen(color)
    x = words.x
    if words.anchor is not Anchor.START:
        width = QFontMetricsF(face).horizontalAdvance(words.text)
        x -= width if words.anchor is Anchor.END else width / 2
    painter.drawText(QPointF(x, words.y), words.text)
