"""The block that every network starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks.block import Block, Family, Shape
from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.fields import Sizes, param, times
from cnnstudio.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Input(Block):
    """The shape of one image, https://keras.io/api/layers/core_layers/input/.

    Also of a vector, a sequence or a volume. There is no dtype: numbers enter as float32, in which
    whole numbers up to 2**24 are exact, and Embedding turns them back into whole ones.
    """

    family: ClassVar[Family] = Family.INPUT
    stem: ClassVar[str] = "input"
    stated: ClassVar[tuple[str, ...]] = ("shape",)
    lesson: ClassVar[str] = N_(
        "Says how large the images are: height × width × channels, 1 channel for grey and 3 for "
        "colour. Images are scaled to this size before they enter."
    )

    shape: tuple[int, ...] = param(
        Sizes(
            label=N_("Shape"),
            help=N_(
                "height, width and channels of one image; one number is a vector, two a sequence "
                "of length × channels, four a volume"
            ),
            low=1,
            high=65536,
            max_rank=4,
            axes=(
                (N_("numbers"),),
                (N_("length"), N_("channels")),
                (N_("height"), N_("width"), N_("channels")),
                (N_("depth"), N_("height"), N_("width"), N_("channels")),
            ),
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
