"""Blocks that leave one number of every map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks.block import Block, Family, Shape, mixed, needs_axes
from cnnstudio.core.fields import Flag, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class _GlobalPooling(Block):
    """What global pooling along any number of axes shares."""

    family: ClassVar[Family] = Family.POOLING
    stem: ClassVar[str] = "global"
    axes: ClassVar[int] = 2

    keepdims: bool = param(
        Flag(
            label=N_("Keep dimensions"),
            help=N_("keep height and width as 1 × 1 instead of making a vector"),
            advanced=True,
        ),
        default=False,
    )

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_axes(shape, self.axes)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*(1,) * self.axes, shape[-1]) if self.keepdims else (shape[-1],)

    @override
    def window(self, shape: Shape) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _GlobalAveragePooling(_GlobalPooling):
    """Global pooling that keeps means."""

    stem: ClassVar[str] = "gap"

    @override
    def output_activation(self, received: str) -> str:
        return mixed(received)


@dataclass(frozen=True, slots=True)
class GlobalMaxPooling1D(_GlobalPooling):
    """One maximum a channel, https://keras.io/api/layers/pooling_layers/global_max_pooling1d/."""

    axes: ClassVar[int] = 1
    lesson: ClassVar[str] = N_(
        "Keeps the largest number of each channel of a sequence: whether a pattern is there at "
        "all, wherever it stands."
    )
    formula: ClassVar[str] = "y[c] = max x[t, c]"


@dataclass(frozen=True, slots=True)
class GlobalMaxPooling2D(_GlobalPooling):
    """One maximum a map, https://keras.io/api/layers/pooling_layers/global_max_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Keeps the largest number of each map: a vector that says whether a pattern is in the "
        "image at all, wherever it stands."
    )
    formula: ClassVar[str] = "y[c] = max x[i, j, c]"


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling1D(_GlobalAveragePooling):
    """One mean a channel, https://keras.io/api/layers/pooling_layers/global_average_pooling1d/."""

    axes: ClassVar[int] = 1
    lesson: ClassVar[str] = N_(
        "Replaces each channel of a sequence by its mean: a vector, whatever the sequence's length."
    )
    formula: ClassVar[str] = "y[c] = Σ x[t, c] / T"


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling2D(_GlobalAveragePooling):
    """One mean a map, https://keras.io/api/layers/pooling_layers/global_average_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Replaces each map by its mean: a vector with one number a channel, whatever the size of "
        "the maps."
    )
    formula: ClassVar[str] = "y[c] = Σ x[i, j, c] / (H · W)"


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling3D(_GlobalAveragePooling):
    """One mean a channel, https://keras.io/api/layers/pooling_layers/global_average_pooling3d/."""

    axes: ClassVar[int] = 3
    lesson: ClassVar[str] = N_(
        "Replaces each channel of a volume by its mean: a vector, whatever the volume's size."
    )
    formula: ClassVar[str] = "y[c] = Σ x[h, i, j, c] / (D · H · W)"
