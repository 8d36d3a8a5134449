"""Examples that are made for an Input of any shape, where there is no data at hand that fits it.

A network that has learned nothing yet can be looked into with them, and each shows something of its
own: an impulse what one place does to all that follow, a ramp what becomes of sizes, a sine of
rising frequency which frequencies pass, noise what comes of everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Embedding, Input, Shape
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.network import Network, Row

NOISES = 4
"""Seeds of noise that are offered."""


class Made(StrEnum):
    """Which example."""

    IMPULSE = "impulse"
    RAMP = "ramp"
    SINE = "sine"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Naming:
    """What an example is called, and why one would look at it; both marked for translation."""

    title: str
    why: str


NAMES = {
    Made.IMPULSE: Naming(
        N_("Impulse"), N_("All zeros and a single one in the middle: see how far one place reaches")
    ),
    Made.RAMP: Naming(
        N_("Ramp"), N_("Rises evenly from the lowest to the highest: see what becomes of sizes")
    ),
    Made.SINE: Naming(
        N_("Sine"), N_("A sine of rising frequency: see which frequencies a layer lets through")
    ),
    Made.NOISE: Naming(
        N_("Noise"), N_("Numbers at random, by a seed: see what comes of everything at once")
    ),
}
WORD_NAMES = {
    Made.IMPULSE: Naming(
        N_("One word"),
        N_("Word 1 in the middle of nothing but filling: see how far a word reaches"),
    ),
    Made.RAMP: Naming(
        N_("All words"),
        N_("Word numbers from the first to the last one, evenly: see the whole table"),
    ),
    Made.NOISE: Naming(N_("Random"), N_("Words at random, by a seed: see what comes of any text")),
}
"""The same of the numbers of words, that an Embedding takes."""


def kinds(words: int | None) -> tuple[tuple[Made, int], ...]:
    """Return the examples that are offered, with the seed of each.

    Args:
        words: how many there are if numbers of words are wanted, else None.
    """
    names = NAMES if words is None else WORD_NAMES
    plain = tuple((kind, 0) for kind in names if kind is not Made.NOISE)
    return (*plain, *((Made.NOISE, seed) for seed in range(NOISES)))


def naming(kind: str, words: int | None) -> Naming:
    """Return what an example is called."""
    made = Made(kind)
    return NAMES[made] if words is None else WORD_NAMES.get(made, WORD_NAMES[Made.NOISE])


def titled(kind: str, seed: int, words: int | None) -> str:
    """Return what one example is called, told from those of other seeds."""
    title = _(naming(kind, words).title)
    if Made(kind) is not Made.NOISE:
        return title
    return _("{title} {number}").format(title=title, number=seed + 1)


def words_of(network: Network) -> int | None:
    """Return how many words the Embeddings know that a network's Input goes to, None if to none."""
    nodes = [node for node in network.nodes if not node.muted]
    if len(nodes) < 2 or not isinstance(nodes[0].block, Input):
        return None
    return _first_table(tuple(nodes[1:]))


def _first_table(row: Row) -> int | None:
    """Return the size of the smallest table that what enters a row is looked up in."""
    for node in row:
        if node.muted:
            continue
        if isinstance(node.block, Embedding):
            return node.block.input_dim
        sizes = [size for lane in node.lanes if (size := _first_table(lane)) is not None]
        return min(sizes) if sizes else None
    return None


def is_picture(shape: Shape) -> bool:
    """Return whether an Input of a shape takes images in grey or colour."""
    return len(shape) == 3 and shape[2] in (1, 3)


def has_pixels(shape: Shape) -> bool:
    """Return whether the numbers of an Input are brightnesses: of images or volumes."""
    return len(shape) > 2


def make(kind: str, seed: int, shape: Shape, words: int | None = None) -> NDArray[np.float32]:
    """Return an example.

    Args:
        kind: which one, a `Made`.
        seed: of noise.
        shape: of the Input.
        words: how many words there are if it takes their numbers, else None.

    Returns:
        `shape` numbers: from 0 to 1 where they are brightnesses, see `has_pixels`; else also
        negative ones; whole ones from 0 to below `words`.
    """
    made = Made(kind)
    if words is not None:
        return _words(made, seed, shape, words)
    sizes = shape[:-1] if len(shape) > 1 else shape
    if made is Made.NOISE:
        return _noise(seed, shape)
    plane: NDArray[np.floating] = {Made.IMPULSE: _impulse, Made.RAMP: _ramp, Made.SINE: _sine}[
        made
    ](sizes)
    if made is Made.SINE and has_pixels(shape):
        plane = (plane + 1) / 2
    if len(shape) > 1:
        plane = np.repeat(plane[..., np.newaxis], shape[-1], axis=-1)
    return np.ascontiguousarray(plane, np.float32)


def _words(made: Made, seed: int, shape: Shape, words: int) -> NDArray[np.float32]:
    if made is Made.RAMP:
        count = int(np.prod(shape))
        return np.rint(np.linspace(0, words - 1, count)).reshape(shape).astype(np.float32)
    if made is Made.IMPULSE:
        return _impulse(shape) * np.float32(min(1, words - 1))
    random = np.random.default_rng(seed)
    return random.integers(0, words, shape).astype(np.float32)


def _noise(seed: int, shape: Shape) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    if has_pixels(shape):
        return random.random(shape, np.float32)
    return random.standard_normal(shape, np.float32)


def _impulse(sizes: Shape) -> NDArray[np.float32]:
    result = np.zeros(sizes, np.float32)
    result[tuple(size // 2 for size in sizes)] = 1
    return result


def _ramp(sizes: Shape) -> NDArray[np.float32]:
    return np.broadcast_to(np.linspace(0, 1, sizes[-1], dtype=np.float32), sizes)


def _sine(sizes: Shape) -> NDArray[np.float32]:
    """Return a sine whose frequency rises to half of what the places can carry.

    Along one axis it rises from the first place to the last, over more from the middle outwards.
    """
    if len(sizes) == 1:
        at = np.arange(sizes[0], dtype=np.float64)
        return np.sin(np.pi / 4 * at**2 / sizes[0]).astype(np.float32)
    axes = np.ogrid[tuple(slice(size) for size in sizes)]
    squares = sum((axis - (size - 1) / 2) ** 2 for axis, size in zip(axes, sizes, strict=True))
    return np.cos(np.pi / 2 * squares / max(sizes)).astype(np.float32)
