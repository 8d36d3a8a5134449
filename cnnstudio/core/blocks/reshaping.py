"""Blocks that arrange the same numbers otherwise, add zeros or cut edges off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks.block import LINEAR, Block, Family, Shape, needs_map
from cnnstudio.core.blocks.window import Window, same_place, shifted
from cnnstudio.core.fields import Margins, Sizes, margins_text, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

_THE_REST = -1


@dataclass(frozen=True, slots=True)
class Flatten(Block):
    """Maps to one vector, https://keras.io/api/layers/reshaping_layers/flatten/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "flatten"
    lesson: ClassVar[str] = N_(
        "Lines up all numbers of all maps in one vector, as Dense layers want it; nothing is "
        "computed."
    )
    formula: ClassVar[str] = "y[(i·W + j)·C + c] = x[i, j, c]"

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    @override
    def output_activation(self, received: str) -> str:
        return received

    @override
    def window(self, shape: Shape) -> Window | None:
        return same_place(0) if len(shape) == 1 else None


@dataclass(frozen=True, slots=True)
class Reshape(Block):
    """The same numbers in another shape, https://keras.io/api/layers/reshaping_layers/reshape/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "reshape"
    required: ClassVar[tuple[str, ...]] = ("target_shape",)
    lesson: ClassVar[str] = N_(
        "Puts the same numbers into another shape, row by row: a vector into maps, for example. "
        "Nothing is computed."
    )

    target_shape: tuple[int, ...] = param(
        Sizes(
            label=N_("Target shape"),
            help=N_("sizes of the output's axes, channels last; one of them may be the rest"),
            low=1,
            high=2**31 - 1,
            max_rank=4,
            minus_one=N_("rest"),
        ),
        default=(_THE_REST,),
    )

    @override
    def key_params(self) -> str:
        return "×".join("…" if size == _THE_REST else str(size) for size in self.target_shape)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        if self.target_shape.count(_THE_REST) > 1:
            return Fault("reshape_rests")
        known = math.prod(size for size in self.target_shape if size != _THE_REST)
        count = math.prod(shape)
        if count == known or (_THE_REST in self.target_shape and count % known == 0):
            return None
        details = {"received": times(shape), "count": count, "target": self.key_params()}
        return Fault("reshape_count", details)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        known = math.prod(size for size in self.target_shape if size != _THE_REST)
        rest = math.prod(shape) // known
        return tuple(rest if size == _THE_REST else size for size in self.target_shape)

    @override
    def output_activation(self, received: str) -> str:
        return received

    @override
    def window(self, shape: Shape) -> Window | None:
        return same_place(len(shape) - 1) if self.output_shape(shape) == shape else None


@dataclass(frozen=True, slots=True)
class Permute(Block):
    """Axes in another order, https://keras.io/api/layers/reshaping_layers/permute/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "permute"
    required: ClassVar[tuple[str, ...]] = ("dims",)
    lesson: ClassVar[str] = N_(
        "Puts the axes into another order: 2, 1, 3 swaps height and width. Nothing is computed."
    )

    dims: tuple[int, ...] = param(
        Sizes(
            label=N_("Order"),
            help=N_("for each axis of the output, which axis of the input it is; the first is 1"),
            low=1,
            high=4,
            max_rank=4,
            joint=", ",
        ),
        default=(2, 1, 3),
    )

    @override
    def key_params(self) -> str:
        return ", ".join(map(str, self.dims))

    @override
    def fault(self, shape: Shape) -> Fault | None:
        if sorted(self.dims) == list(range(1, len(shape) + 1)):
            return None
        return Fault("permute_axes", {"dims": self.key_params(), "rank": len(shape)})

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return tuple(shape[axis - 1] for axis in self.dims)

    @override
    def output_activation(self, received: str) -> str:
        return received if self.dims[-1] == len(self.dims) else LINEAR

    @override
    def window(self, shape: Shape) -> Window | None:
        in_order = self.dims == tuple(range(1, len(shape) + 1))
        return same_place(len(shape) - 1) if in_order else None


@dataclass(frozen=True, slots=True)
class ZeroPadding2D(Block):
    """Zeros around maps, https://keras.io/api/layers/reshaping_layers/zero_padding2d/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "pad"
    lesson: ClassVar[str] = N_("Adds rows and columns of zeros around every map.")
    formula: ClassVar[str] = "y[i + top, j + left, c] = x[i, j, c]"

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
class Cropping2D(Block):
    """Edges cut off, https://keras.io/api/layers/reshaping_layers/cropping2d/."""

    family: ClassVar[Family] = Family.RESHAPING
    stem: ClassVar[str] = "crop"
    lesson: ClassVar[str] = N_(
        "Cuts rows and columns off the edges of every map, for example to make two lanes the same "
        "size."
    )
    formula: ClassVar[str] = "y[i, j, c] = x[i + top, j + left, c]"

    cropping: tuple[tuple[int, int], tuple[int, int]] = param(
        Margins(
            label=N_("Cropping"),
            help=N_("rows cut off at the top and bottom, columns at the left and right"),
            low=0,
            high=4096,
        ),
        default=((0, 0), (0, 0)),
    )

    @override
    def key_params(self) -> str:
        return margins_text(self.cropping)

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape) or self._nothing_left(shape)

    def _nothing_left(self, shape: Shape) -> Fault | None:
        if all(sum(cut) < size for cut, size in zip(self.cropping, shape, strict=False)):
            return None
        details = {"cropping": margins_text(self.cropping), "size": times(shape[:2])}
        return Fault("cropped_away", details)

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] - sum(self.cropping[0]), shape[1] - sum(self.cropping[1]), shape[2])

    @override
    def output_activation(self, received: str) -> str:
        return received

    @override
    def window(self, shape: Shape) -> Window:
        return shifted((-self.cropping[0][0], -self.cropping[1][0]))
