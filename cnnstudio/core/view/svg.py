"""A figure as SVG: text as text, pictures inside it without loss and with crisp pixels."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from cnnstudio.core.view.page import Ink, Page, Picture, Pixels, Shape, Words
from cnnstudio.core.view.png import png

FONTS = "Inter, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_MOST_TIMES, _LARGEST = 16, 2400
"""How often a pixel stands in a row in an enlarged picture, and how many pixels a side then has."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no place for."""


def svg(page: Page, inks: Mapping[Ink, str]) -> str:
    """Return the text of an SVG file.

    Args:
        page: the figure.
        inks: the colours, as `#rrggbb`.
    """
    size = f'width="{page.width:g}" height="{page.height:g}"'
    box = f'viewBox="0 0 {page.width:g} {page.height:g}"'
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" {size} {box} font-family="{FONTS}">\n'
        f"<title>{_text(page.title)}</title>\n"
    )
    return head + "".join(_shape(shape, inks) for shape in page.shapes) + "</svg>\n"


def _shape(shape: Shape, inks: Mapping[Ink, str]) -> str:
    match shape:
        case Picture():
            return _picture(shape)
        case Words():
            weight = ' font-weight="bold"' if shape.bold else ""
            return (
                f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" font-size="{shape.size:g}"{weight} '
                f'text-anchor="{shape.anchor}" fill="{inks[shape.ink]}">'
                f"{_text(shape.text)}</text>\n"
            )
        case _:
            return (
                f'<rect x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" '
                f'height="{shape.height:.2f}" fill="{inks[shape.ink]}"/>\n'
            )


def _picture(shape: Picture) -> str:
    data = base64.b64encode(png(_enlarged(shape))).decode("ascii")
    return (
        f'<image x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" '
        f'height="{shape.height:.2f}" preserveAspectRatio="none" '
        'image-rendering="optimizeSpeed" style="image-rendering:pixelated" '
        f'xlink:href="data:image/png;base64,{data}"/>\n'
    )


def _enlarged(shape: Picture) -> Pixels:
    """Return a picture's pixels, each several times: not all that read SVG keep from smoothing."""
    pixels = shape.pixels
    times = min(
        _MOST_TIMES,
        math.ceil(2 * shape.width / pixels.shape[1]),
        _LARGEST // max(pixels.shape[:2]),
    )
    return pixels.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else pixels


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", text))
