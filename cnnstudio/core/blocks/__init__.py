"""The catalogue: every layer kind, by its Keras name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from cnnstudio.core.blocks.activation import (
    ELU,
    Activation,
    LeakyReLU,
    PReLU,
    ReLU,
    Softmax,
)
from cnnstudio.core.blocks.augmentation import (
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from cnnstudio.core.blocks.block import FAMILY_LABELS, Block, Family, Shape, Weight
from cnnstudio.core.blocks.containers import Container, Group, Parallel, Repeat
from cnnstudio.core.blocks.convolution import (
    Conv1D,
    Conv2D,
    Conv3D,
)
from cnnstudio.core.blocks.dense import (
    Dense,
    Embedding,
)
from cnnstudio.core.blocks.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
from cnnstudio.core.blocks.input import (
    Input,
)
from cnnstudio.core.blocks.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    UnitNormalization,
)
from cnnstudio.core.blocks.opaque import Opaque
from cnnstudio.core.blocks.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from cnnstudio.core.blocks.regularization import (
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout2D,
)
from cnnstudio.core.blocks.reshaping import (
    Cropping2D,
    Flatten,
    Permute,
    Reshape,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.resizing import (
    CenterCrop,
    Rescaling,
    Resizing,
    UpSampling2D,
)
from cnnstudio.core.blocks.separable import (
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from cnnstudio.core.blocks.transposed import (
    Conv2DTranspose,
)
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.declared import quoted, read_params
from cnnstudio.core.i18n import _

LAYERS: tuple[type[Block], ...] = (
    Input,
    Rescaling,
    Normalization,
    Resizing,
    CenterCrop,
    RandomFlip,
    RandomRotation,
    RandomZoom,
    RandomTranslation,
    RandomContrast,
    RandomBrightness,
    Conv2D,
    DepthwiseConv2D,
    SeparableConv2D,
    Conv2DTranspose,
    Conv1D,
    SeparableConv1D,
    Conv3D,
    MaxPooling2D,
    AveragePooling2D,
    GlobalMaxPooling2D,
    GlobalAveragePooling2D,
    MaxPooling1D,
    AveragePooling1D,
    GlobalMaxPooling1D,
    GlobalAveragePooling1D,
    MaxPooling3D,
    AveragePooling3D,
    GlobalAveragePooling3D,
    Activation,
    ReLU,
    LeakyReLU,
    PReLU,
    ELU,
    Softmax,
    BatchNormalization,
    LayerNormalization,
    GroupNormalization,
    UnitNormalization,
    Dropout,
    SpatialDropout2D,
    GaussianNoise,
    GaussianDropout,
    Dense,
    Embedding,
    Flatten,
    Reshape,
    Permute,
    ZeroPadding2D,
    Cropping2D,
    UpSampling2D,
)
"""Kinds that stand for one Keras layer, in the order of the palette."""

CONTAINERS: tuple[type[Container], ...] = (Parallel, Repeat, Group)

CATALOGUE: dict[str, type[Block]] = {kind.__name__: kind for kind in (*LAYERS, *CONTAINERS)}
"""What a person adds to a network."""

KINDS: dict[str, type[Block]] = {**CATALOGUE, Opaque.__name__: Opaque}
"""All that a network may hold."""

_LONGEST_KIND = 40
"""Characters of an unknown kind that are compared with the known ones."""


def make_block(kind: str, params: Mapping[str, Any]) -> Block:
    """Make a block of a kind from plain values, as a file or a form brings them.

    Raises:
        ValueError: if the kind or a parameter is unknown or a value is out of range; the text
            says what, expected and received, and of a kind the most similar ones.
    """
    if kind not in KINDS:
        near = get_close_matches(kind[:_LONGEST_KIND], CATALOGUE, n=4, cutoff=0.0)
        raise ValueError(
            _("unknown block kind {kind}: the nearest are {known}").format(
                kind=quoted(kind), known=", ".join(near)
            )
        )
    cls = KINDS[kind]
    return cls(**read_params(cls, params, kind))


__all__ = [
    "CATALOGUE",
    "CONTAINERS",
    "ELU",
    "FAMILY_LABELS",
    "KINDS",
    "LAYERS",
    "Activation",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "Block",
    "CenterCrop",
    "Container",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Embedding",
    "Family",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Group",
    "GroupNormalization",
    "Input",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Normalization",
    "Opaque",
    "PReLU",
    "Parallel",
    "Permute",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "Repeat",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SeparableConv1D",
    "SeparableConv2D",
    "Shape",
    "Softmax",
    "SpatialDropout2D",
    "UnitNormalization",
    "UpSampling2D",
    "Weight",
    "Window",
    "ZeroPadding2D",
    "make_block",
]
