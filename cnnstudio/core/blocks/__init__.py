"""The catalogue: every layer kind, by its Keras name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.core.blocks.basic import (
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    Input,
    Rescaling,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.block import FAMILY_LABELS, Block, Family, Shape, Weight
from cnnstudio.core.blocks.containers import Container, Group, Parallel, Repeat
from cnnstudio.core.blocks.convolution import Conv2D
from cnnstudio.core.blocks.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnnstudio.core.declared import quoted, read_params
from cnnstudio.core.i18n import _

LAYERS: tuple[type[Block], ...] = (
    Input,
    Rescaling,
    Conv2D,
    MaxPooling2D,
    AveragePooling2D,
    GlobalAveragePooling2D,
    Activation,
    BatchNormalization,
    Dropout,
    Dense,
    Flatten,
    ZeroPadding2D,
)
"""Kinds that stand for one Keras layer, in the order of the palette."""

CONTAINERS: tuple[type[Container], ...] = (Parallel, Repeat, Group)

CATALOGUE: dict[str, type[Block]] = {kind.__name__: kind for kind in (*LAYERS, *CONTAINERS)}


def make_block(kind: str, params: Mapping[str, Any]) -> Block:
    """Make a block of a kind from plain values, as a file or a form brings them.

    Raises:
        ValueError: if the kind or a parameter is unknown or a value is out of range; the text
            says what, expected and received.
    """
    if kind not in CATALOGUE:
        raise ValueError(
            _("unknown block kind {kind}: expected one of {known}").format(
                kind=quoted(kind), known=", ".join(CATALOGUE)
            )
        )
    cls = CATALOGUE[kind]
    return cls(**read_params(cls, params, kind))


__all__ = [
    "CATALOGUE",
    "CONTAINERS",
    "FAMILY_LABELS",
    "LAYERS",
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Block",
    "Container",
    "Conv2D",
    "Dense",
    "Dropout",
    "Family",
    "Flatten",
    "GlobalAveragePooling2D",
    "Group",
    "Input",
    "MaxPooling2D",
    "Parallel",
    "Repeat",
    "Rescaling",
    "Shape",
    "Weight",
    "ZeroPadding2D",
    "make_block",
]
