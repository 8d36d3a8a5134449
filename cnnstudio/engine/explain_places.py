"""The parts of a number that is taken, scaled or merged place by place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.blocks import (
    BatchNormalization,
    Block,
    Cropping2D,
    Dropout,
    Embedding,
    Family,
    GaussianDropout,
    GaussianNoise,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    Parallel,
    Permute,
    Rescaling,
    SpatialDropout2D,
    UnitNormalization,
    ZeroPadding2D,
)
from cnnstudio.core.explaining import (
    Index,
    LookedUp,
    Merged,
    Normalized,
    Passed,
    Scaled,
    ToUnitLength,
)

Array = NDArray[Any]
Named = dict[str, Array]

_KERAS_EPSILON = 1e-7
_REARRANGING = ("Flatten", "Reshape")
_PASSING = (Family.REGULARIZATION, Family.AUGMENTATION)


def normalized(
    block: Block, entered: Array, weights: Named, index: Index
) -> Normalized | Scaled | ToUnitLength | None:
    """Return the numbers of a normalization or a scaling; None if the block is neither."""
    if block.family is not Family.NORMALIZATION and not isinstance(block, Rescaling):
        return None
    x = float(entered[index])
    match block:
        case BatchNormalization():
            number = index[-1]
            mean = float(weights["moving_mean"][number])
            variance = float(weights["moving_variance"][number])
            gamma, beta = _at(weights, "gamma", number), _at(weights, "beta", number)
            return Normalized(x, mean, variance, block.epsilon, gamma, beta)
        case LayerNormalization() | GroupNormalization():
            return _measured(block, entered, weights, index)
        case Normalization():
            return _standard(block, x, weights, index)
        case UnitNormalization():
            along = _along(entered, _axes(block.axis, entered.ndim), index)
            squares = float((along.astype(np.float64) ** 2).sum())
            return ToUnitLength(x, squares, along.size)
        case Rescaling():
            return Scaled(x, block.scale, block.offset)
        case _:
            return None


def while_learning(
    block: Block, entered: Array, weights: Named, index: Index, value: float
) -> Normalized | Scaled | None:
    """Return what a block does to a number only while it learns; None if it does nothing else.

    What was drawn at random is not known but from what came out.
    """
    if block.family not in (Family.NORMALIZATION, Family.REGULARIZATION):
        return None
    x = float(entered[index])
    match block:
        case BatchNormalization():
            along = entered[..., index[-1]]
            mean, variance = _moments(along)
            gamma, beta = (_at(weights, name, index[-1]) for name in ("gamma", "beta"))
            return Normalized(x, mean, variance, block.epsilon, gamma, beta, over=along.size)
        case Dropout(rate=rate) | SpatialDropout2D(rate=rate):
            kept = value != 0 and rate < 1
            return Scaled(x, 1 / (1 - rate) if kept else 0.0, 0.0, is_drawn=True, dropping=rate)
        case GaussianNoise():
            return Scaled(x, 1.0, value - x, is_drawn=True)
        case GaussianDropout():
            return Scaled(x, value / x if x else 0.0, 0.0, is_drawn=True)
        case _:
            return None


def _measured(
    block: LayerNormalization | GroupNormalization, entered: Array, weights: Named, index: Index
) -> Normalized:
    x = float(entered[index])
    if isinstance(block, LayerNormalization):
        axes = _axes(block.axis, entered.ndim)
        along = _along(entered, axes, index)
        place: Any = tuple(index[axis] for axis in axes)
    else:
        members = entered.shape[-1] // (entered.shape[-1] if block.groups == -1 else block.groups)
        first = index[-1] // members * members
        along, place = entered[..., first : first + members], index[-1]
    mean, variance = _moments(along)
    gamma, beta = _at(weights, "gamma", place), _at(weights, "beta", place)
    return Normalized(x, mean, variance, block.epsilon, gamma, beta, over=along.size)


def _standard(block: Normalization, x: float, weights: Named, index: Index) -> Normalized:
    if block.mean is None or block.variance is None:
        mean, variance = weights["mean"][index[-1]], weights["variance"][index[-1]]
    else:
        number = index[-1] if len(block.mean) > 1 else 0
        mean, variance = block.mean[number], block.variance[number]
    lowest = _KERAS_EPSILON**2
    return Normalized(x, float(mean), max(float(variance), lowest), 0.0, inverted=block.invert)


def taken(block: Block, entered: Array, index: Index) -> Passed | None:
    """Return which number of the input is handed on as it is; None if none is."""
    match block:
        case Permute(dims=dims):
            place = [0] * len(dims)
            for axis, at in zip(dims, index, strict=True):
                place[axis - 1] = at
            return _passed(entered, tuple(place))
        case ZeroPadding2D(padding=((top, _below), (left, _right))):
            return _passed(entered, (index[0] - top, index[1] - left, index[2]))
        case Cropping2D(cropping=((top, _below), (left, _right))):
            return _passed(entered, (index[0] + top, index[1] + left, index[2]))
        case _ if block.kind in _REARRANGING:
            number = int(np.ravel_multi_index(index, block.output_shape(entered.shape)))
            place = [int(at) for at in np.unravel_index(number, entered.shape)]
            return _passed(entered, tuple(place))
        case _ if block.family in _PASSING:
            return _passed(entered, index)
        case _:
            return None


def looked_up(block: Block, entered: Array, weights: Named, index: Index) -> LookedUp | None:
    """Return which row of an Embedding's table is taken; None if the block is none."""
    if not isinstance(block, Embedding):
        return None
    word = int(entered[index[:-1]])
    return LookedUp(word, float(weights["embeddings"][word, index[-1]]))


def merged(
    block: Parallel, lanes: list[Array], names: tuple[str, ...], index: Index
) -> Merged | Passed:
    """Return the lanes' numbers at one place, or the one that a Concatenate hands on."""
    if block.merge == "Concatenate":
        channel = index[-1]
        for number, lane in enumerate(lanes):
            if channel < lane.shape[-1]:
                place = (*index[:-1], channel)
                return Passed(float(lane[place]), place, number)
            channel -= lane.shape[-1]
    # Along an axis of one place Keras takes that place everywhere.
    values = tuple(
        float(lane[tuple(0 if size == 1 else at for at, size in zip(index, lane.shape))])  # noqa: B905 - broadcast lanes have the same rank
        for lane in lanes
    )
    return Merged(block.merge, values, names)


def _passed(entered: Array, place: Index) -> Passed:
    inside = all(0 <= at < size for at, size in zip(place, entered.shape, strict=True))
    return Passed(float(entered[place]), place) if inside else Passed(0.0, None)


def _axes(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return Keras's axes, of which the batch is number 0, as those of one image, in order."""
    return tuple(sorted(axis % (rank + 1) - 1 for axis in axes))


def _along(entered: Array, axes: tuple[int, ...], index: Index) -> Array:
    """Return the numbers that share a place with one on all axes but some."""
    place = tuple(slice(None) if axis in axes else at for axis, at in enumerate(index))
    return np.asarray(entered[place])


def _moments(numbers: Array) -> tuple[float, float]:
    exact = numbers.astype(np.float64)
    return float(exact.mean()), float(exact.var())


def _at(weights: Named, name: str, place: Any) -> float | None:
    return float(weights[name][place]) if name in weights else None
