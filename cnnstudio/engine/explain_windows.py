"""The parts of a number that a kernel or a window makes: which inputs it lies on, and the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import Block, Conv2DTranspose, Dense, DepthwiseConv2D
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.explaining import (
    Index,
    Numbers,
    Pooled,
    Seen,
    SeparableSum,
    WeightedSum,
)

Array = NDArray[Any]
Named = dict[str, Array]
"""A layer's weights by Keras's names."""

_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D")
_SEPARABLE = ("SeparableConv1D", "SeparableConv2D")


def weighted(block: Block, entered: Array, weights: Named, index: Index) -> WeightedSum | None:
    """Return the sum of a layer with one kernel a filter; None if it is none of those."""
    match block:
        case Dense():
            return _dense(entered, weights, index)
        case DepthwiseConv2D(depth_multiplier=multiplier):
            channel, which = divmod(index[-1], multiplier)
            seen = _seen(block, entered, index, channel)
            inputs = patch(entered, seen, slice(channel, channel + 1))
            kernel = weights["kernel"][..., channel, which]
            return WeightedSum(inputs, kernel[..., None], _bias(weights, index), seen)
        case Conv2DTranspose():
            return _transposed(block, entered, weights, index)
        case _ if block.kind in _CONVOLUTIONS:
            return _convolution(block, entered, weights, index)
        case _:
            return None


def separable(block: Block, entered: Array, weights: Named, index: Index) -> SeparableSum | None:
    """Return the sum of a separable convolution; None if it is none."""
    if block.kind not in _SEPARABLE:
        return None
    seen = _seen(block, entered, index)
    depthwise = weights["depthwise_kernel"]
    pointwise = weights["pointwise_kernel"].reshape(depthwise.shape[-2], depthwise.shape[-1], -1)
    inputs = patch(entered, seen, slice(None))
    return SeparableSum(
        inputs, depthwise, pointwise[..., index[-1]].copy(), _bias(weights, index), seen
    )


def pooled(block: Block, entered: Array, index: Index) -> Pooled | None:
    """Return the window of a pooling; None if the block is none."""
    if "Pooling" not in block.kind:
        return None
    channel, is_max = index[-1], "Max" in block.kind
    if block.kind.startswith("Global"):
        sizes = entered.shape[:-1]
        seen = Seen(tuple(tuple(range(size)) for size in sizes), sizes, channel)
        return Pooled(entered[..., channel].copy(), seen, is_max)
    seen = _seen(block, entered, index, channel)
    values = patch(entered, seen, slice(channel, channel + 1))[..., 0]
    return Pooled(values, seen, is_max)


def patch(entered: Array, seen: Seen, channels: slice) -> Numbers:
    """Return the input's numbers at the places seen, 0 on padding, `(taps …, channels)`."""
    grid = grid_of(seen)
    found = entered[..., channels][grid] if grid else entered[channels]
    return np.where(seen.inside[..., np.newaxis], found, np.float32(0)).astype(np.float32)


def grid_of(seen: Seen) -> tuple[Array, ...]:
    """Return the places seen as numpy indexes a grid; for one on padding, the nearest inside."""
    axes = zip(seen.places, seen.sizes, strict=True)
    return np.ix_(*(np.clip(np.array(places, int), 0, size - 1) for places, size in axes))


def window_places(window: Window, place: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the input places that one output place sees along each axis, those on padding too."""
    axes = zip(place, window.first, window.stride, window.kernel, window.dilation, strict=True)
    return tuple(
        tuple(math.floor(first + at * stride) + tap * apart for tap in range(taps))
        for at, first, stride, taps, apart in axes
    )


def _seen(block: Block, entered: Array, index: Index, channel: int = 0) -> Seen:
    window = block.window(entered.shape)
    if window is None:
        raise ValueError(block.kind)
    return Seen(window_places(window, index[:-1]), entered.shape[:-1], channel)


def _convolution(block: Any, entered: Array, weights: Named, index: Index) -> WeightedSum:
    kernel, number = weights["kernel"], index[-1]
    members = kernel.shape[-2]
    first = number // (kernel.shape[-1] // block.groups) * members
    seen = _seen(block, entered, index, first)
    inputs = patch(entered, seen, slice(first, first + members))
    return WeightedSum(inputs, kernel[..., number].copy(), _bias(weights, index), seen)


def _dense(entered: Array, weights: Named, index: Index) -> WeightedSum:
    place = index[:-1]
    seen = Seen(tuple((at,) for at in place), entered.shape[:-1])
    ones = (1,) * len(place)
    kernel = weights["kernel"][:, index[-1]].reshape(*ones, -1).copy()
    inputs = entered[place].reshape(*ones, -1).copy()
    return WeightedSum(inputs, kernel, _bias(weights, index), seen)


def _transposed(
    block: Conv2DTranspose, entered: Array, weights: Named, index: Index
) -> WeightedSum:
    """Return the taps that reach one place: input `i` adds tap `u` at `i * stride + u * apart`."""
    window = block.window(entered.shape)
    axes = zip(
        index, block.kernel_size, block.strides, block.dilation_rate, window.kernel, window.first,
        strict=False,
    )  # fmt: skip
    places, taps = [], []
    for at, kernel, stride, apart, reach, first in axes:
        whole = at + int((first + reach - 1) * stride)
        used = [tap for tap in range(kernel) if (whole - tap * apart) % stride == 0]
        # From the first input place to the last, as one reads.
        used.reverse()
        places.append(tuple((whole - tap * apart) // stride for tap in used))
        taps.append(used)
    seen = Seen(tuple(places), entered.shape[:-1])
    kernel = weights["kernel"][np.ix_(*(np.array(used, int) for used in taps))][:, :, index[-1]]
    return WeightedSum(
        patch(entered, seen, slice(None)), kernel.copy(), _bias(weights, index), seen
    )


def _bias(weights: Named, index: Index) -> float | None:
    return float(weights["bias"][index[-1]]) if "bias" in weights else None
