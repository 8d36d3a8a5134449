"""The convolution that enlarges."""

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
    KERNEL_INITIALIZER,
    KERNEL_REGULARIZER,
    USE_BIAS,
)
from cnnstudio.core.blocks.slide import LONGEST, Slide
from cnnstudio.core.blocks.window import Window, span, spreading
from cnnstudio.core.fields import Pair, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class Conv2DTranspose(Block):
    """A convolution run backwards, https://keras.io/api/layers/convolution_layers/convolution2d_transpose/."""

    family: ClassVar[Family] = Family.CONVOLUTION
    stem: ClassVar[str] = "transpose"
    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")
    lesson: ClassVar[str] = N_(
        "Enlarges maps with trained kernels: every number puts a kernel's worth of numbers on the "
        "output, strides apart, and where they overlap they add up."
    )
    formula: ClassVar[str] = (
        "y[i·s + u, j·s + v, f] = φ(Σ x[i, j, c] · kernel[u, v, f, c] + bias[f])"
    )

    filters: int = param(FILTERS, default=32)
    kernel_size: tuple[int, int] = param(slide.kernel_size(2), default=(3, 3))
    strides: tuple[int, int] = param(
        Pair(
            label=N_("Strides"),
            help=N_("steps down and across on the output; 2 doubles the maps"),
            low=1,
            high=LONGEST,
        ),
        default=(1, 1),
    )
    padding: str = param(choices.padding(), default="valid")
    output_padding: tuple[int, int] | None = param(
        Pair(
            label=N_("Output padding"),
            help=N_("rows and columns added to the output, where several sizes are possible"),
            low=0,
            high=LONGEST,
            optional=True,
            none_label=N_("as the strides ask"),
            advanced=True,
        ),
        default=None,
    )
    activation: str | None = param(choices.activation(optional=True), default=None)
    dilation_rate: tuple[int, int] = param(slide.dilation(2), default=(1, 1))
    use_bias: bool = param(USE_BIAS, default=True)
    kernel_initializer: str = param(KERNEL_INITIALIZER, default="glorot_uniform")
    bias_initializer: str = param(BIAS_INITIALIZER, default="zeros")
    kernel_regularizer: tuple[str, float] | None = param(KERNEL_REGULARIZER, default=None)
    bias_regularizer: tuple[str, float] | None = param(BIAS_REGULARIZER, default=None)

    @property
    def _slide(self) -> Slide:
        return Slide(self.kernel_size, self.strides, self.padding, self.dilation_rate)

    @override
    def key_params(self) -> str:
        parts = [str(self.filters), *self._slide.words()]
        return " · ".join([*parts, self.activation] if self.activation else parts)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return self._slide.rank_fault(shape) or self._slide.clash() or self._padding_fault()

    def _padding_fault(self) -> Fault | None:
        extra = self.output_padding or (0, 0)
        if extra[0] >= self.strides[0] or extra[1] >= self.strides[1]:
            details = {"padding": times(extra), "strides": times(self.strides)}
            return Fault("output_padding_too_large", details)
        if self.output_padding is None or self.padding == "valid":
            return None
        covered = map(span, self.kernel_size, self.dilation_rate)
        if all(more or size % 2 for more, size in zip(extra, covered, strict=True)):
            return None
        # TensorFlow would not find as many places again as came in.
        return Fault("output_padding_too_small")

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (self._size(shape, 0), self._size(shape, 1), self.filters)

    def _size(self, shape: Shape, axis: int) -> int:
        size, stride = shape[axis], self.strides[axis]
        covered = span(self.kernel_size[axis], self.dilation_rate[axis])
        if self.output_padding is None:
            return size * stride + (max(0, covered - stride) if self.padding == "valid" else 0)
        last = covered if self.padding == "valid" else covered % 2
        return (size - 1) * stride + last + self.output_padding[axis]

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, self.filters, shape[-1]))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    @override
    def macs(self, shape: Shape) -> int:
        # Every input place is multiplied with the whole kernel, those cut off at the edges too.
        return math.prod(shape[:2]) * self.weights(shape)[0].count

    @override
    def window(self, shape: Shape) -> Window:
        spans = (
            span(self.kernel_size[0], self.dilation_rate[0]),
            span(self.kernel_size[1], self.dilation_rate[1]),
        )
        cut = (self._cut(shape, spans, 0), self._cut(shape, spans, 1))
        return spreading(spans, self.strides, cut)

    def _cut(self, shape: Shape, spans: tuple[int, int], axis: int) -> int:
        """Return the output places that "same" cuts off before the first."""
        if self.padding == "valid":
            return 0
        whole = (shape[axis] - 1) * self.strides[axis] + spans[axis]
        return max(0, whole - self._size(shape, axis)) // 2
