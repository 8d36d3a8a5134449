"""What comes out of a network that is no vector of classes: numbers, a picture, a segmentation.

Pure numpy: the engine finds it out, the studio shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.mosaic import middle

MOST_NUMBERS = 64
"""Numbers that are named one by one."""
LARGEST_SIDE = 256
"""Rows or columns of a picture of what comes out."""
MOST_CLASSES = 1000
"""Channels that may be classes of places."""
_BY_CHANCE = ("softmax", "sigmoid", "linear")
"""Activations after which the largest channel of a place may be its class."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One or several numbers.

    Attributes:
        values: the first ones, at most `MOST_NUMBERS`.
        count: how many there are.
    """

    values: NDArray[np.float32]
    count: int


@dataclass(frozen=True, slots=True)
class Curves:
    """A sequence of numbers: `(length, channels)`, at most eight channels."""

    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A class for every place.

    Attributes:
        classes: `(height, width)`, at most `LARGEST_SIDE` each; of a sequence the height is 1.
        labels: names of all classes.
        shares: which classes are found and at which share of all places, the commonest first.
        slice: the slice that is shown of a volume, and how many there are; None for none.
        not_finite: how many places have no class, since one of their numbers is NaN.
    """

    classes: NDArray[np.uint16]
    labels: tuple[str, ...]
    shares: tuple[tuple[int, float], ...]
    slice: tuple[int, int] | None = None
    not_finite: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image.

    Attributes:
        pixels: `(height, width, 1 or 3)`, 0 to 255, at most `LARGEST_SIDE` each.
        low: the value of black.
        high: the value of white.
        size: its own height and width.
        slice: the slice that is shown of a volume, and how many there are; None for none.
    """

    pixels: NDArray[np.uint8]
    low: float
    high: float
    size: tuple[int, int]
    slice: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Maps that are none of these, of a network that is not finished for example."""

    shape: tuple[int, ...]


Outcome = Numbers | Curves | Segmentation | Picture | Unfinished


def outcome_of(
    output: NDArray[np.float32],
    activation: str,
    labels: tuple[str, ...] = (),
    black_and_white: tuple[float, float] = (0.0, 1.0),
) -> Outcome:
    """Return what an output is that is no vector of classes.

    Args:
        output: of any rank.
        activation: that it has passed last, by Keras's name.
        labels: the classes of the data, used if there are as many channels.
        black_and_white: the values of black and white that entered the network.
    """
    if output.ndim < 2:
        flat = output.reshape(-1)
        return Numbers(flat[:MOST_NUMBERS].copy(), flat.size)
    shape, where = output.shape, None
    while output.ndim > 3:
        where = where or (middle(output.shape[0]), output.shape[0])
        output = output[middle(output.shape[0])]
    channels = shape[-1]
    if (
        activation in _BY_CHANCE
        and 1 < channels <= MOST_CLASSES
        and not _is_colour(output, activation)
    ):
        return _segmented(output, labels, where)
    if output.ndim == 2:
        return Curves(output.copy()) if channels <= 8 else Unfinished(shape)
    if channels in (1, 3):
        return _pictured(output, black_and_white, where)
    return Unfinished(shape)


def _is_colour(output: NDArray[np.float32], activation: str) -> bool:
    """Return whether three channels are the colours of an image: their sum is not 1 everywhere."""
    return output.ndim == 3 and output.shape[-1] == 3 and activation != "softmax"


def _segmented(
    output: NDArray[np.float32], labels: tuple[str, ...], where: tuple[int, int] | None
) -> Segmentation:
    places = output if output.ndim == 3 else output[np.newaxis]
    finite = np.isfinite(places).all(axis=-1)
    classes = np.where(np.isfinite(places), places, -np.inf).argmax(axis=-1)
    counts = np.bincount(classes[finite], minlength=places.shape[-1])
    order = np.argsort(-counts, kind="stable")
    total = max(1, int(counts.sum()))
    shares = tuple((int(n), float(counts[n] / total)) for n in order if counts[n])
    names = labels if len(labels) == places.shape[-1] else _numbered(places.shape[-1])
    thinned = classes[_thin(classes.shape)].astype(np.uint16)
    return Segmentation(thinned, names, shares, where, int(finite.size - finite.sum()))


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(count))


def _pictured(
    output: NDArray[np.float32], ends: tuple[float, float], where: tuple[int, int] | None
) -> Picture:
    """Return an image in the range of what entered, or in its own if it goes far beyond that."""
    finite = output[np.isfinite(output)]
    low, high = ends
    slack = (high - low) / 2
    if finite.size and (finite.min() < low - slack or finite.max() > high + slack):
        low, high = float(finite.min()), float(finite.max())
    span = high - low or 1.0
    scaled = (np.nan_to_num(output[_thin(output.shape[:2])], nan=low) - low) / span
    pixels = np.clip(np.rint(scaled * 255), 0, 255).astype(np.uint8)
    return Picture(pixels, low, high, (output.shape[0], output.shape[1]), where)


def _thin(size: tuple[int, ...]) -> tuple[NDArray[np.intp], ...]:
    """Return which rows and columns are kept, evenly spread."""
    kept = [min(length, LARGEST_SIDE) for length in size]
    grid = [np.arange(new) * length // new for new, length in zip(kept, size, strict=True)]
    return np.ix_(*grid)
