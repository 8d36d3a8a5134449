"""Which parts of a Keras model may be built from its description: an explicit list, nothing else.

A model file is made by others. What its description names could be a Python function (Lambda), a
class of somebody's own, or one of Keras's that reads files or other programs' models: none of these
is ever looked up, imported or run. The layers listed here compute from numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_SIDES = ("1D", "2D", "3D")
_SPATIAL = (
    *("Conv", "MaxPooling", "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling"),
    *("AdaptiveAveragePooling", "AdaptiveMaxPooling", "SpatialDropout", "UpSampling"),
    *("ZeroPadding", "Cropping", "ConvLSTM"),
)
SAFE_LAYERS = frozenset({
    *(f"{stem}{side}" for stem in _SPATIAL for side in _SIDES),
    *(f"Conv{side}Transpose" for side in _SIDES),
    *("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
    *("Dense", "EinsumDense", "Embedding", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"),
    *("Softmax", "Identity", "Masking", "ActivityRegularization"),
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
    *("RMSNormalization", "SpectralNormalization", "Normalization", "Rescaling", "Resizing"),
    *("CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip"),
    *("RandomRotation", "RandomTranslation", "RandomZoom"),
    *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
    *("Flatten", "Reshape", "Permute", "RepeatVector"),
    *("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),
    *("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"),
    *("LSTM", "GRU", "SimpleRNN", "RNN", "LSTMCell", "GRUCell", "SimpleRNNCell"),
    *("StackedRNNCells", "Bidirectional", "TimeDistributed", "InputLayer"),
})  # fmt: skip
"""Keras layers that a description is enough to build, and that do nothing but compute."""

SAFE_OPERATIONS = {
    "keras.src.ops.numpy": frozenset({
        *("Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Power"),
        *("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "Where"),
        *("LogicalAnd", "LogicalOr", "LogicalNot"),
        *("Negative", "Absolute", "Square", "Sqrt", "Exp", "Log", "Tanh", "Clip"),
        *("Mean", "Sum", "Max", "Min", "Var", "Std", "Prod"),
        *("Reshape", "Transpose", "Concatenate", "Stack", "Squeeze", "ExpandDims", "Repeat"),
        *("Tile", "Flip", "Roll", "Pad", "Matmul", "Swapaxes", "Moveaxis"),
    }),
    "keras.src.ops.nn": frozenset({
        *("Relu", "Relu6", "Sigmoid", "Softplus", "Softsign", "Silu", "LogSigmoid", "LeakyRelu"),
        *("HardSigmoid", "HardSilu", "Elu", "Selu", "Gelu", "Softmax", "LogSoftmax", "Normalize"),
    }),
}  # fmt: skip
"""Keras's functions on tensors, `x + y` and `keras.ops.relu(x)`, by the module they are saved with;
as the layers they compute from numbers alone."""

_VALUES = {
    "keras.initializers": (
        *("Zeros", "Ones", "Constant", "Identity", "Orthogonal", "VarianceScaling"),
        *("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform"),
        *("RandomNormal", "RandomUniform", "TruncatedNormal"),
    ),
    "keras.regularizers": ("L1", "L2", "L1L2", "OrthogonalRegularizer"),
    "keras.constraints": ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
    # Models inside a layer, TimeDistributed for example: their own layers are looked at too.
    "keras": ("DTypePolicy", "Sequential", "Functional"),
}
_HOMES = {name: home for home, names in _VALUES.items() for name in names}
"""The module of every class that an argument of a layer may be, by the class's name."""
_DEEPEST = 40


def home_of(class_name: str, module: object = None) -> str | None:
    """Return the module that Keras has a class of a description in; None if it is not allowed."""
    if isinstance(module, str) and module in SAFE_OPERATIONS:
        return module if class_name in SAFE_OPERATIONS[module] else None
    if class_name in SAFE_LAYERS:
        return "keras.layers"
    # In .h5 files not even Keras 3 names the module of its functions.
    return _HOMES.get(class_name) or operation_home(class_name)


def operation_home(class_name: str) -> str | None:
    """Return the module of a function on tensors that no layer is named like, None if none is."""
    if class_name in SAFE_LAYERS or class_name in _HOMES:
        return None
    return next((home for home, names in SAFE_OPERATIONS.items() if class_name in names), None)


def foreign_parts(description: Any) -> tuple[str, ...]:
    """Return what a layer's description names that is never run here, in its order.

    Args:
        description: what Keras saves of a layer, `{"class_name": …, "module": …, "config": …}`, or
            any part of it.
    """
    return tuple(dict.fromkeys(_foreign(description, 0)))


def is_own(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry says that its class is not one of Keras's.

    Keras 3 names a class's module, and what it was registered as; Keras 2 names neither.
    """
    module, registered = entry.get("module"), entry.get("registered_name")
    if isinstance(module, str):
        return module.partition(".")[0] != "keras"
    return registered not in (None, entry.get("class_name"))


def _foreign(part: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "…"
    elif isinstance(part, Mapping):
        name = part.get("class_name")
        if name is not None and not _is_allowed(part, name):
            yield str(name)[:80]
        else:
            for inner in part.values():
                yield from _foreign(inner, depth + 1)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _foreign(inner, depth + 1)


def _is_allowed(entry: Mapping[str, Any], name: Any) -> bool:
    if not isinstance(name, str) or is_own(entry):
        return False
    if name in ("__keras_tensor__", "__tuple__"):
        return True
    return home_of(name, entry.get("module")) is not None
