"""A layer's weights as maps that can be drawn: kernels of a convolution, or one large matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.mosaic import shrunk

_WIDEST = 1024
"""Columns of a matrix that are drawn; of more the mean of neighbours is."""
_FLATTEST = 4
"""How many times wider than high a matrix is drawn at most."""
_TRANSPOSED = "Transpose"
_COLOURS = 3


class Form(StrEnum):
    """How a weight is drawn."""

    FILTERS = "filters"
    MATRIX = "matrix"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class KernelPicture:
    """Weights ready to be drawn.

    Attributes:
        values: `(height, width, maps)`; of a matrix there is one map.
        form: what they are.
        inputs: how many input channels can be chosen from, 1 if there is no choice.
        has_colours: whether the input channels can be seen as red, green and blue.
        rows_each: rows of the picture for each row of a matrix.
        columns_each: columns of a matrix whose mean is one column of the picture.
    """

    values: NDArray[np.float32]
    form: Form
    inputs: int = 1
    has_colours: bool = False
    rows_each: int = 1
    columns_each: float = 1.0


def picture_of(
    values: NDArray[np.float32], name: str, kind: str, channel: int | None = None
) -> KernelPicture:
    """Return weights ready to be drawn.

    Args:
        values: as Keras has them, or as the engine made them smaller.
        name: of the weight, as Keras has it.
        kind: of the block.
        channel: the input channel whose part of each kernel is wanted; None for the mean of all.
    """
    if not _is_of_windows(values, name):
        return _matrix(values)
    if name.startswith("depthwise"):
        # Each map has kernels of its own: there is no input to choose.
        return KernelPicture(_upright(values.reshape(*values.shape[:-2], -1)), Form.FILTERS)
    if kind.endswith(_TRANSPOSED):
        values = np.swapaxes(values, -1, -2)
    inputs = values.shape[-2]
    part = values.mean(axis=-2) if channel is None else values[..., min(channel, inputs - 1), :]
    return KernelPicture(
        _upright(part), Form.FILTERS, inputs, inputs == _COLOURS and values.ndim == 4
    )


def colours_of(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return kernels of three input channels as colours, `(height, width, 3, filters)`.

    Grey is zero; the largest weight of a kernel, of either sign, is as bright or dark as can be.
    What is not finite is grey.
    """
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float64)
    most = np.abs(finite).max(axis=(0, 1, 2), keepdims=True)
    scaled = finite / np.where(most > 0, most, 1.0)
    return np.rint(127.5 + 127.5 * scaled).astype(np.uint8)


def _is_of_windows(values: NDArray[np.float32], name: str) -> bool:
    """Return whether weights are kernels that slide over more than one place."""
    return name.endswith("kernel") and values.ndim > 2 and any(n > 1 for n in values.shape[:-2])


def _upright(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return kernels `(…, filters)` as `(height, width, filters)`, slices below each other."""
    if values.ndim == 2:
        return values[:, np.newaxis, :]
    return values.reshape(-1, *values.shape[-2:])


def _matrix(values: NDArray[np.float32]) -> KernelPicture:
    rows = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else values.reshape(1, -1)
    if rows.shape[0] == 1:
        return KernelPicture(_as_cells(rows), Form.ROW)
    # A unit a row: there are fewer of them than inputs, and a picture is wider than high.
    matrix = rows.T
    width = min(_WIDEST, matrix.shape[1])
    small = shrunk(matrix[:, :, np.newaxis], (matrix.shape[0], width))
    each = max(1, width // (_FLATTEST * matrix.shape[0]))
    return KernelPicture(
        np.repeat(small, each, axis=0),
        Form.MATRIX,
        rows_each=each,
        columns_each=matrix.shape[1] / width,
    )


def _as_cells(row: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector as one map a number, so that it is laid out as a grid."""
    return row.reshape(1, 1, -1)
