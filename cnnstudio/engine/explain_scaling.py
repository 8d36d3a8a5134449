"""The parts of a number of a map that was scaled: which neighbours it mixes, and their shares."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Block, CenterCrop, Resizing, UpSampling2D
from cnnstudio.core.explaining import Index, Mixture, Passed, Seen
from cnnstudio.engine.explain_windows import grid_of

_MOST_PLACES = 2048
"""A longer axis is not taken apart: its table of shares would not be small."""

Pair = tuple[int, int]


def mixture(block: Block, entered: NDArray[Any], index: Index) -> Mixture | Passed | None:
    """Return what a number of a scaled map is mixed from; None if it cannot be told."""
    size = (entered.shape[0], entered.shape[1])
    new = block.output_shape(entered.shape)[:2]
    kept, start, fill = size, (0, 0), 0.0
    method, antialias = "bilinear", False
    match block:
        case CenterCrop():
            if new[0] <= size[0] and new[1] <= size[1]:
                start = ((size[0] - new[0]) // 2, (size[1] - new[1]) // 2)
                place = (index[0] + start[0], index[1] + start[1], index[2])
                return Passed(float(entered[place]), place)
            kept, start = _cut(size, (new[0], new[1]))
        case Resizing():
            method, antialias, fill = block.interpolation, block.antialias, block.fill_value
            if block.crop_to_aspect_ratio:
                kept, start = _cut(size, (new[0], new[1]))
            elif block.pad_to_aspect_ratio:
                kept, start = _filled(size, (new[0], new[1]))
        case UpSampling2D():
            method = block.interpolation
        case _:
            return None
    if max(*kept, *new) > _MOST_PLACES:
        return None
    rows = shares(kept[0], new[0], method, antialias)[index[0]]
    columns = shares(kept[1], new[1], method, antialias)[index[1]]
    return _mixed(entered, (rows, columns), start, fill, index)


def _mixed(
    entered: NDArray[Any],
    along: tuple[NDArray[np.float64], NDArray[np.float64]],
    start: Pair,
    fill: float,
    index: Index,
) -> Mixture | Passed:
    used = [np.flatnonzero(axis) for axis in along]
    places = tuple(tuple(int(n) + s for n in axis) for axis, s in zip(used, start, strict=True))
    seen = Seen(places, (entered.shape[0], entered.shape[1]), index[-1])
    values = np.where(seen.inside, entered[..., index[-1]][grid_of(seen)], np.float32(fill))
    mixed = np.outer(along[0][used[0]], along[1][used[1]])
    if mixed.size == 1 and mixed.item() == 1.0 and seen.inside.all():
        place = (places[0][0], places[1][0], index[-1])
        return Passed(float(entered[place]), place)
    return Mixture(values.astype(np.float32), mixed, seen)


@lru_cache(maxsize=64)
def shares(size: int, new: int, method: str, antialias: bool) -> NDArray[np.float64]:
    """Return what each place of a scaled axis takes of the places of the axis, `(new, size)`.

    TensorFlow itself is asked, by scaling a picture that has one bright row for each place.
    """
    import tensorflow as tf  # only here, and only where something is scaled

    bright = tf.constant(np.eye(size, dtype=np.float32)[..., np.newaxis])
    scaled = tf.image.resize(bright, (new, size), method=method, antialias=antialias)
    return np.asarray(scaled.numpy()[..., 0], np.float64)


def _cut(size: Pair, new: Pair) -> tuple[Pair, Pair]:
    """Return the size to which Keras cuts a map of other proportions, and where that begins."""
    kept = (
        max(1, min(size[0], size[1] * new[0] // new[1])),
        max(1, min(size[1], size[0] * new[1] // new[0])),
    )
    return kept, ((size[0] - kept[0]) // 2, (size[1] - kept[1]) // 2)


def _filled(size: Pair, new: Pair) -> tuple[Pair, Pair]:
    """Return the size to which Keras fills a map up, and where, before the map, that begins."""
    whole = (max(size[0], size[1] * new[0] // new[1]), max(size[1], size[0] * new[1] // new[0]))
    margins = ((whole[0] - size[0]) // 2, (whole[1] - size[1]) // 2)
    filled = (size[0] + 2 * margins[0], size[1] + 2 * margins[1])
    return filled, (-margins[0], -margins[1])
