"""Input, Dense, and the blocks that reshape, activate, normalize or regularize."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import Block, Family, Shape, Weight, needs_map
from cnnstudio.core.blocks.window import Window, same_place, shifted
from cnnstudio.core.fields import Flag, Integer, Margins, Real, Sizes, margins_text, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class Input(Block):
    """The shape of one image, https://keras.io/api/layers/core_layers/input/."""

    family: ClassVar[Family] = Family.INPUT
    stem: ClassVar[str] = "input"
    lesson: ClassVar[str] = N_(
        "Says how large the images are: height × width × channels, 1 channel for grey and 3 for "
        "colour. Images are scaled to this size before they enter."
    )

    shape: tuple[int, ...] = param(
        Sizes(
            label=N_("Shape"),
            help=N_("height, width and channels of one image"),
            low=1,
            high=65536,
            max_rank=4,
            axes=(N_("height"), N_("width"), N_("channels")),
        ),
        default=(28, 28, 1),
    )

    @override
    def key_params(self) -> str:
        return times(self.shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    @override
    def window(self, shape: Shape) -> Window:
        return same_place(len(self.shape) - 1)


@dataclass(frozen=True, slots=True)
class Rescaling(Block):
    """`x * scale + offset`, https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "rescale"
    lesson: ClassVar[str] = N_(
        "Multiplies every number by the scale and adds the offset, for example to bring pixels "
        "from 0…255 to 0…1."
    )

    scale: float = param(
        Real(label=N_("Scale"), help=N_("factor of every number"), low=-1e6, high=1e6, step=0.1),
        default=1.0,
    )
    offset: float = param(
        Real(label=N_("Offset"), help=N_("added after the scale"), low=-1e6, high=1e6, step=0.1),
        default=0.0,
    )

    @override
    def key_params(self) -> str:
        scale = f"× {self.scale:.4g}"
        return f"{scale} {self.offset:+g}" if self.offset else scale


@dataclass(frozen=True, slots=True)
class Activation(Block):
    """A function of every number, https://keras.io/api/layers/core_layers/activation/."""

    family: ClassVar[Family] = Family.ACTIVATION
    stem: ClassVar[str] = "act"
    lesson: ClassVar[str] = N_(
        "Applies a function to every number. Without it, layers in a row could do no more than "
        "one; ReLU, max(0, x), also keeps gradients from vanishing."
    )

    activation: str = param(choices.activation(optional=False), default="relu")

    @override
    def key_params(self) -> str:
        return self.activation


@dataclass(frozen=True, slots=True)
class BatchNormalization(Block):
    """Ioffe and Szegedy 2015, https://keras.io/api/layers/normalization_layers/batch_normalization/."""

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "norm"
    lesson: ClassVar[str] = N_(
        "Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it by "
        "trained numbers: training gets faster and steadier."
    )

    momentum: float = param(
        Real(
            label=N_("Momentum"),
            help=N_("how slowly the running mean and variance follow the batches"),
            low=0.0,
            high=1.0,
            step=0.01,
        ),
        default=0.99,
    )
    epsilon: float = param(
        Real(
            label=N_("Epsilon"),
            help=N_("small number that keeps the division from zero"),
            low=1e-12,
            high=1.0,
            step=0.001,
        ),
        default=0.001,
    )
    center: bool = param(
        Flag(label=N_("Center"), help=N_("add a trained shift, beta")), default=True
    )
    scale: bool = param(
        Flag(label=N_("Scale"), help=N_("multiply by a trained factor, gamma")), default=True
    )
    beta_initializer: str = param(
        choices.initializer(N_("Beta initializer"), N_("how the shifts start out")),
        default="zeros",
    )
    gamma_initializer: str = param(
        choices.initializer(N_("Gamma initializer"), N_("how the factors start out")),
        default="ones",
    )

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        size = (shape[-1],)
        return (
            *((Weight("gamma", size),) if self.scale else ()),
            *((Weight("beta", size),) if self.center else ()),
            Weight("moving_mean", size, trainable=False),
            Weight("moving_variance", size, trainable=False),
        )


@dataclass(frozen=True, slots=True)
class Dropout(Block):
    """Srivastava et al. 2014, https://keras.io/api/layers/regularization_layers/dropout/."""

    family: ClassVar[Family] = Family.REGULARIZATION
    stem: ClassVar[str] = "dropout"
    lesson: ClassVar[str] = N_(
        "Sets a random share of the numbers to zero at every training step and scales up the rest, "
        "so that no unit can rely on another; in use, nothing is dropped."
    )

    rate: float = param(
        Real(
            label=N_("Rate"),
            help=N_("share of the numbers dropped while training"),
            low=0.0,
            high=1.0,
            step=0.05,
        ),
        default=0.5,
    )
    seed: int | None = param(
        Integer(
            label=N_("Seed"),
            help=N_("fix which numbers are dropped; the training plan's seed decides unless set"),
            low=0,
            high=2**31 - 1,
            optional=True,
            none_label=N_("from the plan"),
            advanced=True,
        ),
        default=None,
    )

    @override
    def key_params(self) -> str:
        return f"{self.rate:g}"

    @override
    def output_activation(self, received: str) -> str:
        return received


@dataclass(frozen=True, slots=True)
class Flatten(Block):
    """Maps to one vector, https://keras.io/api/layers/reshaping_layers/flatten/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "flatten"
    lesson: ClassVar[str] = N_(
        "Lines up all numbers of all maps in one vector, as Dense layers want it; nothing is "
        "computed."
    )

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    @override
    def window(self, shape: Shape) -> None:
        return None

    @override
    def output_activation(self, received: str) -> str:
        return received


@dataclass(frozen=True, slots=True)
class ZeroPadding2D(Block):
    """Zeros around maps, https://keras.io/api/layers/reshaping_layers/zero_padding2d/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "pad"
    lesson: ClassVar[str] = N_("Adds rows and columns of zeros around every map.")

    padding: tuple[tuple[int, int], tuple[int, int]] = param(
        Margins(
            label=N_("Padding"),
            help=N_("rows of zeros at the top and bottom, columns at the left and right"),
            low=0,
            high=4096,
        ),
        default=((1, 1), (1, 1)),
    )

    @override
    def key_params(self) -> str:
        return margins_text(self.padding)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] + sum(self.padding[0]), shape[1] + sum(self.padding[1]), shape[2])

    @override
    def window(self, shape: Shape) -> Window:
        return shifted((self.padding[0][0], self.padding[1][0]))


@dataclass(frozen=True, slots=True)
class Dense(Block):
    """Every unit sees every input, https://keras.io/api/layers/core_layers/dense/."""

    family: ClassVar[Family] = Family.DENSE
    stem: ClassVar[str] = "dense"
    lesson: ClassVar[str] = N_(
        "Every unit adds up all its inputs, each times a trained weight. As the last layer, with "
        "softmax, it gives one probability a class."
    )

    units: int = param(
        Integer(label=N_("Units"), help=N_("how many numbers come out"), low=1, high=1_000_000),
        default=10,
    )
    activation: str | None = param(choices.activation(optional=True), default=None)
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
        return f"{self.units} · {self.activation}" if self.activation else str(self.units)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (shape[-1], self.units))
        return (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,)

    @override
    def macs(self, shape: Shape) -> int:
        return math.prod(shape) * self.units

    @override
    def window(self, shape: Shape) -> Window | None:
        # Dense works along the last axis: on maps, every place by itself.
        return same_place(len(shape) - 1) if len(shape) > 1 else None
