"""Images as a network takes them: opened from any file, fitted to the Input, brought to a range.

Images of a dataset and a person's own files go through the same functions, so that a network sees
both alike. Nothing is inverted: the digits of MNIST are white on black, and a photograph of a digit
on paper is not.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.choice import CROP, FIT
from cnnstudio.core.fields import times
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.pixels import MOST_PIXELS, PIXEL_RANGES
from cnnstudio.engine.errors import ImageError

LARGEST_PICTURE = 512
"""Rows or columns of the picture that is shown of an image."""

RANGES = {name: (pixels.scale, pixels.offset) for name, pixels in PIXEL_RANGES.items()}
"""Scale and offset that bring 0 to 255 to a pixel range of `TrainingPlan.pixels`."""

_SIXTEEN_TO_EIGHT = 257


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An image, whatever it came from.

    Attributes:
        pixels: `(height, width, 1 or 3)`, 0 to 255.
        label: its class, if it is known.
    """

    pixels: NDArray[np.uint8]
    label: str | None = None

    def picture(self) -> NDArray[np.uint8]:
        """Return what is shown of it: `(height, width, 3)`, at most 512 a side."""
        image = Image.fromarray(_in_channels(self.pixels, 3))
        # Twice as fast as the bicubic default, and a person waits for it.
        image.thumbnail((LARGEST_PICTURE, LARGEST_PICTURE), Image.Resampling.BILINEAR)
        return np.asarray(image)


def open_image(path: Path) -> OpenedImage:
    """Read an image file: the first frame, upright, transparent parts white, 8 bits a channel.

    Raises:
        ImageError: if it is missing, damaged, too large or not an image.
    """
    with _opening(path) as image:
        return OpenedImage(_eight_bits(_upright(image)))


def open_small(path: Path, side: int) -> NDArray[np.uint8]:
    """Return an image file made small, `(height, width, 1 or 3)`, at most `side` a side.

    Raises:
        ImageError: as `open_image`.
    """
    with _opening(path) as image:
        # A JPEG is decoded at about the size that is wanted, many times as fast.
        image.draft(image.mode, (2 * side, 2 * side))
        pixels = _eight_bits(_upright(image))
    small = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    small.thumbnail((side, side))
    return np.atleast_3d(np.asarray(small))


def as_grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image, `(height, width, 1 or 3)`, without its colours: `(height, width, 1)`."""
    return _in_channels(pixels, 1)


def size_of_image(path: Path) -> tuple[int, int, int]:
    """Return `(height, width, 1 or 3)` of an image file, as it lies; it may be damaged further on.

    Raises:
        ImageError: if it is missing, too large or not an image.
    """
    with _opening(path) as image:
        grey = image.mode in ("1", "L", "LA", "F") or image.mode.startswith("I")
        return image.height, image.width, 1 if grey else 3


def check_shape(shape: Shape) -> None:
    """Refuse an Input that does not take images.

    Raises:
        ImageError: if it is not height × width × 1 or 3.
    """
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise ImageError(
            _(
                "the Input is {shape}, but images are height × width × 1 for grey or × 3 for "
                "colour: change its shape"
            ).format(shape=times(shape))
        )


def fitted(pixels: NDArray[np.uint8], shape: Shape, resize: str = CROP) -> NDArray[np.uint8]:
    """Bring an image to the Input's size.

    Args:
        pixels: `(height, width, 1 or 3)`.
        shape: of the Input, `(height, width, channels)`.
        resize: what is done to an image of other proportions, a key of `RESIZES`: cut it about its
            middle, give it black margins, or stretch it.

    Raises:
        ImageError: if the Input does not take images.
    """
    check_shape(shape)
    height, width, channels = shape
    pixels = _in_channels(pixels, channels)
    if pixels.shape == shape:
        return pixels
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    if resize == FIT:
        return _with_margins(image, height, width).reshape(shape)
    box = _middle(image, width / height) if resize == CROP else None
    scaled = image.resize((width, height), Image.Resampling.BILINEAR, box=box)
    return np.asarray(scaled).reshape(shape)


def in_range(pixels: NDArray[np.uint8], pixel_range: str) -> NDArray[np.float32]:
    """Bring 0 to 255 to a pixel range, a key of `RANGES`."""
    scale, offset = RANGES[pixel_range]
    return pixels.astype(np.float32) * np.float32(scale) + np.float32(offset)


def prepare(
    pixels: NDArray[np.uint8], shape: Shape, pixel_range: str, resize: str = CROP
) -> NDArray[np.float32]:
    """Return an image as it enters a network whose Input has `shape`.

    Raises:
        ImageError: if the Input does not take images.
    """
    return in_range(fitted(pixels, shape, resize), pixel_range)


@contextmanager
def _opening(path: Path) -> Iterator[Image.Image]:
    """Open an image file whose head makes sense; what is in it need not be decoded."""
    try:
        check_file(path)
        if path.stat().st_size == 0:
            raise ImageError(_("{path} is empty (0 bytes): choose another image").format(path=path))
        with path.open("rb") as file, _decoding(path), Image.open(file) as image:
            _check_size(path, image)
            yield image
    except OSError as error:
        raise ImageError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error


class _Quiet:
    """Silences decoders in all threads while any of them is at work.

    Python's filters of warnings are those of the whole process: of two threads that each set and
    restore them, one may restore what the other has set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0
        self._kept = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._at_work += 1
            if self._at_work == 1:
                self._kept = warnings.catch_warnings()
                self._kept.__enter__()
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                self._kept.__exit__(None, None, None)


_QUIET = _Quiet()


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Turn what a decoder says of a damaged file into one clear sentence."""
    try:
        with _QUIET:
            yield
    except ImageError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path) from error
    except UnidentifiedImageError as error:
        raise ImageError(
            _("{path} is not an image: choose a PNG, JPEG, WebP, GIF, BMP or TIFF file").format(
                path=path
            )
        ) from error
    except Exception as error:
        # A decoder may raise anything on a damaged file.
        raise ImageError(
            _("{path} is damaged or cut short: save or download it again").format(path=path)
        ) from error


def _check_size(path: Path, image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(path)


def _too_large(path: Path) -> ImageError:
    return ImageError(
        _("{path} is too large: it has more than {limit} million pixels, scale it down").format(
            path=path, limit=MOST_PIXELS // 1_000_000
        )
    )


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except (ValueError, TypeError, KeyError, SyntaxError):
        # Notes about the picture that make no sense do not make it a bad picture.
        return image


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I"):
        # 16 bits: also what Pillow calls 32-bit integers comes from files of 16 bits.
        return _clipped(np.asarray(image, dtype=np.float64) / _SIXTEEN_TO_EIGHT)
    if image.mode == "F":
        return _from_floats(np.asarray(image, dtype=np.float64))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    if image.mode not in ("1", "L"):
        return np.asarray(image.convert("RGB"))
    return np.asarray(image.convert("L"))[..., np.newaxis]


def _from_floats(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Floats say nowhere what white is: 1 if none is larger, else 255, else 65535."""
    values = np.nan_to_num(values)
    brightest = values.max()
    if brightest <= 1:
        return _clipped(values * 255)
    return _clipped(values if brightest <= 255 else values / _SIXTEEN_TO_EIGHT)


def _clipped(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)[..., np.newaxis]


def _in_channels(pixels: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.asarray(Image.fromarray(pixels).convert("L"))[..., np.newaxis]


def _middle(image: Image.Image, aspect: float) -> tuple[float, float, float, float]:
    """Return the largest box of a width-to-height ratio about the middle of an image."""
    width = min(image.width, image.height * aspect)
    height = min(image.height, image.width / aspect)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return (left, top, left + width, top + height)


def _with_margins(image: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """Scale a whole image to fit and lay it in the middle of black."""
    scale = min(width / image.width, height / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    ground = Image.new(image.mode, (width, height))
    place = (width - size[0]) // 2, (height - size[1]) // 2
    ground.paste(image.resize(size, Image.Resampling.BILINEAR), place)
    return np.asarray(ground)
