"""Coloured shapes on a coloured ground: data in colour that needs no download.

The class is the shape alone. Position, size, rotation, both colours and the noise are drawn at
random, so that none of them gives it away. The first images of a larger set are those of a smaller
one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grid = NDArray[np.float32]
    """A number a point, `(images, rows, columns)`."""

SIZE = 32
"""Rows and columns of an image."""
LABELS = ("circle", "square", "triangle", "star", "cross", "ring")
_AT_ONCE = 60 * len(LABELS)
"""Images drawn in one go, which bounds the memory it takes."""
_FINER = 2
"""Points a row of a pixel, whose mean makes the edges soft."""


def draw(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw images of all classes in turn.

    Returns:
        Images `(count, 32, 32, 3)` from 0 to 255, and their classes `(count,)`.
    """
    import numpy as np

    images = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for start, chunk in _chunks(count, seed):
        images[start : start + len(chunk)] = chunk
    return images, (np.arange(count) % len(LABELS)).astype(np.uint8)


def _chunks(count: int, seed: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    import numpy as np

    for number, start in enumerate(range(0, count, _AT_ONCE)):
        yield start, _drawn(np.random.default_rng((seed, number)))[: count - start]


def _drawn(random: np.random.Generator) -> NDArray[np.uint8]:
    """Draw `_AT_ONCE` images."""
    import numpy as np

    def each(low: float, high: float) -> NDArray[np.float32]:
        return random.uniform(low, high, (_AT_ONCE, 1, 1)).astype(np.float32)

    radius = each(0.34, 0.86)
    room = np.maximum(0.96 - radius, 0)
    across, down = each(-1, 1) * room, each(-1, 1) * room
    angle = each(0, 2 * math.pi)
    steps = SIZE * _FINER
    axis = ((np.arange(steps, dtype=np.float32) + 0.5) / steps) * 2 - 1
    x, y = axis[None, None, :] - across, axis[None, :, None] - down
    u = (x * np.cos(angle) + y * np.sin(angle)) / radius
    v = (y * np.cos(angle) - x * np.sin(angle)) / radius
    inside = np.empty((_AT_ONCE, steps, steps), np.float32)
    for label, shape in enumerate(_SHAPES):
        inside[label :: len(LABELS)] = shape(u[label :: len(LABELS)], v[label :: len(LABELS)])
    cover = inside.reshape(_AT_ONCE, SIZE, _FINER, SIZE, _FINER).mean((2, 4))[..., None]
    figure, ground = _colours(random)
    picture = ground * (1 - cover) + figure * cover
    spread = each(2, 26)[..., None]
    picture = picture + random.standard_normal(picture.shape, np.float32) * spread
    result: NDArray[np.uint8] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return result


def _colours(random: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two colours an image, `(images, 1, 1, 3)` each, of which one is well darker."""
    import numpy as np

    hues = random.random((2, _AT_ONCE, 1)) + np.array([0, 1 / 3, 2 / 3])
    pure = 0.5 + 0.5 * np.cos(2 * math.pi * hues)
    strength = random.uniform(0.3, 1.0, (2, _AT_ONCE, 1))
    tint = pure * strength + (1 - strength) * pure.mean(-1, keepdims=True)
    dark, light = tint[0] * 0.55, 0.55 + 0.45 * tint[1]
    swapped = random.random((_AT_ONCE, 1)) < 0.5
    pair = np.where(swapped, dark, light), np.where(swapped, light, dark)
    first, second = ((c * 255).astype(np.float32)[:, None, None, :] for c in pair)
    return first, second


def _circle(u: Grid, v: Grid) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = u * u + v * v < 1
    return inside


def _square(u: Grid, v: Grid) -> NDArray[np.bool_]:
    return (abs(u) < 0.8) & (abs(v) < 0.8)


def _triangle(u: Grid, v: Grid) -> NDArray[np.bool_]:
    root = math.sqrt(3) / 2
    return (v < 0.5) & (root * u - 0.5 * v < 0.5) & (-root * u - 0.5 * v < 0.5)


def _star(u: Grid, v: Grid) -> NDArray[np.bool_]:
    """Five points at a distance of 1, the notches between them at 0.42."""
    import numpy as np

    tenth = math.pi / 5
    turn = abs((np.arctan2(v, u) + tenth) % (2 * tenth) - tenth)
    distance = np.hypot(u, v)
    x, y = distance * np.cos(turn) - 1, distance * np.sin(turn)
    notch_x, notch_y = 0.42 * math.cos(tenth) - 1, 0.42 * math.sin(tenth)
    inside: NDArray[np.bool_] = notch_x * y - notch_y * x > 0
    return inside


def _cross(u: Grid, v: Grid) -> NDArray[np.bool_]:
    upright, level = (abs(u) < 0.3) & (abs(v) < 0.95), (abs(v) < 0.3) & (abs(u) < 0.95)
    return upright | level


def _ring(u: Grid, v: Grid) -> NDArray[np.bool_]:
    square = u * u + v * v
    return (square < 1) & (square > 0.33)


_SHAPES: tuple[Callable[[Grid, Grid], NDArray[np.bool_]], ...] = (
    _circle, _square, _triangle, _star, _cross, _ring,
)  # fmt: skip
