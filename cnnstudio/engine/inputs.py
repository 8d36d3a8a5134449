"""What enters a network, whatever its Input: images, texts, numbers, examples that are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Shape
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import (
    DatasetImage,
    FileImage,
    ImageSource,
    LiveImage,
    MadeInput,
    Probe,
)
from cnnstudio.core.made_inputs import has_pixels, is_picture, make, words_of
from cnnstudio.core.pixels import BRIGHTEST, PIXEL_RANGES, as_pixels
from cnnstudio.engine.data_collections import FIRST, PADDING, TokenTexts
from cnnstudio.engine.datasets import collection
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.features import open_source
from cnnstudio.engine.images import OpenedImage, as_grey, prepare
from cnnstudio.engine.number_files import fitting, is_number_file, read_numbers

_RARE = "□"


def _no_picture() -> NDArray[np.uint8]:
    return np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Entered:
    """What enters a network.

    Attributes:
        values: in the shape of the Input.
        pixels: the range that its pixels were brought to, "" if the numbers came as they are.
        picture: what is shown of an image, `(height, width, 3)`; `(0, 0, 3)` if it is none.
        size: height and width of the image as it was opened.
        label: its class, if it is known.
        is_picture: whether it is an image in grey or colour.
        words: of a text, the word that each number stands for.
        note: a sentence that has to be said of it, "" for none.
    """

    values: NDArray[np.float32]
    pixels: str = ""
    picture: NDArray[np.uint8] = field(default_factory=_no_picture)
    size: tuple[int, int] = (0, 0)
    label: str | None = None
    is_picture: bool = False
    words: tuple[str, ...] = ()
    note: str = ""


def enter(probe: Probe, shape: Shape, frame: OpenedImage | None = None) -> Entered:
    """Return what enters the network that a probe looks through.

    Args:
        probe: says of what, and how images are brought to the Input.
        shape: of the Input.
        frame: the image, where it comes from a camera or video.

    Raises:
        ImageError: if that cannot be used, or does not fit.
        DataError: if there is no such data.
    """
    source, words = probe.image, words_of(probe.network)
    if isinstance(source, MadeInput):
        return _made(source, probe, shape, words)
    if isinstance(source, FileImage) and is_number_file(source.path):
        return _numbers(Path(source.path), probe, shape, words)
    if isinstance(source, DatasetImage):
        data = collection(source.dataset)
        if isinstance(data, TokenTexts):
            return _text(data, source, shape, words)
    if not is_picture(shape):
        raise ImageError(
            _(
                "the Input is {shape}, but images are height × width × 1 for grey or × 3 for "
                "colour: look at a made example or a file of numbers instead, or change the Input"
            ).format(shape=times(shape))
        )
    return _pictured(frame or _opened(source), probe, shape)


def _opened(source: ImageSource) -> OpenedImage:
    if isinstance(source, LiveImage | MadeInput):
        raise ImageError(_("there is no picture of it yet: play it again"))
    return open_source(source)


def _pictured(opened: OpenedImage, probe: Probe, shape: Shape) -> Entered:
    pixels = as_grey(opened.pixels) if probe.grey else opened.pixels
    values = prepare(pixels, shape, probe.pixels, probe.resize)
    return Entered(
        np.ascontiguousarray(values),
        probe.pixels,
        opened.picture(),
        (opened.pixels.shape[0], opened.pixels.shape[1]),
        opened.label,
        is_picture=True,
    )


def _made(source: MadeInput, probe: Probe, shape: Shape, words: int | None) -> Entered:
    values = make(source.kind, source.seed, shape, words)
    if words is None and is_picture(shape):
        pixels = np.rint(values * BRIGHTEST).astype(np.uint8)
        return _pictured(OpenedImage(pixels), probe, shape)
    if words is None and has_pixels(shape):
        brought = PIXEL_RANGES[probe.pixels]
        values = values * np.float32(brought.high - brought.low) + np.float32(brought.low)
    return Entered(values)


def _numbers(path: Path, probe: Probe, shape: Shape, words: int | None) -> Entered:
    numbers = read_numbers(path)
    if is_picture(shape) and (pixels := _as_pixels(numbers)) is not None:
        return _pictured(OpenedImage(pixels), probe, shape)
    values, note = fitting(numbers, shape, path)
    if words is not None:
        _check_words(values, words, str(path))
    if not is_picture(shape):
        return Entered(values, note=note)
    seen = OpenedImage(as_pixels(values, probe.pixels))
    return Entered(values, "", seen.picture(), (shape[0], shape[1]), is_picture=True, note=note)


def _as_pixels(numbers: NDArray[np.generic]) -> NDArray[np.uint8] | None:
    """Return bytes in the shape of an image as its pixels, None if they are anything else."""
    if numbers.dtype != np.uint8:
        return None
    if numbers.ndim == 2:
        numbers = numbers[..., np.newaxis]
    fits = numbers.ndim == 3 and is_picture(numbers.shape) and 0 not in numbers.shape
    return np.ascontiguousarray(numbers, np.uint8) if fits else None


def _text(data: TokenTexts, source: DatasetImage, shape: Shape, words: int | None) -> Entered:
    """Return a text as training takes it: cut to the Input's length, or filled up with 0."""
    name = data.dataset.title
    if len(shape) != 1:
        raise ImageError(
            _(
                "the Input is {shape}, but {name} holds texts, each a row of word numbers: choose "
                "an image or a made example, or give the Input one axis"
            ).format(shape=times(shape), name=name)
        )
    if not 0 <= source.index < len(data.classes):
        raise ImageError(
            _("{name} has the texts 0 to {last}, not {index}").format(
                name=source.dataset, last=len(data.classes) - 1, index=source.index
            )
        )
    values = np.zeros(shape, np.float32)
    row = data.tokens[source.index][: shape[0]]
    values[: len(row)] = row
    if words is not None:
        _check_words(values, words, name)
    said = tuple(_word(data, int(number)) for number in values)
    label = data.dataset.labels[data.classes[source.index]]
    return Entered(values, label=label, words=said)


def _word(data: TokenTexts, number: int) -> str:
    if number == PADDING:
        return ""
    return _RARE if number < FIRST else data.vocabulary[number - FIRST]


def _check_words(values: NDArray[np.float32], words: int, name: str) -> None:
    """Refuse numbers that are not in the table of the Embedding that they go to."""
    whole = np.isfinite(values) & (values == np.floor(values))
    known = whole & (values >= 0) & (values < words)
    if not known.all():
        raise ImageError(
            _(
                "{name}: the Embedding expects whole numbers from 0 to {last}, received "
                "{received}; make it know more words, or choose something else"
            ).format(name=name, last=words - 1, received=f"{float(values[~known][0]):g}")
        )
