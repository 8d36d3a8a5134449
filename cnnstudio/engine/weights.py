"""Weights apart from a model: arrays by the name of the layer they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.engine.builder import settle_weights

Arrays = tuple[NDArray[np.float32], ...]


def give_weights(model: Any, weights: Mapping[str, Arrays]) -> int:
    """Give the layers of a model the arrays that bear their names; return how many took theirs.

    A layer whose arrays have other shapes keeps its own.
    """
    count = 0
    for layer in model.layers:
        arrays = weights.get(layer.name, ())
        if not arrays or [w.shape for w in layer.weights] != [a.shape for a in arrays]:
            continue
        for weight, array in zip(layer.weights, arrays, strict=True):
            weight.assign(array)
        settle_weights(layer)
        count += 1
    return count


def weights_of(model: Any) -> dict[str, Arrays]:
    """Return the arrays of a model's layers by the layers' names."""
    return {
        layer.name: tuple(np.asarray(weight.numpy(), np.float32) for weight in layer.weights)
        for layer in model.layers
        if layer.weights
    }
