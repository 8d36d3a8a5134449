import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnstudio.core import resources
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.images import (
    LARGEST_PICTURE,
    RANGES,
    OpenedImage,
    in_range,
    open_image,
    prepare,
)

PHOTOS = sorted(resources.path("images").iterdir())


Colour = int | tuple[int, ...] | str


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def halves(left: Colour, right: Colour, mode: str) -> Image.Image:
    """A picture of two colours side by side."""
    image = Image.new(mode, (40, 20), left)
    image.paste(right, (20, 0, 40, 20))
    return image


def left_and_right(opened: OpenedImage) -> tuple[list[int], list[int]]:
    height, width, _channels = opened.pixels.shape
    row = opened.pixels[height // 2]
    return row[width // 4].tolist(), row[3 * width // 4].tolist()


@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.name)
def test_a_photograph_is_shown_small_enough_and_enters_in_the_networks_shape(path: Path) -> None:
    opened = open_image(path)
    picture = opened.picture()
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    assert max(picture.shape) <= LARGEST_PICTURE
    for shape in ((28, 28, 1), (224, 224, 3), (5, 70, 3)):
        entered = prepare(opened.pixels, shape, "0..1")
        assert entered.shape == shape
        assert entered.dtype == np.float32
        assert 0 <= entered.min() < entered.max() <= 1


def test_grey_levels_of_16_bits_are_scaled_to_8(tmp_path: Path) -> None:
    levels = np.array([[0, 257, 32768, 65535]], np.uint16)
    path = saved(tmp_path / "deep.png", Image.fromarray(levels))
    assert open_image(path).pixels[0, :, 0].tolist() == [0, 1, 128, 255]


def test_a_dark_image_of_16_bits_stays_dark(tmp_path: Path) -> None:
    path = saved(tmp_path / "dark.tif", Image.fromarray(np.full((4, 4), 200, np.uint16)))
    assert open_image(path).pixels.max() == 1


@pytest.mark.parametrize(("white", "expected"), [(1.0, 255), (200.0, 200), (65535.0, 255)])
def test_floats_are_taken_for_parts_of_1_of_255_or_of_65535(
    tmp_path: Path, white: float, expected: int
) -> None:
    values = np.array([[0, white]], np.float32)
    path = saved(tmp_path / "floats.tif", Image.fromarray(values))
    assert open_image(path).pixels[0, :, 0].tolist() == [0, expected]


@pytest.mark.parametrize(
    ("mode", "left", "right", "suffix", "expected"),
    [
        ("1", 0, 1, "png", ([0], [255])),
        ("L", 10, 250, "png", ([10], [250])),
        ("RGB", (200, 10, 30), (0, 255, 0), "png", ([200, 10, 30], [0, 255, 0])),
        ("RGBA", (200, 10, 30, 255), (0, 0, 0, 0), "png", ([200, 10, 30], [255, 255, 255])),
        ("LA", (0, 255), (0, 128), "png", ([0, 0, 0], [127, 127, 127])),
        ("CMYK", (0, 255, 255, 0), (0, 0, 0, 255), "tif", ([255, 0, 0], [0, 0, 0])),
    ],
)
def test_every_mode_becomes_grey_or_colour_on_white(
    tmp_path: Path,
    mode: str,
    left: Colour,
    right: Colour,
    suffix: str,
    expected: tuple[list[int], list[int]],
) -> None:
    path = saved(tmp_path / f"image.{suffix}", halves(left, right, mode))
    assert left_and_right(open_image(path)) == expected


def test_a_palette_with_a_transparent_colour_shows_white_there(tmp_path: Path) -> None:
    image = halves((255, 0, 0), (0, 0, 255), "RGB").quantize(4)
    blue = image.getpixel((30, 10))
    path = saved(tmp_path / "palette.png", image, transparency=blue)
    assert left_and_right(open_image(path)) == ([255, 0, 0], [255, 255, 255])


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    path = saved(tmp_path / "moving.gif", first, save_all=True, append_images=[second] * 20)
    assert open_image(path).pixels[0, 0].tolist() == [255, 0, 0]


def test_a_photograph_held_sideways_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "sideways.png", halves("red", "blue", "RGB"), exif=exif)
    pixels = open_image(path).pixels
    assert pixels.shape == (40, 20, 3)
    assert pixels[0, 0].tolist() == [255, 0, 0]
    assert pixels[-1, -1].tolist() == [0, 0, 255]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def encoded(suffix: str) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, suffix)
    return buffer.getvalue()


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "text": (b"not an image at all", "is not an image"),
    "truncated.png": (encoded("PNG")[:3000], "is damaged"),
    "truncated.jpg": (encoded("JPEG")[:1500], "is damaged"),
    "truncated.gif": (encoded("GIF")[:1500], "is damaged"),
    "truncated.webp": (encoded("WEBP")[:1500], "is "),
    "header-only.png": (encoded("PNG")[:20], "is "),
    "bomb.png": (png_claiming(8000, 8000), "is too large"),
    "larger-bomb.png": (png_claiming(15000, 10000), "is too large"),
    "20000-a-side.png": (png_claiming(20_000, 20_000), "is too large"),
    "largest-bomb.png": (png_claiming(2**30, 2**30), "is too large"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_good_image_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, expected = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        open_image(path)
    assert str(caught.value).startswith(f"{path} {expected}")
    assert "\n" not in str(caught.value)


def fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "expected"),
    [(Path.mkdir, "is a folder"), (fifo, "a folder or a device"), (None, "does not exist")],
)
def test_what_is_no_file_is_refused_without_waiting_for_it(
    tmp_path: Path, make: Callable[[Path], None] | None, expected: str
) -> None:
    path = tmp_path / "thing"
    if make is not None:
        make(path)
    with pytest.raises(ImageError, match=expected):
        open_image(path)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "secret.png", Image.new("L", (4, 4)))
    path.chmod(0)
    if os.access(path, os.R_OK):
        # The superuser may read anything.
        def forbidden(*_arguments: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(ImageError, match="you may not write or read there"):
        open_image(path)


@pytest.mark.parametrize("shape", [(784,), (28, 28), (28, 28, 2), (28, 28, 4)])
def test_an_input_that_takes_no_images_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match="change its shape"):
        prepare(np.zeros((28, 28, 1), np.uint8), shape, "0..1")


def test_the_middle_of_an_image_is_kept_and_its_proportions_too() -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 255
    assert prepare(wide, (10, 10, 3), "0..1").min() > 0.8
    tall = np.zeros((60, 20, 3), np.uint8)
    tall[20:40] = 255
    assert prepare(tall, (10, 10, 3), "0..1").min() > 0.8


@pytest.mark.parametrize(("name", "low", "high"), [("0..1", 0, 1), ("-1..1", -1, 1)])
def test_pixels_are_brought_to_the_range_of_the_plan(name: str, low: float, high: float) -> None:
    entered = in_range(np.array([0, 255], np.uint8), name)
    assert entered.tolist() == pytest.approx([low, high])
    assert set(RANGES) == {"0..1", "-1..1", "0..255"}


@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60), st.sampled_from((1, 3))),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from((1, 3))),
)
def test_an_image_of_one_colour_of_any_size_keeps_it_in_any_input(
    size: tuple[int, int, int], shape: tuple[int, int, int]
) -> None:
    entered = prepare(np.full(size, 77, np.uint8), shape, "0..255")
    assert entered.shape == shape
    assert np.unique(entered).tolist() == [77]
