"""Where the receptive field of a number is shown: on the image, or on what entered instead."""

from __future__ import annotations

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.seen_pixels import Pixels
from cnnstudio.ui.viewer.image_card import ImageCard
from cnnstudio.ui.viewer.inputs.input_card import InputCard


class SeenInput:
    """Frames what a number sees on the card that fits it."""

    def __init__(self, image: ImageCard, other: InputCard) -> None:
        self._image, self._other = image, other

    def show_field(self, pixels: Pixels | None, resize: str = CROP) -> None:
        """Frame the places that a number sees, None for none.

        Args:
            pixels: of the input as it entered.
            resize: by which an opened image became that.
        """
        is_image = pixels is not None and len(pixels.first) == 2
        self._image.show_field(pixels if is_image else None, resize)
        self._other.show_field(pixels)
