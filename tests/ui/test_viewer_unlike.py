"""What is said of pictures that are unlike the data a network has learned from."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core import resources
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.engine.images import fitted, in_range
from cnnstudio.ui.viewer.data_images import Collection, read
from cnnstudio.ui.viewer.unlike import caution

SHAPE = (28, 28, 1)


@pytest.fixture(scope="module")
def digits() -> Collection:
    return read("mnist-5k")


def answer(opened: NDArray[np.uint8], pixels: str = "0..1") -> Probed:
    """What the engine answers for an image of one or three channels."""
    picture = np.repeat(opened, 3, axis=2) if opened.shape[2] == 1 else opened
    entered = in_range(fitted(opened, SHAPE), pixels)
    size = opened.shape[0], opened.shape[1]
    return Probed(1, picture, size, entered, None, ("0",), np.ones(1, np.float32), 9)


def photograph(name: str, mode: str) -> NDArray[np.uint8]:
    with Image.open(resources.path("images", name)) as image:
        pixels = np.asarray(image.convert(mode).resize((96, 64)))
    return pixels.reshape(64, 96, -1)


@pytest.mark.parametrize("name", ["chelsea.png", "china.jpg", "coffee.png"])
def test_a_photograph_is_unlike_digits_in_colour_and_in_grey(name: str, digits: Collection) -> None:
    assert "colour" in caution(answer(photograph(name, "RGB")), digits, "0..1")
    assert "Brighter" in caution(answer(photograph(name, "L")), digits, "0..1")


@pytest.mark.parametrize("pixels", PIXEL_RANGES)
def test_no_digit_of_the_data_is_called_unlike_it_and_its_negative_is(
    pixels: str, digits: Collection
) -> None:
    brightness = digits.images.reshape(5000, -1).mean(axis=1)
    for number in (0, 2500, brightness.argmin(), brightness.argmax()):
        digit = digits.images[number]
        assert caution(answer(digit, pixels), digits, pixels) == ""
        assert "Brighter" in caution(answer(255 - digit, pixels), digits, pixels)


def test_a_black_picture_is_darker_than_every_digit(digits: Collection) -> None:
    assert "Darker" in caution(answer(np.zeros(SHAPE, np.uint8)), digits, "0..1")
