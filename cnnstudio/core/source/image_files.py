"""Code that opens image files and brings images to an Input's size, as the studio does."""

from __future__ import annotations

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.choice import CROP, FIT
from cnnstudio.core.i18n import N_
from cnnstudio.core.pixels import MOST_PIXELS, PIXEL_RANGES
from cnnstudio.core.source.template import Piece, piece

IMAGE = "from PIL import Image"
IMAGE_OPS = "from PIL import Image, ImageOps"
NUMPY = "import numpy as np"

_OPENED = """
    def opened(path):
        #0
        with Image.open(path) as file:
            if file.width * file.height > $most:
                raise ValueError("it is too large")
            image = ImageOps.exif_transpose(file)
        if image.mode.startswith("I"):
            #1
            image = Image.fromarray(np.uint8(np.rint(np.asarray(image) / 257).clip(0, 255)))
        if "A" in image.getbands() or "transparency" in image.info:
            image = image.convert("RGBA")
            white = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(white, image)
        return image.convert("L" if image.mode in ("1", "L") else "RGB")
"""
_CUT = """
    def fitted(image):
        #0
        image = image.convert("$mode")
        image = ImageOps.fit(image, ($width, $height), Image.Resampling.BILINEAR)
        return np.asarray(image)$axis
"""
_WITH_MARGINS = """
    def fitted(image):
        #0
        image = image.convert("$mode")
        scale = min($width / image.width, $height / image.height)
        width = max(1, round(image.width * scale))
        height = max(1, round(image.height * scale))
        image = image.resize((width, height), Image.Resampling.BILINEAR)
        ground = Image.new("$mode", ($width, $height))
        ground.paste(image, (($width - width) // 2, ($height - height) // 2))
        return np.asarray(ground)$axis
"""
_STRETCHED = """
    def fitted(image):
        #0
        image = image.convert("$mode")
        image = image.resize(($width, $height), Image.Resampling.BILINEAR)
        return np.asarray(image)$axis
"""
_FITS = {
    CROP: (_CUT, N_("An image cut about its middle to the proportions of the Input, and scaled.")),
    FIT: (_WITH_MARGINS, N_("A whole image scaled to fit into the Input, with black margins.")),
}
_STRETCH = _STRETCHED, N_("A whole image stretched to the size of the Input.")


def opening() -> Piece:
    """Return a function `opened(path)`: an image upright, on white, of eight bits a channel."""
    return piece(
        _OPENED,
        N_("An image file upright, what is transparent white, eight bits a channel."),
        N_("16 bits a channel."),
        imports=(NUMPY, IMAGE_OPS),
        most=f"{MOST_PIXELS:_}",
    )


def fitting(shape: Shape, resize: str) -> Piece:
    """Return a function `fitted(image)`: an image as numbers of the Input's shape, 0 to 255.

    Args:
        shape: `(height, width, 1 or 3)`.
        resize: a key of `RESIZES`.
    """
    height, width, channels = shape
    text, remark = _FITS.get(resize, _STRETCH)
    return piece(
        text,
        remark,
        imports=(NUMPY, IMAGE_OPS if resize == CROP else IMAGE),
        height=height,
        width=width,
        mode="L" if channels == 1 else "RGB",
        axis="[..., np.newaxis]" if channels == 1 else "",
    )


def in_range(images: str, pixels: str) -> str:
    """Return code that brings images from 0 to 255 to a pixel range, a key of `PIXEL_RANGES`."""
    known = PIXEL_RANGES[pixels]
    scale = {1.0: " / 255", 2.0: " / 127.5", 255.0: ""}[known.high - known.low]
    offset = f" - {-known.low:g}" if known.low else ""
    return f'{images}.astype("float32"){scale}{offset}'
