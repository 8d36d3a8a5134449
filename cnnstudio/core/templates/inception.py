"""Networks that look at several sizes side by side, and Xception, their extreme."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Dropout,
    GlobalAveragePooling2D,
    MaxPooling2D,
    SeparableConv2D,
    Shape,
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
    normed,
    pool,
    predictions,
    repeat,
)
from cnnstudio.core.templates.template import Paper, Template

_RELU = Activation(activation="relu")

_Widths = tuple[int, int, int, int, int, int]
"""Filters of an inception block as the paper's table has them: 1×1; 3×3 and the 1×1 before it; 5×5
and the 1×1 before it; the 1×1 after pooling."""


def _googlenet(_shape: Shape, classes: int) -> Items:
    """Table 1 of the paper, without local response normalization and auxiliary classifiers."""
    return [
        group(
            "stem",
            he_conv(64, 7, 2),
            pool(3, 2, padding="same"),
            he_conv(64, 1),
            he_conv(192, 3),
            pool(3, 2, padding="same"),
        ),
        _inception("inception_3a", (64, 96, 128, 16, 32, 32)),
        _inception("inception_3b", (128, 128, 192, 32, 96, 64)),
        pool(3, 2, padding="same"),
        _inception("inception_4a", (192, 96, 208, 16, 48, 64)),
        _inception("inception_4b", (160, 112, 224, 24, 64, 64)),
        _inception("inception_4c", (128, 128, 256, 24, 64, 64)),
        _inception("inception_4d", (112, 144, 288, 32, 64, 64)),
        _inception("inception_4e", (256, 160, 320, 32, 128, 128)),
        pool(3, 2, padding="same"),
        _inception("inception_5a", (256, 160, 320, 32, 128, 128)),
        _inception("inception_5b", (384, 192, 384, 48, 128, 128)),
        GlobalAveragePooling2D(),
        Dropout(rate=0.4),
        predictions(classes),
    ]


def _inception(name: str, widths: _Widths) -> PlacedBlock:
    one, before_three, three, before_five, five, pooled = widths
    return concatenate(
        name,
        [he_conv(one, 1)],
        [he_conv(before_three, 1), he_conv(three, 3)],
        [he_conv(before_five, 1), he_conv(five, 5)],
        [pool(3, 1, padding="same"), he_conv(pooled, 1)],
    )


def _small_inception(_shape: Shape, classes: int) -> Items:
    return [
        he_conv(16, 3),
        MaxPooling2D(),
        _inception("inception_1", (16, 16, 32, 4, 8, 8)),
        MaxPooling2D(),
        _inception("inception_1", (32, 24, 48, 8, 16, 16)),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _xception(_shape: Shape, classes: int) -> Items:
    """As `keras.applications.Xception`."""
    return [
        group(
            "entry",
            *normed(conv(32, 3, 2, padding="valid", use_bias=False)),
            *normed(conv(64, 3, padding="valid", use_bias=False)),
            _narrowing(128, 128, starts_with_relu=False),
            _narrowing(256, 256),
            _narrowing(728, 728),
        ),
        repeat("middle", 8, add("residual_1", [*_separable(728) * 3], [])),
        group(
            "exit",
            _narrowing(728, 1024),
            *normed(_separable_conv(1536)),
            *normed(_separable_conv(2048)),
        ),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _narrowing(first: int, filters: int, *, starts_with_relu: bool = True) -> PlacedBlock:
    main: list[Item] = [*_separable(first), *_separable(filters), pool(3, 2, padding="same")]
    shortcut = normed(conv(filters, 1, 2, use_bias=False), activation=None)
    return add("downsample_1", main if starts_with_relu else main[1:], shortcut)


def _separable(filters: int) -> list[Item]:
    return [_RELU, _separable_conv(filters), BatchNormalization()]


def _separable_conv(filters: int) -> SeparableConv2D:
    return SeparableConv2D(filters=filters, padding="same", use_bias=False)


_GOING_DEEPER = Paper("Going deeper with convolutions", "Szegedy et al.", 2014)

INCEPTION = Template(
    key="inception",
    title=N_("Inception block"),
    about=N_(
        "A small network whose lanes look at 1×1, 3×3 and 5×5 windows side by side and leave the "
        "choice to training."
    ),
    paper=_GOING_DEEPER,
    shape=(28, 28, 1),
    classes=10,
    weights=26_318,
    build=_small_inception,
    least=4,
    ready_small=True,
)
GOOGLENET = Template(
    key="googlenet",
    title="GoogLeNet",
    about=N_(
        "Nine inception blocks, accurate with a twentieth of VGG16's weights. The two auxiliary "
        "classifiers, which the paper uses in training only, are left out."
    ),
    paper=_GOING_DEEPER,
    shape=(224, 224, 3),
    classes=1000,
    weights=6_998_552,
    build=_googlenet,
    least=32,
)
XCEPTION = Template(
    key="xception",
    title="Xception",
    about=N_(
        "Residual blocks of separable convolutions, which look at places and at channels one after "
        "the other: accurate for its size."
    ),
    paper=Paper("Xception: deep learning with depthwise separable convolutions", "Chollet", 2016),
    shape=(299, 299, 3),
    classes=1000,
    weights=22_910_480,
    build=_xception,
    least=71,
)
