"""Arguments of Keras layers that blocks have no place for, and the order of all of them."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.core.blocks import CATALOGUE
from cnnstudio.core.fields import fields_of
from cnnstudio.core.keras_values import short

_KERNEL_CONVOLUTION = (
    "dilation_rate groups activation use_bias kernel_initializer bias_initializer "
    "kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint"
)
_TRANSPOSED = _KERNEL_CONVOLUTION.replace("groups ", "")
_SEPARABLE = (
    "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation "
    "use_bias depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer "
    "pointwise_regularizer bias_regularizer activity_regularizer depthwise_constraint "
    "pointwise_constraint bias_constraint"
)
_CONVOLUTION = f"filters kernel_size strides padding data_format {_KERNEL_CONVOLUTION}"
_POOLING = "pool_size strides padding data_format"
_NORMALIZATION = (
    "axis epsilon center scale beta_initializer gamma_initializer beta_regularizer "
    "gamma_regularizer beta_constraint gamma_constraint"
)
_ORDERS = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _CONVOLUTION),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _SEPARABLE),
    "Conv2DTranspose": (
        f"filters kernel_size strides padding output_padding data_format {_TRANSPOSED}"
    ),
    "DepthwiseConv2D": (
        "kernel_size strides padding depth_multiplier data_format dilation_rate activation "
        "use_bias depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer "
        "activity_regularizer depthwise_constraint bias_constraint"
    ),
    "Input": "shape batch_size dtype",
    "InputLayer": "shape batch_size dtype",
    "Concatenate": "axis",
    "Normalization": "axis mean variance invert",
    "LayerNormalization": _NORMALIZATION,
    "GroupNormalization": f"groups {_NORMALIZATION}",
    "BatchNormalization": (
        "axis momentum epsilon center scale beta_initializer gamma_initializer "
        "moving_mean_initializer moving_variance_initializer beta_regularizer gamma_regularizer "
        "beta_constraint gamma_constraint"
    ),
    "Dropout": "rate noise_shape seed",
    "SpatialDropout2D": "rate data_format seed",
    "PReLU": "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
    "Embedding": (
        "input_dim output_dim embeddings_initializer embeddings_regularizer "
        "embeddings_constraint mask_zero"
    ),
    "UpSampling2D": "size data_format interpolation",
    "Resizing": (
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode "
        "fill_value antialias data_format"
    ),
    **dict.fromkeys(
        (f"Global{how}Pooling{axes}D" for how in ("Max", "Average") for axes in (1, 2, 3)),
        "data_format keepdims",
    ),
    **dict.fromkeys(
        (f"{how}Pooling{axes}D" for how in ("Max", "Average") for axes in (1, 2, 3)), _POOLING
    ),
}
"""Keras's order of arguments by place, where it is not that of the catalogue's declarations."""

_NOTHING: tuple[object, ...] = ()

IGNORED = frozenset(
    (
        "name",
        "autocast",
        "dynamic",
        "implementation",
        "fused",
        "batch_size",
        "batch_input_shape",
        "batch_shape",
        "input_shape",
        "input_dtype",
        "input_length",
        "build_config",
        "lora_alpha",
        "renorm_momentum",
        # An Input takes all numbers as float32.
        ("Input", "dtype"),
        *((kind, "input_dim") for kind in CATALOGUE if kind != "Embedding"),
        # Keras 2 wrote these of layers that do not have them.
        *(
            (kind, name)
            for kind in ("SeparableConv1D", "SeparableConv2D", "DepthwiseConv2D")
            for name in ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
        ),
    )
)
"""Arguments, or arguments of one kind, whose value is of no account."""

ONLY_FOR_TRAINING: Mapping[str, tuple[object, ...]] = {
    "dtype": ("float32", "float"),
    "trainable": (True,),
    "activity_regularizer": _NOTHING,
    **{
        f"{weight}_constraint": _NOTHING
        for weight in (
            *("kernel", "bias", "depthwise", "pointwise", "alpha", "beta", "gamma"),
            "embeddings",
        )
    },
    "moving_mean_initializer": ("zeros",),
    "moving_variance_initializer": ("ones",),
    "synchronized": (False,),
    "noise_shape": _NOTHING,
    "weights": _NOTHING,
    "virtual_batch_size": _NOTHING,
}
"""Arguments without a place that do not change what a trained network computes, with the values
besides None that are Keras's defaults."""

OTHER_DEFAULTS: Mapping[str, tuple[object, ...]] = {
    "data_format": ("channels_last",),
    "groups": (1,),
    "sparse": (False,),
    "ragged": (False,),
    "optional": (False,),
    "tensor": _NOTHING,
    "input_tensor": _NOTHING,
    "type_spec": _NOTHING,
    "renorm": (False,),
    "renorm_clipping": ({},),
    "adjustment": _NOTHING,
    "rms_scaling": (False,),
    "fill_mode": ("constant",),
    "lora_rank": _NOTHING,
    "quantization_config": _NOTHING,
}
"""Arguments without a place that change what a network computes, with the values besides None for
which it computes the same."""


def positional(class_name: str) -> tuple[str, ...]:
    """Return Keras's order of a layer's positional arguments; none of a class that is no block."""
    if class_name in _ORDERS:
        return tuple(_ORDERS[class_name].split())
    return tuple(fields_of(CATALOGUE[class_name])) if class_name in CATALOGUE else ()


def renamed(kind: str, raw: Mapping[str, object]) -> dict[str, object]:
    """Return a layer's arguments under the names they have in Keras 3."""
    given = {key: _plain(value) for key, value in raw.items()}
    if kind == "LeakyReLU" and "alpha" in given:
        slope = given.pop("alpha")
        given["negative_slope"] = short(slope) if isinstance(slope, float) else slope
    return given


def _plain(raw: object) -> object:
    """Return a number that the first Kerases wrote as an array of none but it."""
    if isinstance(raw, Mapping) and raw.get("type") == "ndarray":
        return raw.get("value")
    return raw
