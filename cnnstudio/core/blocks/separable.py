"""Convolutions that work on each channel by itself: cheap ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices, slide
from cnnstudio.core.blocks.block import Block, Family, Shape, Weight
from cnnstudio.core.blocks.convolution import (
    BIAS_INITIALIZER,
    BIAS_REGULARIZER,
    FILTERS,
    USE_BIAS,
)
from cnnstudio.core.blocks.slide import Slide, row
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import Integer, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

_DEPTH_MULTIPLIER = Integer(
    label=N_("Depth multiplier"), help=N_("kernels for each input channel"), low=1, high=1024
)
_DEPTHWISE_INITIALIZER = choices.initializer(
    N_("Depthwise initializer"), choices.KERNEL_INITIALIZER_HELP
)
_DEPTHWISE_REGULARIZER = choices.regularizer(N_("Depthwise regularizer"))


@dataclass(frozen=True, slots=True)
class DepthwiseConv2D(Block):
    """A kernel a channel, https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/."""

    family: ClassVar[Family] = Family.CONVOLUTION
    stem: ClassVar[str] = "depthwise"
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)
    lesson: ClassVar[str] = N_(
        "Slides a kernel of its own over every channel and mixes none of them, for a fraction of "
        "the cost of Conv2D; a 1×1 Conv2D after it mixes the channels."
    )
    formula: ClassVar[str] = (
        "y[i, j, c·m + k] = φ(Σ x[i·s + u·d, j·s + v·d, c] · kernel[u, v, c, k] + bias[c·m + k])"
    )

    kernel_size: tuple[int, int] = param(slide.kernel_size(2), default=(3, 3))
    strides: tuple[int, int] = param(slide.strides(2), default=(1, 1))
    padding: str = param(choices.padding(), default="valid")
    depth_multiplier: int = param(_DEPTH_MULTIPLIER, default=1)
    activation: str | None = param(choices.activation(optional=True), default=None)
    dilation_rate: tuple[int, int] = param(slide.dilation(2), default=(1, 1))
    use_bias: bool = param(USE_BIAS, default=True)
    depthwise_initializer: str = param(_DEPTHWISE_INITIALIZER, default="glorot_uniform")
    bias_initializer: str = param(BIAS_INITIALIZER, default="zeros")
    depthwise_regularizer: tuple[str, float] | None = param(_DEPTHWISE_REGULARIZER, default=None)
    bias_regularizer: tuple[str, float] | None = param(BIAS_REGULARIZER, default=None)

    @property
    def _slide(self) -> Slide:
        return Slide(self.kernel_size, self.strides, self.padding, self.dilation_rate)

    @override
    def key_params(self) -> str:
        parts = self._slide.words()
        if self.depth_multiplier > 1:
            parts.append(f"× {self.depth_multiplier}")
        return " · ".join([*parts, self.activation] if self.activation else parts)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        own = self._slide
        return own.rank_fault(shape) or own.misfit(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*self._slide.places(shape), shape[-1] * self.depth_multiplier)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, shape[-1], self.depth_multiplier))
        bias = Weight("bias", (shape[-1] * self.depth_multiplier,))
        return (kernel, bias) if self.use_bias else (kernel,)

    @override
    def macs(self, shape: Shape) -> int:
        return math.prod(self._slide.places(shape)) * self.weights(shape)[0].count

    @override
    def window(self, shape: Shape) -> Window:
        return self._slide.window(shape)


@dataclass(frozen=True, slots=True)
class _Separable(Block):
    """What separable convolutions along one or two axes share."""

    family: ClassVar[Family] = Family.CONVOLUTION
    stem: ClassVar[str] = "separable"
    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    filters: int = param(FILTERS, default=32)
    kernel_size: int | tuple[int, ...] = param(slide.kernel_size(2), default=(3, 3))
    strides: int | tuple[int, ...] = param(slide.strides(2), default=(1, 1))
    padding: str = param(choices.padding(), default="valid")
    activation: str | None = param(choices.activation(optional=True), default=None)
    dilation_rate: int | tuple[int, ...] = param(slide.dilation(2), default=(1, 1))
    depth_multiplier: int = param(_DEPTH_MULTIPLIER, default=1)
    use_bias: bool = param(USE_BIAS, default=True)
    depthwise_initializer: str = param(_DEPTHWISE_INITIALIZER, default="glorot_uniform")
    pointwise_initializer: str = param(
        choices.initializer(N_("Pointwise initializer"), choices.KERNEL_INITIALIZER_HELP),
        default="glorot_uniform",
    )
    bias_initializer: str = param(BIAS_INITIALIZER, default="zeros")
    depthwise_regularizer: tuple[str, float] | None = param(_DEPTHWISE_REGULARIZER, default=None)
    pointwise_regularizer: tuple[str, float] | None = param(
        choices.regularizer(N_("Pointwise regularizer")), default=None
    )
    bias_regularizer: tuple[str, float] | None = param(BIAS_REGULARIZER, default=None)

    @property
    def _slide(self) -> Slide:
        return Slide(
            row(self.kernel_size), row(self.strides), self.padding, row(self.dilation_rate)
        )

    @override
    def key_params(self) -> str:
        parts = [str(self.filters), *self._slide.words()]
        return " · ".join([*parts, self.activation] if self.activation else parts)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        own = self._slide
        return own.rank_fault(shape) or own.misfit(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*self._slide.places(shape), self.filters)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        channels, ones = shape[-1] * self.depth_multiplier, (1,) * len(self._slide.kernel)
        kernels = (
            Weight("depthwise_kernel", (*self._slide.kernel, shape[-1], self.depth_multiplier)),
            Weight("pointwise_kernel", (*ones, channels, self.filters)),
        )
        return (*kernels, Weight("bias", (self.filters,))) if self.use_bias else kernels

    @override
    def macs(self, shape: Shape) -> int:
        depthwise, pointwise, *_bias = self.weights(shape)
        return math.prod(self._slide.places(shape)) * (depthwise.count + pointwise.count)

    @override
    def window(self, shape: Shape) -> Window:
        return self._slide.window(shape)


@dataclass(frozen=True, slots=True)
class SeparableConv1D(_Separable):
    """Depthwise, then 1×1, https://keras.io/api/layers/convolution_layers/separable_convolution1d/."""

    lesson: ClassVar[str] = N_(
        "Slides a kernel along every channel of a sequence by itself, then mixes the channels "
        "place by place: nearly what Conv1D does, with far fewer weights."
    )
    formula: ClassVar[str] = (
        "z[t, c·m + k] = Σ x[t·s + u·d, c] · depthwise[u, c, k],  y = φ(z · pointwise + bias)"
    )

    kernel_size: int = param(slide.kernel_size(1), default=3)
    strides: int = param(slide.strides(1), default=1)
    dilation_rate: int = param(slide.dilation(1), default=1)


@dataclass(frozen=True, slots=True)
class SeparableConv2D(_Separable):
    """Depthwise, then 1×1, https://keras.io/api/layers/convolution_layers/separable_convolution2d/."""

    lesson: ClassVar[str] = N_(
        "Slides a kernel over every channel by itself, then mixes the channels place by place: "
        "nearly what Conv2D does, with far fewer weights and multiplications."
    )
    formula: ClassVar[str] = (
        "z[i, j, c·m + k] = Σ x[i·s + u·d, j·s + v·d, c] · depthwise[u, v, c, k],  "
        "y = φ(z · pointwise + bias)"
    )

    kernel_size: tuple[int, int] = param(slide.kernel_size(2), default=(3, 3))
    strides: tuple[int, int] = param(slide.strides(2), default=(1, 1))
    dilation_rate: tuple[int, int] = param(slide.dilation(2), default=(1, 1))
