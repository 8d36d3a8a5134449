"""Networks with random weights, looked into: what tests of maps and explanations stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Embedding

if TYPE_CHECKING:
    from cnnstudio.core.network import Network
    from cnnstudio.engine.explain import Look

Array = NDArray[np.float32]

_BOTH_SIGNS = (-0.6, 0.7)
_POSITIVE = (0.3, 0.7)


def looked(network: Network, seed: int = 0, spread: float = 1.0) -> Look:
    """Send random numbers through a network whose weights are random, biases and all."""
    from cnnstudio.engine.features import explorer_of

    built, entered = made(network, seed, spread)
    return look_of(built, explorer_of(built).maps(entered))


def made(
    network: Network, seed: int = 0, spread: float = 1.0, *, positive: bool = False
) -> tuple[Any, Array]:
    """Build a network with random weights, all of them positive or not, and an image for it."""
    from cnnstudio.engine.builder import build as built_of
    from cnnstudio.engine.builder import settle_weights

    draw = np.random.default_rng(seed)
    built = built_of(network, seed=seed)
    for layer in built.model.layers:
        for weight in layer.weights:
            if weight.dtype.startswith("float"):
                low, high = _POSITIVE if positive else _BOTH_SIGNS
                if "variance" in weight.name:
                    low = 0.2
                weight.assign(draw.uniform(low, high, weight.shape))
    settle_weights(built.model)
    pixels = np.rint(draw.uniform(1 if positive else 0, 255, built.model.input_shape[1:]))
    return built, pixels.astype(np.float32) * np.float32(spread / 255)


def look_of(built: Any, maps: dict[str, Array], *, trains: bool = False) -> Look:
    """Return what a pass has left behind, to be explained."""
    from cnnstudio.engine.explain import Look
    from cnnstudio.engine.feeding import feeds_of, read_weights

    weights = read_weights(built.model)
    return Look(built.network, feeds_of(built), maps, weights, "0..1", trains)


def has_masks(network: Network) -> bool:
    """Whether words may be left out, which only Keras keeps account of."""
    return any(
        isinstance(node.block, Embedding) and node.block.mask_zero for _path, node in network.walk()
    )
