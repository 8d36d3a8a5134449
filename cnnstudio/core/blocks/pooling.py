"""Blocks that shrink maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import (
    LINEAR,
    SOFTMAX,
    Block,
    Family,
    Shape,
    needs_map,
    window_size,
)
from cnnstudio.core.blocks.window import Window, sliding
from cnnstudio.core.fields import Flag, Pair, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class _Pooling2D(Block):
    """What max and average pooling share: a window that keeps one number a place."""

    family: ClassVar[Family] = Family.POOLING
    stem: ClassVar[str] = "pool"

    pool_size: tuple[int, int] = param(
        Pair(label=N_("Pool size"), help=N_("rows and columns of a window"), low=1, high=255),
        default=(2, 2),
    )
    strides: tuple[int, int] | None = param(
        Pair(
            label=N_("Strides"),
            help=N_("steps down and across; as large as the window unless set"),
            low=1,
            high=255,
            optional=True,
            none_label=N_("as the pool size"),
        ),
        default=None,
    )
    padding: str = param(choices.padding(), default="valid")

    @override
    def key_params(self) -> str:
        parts = [times(self.pool_size)]
        if self.strides not in (None, self.pool_size):
            parts.append(f"/{times(self.strides)}")
        if self.padding == "same":
            parts.append("same")
        return " · ".join(parts)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        fits = self.padding == "same" or (
            len(shape) == 3 and self.pool_size[0] <= shape[0] and self.pool_size[1] <= shape[1]
        )
        misfit = Fault(
            "window_too_large", {"kernel": times(self.pool_size), "size": times(shape[:2])}
        )
        return needs_map(shape) or (None if fits else misfit)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        strides = self.strides or self.pool_size
        height, width = (
            window_size(shape[axis], self.pool_size[axis], strides[axis], self.padding)
            for axis in (0, 1)
        )
        return (height, width, shape[2])

    @override
    def window(self, shape: Shape) -> Window:
        return sliding(shape[:-1], self.pool_size, self.strides or self.pool_size, self.padding)


def _mean_activation(received: str) -> str:
    """Return the activation of means: those of probabilities are probabilities again."""
    return received if received == SOFTMAX else LINEAR


@dataclass(frozen=True, slots=True)
class MaxPooling2D(_Pooling2D):
    """Max pooling, https://keras.io/api/layers/pooling_layers/max_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Keeps the largest number of every window: the maps shrink, the strongest response stays, "
        "and where exactly it stood matters less."
    )


@dataclass(frozen=True, slots=True)
class AveragePooling2D(_Pooling2D):
    """Average pooling, https://keras.io/api/layers/pooling_layers/average_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Replaces every window by its mean: the maps shrink and are smoothed, "
        "with nothing to train."
    )

    @override
    def output_activation(self, received: str) -> str:
        return _mean_activation(received)


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling2D(Block):
    """One mean a map, https://keras.io/api/layers/pooling_layers/global_average_pooling2d/."""

    family: ClassVar[Family] = Family.POOLING
    stem: ClassVar[str] = "gap"
    lesson: ClassVar[str] = N_(
        "Replaces each map by its mean: a vector with one number a channel, whatever the size of "
        "the maps."
    )

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
        return needs_map(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (1, 1, shape[2]) if self.keepdims else (shape[2],)

    @override
    def output_activation(self, received: str) -> str:
        return _mean_activation(received)

    @override
    def window(self, shape: Shape) -> None:
        return None
