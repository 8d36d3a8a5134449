"""Figures of what is looked at: where things lie, and what their files hold."""

import base64
import io
from typing import TypeVar
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from cnnstudio.core.map_places import Area
from cnnstudio.core.view.composing import compose, usual_cell, wrapped
from cnnstudio.core.view.page import Fill, Ink, Page, Picture, Words, opaque
from cnnstudio.core.view.panels import BarsPanel, Caption, ColorKey, MapsPanel, Under
from cnnstudio.core.view.png import png
from cnnstudio.core.view.svg import svg

AnyShape = TypeVar("AnyShape", Fill, Picture, Words)
INKS = dict.fromkeys(Ink, "#123456")
SVG = "{http://www.w3.org/2000/svg}"


def measure(text: str, size: int, bold: bool) -> float:
    return len(text) * size * 0.5


def write(value: float) -> str:
    return f"{value:g}"


def maps(height: int = 4, width: int = 6, **more: object) -> MapsPanel:
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    said = Caption("conv_1 · Conv2D", ("4×6×1 · 1 map", "Image: a.png"))
    return MapsPanel(said, pixels, **more)  # type: ignore[arg-type]  # of its attributes


def figure(*panels: MapsPanel | BarsPanel, cell: float = 50, said: bool = True) -> Page:
    return compose(panels, measure, write, cell=cell, said=said)


def of(page: Page, kind: type[AnyShape]) -> list[AnyShape]:
    return [shape for shape in page.shapes if isinstance(shape, kind)]


def test_a_value_has_the_pixels_that_were_asked_for() -> None:
    (picture,) = of(figure(maps(), cell=50), Picture)
    assert (picture.width, picture.height) == (300, 200)


def test_without_a_caption_there_is_the_picture_alone() -> None:
    page = figure(maps(), cell=50, said=False)
    assert (page.width, page.height) == (300, 200)
    assert not of(page, Words)


def test_the_image_lies_under_the_map_at_its_place_and_both_are_inside() -> None:
    under = Under(opaque(np.zeros((9, 9, 3), np.uint8)), Area(-1, -2, 8, 8))
    page = figure(maps(under=under), cell=10)
    image, drawn = of(page, Picture)
    assert (image.x - drawn.x, image.y - drawn.y) == (-10, -20)
    assert (image.width, image.height) == (80, 80)
    assert min(image.x, image.y) >= 0
    assert image.y + image.height <= page.height


def test_rows_of_sequences_keep_their_thickness() -> None:
    (picture,) = of(figure(maps(tall=0.5), cell=50), Picture)
    assert (picture.width, picture.height) == (300, 100)


def test_all_that_is_said_is_inside_whatever_the_width() -> None:
    key = ColorKey(np.zeros((253, 3), np.uint8), "−1.25", "1.25")
    for cell in (1, 7, 100):
        page = figure(maps(key=key), maps(), cell=cell)
        for words in of(page, Words):
            assert words.x >= 0
            assert words.x + measure(words.text, round(words.size), words.bold) <= page.width
            assert words.y <= page.height


def test_captions_of_panels_begin_at_one_height() -> None:
    page = figure(maps(4), maps(9))
    titles = [words.y for words in of(page, Words) if words.bold]
    assert titles[0] == titles[1]


def test_bars_say_their_values_names_and_nan() -> None:
    said = Caption("dense_1 · Dense")
    values = np.array([0.5, -0.25, np.nan], np.float32)
    page = figure(BarsPanel(said, values, ("cat", "dog", "cow")))
    texts = [words.text for words in of(page, Words)]
    assert {"0.5", "-0.25", "NaN", "cat", "dog", "cow"} <= set(texts)
    assert any(shape.ink is Ink.ALARM for shape in page.shapes if not isinstance(shape, Picture))


def test_the_usual_size_is_about_a_page() -> None:
    assert usual_cell([maps(26, 100)]) == 9
    assert usual_cell([maps(2000, 2000)]) == 1
    assert usual_cell([]) == 1


@given(st.text(max_size=60), st.integers(20, 200))
def test_wrapping_loses_nothing_and_fits(text: str, room: int) -> None:
    lines = wrapped(text, room, 10, False, measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure(line, 10, False) <= room for line in lines)


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_a_png_holds_the_very_pixels(pixels: np.ndarray) -> None:
    with Image.open(io.BytesIO(png(pixels))) as image:
        assert (np.asarray(image.convert("RGBA")) == pixels).all()


@pytest.mark.parametrize("name", ["a<b>&\"c'", "卷积 · 特征图", "\ud800\x01", "conv_1"])
def test_an_svg_is_valid_xml_with_text_as_text_whatever_the_name(name: str) -> None:
    panel = MapsPanel(Caption(name), maps().pixels)
    text = svg(figure(panel), INKS)
    root = ElementTree.fromstring(text.encode("utf-8"))
    said = [element.text for element in root.iter(f"{SVG}text")]
    expected = "".join("\ufffd" if c in "\ud800\x01" else c for c in name)
    assert "".join(part or "" for part in said) == expected.replace("  ", " ")


def test_pictures_in_an_svg_stay_crisp() -> None:
    root = ElementTree.fromstring(svg(figure(maps()), INKS))
    (image,) = root.iter(f"{SVG}image")
    assert "pixelated" in image.attrib["style"]
    assert image.attrib["preserveAspectRatio"] == "none"


def test_a_value_stands_in_an_svg_as_a_block_of_pixels_without_loss() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 6, 4), np.uint8)
    root = ElementTree.fromstring(svg(figure(MapsPanel(Caption("a"), pixels), cell=5), INKS))
    (element,) = root.iter(f"{SVG}image")
    data = element.attrib["{http://www.w3.org/1999/xlink}href"].partition(",")[2]
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        inside = np.asarray(image.convert("RGBA"))
    assert inside.shape == (40, 60, 4)
    for row in range(10):
        assert (inside[row::10, row::10] == pixels).all()
