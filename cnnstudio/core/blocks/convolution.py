"""Blocks that slide kernels over their input."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import (
    Block,
    Family,
    Shape,
    Weight,
    needs_map,
    window_size,
)
from cnnstudio.core.blocks.window import Window, sliding, span
from cnnstudio.core.fields import Flag, Integer, Pair, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class Conv2D(Block):
    """2-D convolution, https://keras.io/api/layers/convolution_layers/convolution2d/."""

    family: ClassVar[Family] = Family.CONVOLUTION
    stem: ClassVar[str] = "conv"
    lesson: ClassVar[str] = N_(
        "Slides small kernels over the input; at every place the products are summed into one "
        "number of a new map, so each filter finds its pattern wherever it stands."
    )

    filters: int = param(
        Integer(label=N_("Filters"), help=N_("how many maps come out"), low=1, high=65536),
        default=32,
    )
    kernel_size: tuple[int, int] = param(
        Pair(label=N_("Kernel size"), help=N_("rows and columns of a kernel"), low=1, high=255),
        default=(3, 3),
    )
    strides: tuple[int, int] = param(
        Pair(
            label=N_("Strides"),
            help=N_("steps down and across; 2 halves the maps"),
            low=1,
            high=255,
        ),
        default=(1, 1),
    )
    padding: str = param(choices.padding(), default="valid")
    activation: str | None = param(choices.activation(optional=True), default=None)
    dilation_rate: tuple[int, int] = param(
        Pair(
            label=N_("Dilation"),
            help=N_("distance between a kernel's taps; above 1 it sees further at no cost"),
            low=1,
            high=255,
            advanced=True,
        ),
        default=(1, 1),
    )
    groups: int = param(
        Integer(
            label=N_("Groups"),
            help=N_("split channels and filters into groups that do not see one another"),
            low=1,
            high=65536,
            advanced=True,
        ),
        default=1,
    )
    use_bias: bool = param(
        Flag(label=N_("Use bias"), help=choices.USE_BIAS_HELP, advanced=True), default=True
    )
    kernel_initializer: str = param(
        choices.initializer(N_("Kernel initializer"), choices.KERNEL_INITIALIZER_HELP),
        default="glorot_uniform",
    )
    bias_initializer: str = param(
        choices.initializer(N_("Bias initializer"), choices.BIAS_INITIALIZER_HELP),
        default="zeros",
    )

    @override
    def key_params(self) -> str:
        parts = [str(self.filters), times(self.kernel_size)]
        if self.strides != (1, 1):
            parts.append(f"/{times(self.strides)}")
        if self.padding == "same":
            parts.append("same")
        if self.activation:
            parts.append(self.activation)
        return " · ".join(parts)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape) or self._mismatch(shape[2]) or self._misfit(shape)

    def _mismatch(self, channels: int) -> Fault | None:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            return Fault(
                "strides_and_dilation",
                {"strides": times(self.strides), "dilation": times(self.dilation_rate)},
            )
        if channels % self.groups:
            return Fault("groups_channels", {"channels": channels, "groups": self.groups})
        if self.filters % self.groups:
            return Fault("groups_filters", {"filters": self.filters, "groups": self.groups})
        return None

    def _misfit(self, shape: Shape) -> Fault | None:
        spans = tuple(map(span, self.kernel_size, self.dilation_rate))
        if self.padding == "same" or (spans[0] <= shape[0] and spans[1] <= shape[1]):
            return None
        details = {"kernel": times(self.kernel_size), "size": times(shape[:2])}
        if spans == self.kernel_size:
            return Fault("kernel_too_large", details)
        extra = {"dilation": times(self.dilation_rate), "span": times(spans)}
        return Fault("kernel_too_large_dilated", {**details, **extra})

    @override
    def output_shape(self, shape: Shape) -> Shape:
        height, width = (
            window_size(shape[axis], self.kernel_size[axis], self.strides[axis], self.padding,
                        self.dilation_rate[axis])
            for axis in (0, 1)
        )  # fmt: skip
        return (height, width, self.filters)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, shape[2] // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    @override
    def macs(self, shape: Shape) -> int:
        height, width, _filters = self.output_shape(shape)
        return height * width * math.prod(self.weights(shape)[0].shape)

    @override
    def window(self, shape: Shape) -> Window:
        return sliding(shape[:-1], self.kernel_size, self.strides, self.padding, self.dilation_rate)
