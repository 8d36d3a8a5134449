"""The short words of a figure: `Conv 3×3 /2`, `BN`, `ReLU`, as papers write them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cnnstudio.core.blocks import Activation, Block, Dense, Input, Repeat, Shape, Softmax
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.blocks.opaque import Opaque
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import N_, _, language, ngettext

UNKNOWN = "?"
"""Stands for a size that cannot be known."""

_SHORT = {
    "Input": N_("Input"),
    "Conv1D": N_("Conv"),
    "Conv2D": N_("Conv"),
    "Conv3D": N_("Conv"),
    "DepthwiseConv2D": N_("Depthwise conv"),
    "SeparableConv1D": N_("Separable conv"),
    "SeparableConv2D": N_("Separable conv"),
    "Conv2DTranspose": N_("Transposed conv"),
    "MaxPooling1D": N_("Max pool"),
    "MaxPooling2D": N_("Max pool"),
    "MaxPooling3D": N_("Max pool"),
    "AveragePooling1D": N_("Avg pool"),
    "AveragePooling2D": N_("Avg pool"),
    "AveragePooling3D": N_("Avg pool"),
    "GlobalMaxPooling1D": N_("Global max pool"),
    "GlobalMaxPooling2D": N_("Global max pool"),
    "GlobalAveragePooling1D": N_("Global avg pool"),
    "GlobalAveragePooling2D": N_("Global avg pool"),
    "GlobalAveragePooling3D": N_("Global avg pool"),
    "BatchNormalization": N_("BN"),
    "LayerNormalization": N_("LN"),
    "GroupNormalization": N_("GN"),
    "Dense": N_("Dense"),
    "Embedding": N_("Embedding"),
    "Flatten": N_("Flatten"),
    "Reshape": N_("Reshape"),
    "Permute": N_("Permute"),
    "ZeroPadding2D": N_("Zero pad"),
    "Cropping2D": N_("Crop"),
    "UpSampling2D": N_("Upsample"),
    "Dropout": N_("Dropout"),
    "SpatialDropout2D": N_("Dropout"),
    "GaussianDropout": N_("Dropout"),
    "GaussianNoise": N_("Noise"),
    "Rescaling": N_("Rescale"),
    "Normalization": N_("Normalize"),
    "Resizing": N_("Resize"),
}
"""What figures call a kind; another one goes by its Keras name."""

_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
"""How papers spell an activation; another one is spelt as Keras does."""

_MERGES = {
    "Add": N_("Add"),
    "Concatenate": N_("Concatenate"),
    "Multiply": N_("Multiply"),
    "Average": N_("Average"),
    "Maximum": N_("Maximum"),
    "Subtract": N_("Subtract"),
}


def word(block: Block) -> str:
    """Return what a figure calls a layer, with its window and step: `Conv 3×3 /2`."""
    return _word(block, language())


@lru_cache(maxsize=4096)
def _word(block: Block, _language: str) -> str:
    if isinstance(block, Activation):
        return _spelt(block.activation)
    if isinstance(block, Opaque):
        return block.key_params() or block.kind
    if isinstance(block, Softmax):
        return SOFTMAX
    parts = [_(_SHORT[block.kind]) if block.kind in _SHORT else block.kind]
    window = _tuple(getattr(block, "kernel_size", None) or getattr(block, "pool_size", None))
    if window:
        parts.append(times(window))
    strides = _tuple(getattr(block, "strides", None))
    usual = window if hasattr(block, "pool_size") else (1,) * len(strides)
    if strides and strides != usual:
        step = times(strides) if len(set(strides)) > 1 else str(strides[0])
        parts.append(f"/{step}")
    elif size := _tuple(getattr(block, "size", None)):
        parts.append(times(size))
    dilation = _tuple(getattr(block, "dilation_rate", None))
    if max(dilation, default=1) > 1:
        parts.append(f"d{max(dilation)}")
    return " ".join(parts)


def count_word(block: Block) -> str:
    """Return how many channels or units a layer makes, where it says so itself; else ""."""
    if isinstance(block, Input):
        return ""
    number = getattr(block, "units" if isinstance(block, Dense) else "filters", None)
    return "" if number is None else f"{number:,}"


def own_activation(block: Block) -> str:
    """Return what a layer's own activation is called, "" if it has none."""
    chosen = None if isinstance(block, Activation) else getattr(block, "activation", None)
    return "" if chosen in (None, LINEAR) else _spelt(str(chosen))


def merge_word(merge: str) -> str:
    """Return what a figure calls a merge."""
    return _(_MERGES[merge]) if merge in _MERGES else merge


def size_word(shape: Shape | None) -> str:
    """Return a shape as a figure gives it: `26×26×64`, `10,816` for a vector."""
    if shape is None:
        return UNKNOWN
    return f"{shape[0]:,}" if len(shape) == 1 else times(shape)


def times_word(count: int) -> str:
    """Return how often something stands in a row: `×3`."""
    return f"×{count}"


def layers_word(count: int) -> str:
    """Return how many layers a folded box holds."""
    return ngettext("{count} layer", "{count} layers", count).format(count=f"{count:,}")


def joined(parts: Iterable[str]) -> str:
    """Return words side by side."""
    return " · ".join(part for part in parts if part)


def repeat_count(block: Block) -> int:
    """Return how often a container's body stands in a row."""
    return block.count if isinstance(block, Repeat) else 1


def _spelt(activation: str) -> str:
    return _ACTIVATIONS.get(activation, activation)


def _tuple(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    return tuple(value) if isinstance(value, tuple) else ()
