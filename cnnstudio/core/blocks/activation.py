"""Blocks that apply a function to every number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.axes import axes_fault, axes_text, axes_window, normalizing_axes
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX, Block, Family, Shape, Weight
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import Real, Sizes, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

LARGEST = 1e6


def _slope(default_help: str) -> Real:
    return Real(label=N_("Negative slope"), help=default_help, low=0.0, high=LARGEST, step=0.05)


@dataclass(frozen=True, slots=True)
class Activation(Block):
    """A function of every number, https://keras.io/api/layers/core_layers/activation/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "act"
    required: ClassVar[tuple[str, ...]] = ("activation",)
    lesson: ClassVar[str] = N_(
        "Applies a function to every number. Without it, layers in a row could do no more than "
        "one; ReLU, max(0, x), also keeps gradients from vanishing."
    )
    formula: ClassVar[str] = "y = φ(x)"

    activation: str = param(choices.activation(optional=False), default="relu")

    @override
    def key_params(self) -> str:
        return self.activation


@dataclass(frozen=True, slots=True)
class ReLU(Block):
    """Rectifier with a ceiling and a slope, https://keras.io/api/layers/activation_layers/relu/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "relu"
    lesson: ClassVar[str] = N_(
        "Sets negative numbers to zero and leaves the others as they are; a ceiling, a slope below "
        "zero and another threshold make its variants."
    )
    formula: ClassVar[str] = "y = min(max(x, 0), max_value)"

    max_value: float | None = param(
        Real(
            label=N_("Ceiling"),
            help=N_("larger numbers are cut down to this one; 6 makes ReLU6"),
            low=0.0,
            high=LARGEST,
            step=1.0,
            optional=True,
            none_label=N_("none"),
        ),
        default=None,
    )
    negative_slope: float = param(
        _slope(N_("factor of the numbers below the threshold; above 0 they keep a gradient")),
        default=0.0,
    )
    threshold: float = param(
        Real(
            label=N_("Threshold"),
            help=N_("where the rectifier opens; smaller numbers count as negative"),
            low=0.0,
            high=LARGEST,
            step=0.1,
        ),
        default=0.0,
    )

    @override
    def key_params(self) -> str:
        parts = []
        if self.max_value is not None:
            parts.append(f"≤ {self.max_value:g}")
        if self.negative_slope:
            parts.append(f"{self.negative_slope:g} x")
        if self.threshold:
            parts.append(f"> {self.threshold:g}")
        return " · ".join(parts)

    @override
    def output_activation(self, received: str) -> str:
        return "relu"


@dataclass(frozen=True, slots=True)
class LeakyReLU(Block):
    """ReLU with a slope below zero, https://keras.io/api/layers/activation_layers/leaky_relu/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "leaky"
    lesson: ClassVar[str] = N_(
        "Like ReLU, but negative numbers keep a small part of their value, so that no unit stays "
        "dead for want of a gradient."
    )
    formula: ClassVar[str] = "y = max(x, negative_slope · x)"

    negative_slope: float = param(_slope(N_("factor of the negative numbers")), default=0.3)

    @override
    def key_params(self) -> str:
        return f"{self.negative_slope:g}"

    @override
    def output_activation(self, received: str) -> str:
        return "leaky_relu"


@dataclass(frozen=True, slots=True)
class PReLU(Block):
    """A slope that is learned, He et al. 2015, https://keras.io/api/layers/activation_layers/prelu/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "prelu"
    lesson: ClassVar[str] = N_(
        "Like LeakyReLU, but the slope below zero is trained, one a number; share the axes 1 and 2 "
        "to have one a channel."
    )
    formula: ClassVar[str] = "y = max(x, 0) + α · min(x, 0)"

    alpha_initializer: str = param(
        choices.initializer(N_("Slope initializer"), N_("how the slopes start out"), any_rank=True),
        default="zeros",
    )
    alpha_regularizer: tuple[str, float] | None = param(
        choices.regularizer(N_("Slope regularizer")), default=None
    )
    shared_axes: tuple[int, ...] | None = param(
        Sizes(
            label=N_("Shared axes"),
            help=N_("axes along which all numbers share a slope: 1 is the height, 2 the width"),
            low=1,
            high=4,
            max_rank=4,
            optional=True,
            none_label=N_("none"),
            joint=", ",
        ),
        default=None,
    )

    @override
    def key_params(self) -> str:
        return axes_text(self.shared_axes or ())

    @override
    def fault(self, shape: Shape) -> Fault | None:
        # An axis named twice is shared all the same.
        return axes_fault(tuple(sorted(set(self.shared_axes or ()))), shape)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        shared = self.shared_axes or ()
        size = tuple(1 if axis in shared else n for axis, n in enumerate(shape, start=1))
        return (Weight("alpha", size),)

    @override
    def output_activation(self, received: str) -> str:
        return "prelu"


@dataclass(frozen=True, slots=True)
class ELU(Block):
    """Exponential below zero, Clevert et al. 2016, https://keras.io/api/layers/activation_layers/elu/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "elu"
    lesson: ClassVar[str] = N_(
        "Like ReLU, but negative numbers bend smoothly towards a lowest value, which keeps the "
        "mean of the outputs near zero."
    )
    formula: ClassVar[str] = "y = max(x, 0) + α · (exp(min(x, 0)) − 1)"

    alpha: float = param(
        Real(
            label=N_("Alpha"),
            help=N_("how far below zero large negative numbers end"),
            low=0.0,
            high=LARGEST,
            step=0.1,
        ),
        default=1.0,
    )

    @override
    def key_params(self) -> str:
        return f"{self.alpha:g}"

    @override
    def output_activation(self, received: str) -> str:
        return "elu"


@dataclass(frozen=True, slots=True)
class Softmax(Block):
    """Probabilities along axes, https://keras.io/api/layers/activation_layers/softmax/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "softmax"
    lesson: ClassVar[str] = N_(
        "Turns numbers into probabilities that sum to 1: along the last axis, one for each class."
    )
    formula: ClassVar[str] = "y[k] = exp(x[k]) / Σ exp(x)"

    axis: tuple[int, ...] = param(
        normalizing_axes(N_("axes along which the numbers sum to 1")), default=(-1,)
    )

    @override
    def key_params(self) -> str:
        return axes_text(self.axis) if self.axis != (-1,) else ""

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return axes_fault(self.axis, shape)

    @override
    def window(self, shape: Shape) -> Window | None:
        return axes_window(self.axis, shape)

    @override
    def output_activation(self, received: str) -> str:
        return SOFTMAX if self.axis == (-1,) else LINEAR
