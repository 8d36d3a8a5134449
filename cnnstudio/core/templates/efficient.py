"""EfficientNet: inverted residuals that weigh their maps, in sizes found by search."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    BatchNormalization,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Normalization,
    Rescaling,
    Reshape,
    Shape,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.templates.kit import (
    Item,
    Items,
    add,
    conv,
    group,
    multiply,
    named,
    normed,
    predictions,
)
from cnnstudio.core.templates.template import Paper, Template
from cnnstudio.core.templates.windows import halved, padding_before

_STAGES = (
    (3, 1, 16, 1, 1),
    (3, 2, 24, 6, 2),
    (5, 2, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)
"""Kernel, blocks, filters, how much wider inside, and strides of each stage."""
_DROPPED = 0.2
_HE = "he_normal"


def _efficientnet_b0(shape: Shape, classes: int) -> Items:
    """As `keras.applications.EfficientNetB0`.

    Two things differ in training, which no layer of the catalogue does: Dropout in a lane drops
    single numbers, not the lane of an image as a whole; and kernels start out as He et al. drew
    them, by the inputs of a unit rather than by its outputs.
    """
    row: list[Item] = [
        group(
            "stem",
            named("to_0_1", Rescaling(scale=1 / 255)),
            Normalization(mean=None, variance=None),
            padding_before(shape, 3),
            *_swish(conv(32, 3, 2, padding="valid", use_bias=False, kernel_initializer=_HE)),
        )
    ]
    size, channels, number = halved(shape), 32, 0
    blocks = sum(count for _kernel, count, _filters, _wider, _strides in _STAGES)
    for stage, (kernel, count, filters, wider, strides) in enumerate(_STAGES, start=1):
        inner: list[Item] = []
        for copy in range(count):
            step = 1 if copy else strides
            main = _inverted(size, channels, filters, kernel=kernel, wider=wider, strides=step)
            if copy:
                rate = _DROPPED * number / blocks
                inner.append(add("inverted_1", [*main, Dropout(rate=rate)], []))
            else:
                inner += main
            size, channels, number = halved(size) if step == 2 else size, filters, number + 1
        row.append(group(f"stage_{stage}", *inner))
    return [
        *row,
        group("top", *_swish(conv(1280, 1, use_bias=False, kernel_initializer=_HE))),
        GlobalAveragePooling2D(),
        Dropout(rate=0.2),
        predictions(classes),
    ]


def _inverted(
    size: Shape, channels: int, filters: int, *, kernel: int, wider: int, strides: int
) -> Items:
    """Widen, filter each map by itself, weigh the maps, narrow."""
    inside = channels * wider
    widened = _swish(conv(inside, 1, use_bias=False, kernel_initializer=_HE))
    filtered = DepthwiseConv2D(
        kernel_size=(kernel, kernel),
        strides=(strides, strides),
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        depthwise_initializer=_HE,
    )
    scores: Items = [
        named("squeeze_1", GlobalAveragePooling2D()),
        Reshape(target_shape=(1, 1, inside)),
        conv(max(1, channels // 4), 1, activation="silu", kernel_initializer=_HE),
        conv(inside, 1, activation="sigmoid", kernel_initializer=_HE),
    ]
    return [
        *(widened if wider > 1 else []),
        *([padding_before(size, kernel)] if strides == 2 else []),
        *_swish(filtered),
        multiply("squeeze_excite_1", [], scores),
        conv(filters, 1, use_bias=False, kernel_initializer=_HE),
        BatchNormalization(),
    ]


def _swish(convolution: Item) -> Items:
    return normed(convolution, activation="silu")


EFFICIENTNET_B0 = Template(
    key="efficientnet-b0",
    title="EfficientNetB0",
    about=N_(
        "The smallest of a family found by search, with squeeze and excite in every block: the "
        "most accurate here for its weights. It expects pixels from 0 to 255."
    ),
    paper=Paper(
        "EfficientNet: rethinking model scaling for convolutional neural networks",
        "Tan, Le",
        2019,
    ),
    shape=(224, 224, 3),
    classes=1000,
    weights=5_330_571,
    build=_efficientnet_b0,
    least=32,
    pixels="0..255",
)
