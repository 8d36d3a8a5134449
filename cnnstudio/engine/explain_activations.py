"""What is applied to a sum, or by a layer that applies a function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.activations import ALONG_AN_AXIS, activated, activated_row
from cnnstudio.core.blocks import ELU, Activation, Block, Dense, LeakyReLU, PReLU, ReLU, Softmax
from cnnstudio.core.explaining import Activated, Index, SeparableSum, WeightedSum
from cnnstudio.engine.explain_windows import weighted

Array = NDArray[Any]
Sum = WeightedSum | SeparableSum


def of_layer(
    block: Block, entered: Array, weights: dict[str, Array], index: Index
) -> Activated | None:
    """Return what a layer makes of single numbers, None if that is not what it does."""
    if not isinstance(block, Activation | Softmax | ReLU | LeakyReLU | ELU | PReLU):
        return None
    x = float(entered[index])
    match block:
        case Activation(activation=name):
            if name not in ALONG_AN_AXIS:
                return Activated(name, x, activated(name, x))
            return _along(name, entered[index[:-1]], index[-1])
        case Softmax():
            return _softmax(block, entered, index)
        case ReLU():
            return Activated("relu", x, _relu(block, x), None, _settings(block))
        case LeakyReLU(negative_slope=slope):
            return Activated("leaky_relu", x, x if x > 0 else slope * x, None, _settings(block))
        case ELU(alpha=alpha):
            after = x if x > 0 else alpha * float(np.expm1(x))
            return Activated("elu", x, after, None, _settings(block))
        case _:
            slopes = weights["alpha"]
            alpha = float(slopes[tuple(min(at, n - 1) for at, n in zip(index, slopes.shape))])  # noqa: B905 - as many axes as the input has
            return Activated("prelu", x, x if x > 0 else alpha * x, None, (("alpha", alpha),))


def after_sum(block: Any, parts: Sum, sums: Array | None, index: Index) -> Activated | None:
    """Return what the activation of a layer makes of its sum.

    Args:
        block: the layer.
        parts: the sum.
        sums: of all its filters or units at that place, where its activation looks at all.
        index: the place.
    """
    name = block.activation
    if name in (None, "linear"):
        return None
    if sums is not None:
        return _along(name, sums, index[-1])
    return Activated(name, parts.result, activated(name, parts.result))


def sums_beside(
    block: Any, parts: Sum, entered: Array, weights: dict[str, Array], index: Index
) -> tuple[Array | None, float]:
    """Return the sums of all filters at a place, and the largest size of what is added up in one.

    None where the activation looks at one number alone.
    """
    if block.activation not in ALONG_AN_AXIS:
        return None, 0.0
    seen: Array
    if isinstance(parts, SeparableSum):
        seen, kernel = parts.depthwise_sums.reshape(-1), weights["pointwise_kernel"]
    elif isinstance(block, Dense):
        seen, kernel = parts.inputs.reshape(-1), weights["kernel"]
    else:
        count = block.output_shape(entered.shape)[-1]
        each = [weighted(block, entered, weights, (*index[:-1], n)) for n in range(count)]
        found = [one for one in each if one is not None]
        return np.array([one.result for one in found]), max(one.magnitude for one in found)
    table = kernel.reshape(seen.size, -1)
    sums = seen.astype(np.float64) @ table.astype(np.float64)
    sizes = np.abs(seen).astype(np.float32) @ np.abs(table)
    bias = weights.get("bias")
    return (sums if bias is None else sums + bias), max(parts.magnitude, float(sizes.max()))


def _along(name: str, numbers: Array, place: int) -> Activated:
    exact = np.asarray(numbers, np.float64).reshape(-1)
    after = float(activated_row(name, exact)[place])
    return Activated(name, float(exact[place]), after, exact)


def _softmax(block: Softmax, entered: Array, index: Index) -> Activated:
    axes = sorted(axis % (entered.ndim + 1) - 1 for axis in block.axis)
    place = tuple(slice(None) if axis in axes else at for axis, at in enumerate(index))
    row = np.asarray(entered[place])
    number = int(np.ravel_multi_index(tuple(index[axis] for axis in axes), row.shape))
    return _along("softmax", row, number)


def _relu(block: ReLU, x: float) -> float:
    """Follow Keras's own rectifier, whose ceiling comes before the slope is taken off."""
    if block.negative_slope and block.max_value is None and not block.threshold:
        return x if x > 0 else block.negative_slope * x
    kept = x if x > block.threshold else 0.0
    if block.max_value is not None:
        kept = min(kept, block.max_value)
    return max(kept, 0.0) - block.negative_slope * max(0.0, block.threshold - x)


def _settings(block: Block) -> tuple[tuple[str, float], ...]:
    return tuple(
        (name, float(value))
        for name, value in block.params().items()
        if isinstance(value, int | float) and value
    )
