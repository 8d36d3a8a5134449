"""Blocks that bring numbers to a common scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.axes import axes_fault, axes_text, axes_window, normalizing_axes
from cnnstudio.core.blocks.block import Block, Family, Shape, Weight
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import Flag, Integer, Real, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault
from cnnstudio.core.real_fields import Reals, reals_text

_MOST_CHANNELS = 64
"""Means a person may give, one a channel; more are not typed by hand."""


_EPSILON = Real(
    label=N_("Epsilon"),
    help=N_("small number that keeps the division from zero"),
    low=1e-12,
    high=1.0,
    step=0.001,
)
_CENTER = Flag(label=N_("Center"), help=N_("add a trained shift, beta"))
_SCALE = Flag(label=N_("Scale"), help=N_("multiply by a trained factor, gamma"))
_BETA_INITIALIZER = choices.initializer(
    N_("Beta initializer"), N_("how the shifts start out"), any_rank=True
)
_GAMMA_INITIALIZER = choices.initializer(
    N_("Gamma initializer"), N_("how the factors start out"), any_rank=True
)
_BETA_REGULARIZER = choices.regularizer(N_("Beta regularizer"))
_GAMMA_REGULARIZER = choices.regularizer(N_("Gamma regularizer"))


@dataclass(frozen=True, slots=True)
class Normalization(Block):
    """`(x - mean) / sqrt(variance)`, https://keras.io/api/layers/preprocessing_layers/numerical/normalization/.

    Mean and variance are given, one for all channels or one a channel. None leaves both to weights
    that training does not change, as models have them whose data Keras has measured by `adapt`; in
    a new design they are 0 and 1. The studio does not measure them itself: a design would then
    behave otherwise on the next data set than the screen says.
    """

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "standard"
    stated: ClassVar[tuple[str, ...]] = ("mean", "variance")
    lesson: ClassVar[str] = N_(
        "Subtracts a given mean and divides by the root of a given variance, one for all channels "
        "or one a channel: inputs about zero train best."
    )
    formula: ClassVar[str] = "y = (x − mean) / √variance"

    mean: tuple[float, ...] | None = param(
        Reals(
            label=N_("Mean"),
            help=N_("what is subtracted: one number, or one for each channel"),
            low=-1e6,
            high=1e6,
            most=_MOST_CHANNELS,
            optional=True,
            none_label=N_("from its weights"),
        ),
        default=(0.0,),
    )
    variance: tuple[float, ...] | None = param(
        Reals(
            label=N_("Variance"),
            help=N_("the square of what is divided by: as many numbers as the mean has"),
            low=0.0,
            high=1e8,
            most=_MOST_CHANNELS,
            optional=True,
            none_label=N_("from its weights"),
        ),
        default=(1.0,),
    )
    invert: bool = param(
        Flag(
            label=N_("Invert"),
            help=N_("go back from normalized numbers to the original ones"),
            advanced=True,
        ),
        default=False,
    )

    @override
    def key_params(self) -> str:
        if self.mean is None or self.variance is None:
            return ""
        return f"{reals_text(self.mean)} · {reals_text(self.variance)}"

    @override
    def fault(self, shape: Shape) -> Fault | None:
        means, variances = len(self.mean or ()), len(self.variance or ())
        if means != variances:
            return Fault("means_and_variances", {"means": means, "variances": variances})
        if means not in (0, 1, shape[-1]):
            return Fault("means_channels", {"count": means, "channels": shape[-1]})
        return None

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        if self.mean is not None:
            return ()
        size = (shape[-1],)
        return (
            Weight("mean", size, trainable=False),
            Weight("variance", size, trainable=False),
            Weight("count", (), trainable=False),
        )


@dataclass(frozen=True, slots=True)
class BatchNormalization(Block):
    """Ioffe and Szegedy 2015, https://keras.io/api/layers/normalization_layers/batch_normalization/."""

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "norm"
    lesson: ClassVar[str] = N_(
        "Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it by "
        "trained numbers: training gets faster and steadier."
    )
    formula: ClassVar[str] = "y = γ · (x − mean) / √(variance + ε) + β"

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
    epsilon: float = param(_EPSILON, default=0.001)
    center: bool = param(_CENTER, default=True)
    scale: bool = param(_SCALE, default=True)
    beta_initializer: str = param(_BETA_INITIALIZER, default="zeros")
    gamma_initializer: str = param(_GAMMA_INITIALIZER, default="ones")
    beta_regularizer: tuple[str, float] | None = param(_BETA_REGULARIZER, default=None)
    gamma_regularizer: tuple[str, float] | None = param(_GAMMA_REGULARIZER, default=None)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        size = (shape[-1],)
        return (
            *_trained(size, scale=self.scale, center=self.center),
            Weight("moving_mean", size, trainable=False),
            Weight("moving_variance", size, trainable=False),
        )


@dataclass(frozen=True, slots=True)
class LayerNormalization(Block):
    """Ba et al. 2016, https://keras.io/api/layers/normalization_layers/layer_normalization/."""

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "norm"
    lesson: ClassVar[str] = N_(
        "Brings the channels of every place to mean 0 and variance 1, each image by itself: it "
        "does the same with any batch size, in training and in use."
    )
    formula: ClassVar[str] = "y = γ · (x − mean) / √(variance + ε) + β"

    axis: tuple[int, ...] = param(
        normalizing_axes(N_("axes over which mean and variance are taken")), default=(-1,)
    )
    epsilon: float = param(_EPSILON, default=0.001)
    center: bool = param(_CENTER, default=True)
    scale: bool = param(_SCALE, default=True)
    beta_initializer: str = param(_BETA_INITIALIZER, default="zeros")
    gamma_initializer: str = param(_GAMMA_INITIALIZER, default="ones")
    beta_regularizer: tuple[str, float] | None = param(_BETA_REGULARIZER, default=None)
    gamma_regularizer: tuple[str, float] | None = param(_GAMMA_REGULARIZER, default=None)

    @override
    def key_params(self) -> str:
        return axes_text(self.axis) if self.axis != (-1,) else ""

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return axes_fault(self.axis, shape)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        # Keras puts the axes in order, -1 before the others.
        batched = (0, *shape)
        size = tuple(batched[axis] for axis in sorted(self.axis))
        return _trained(size, scale=self.scale, center=self.center)

    @override
    def window(self, shape: Shape) -> Window | None:
        return axes_window(self.axis, shape)


@dataclass(frozen=True, slots=True)
class GroupNormalization(Block):
    """Wu and He 2018, https://keras.io/api/layers/normalization_layers/group_normalization/."""

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "norm"
    lesson: ClassVar[str] = N_(
        "Brings groups of channels to mean 0 and variance 1, each image by itself: nearly as good "
        "as BatchNormalization, and steady where batches are small."
    )
    formula: ClassVar[str] = "y = γ · (x − mean) / √(variance + ε) + β"

    groups: int = param(
        Integer(
            label=N_("Groups"),
            help=N_("how many groups the channels are split into; one of all is a layer's norm"),
            low=1,
            high=65536,
            minus_one=N_("one a channel"),
        ),
        default=32,
    )
    epsilon: float = param(_EPSILON, default=0.001)
    center: bool = param(_CENTER, default=True)
    scale: bool = param(_SCALE, default=True)
    beta_initializer: str = param(_BETA_INITIALIZER, default="zeros")
    gamma_initializer: str = param(_GAMMA_INITIALIZER, default="ones")
    beta_regularizer: tuple[str, float] | None = param(_BETA_REGULARIZER, default=None)
    gamma_regularizer: tuple[str, float] | None = param(_GAMMA_REGULARIZER, default=None)

    @override
    def key_params(self) -> str:
        return str(self.groups)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        if self.groups == -1 or shape[-1] % self.groups == 0:
            return None
        return Fault("groups_channels", {"channels": shape[-1], "groups": self.groups})

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        return _trained((shape[-1],), scale=self.scale, center=self.center)

    @override
    def window(self, shape: Shape) -> None:
        return None


@dataclass(frozen=True, slots=True)
class UnitNormalization(Block):
    """Length 1, https://keras.io/api/layers/normalization_layers/unit_normalization/."""

    family: ClassVar[Family] = Family.NORMALIZATION
    stem: ClassVar[str] = "unit"
    lesson: ClassVar[str] = N_(
        "Divides the channels of every place by their length, so that only their direction is "
        "left: for comparing images by what they have in common."
    )
    formula: ClassVar[str] = "y = x / √(Σ x²)"

    axis: tuple[int, ...] = param(
        normalizing_axes(N_("axes over which the length is taken")), default=(-1,)
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


def _trained(size: Shape, *, scale: bool, center: bool) -> tuple[Weight, ...]:
    """Return the trained factor and shift, as far as a layer has them."""
    return (
        *((Weight("gamma", size),) if scale else ()),
        *((Weight("beta", size),) if center else ()),
    )
