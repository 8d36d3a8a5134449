"""Blocks that disturb the numbers while training, so that a network does not learn by heart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks.block import Block, Family, Shape, needs_map
from cnnstudio.core.fields import Integer, Real, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

SEED = Integer(
    label=N_("Seed"),
    help=N_("fix which random numbers are drawn; the training plan's seed decides unless set"),
    low=0,
    high=2**31 - 1,
    optional=True,
    none_label=N_("from the plan"),
    advanced=True,
)
"""What decides a layer's random numbers."""


def _share(text: str) -> Real:
    return Real(label=N_("Rate"), help=text, low=0.0, high=1.0, step=0.05)


@dataclass(frozen=True, slots=True)
class _Disturbance(Block):
    """A layer that does something in training only."""

    family: ClassVar[Family] = Family.REGULARIZATION

    @override
    def output_activation(self, received: str) -> str:
        return received


@dataclass(frozen=True, slots=True)
class Dropout(_Disturbance):
    """Srivastava et al. 2014, https://keras.io/api/layers/regularization_layers/dropout/."""

    stem: ClassVar[str] = "dropout"
    required: ClassVar[tuple[str, ...]] = ("rate",)
    lesson: ClassVar[str] = N_(
        "Sets a random share of the numbers to zero at every training step and scales up the rest, "
        "so that no unit can rely on another; in use, nothing is dropped."
    )
    formula: ClassVar[str] = "y = mask · x / (1 − rate)"

    rate: float = param(_share(N_("share of the numbers dropped while training")), default=0.5)
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return f"{self.rate:g}"


@dataclass(frozen=True, slots=True)
class SpatialDropout2D(_Disturbance):
    """Tompson et al. 2015, https://keras.io/api/layers/regularization_layers/spatial_dropout2d/."""

    stem: ClassVar[str] = "dropout"
    required: ClassVar[tuple[str, ...]] = ("rate",)
    lesson: ClassVar[str] = N_(
        "Drops whole maps instead of single numbers while training: neighbours in a map are so "
        "much alike that dropping one of them alone changes little."
    )
    formula: ClassVar[str] = "y[i, j, c] = mask[c] · x[i, j, c] / (1 − rate)"

    rate: float = param(_share(N_("share of the maps dropped while training")), default=0.5)
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return f"{self.rate:g}"

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape)


@dataclass(frozen=True, slots=True)
class GaussianNoise(_Disturbance):
    """Noise that is added, https://keras.io/api/layers/regularization_layers/gaussian_noise/."""

    stem: ClassVar[str] = "noise"
    required: ClassVar[tuple[str, ...]] = ("stddev",)
    lesson: ClassVar[str] = N_(
        "Adds random numbers about zero while training, so that small changes of the input must "
        "not matter."
    )
    formula: ClassVar[str] = "y = x + N(0, stddev²)"

    stddev: float = param(
        Real(
            label=N_("Deviation"),
            help=N_("standard deviation of the noise that is added"),
            low=0.0,
            high=1.0,
            step=0.05,
        ),
        default=0.1,
    )
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return f"σ {self.stddev:g}"


@dataclass(frozen=True, slots=True)
class GaussianDropout(_Disturbance):
    """Noise that multiplies, https://keras.io/api/layers/regularization_layers/gaussian_dropout/."""

    stem: ClassVar[str] = "dropout"
    required: ClassVar[tuple[str, ...]] = ("rate",)
    lesson: ClassVar[str] = N_(
        "Multiplies every number by a random one about 1 while training: Dropout without the "
        "zeros, as strong for the same rate."
    )
    formula: ClassVar[str] = "y = x · N(1, rate / (1 − rate))"

    rate: float = param(
        Real(
            label=N_("Rate"),
            help=N_("strength of the noise: as strong as Dropout with this rate"),
            low=0.0,
            high=0.999,
            step=0.05,
        ),
        default=0.5,
    )
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return f"{self.rate:g}"
