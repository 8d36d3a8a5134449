"""Networks that do much with few weights: their layers reuse maps, or squeeze them."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Shape,
    Softmax,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.templates.kit import (
    Item,
    Items,
    add,
    concatenate,
    conv,
    group,
    he_conv,
    named,
    normed,
    pad,
    pool,
    predictions,
    repeat,
)
from cnnstudio.core.templates.template import Paper, Template
from cnnstudio.core.templates.windows import halved, padding_before

_KERAS_EPSILON = 1.001e-5
_GROWTH = 32
_RELU = Activation(activation="relu")
_RELU6 = ReLU(max_value=6.0)
_SLOW = 0.999


def _densenet_121(_shape: Shape, classes: int) -> Items:
    """As `keras.applications.DenseNet121`."""
    row: list[Item] = [
        group(
            "stem",
            pad(3, 3),
            *normed(conv(64, 7, 2, padding="valid", use_bias=False), epsilon=_KERAS_EPSILON),
            pad(1, 1),
            pool(3, 2),
        )
    ]
    channels = 64
    for number, layers in enumerate((6, 12, 24, 16), start=1):
        if number > 1:
            channels //= 2
            row.append(_transition(number - 1, channels))
        row.append(repeat(f"dense_block_{number}", layers, _dense_layer()))
        channels += layers * _GROWTH
    return [*row, _norm(), _RELU, GlobalAveragePooling2D(), predictions(classes)]


def _dense_layer() -> PlacedBlock:
    made = [
        _norm(),
        _RELU,
        *normed(conv(4 * _GROWTH, 1, padding="valid", use_bias=False), epsilon=_KERAS_EPSILON),
        conv(_GROWTH, 3, use_bias=False),
    ]
    return concatenate("dense_layer_1", [], made)


def _transition(number: int, channels: int) -> PlacedBlock:
    return group(
        f"transition_{number}",
        _norm(),
        _RELU,
        conv(channels, 1, padding="valid", use_bias=False),
        AveragePooling2D(),
    )


def _norm() -> BatchNormalization:
    return BatchNormalization(epsilon=_KERAS_EPSILON)


def _squeezenet(_shape: Shape, classes: int) -> Items:
    """Version 1.0, Table 1 of the paper."""
    return [
        named("conv1", he_conv(96, 7, 2)),
        pool(3, 2, padding="same"),
        _fire(2, 16, 64),
        _fire(3, 16, 64),
        _fire(4, 32, 128),
        pool(3, 2, padding="same"),
        _fire(5, 32, 128),
        _fire(6, 48, 192),
        _fire(7, 48, 192),
        _fire(8, 64, 256),
        pool(3, 2, padding="same"),
        _fire(9, 64, 256),
        Dropout(),
        named("conv10", he_conv(classes, 1)),
        GlobalAveragePooling2D(),
        named("predictions", Softmax()),
    ]


def _fire(number: int, squeezed: int, expanded: int) -> PlacedBlock:
    return group(
        f"fire{number}",
        named(f"squeeze{number}", he_conv(squeezed, 1)),
        concatenate(
            f"expand{number}",
            [he_conv(expanded, 1)],
            [he_conv(expanded, 3)],
        ),
    )


def _mobilenet_v2(shape: Shape, classes: int) -> Items:
    """As `keras.applications.MobileNetV2`."""
    size, channels = halved(shape), 32
    row: list[Item] = [group("stem", *_relu6(conv(32, 3, 2, use_bias=False)))]
    stages = ((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
    for number, (filters, count, strides) in enumerate(stages, start=1):
        first = _inverted(size, channels, filters, strides, expanded=number > 1)
        rest = [
            repeat(
                f"bottlenecks_{number}",
                count - 1,
                add("inverted_1", [], _inverted(size, filters, filters, 1)),
            )
        ]
        row.append(group(f"stage_{number}", *first, *(rest if count > 1 else [])))
        size, channels = halved(size) if strides == 2 else size, filters
    return [
        *row,
        group("top", *_relu6(conv(1280, 1, padding="valid", use_bias=False))),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _inverted(
    size: Shape, channels: int, filters: int, strides: int, *, expanded: bool = True
) -> Items:
    """An inverted residual's main lane: widen, filter each map by itself, narrow."""
    widened = _relu6(conv(6 * channels, 1, use_bias=False)) if expanded else []
    filtered = DepthwiseConv2D(
        strides=(strides, strides), padding="same" if strides == 1 else "valid", use_bias=False
    )
    return [
        *widened,
        *([padding_before(size, 3)] if strides == 2 else []),
        *_relu6(filtered),
        conv(filters, 1, use_bias=False),
        BatchNormalization(momentum=_SLOW),
    ]


def _relu6(convolution: Item) -> Items:
    return [convolution, BatchNormalization(momentum=_SLOW), _RELU6]


DENSENET_121 = Template(
    key="densenet-121",
    title="DenseNet-121",
    about=N_(
        "Every layer sees the maps of all layers before it, so that few new ones are enough: "
        "accurate with few weights."
    ),
    paper=Paper(
        "Densely connected convolutional networks",
        "Huang, Liu, van der Maaten, Weinberger",
        2016,
    ),
    shape=(224, 224, 3),
    classes=1000,
    weights=8_062_504,
    build=_densenet_121,
    least=32,
)
SQUEEZENET = Template(
    key="squeezenet",
    title="SqueezeNet",
    about=N_(
        "As accurate as AlexNet with a fiftieth of its weights: 1×1 convolutions squeeze the maps "
        "before the 3×3 ones see them."
    ),
    paper=Paper(
        "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
        "Iandola et al.",
        2016,
    ),
    shape=(224, 224, 3),
    classes=1000,
    weights=1_248_424,
    build=_squeezenet,
    least=32,
)
MOBILENET_V2 = Template(
    key="mobilenet-v2",
    title="MobileNetV2",
    about=N_(
        "Made for telephones: depthwise convolutions between narrow layers take little memory and "
        "few multiplications."
    ),
    paper=Paper(
        "MobileNetV2: inverted residuals and linear bottlenecks",
        "Sandler, Howard, Zhu, Zhmoginov, Chen",
        2018,
    ),
    shape=(224, 224, 3),
    classes=1000,
    weights=3_538_984,
    build=_mobilenet_v2,
    least=32,
)
