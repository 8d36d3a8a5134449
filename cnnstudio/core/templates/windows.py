"""Sizes of maps where strides halve them, and the zeros that Keras's networks add before."""

from __future__ import annotations

from cnnstudio.core.blocks import Shape, ZeroPadding2D


def halved(size: Shape) -> Shape:
    """Return the height and width after strides of 2, rounded up."""
    return tuple(-(-side // 2) for side in size[:2])


def padding_before(size: Shape, kernel: int) -> ZeroPadding2D:
    """Return the zeros before a convolution with strides of 2 and "valid" padding.

    They are those of `keras.applications.imagenet_utils.correct_pad`: one fewer at the top and left
    of maps of even size.
    """
    half = kernel // 2
    rows, columns = (half - 1 + side % 2 for side in size[:2])
    return ZeroPadding2D(padding=((rows, half), (columns, half)))
