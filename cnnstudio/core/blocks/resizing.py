"""Blocks that scale numbers or the sides of maps, with nothing to train."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import LINEAR, Block, Family, Shape, mixed, needs_map
from cnnstudio.core.blocks.window import Window, resampling, shifted
from cnnstudio.core.fields import Flag, Integer, Pair, Real, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

_HEIGHT = Integer(label=N_("Height"), help=N_("rows of the output"), low=1, high=65536)
_WIDTH = Integer(label=N_("Width"), help=N_("columns of the output"), low=1, high=65536)


def _scaled_activation(received: str, interpolation: str) -> str:
    """Bicubic and Lanczos weigh some pixels below zero, which leaves no probabilities."""
    return mixed(received) if interpolation in ("nearest", "bilinear") else LINEAR


@dataclass(frozen=True, slots=True)
class Rescaling(Block):
    """`x * scale + offset`, https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "rescale"
    required: ClassVar[tuple[str, ...]] = ("scale",)
    lesson: ClassVar[str] = N_(
        "Multiplies every number by the scale and adds the offset, for example to bring pixels "
        "from 0…255 to 0…1."
    )
    formula: ClassVar[str] = "y = x · scale + offset"

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
class Resizing(Block):
    """Maps of another size, https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "resize"
    required: ClassVar[tuple[str, ...]] = ("height", "width")
    lesson: ClassVar[str] = N_(
        "Scales every map to a given height and width, whatever size it has, with nothing to train."
    )

    height: int = param(_HEIGHT, default=32)
    width: int = param(_WIDTH, default=32)
    interpolation: str = param(choices.interpolation(), default="bilinear")
    crop_to_aspect_ratio: bool = param(
        Flag(
            label=N_("Crop"),
            help=N_("cut to the new proportions first, so that nothing is stretched"),
            advanced=True,
        ),
        default=False,
    )
    pad_to_aspect_ratio: bool = param(
        Flag(
            label=N_("Pad"),
            help=N_("fill up to the new proportions first, so that nothing is stretched"),
            advanced=True,
        ),
        default=False,
    )
    fill_value: float = param(
        Real(
            label=N_("Fill value"),
            help=N_("the number that Pad fills up with"),
            low=-1e6,
            high=1e6,
            step=0.1,
            advanced=True,
        ),
        default=0.0,
    )
    antialias: bool = param(
        Flag(
            label=N_("Antialias"),
            help=N_("mix more pixels where the map shrinks, so that fine patterns do not flicker"),
            advanced=True,
        ),
        default=False,
    )

    @override
    def key_params(self) -> str:
        return times((self.height, self.width))

    @override
    def fault(self, shape: Shape) -> Fault | None:
        both = self.crop_to_aspect_ratio and self.pad_to_aspect_ratio
        return needs_map(shape) or (Fault("crop_and_pad") if both else None)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    @override
    def output_activation(self, received: str) -> str:
        if self.pad_to_aspect_ratio:
            return LINEAR
        return _scaled_activation(received, self.interpolation)

    @override
    def window(self, shape: Shape) -> Window:
        size, new = (shape[0], shape[1]), (self.height, self.width)
        taps = choices.TAPS[self.interpolation]
        if self.antialias:
            # The kernel grows with the step from pixel to pixel; the larger of the two is taken.
            taps = math.ceil(taps * max(1, size[0] / new[0], size[1] / new[1]))
        if self.crop_to_aspect_ratio:
            return _cut_and_scaled(size, new, taps)
        if self.pad_to_aspect_ratio:
            return _padded_and_scaled(size, new, taps)
        return resampling(size, new, taps)


@dataclass(frozen=True, slots=True)
class CenterCrop(Block):
    """The middle of maps, https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "center"
    required: ClassVar[tuple[str, ...]] = ("height", "width")
    lesson: ClassVar[str] = N_(
        "Cuts a piece of given height and width out of the middle of every map; a map that is "
        "smaller is scaled up first."
    )
    formula: ClassVar[str] = "y[i, j, c] = x[i + (H − height) / 2, j + (W − width) / 2, c]"

    height: int = param(_HEIGHT, default=24)
    width: int = param(_WIDTH, default=24)

    @override
    def key_params(self) -> str:
        return times((self.height, self.width))

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    @override
    def output_activation(self, received: str) -> str:
        return mixed(received)

    @override
    def window(self, shape: Shape) -> Window:
        size, new = (shape[0], shape[1]), (self.height, self.width)
        if new[0] <= size[0] and new[1] <= size[1]:
            return shifted((-((size[0] - new[0]) // 2), -((size[1] - new[1]) // 2)))
        return _cut_and_scaled(size, new, choices.TAPS["bilinear"])


@dataclass(frozen=True, slots=True)
class UpSampling2D(Block):
    """Larger maps, https://keras.io/api/layers/reshaping_layers/up_sampling2d/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "up"
    lesson: ClassVar[str] = N_(
        "Enlarges every map by whole factors: each number is copied, or the space between is "
        "filled smoothly. A convolution after it learns the details."
    )
    formula: ClassVar[str] = "y[i, j, c] = x[⌊i / s⌋, ⌊j / s⌋, c]"

    size: tuple[int, int] = param(
        Pair(label=N_("Size"), help=N_("factors of height and width"), low=1, high=255),
        default=(2, 2),
    )
    interpolation: str = param(choices.interpolation(), default="nearest")

    @override
    def key_params(self) -> str:
        plain = self.interpolation == "nearest"
        return times(self.size) if plain else f"{times(self.size)} · {self.interpolation}"

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] * self.size[0], shape[1] * self.size[1], shape[2])

    @override
    def output_activation(self, received: str) -> str:
        return _scaled_activation(received, self.interpolation)

    @override
    def window(self, shape: Shape) -> Window:
        height, width, _channels = self.output_shape(shape)
        return resampling(shape[:2], (height, width), choices.TAPS[self.interpolation])


def _cut_and_scaled(size: tuple[int, int], new: tuple[int, int], taps: int) -> Window:
    """Return the window of a map that is cut to new proportions about its middle, then scaled."""
    kept = (
        max(1, min(size[0], size[1] * new[0] // new[1])),
        max(1, min(size[1], size[0] * new[1] // new[0])),
    )
    return _off(resampling(kept, new, taps), ((size[0] - kept[0]) // 2, (size[1] - kept[1]) // 2))


def _padded_and_scaled(size: tuple[int, int], new: tuple[int, int], taps: int) -> Window:
    """Return the window of a map that is filled up to new proportions, then scaled."""
    filled = (max(size[0], size[1] * new[0] // new[1]), max(size[1], size[0] * new[1] // new[0]))
    margins = ((filled[0] - size[0]) // 2, (filled[1] - size[1]) // 2)
    # Keras fills both sides alike and leaves an odd place out.
    whole = (size[0] + 2 * margins[0], size[1] + 2 * margins[1])
    return _off(resampling(whole, new, taps), (-margins[0], -margins[1]))


def _off(window: Window, by: tuple[int, int]) -> Window:
    """Return a window that starts a number of places later on each axis."""
    first, middle = (
        tuple(map(Fraction.__add__, places, map(Fraction, by)))
        for places in (window.first, window.middles)
    )
    return replace(window, first=first, middle=middle)
