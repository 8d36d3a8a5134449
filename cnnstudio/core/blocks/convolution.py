"""Blocks that slide kernels over sequences, maps and volumes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices, slide
from cnnstudio.core.blocks.block import Block, Family, Shape, Weight
from cnnstudio.core.blocks.slide import Slide, row
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import Flag, Integer, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

MOST_FILTERS = 65536


FILTERS = Integer(label=N_("Filters"), help=N_("how many maps come out"), low=1, high=MOST_FILTERS)
USE_BIAS = Flag(
    label=N_("Use bias"),
    help=N_("add a trained number to every filter's or unit's sum"),
    advanced=True,
)
BIAS_INITIALIZER = choices.initializer(
    N_("Bias initializer"), N_("how the biases start out before training"), any_rank=True
)
BIAS_REGULARIZER = choices.regularizer(N_("Bias regularizer"))
KERNEL_INITIALIZER = choices.initializer(N_("Kernel initializer"), choices.KERNEL_INITIALIZER_HELP)
KERNEL_REGULARIZER = choices.regularizer(N_("Kernel regularizer"))


@dataclass(frozen=True, slots=True)
class _Convolution(Block):
    """What convolutions along any number of axes share; a kind gives its axes their fields."""

    family: ClassVar[Family] = Family.CONVOLUTION
    stem: ClassVar[str] = "conv"
    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    filters: int = param(FILTERS, default=32)
    kernel_size: int | tuple[int, ...] = param(slide.kernel_size(2), default=(3, 3))
    strides: int | tuple[int, ...] = param(slide.strides(2), default=(1, 1))
    padding: str = param(choices.padding(), default="valid")
    activation: str | None = param(choices.activation(optional=True), default=None)
    dilation_rate: int | tuple[int, ...] = param(slide.dilation(2), default=(1, 1))
    groups: int = param(
        Integer(
            label=N_("Groups"),
            help=N_("split channels and filters into groups that do not see one another"),
            low=1,
            high=MOST_FILTERS,
            advanced=True,
        ),
        default=1,
    )
    use_bias: bool = param(USE_BIAS, default=True)
    kernel_initializer: str = param(KERNEL_INITIALIZER, default="glorot_uniform")
    bias_initializer: str = param(BIAS_INITIALIZER, default="zeros")
    kernel_regularizer: tuple[str, float] | None = param(KERNEL_REGULARIZER, default=None)
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
        return (
            own.rank_fault(shape) or own.clash() or self._mismatch(shape[-1]) or own.misfit(shape)
        )

    def _mismatch(self, channels: int) -> Fault | None:
        if channels % self.groups:
            return Fault("groups_channels", {"channels": channels, "groups": self.groups})
        if self.filters % self.groups:
            return Fault("groups_filters", {"filters": self.filters, "groups": self.groups})
        return None

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*self._slide.places(shape), self.filters)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self._slide.kernel, shape[-1] // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    @override
    def macs(self, shape: Shape) -> int:
        return math.prod(self._slide.places(shape)) * self.weights(shape)[0].count

    @override
    def window(self, shape: Shape) -> Window:
        return self._slide.window(shape)


@dataclass(frozen=True, slots=True)
class Conv1D(_Convolution):
    """1-D convolution, https://keras.io/api/layers/convolution_layers/convolution1d/."""

    lesson: ClassVar[str] = N_(
        "Slides small kernels along a sequence, so that each filter finds its pattern wherever in "
        "it that stands: a word pair in a text, a beat in a signal."
    )
    formula: ClassVar[str] = "y[t, f] = φ(Σ x[t·s + u·d, c] · kernel[u, c, f] + bias[f])"

    kernel_size: int = param(slide.kernel_size(1), default=3)
    strides: int = param(slide.strides(1), default=1)
    padding: str = param(choices.padding(causal=True), default="valid")
    dilation_rate: int = param(slide.dilation(1), default=1)


@dataclass(frozen=True, slots=True)
class Conv2D(_Convolution):
    """2-D convolution, https://keras.io/api/layers/convolution_layers/convolution2d/."""

    lesson: ClassVar[str] = N_(
        "Slides small kernels over the input; at every place the products are summed into one "
        "number of a new map, so each filter finds its pattern wherever it stands."
    )
    formula: ClassVar[str] = (
        "y[i, j, f] = φ(Σ x[i·s + u·d, j·s + v·d, c] · kernel[u, v, c, f] + bias[f])"
    )

    kernel_size: tuple[int, int] = param(slide.kernel_size(2), default=(3, 3))
    strides: tuple[int, int] = param(slide.strides(2), default=(1, 1))
    dilation_rate: tuple[int, int] = param(slide.dilation(2), default=(1, 1))


@dataclass(frozen=True, slots=True)
class Conv3D(_Convolution):
    """3-D convolution, https://keras.io/api/layers/convolution_layers/convolution3d/."""

    lesson: ClassVar[str] = N_(
        "Slides kernels through a volume, as of a scan or of the frames of a film, and so finds "
        "patterns in depth or time as well."
    )
    formula: ClassVar[str] = (
        "y[h, i, j, f] = φ(Σ x[h·s + t·d, i·s + u·d, j·s + v·d, c] · "
        "kernel[t, u, v, c, f] + bias[f])"
    )

    kernel_size: tuple[int, int, int] = param(slide.kernel_size(3), default=(3, 3, 3))
    strides: tuple[int, int, int] = param(slide.strides(3), default=(1, 1, 1))
    dilation_rate: tuple[int, int, int] = param(slide.dilation(3), default=(1, 1, 1))
