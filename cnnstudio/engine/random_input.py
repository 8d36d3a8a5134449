"""Numbers to hold two models against each other, and how far apart they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Embedding, Input
from cnnstudio.core.network import Network

_SEED = 0
_IMAGES = 2


def random_input(network: Network) -> NDArray[np.float32]:
    """Return a batch of random inputs for a network, 0 to 1, the same at every call.

    What is embedded is whole numbers below the number of words.
    """
    active = [node.block for node in network.nodes if not node.muted]
    shape = next(block.shape for block in active if isinstance(block, Input))
    generator = np.random.default_rng(_SEED)
    words = [
        node.block.input_dim for _p, node in network.walk() if isinstance(node.block, Embedding)
    ]
    if words:
        return generator.integers(0, min(words), (_IMAGES, *shape)).astype(np.float32)
    return generator.random((_IMAGES, *shape), np.float32)


def outputs_of(model: Any, numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a Keras model makes of a batch, as in use."""
    return np.asarray(model(numbers, training=False), np.float32)


def largest_difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the largest difference between two outputs; infinite if they are not comparable.

    Numbers that are infinite or no numbers count as the same where both have them.
    """
    if one.shape != other.shape:
        return float("inf")
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0, np.abs(one - other))
    return float("inf") if np.isnan(apart).any() else float(apart.max(initial=0.0))
