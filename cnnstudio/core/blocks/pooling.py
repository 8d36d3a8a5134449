"""Blocks that shrink sequences, maps and volumes window by window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices, slide
from cnnstudio.core.blocks.block import Block, Family, Shape, mixed
from cnnstudio.core.blocks.slide import Slide, row
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


@dataclass(frozen=True, slots=True)
class _Pooling(Block):
    """What pooling along any number of axes shares; a kind gives its axes their fields."""

    family: ClassVar[Family] = Family.POOLING
    stem: ClassVar[str] = "pool"

    pool_size: int | tuple[int, ...] = param(slide.pool_size(2), default=(2, 2))
    strides: int | tuple[int, ...] | None = param(slide.pool_strides(2), default=None)
    padding: str = param(choices.padding(), default="valid")

    @property
    def _slide(self) -> Slide:
        window = row(self.pool_size)
        strides = window if self.strides is None else row(self.strides)
        return Slide(window, strides, self.padding, (1,) * len(window))

    @override
    def key_params(self) -> str:
        own = self.strides in (None, self.pool_size)
        return " · ".join(self._slide.words(own_strides=own))

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return self._slide.rank_fault(shape) or self._slide.misfit(shape, "window_too_large")

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*self._slide.places(shape), shape[-1])

    @override
    def window(self, shape: Shape) -> Window:
        return self._slide.window(shape)


@dataclass(frozen=True, slots=True)
class _AveragePooling(_Pooling):
    """Pooling that keeps means."""

    required: ClassVar[tuple[str, ...]] = ("pool_size",)

    @override
    def output_activation(self, received: str) -> str:
        return mixed(received)


@dataclass(frozen=True, slots=True)
class MaxPooling1D(_Pooling):
    """Max pooling of sequences, https://keras.io/api/layers/pooling_layers/max_pooling1d/."""

    lesson: ClassVar[str] = N_(
        "Keeps the largest number of every stretch of a sequence: it gets shorter, and the "
        "strongest response stays."
    )
    formula: ClassVar[str] = "y[t, c] = max x[t·s + u, c]"

    pool_size: int = param(slide.pool_size(1), default=2)
    strides: int | None = param(slide.pool_strides(1), default=None)


@dataclass(frozen=True, slots=True)
class MaxPooling2D(_Pooling):
    """Max pooling, https://keras.io/api/layers/pooling_layers/max_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Keeps the largest number of every window: the maps shrink, the strongest response stays, "
        "and where exactly it stood matters less."
    )
    formula: ClassVar[str] = "y[i, j, c] = max x[i·s + u, j·s + v, c]"

    pool_size: tuple[int, int] = param(slide.pool_size(2), default=(2, 2))
    strides: tuple[int, int] | None = param(slide.pool_strides(2), default=None)


@dataclass(frozen=True, slots=True)
class MaxPooling3D(_Pooling):
    """Max pooling of volumes, https://keras.io/api/layers/pooling_layers/max_pooling3d/."""

    lesson: ClassVar[str] = N_(
        "Keeps the largest number of every block of a volume: it shrinks in depth, height and "
        "width, and the strongest response stays."
    )
    formula: ClassVar[str] = "y[h, i, j, c] = max x[h·s + t, i·s + u, j·s + v, c]"

    pool_size: tuple[int, int, int] = param(slide.pool_size(3), default=(2, 2, 2))
    strides: tuple[int, int, int] | None = param(slide.pool_strides(3), default=None)


@dataclass(frozen=True, slots=True)
class AveragePooling1D(_AveragePooling):
    """Mean pooling of sequences, https://keras.io/api/layers/pooling_layers/average_pooling1d/."""

    lesson: ClassVar[str] = N_(
        "Replaces every stretch of a sequence by its mean: it gets shorter and smoother."
    )
    formula: ClassVar[str] = "y[t, c] = mean x[t·s + u, c]"

    pool_size: int = param(slide.pool_size(1), default=2)
    strides: int | None = param(slide.pool_strides(1), default=None)


@dataclass(frozen=True, slots=True)
class AveragePooling2D(_AveragePooling):
    """Average pooling, https://keras.io/api/layers/pooling_layers/average_pooling2d/."""

    lesson: ClassVar[str] = N_(
        "Replaces every window by its mean: the maps shrink and are smoothed, "
        "with nothing to train."
    )
    formula: ClassVar[str] = "y[i, j, c] = mean x[i·s + u, j·s + v, c]"

    pool_size: tuple[int, int] = param(slide.pool_size(2), default=(2, 2))
    strides: tuple[int, int] | None = param(slide.pool_strides(2), default=None)


@dataclass(frozen=True, slots=True)
class AveragePooling3D(_AveragePooling):
    """Mean pooling of volumes, https://keras.io/api/layers/pooling_layers/average_pooling3d/."""

    lesson: ClassVar[str] = N_(
        "Replaces every block of a volume by its mean: it shrinks in depth, height and width and "
        "is smoothed."
    )
    formula: ClassVar[str] = "y[h, i, j, c] = mean x[h·s + t, i·s + u, j·s + v, c]"

    pool_size: tuple[int, int, int] = param(slide.pool_size(3), default=(2, 2, 2))
    strides: tuple[int, int, int] | None = param(slide.pool_strides(3), default=None)
