"""Blocks whose outputs see all inputs, and the table that stands for such a block on words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import Block, Family, Shape, Weight
from cnnstudio.core.blocks.convolution import (
    BIAS_INITIALIZER,
    BIAS_REGULARIZER,
    KERNEL_INITIALIZER,
    KERNEL_REGULARIZER,
    USE_BIAS,
)
from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.fields import Flag, Integer, param
from cnnstudio.core.i18n import N_

LARGEST_VOCABULARY = 2**24
"""Whole numbers that float32, in which everything enters a network, tells apart."""


@dataclass(frozen=True, slots=True)
class Dense(Block):
    """Every unit sees every input, https://keras.io/api/layers/core_layers/dense/."""

    family: ClassVar[Family] = Family.DENSE
    stem: ClassVar[str] = "dense"
    required: ClassVar[tuple[str, ...]] = ("units",)
    lesson: ClassVar[str] = N_(
        "Every unit adds up all its inputs, each times a trained weight. As the last layer, with "
        "softmax, it gives one probability a class."
    )
    formula: ClassVar[str] = "y = φ(x · kernel + bias)"

    units: int = param(
        Integer(label=N_("Units"), help=N_("how many numbers come out"), low=1, high=1_000_000),
        default=10,
    )
    activation: str | None = param(choices.activation(optional=True), default=None)
    use_bias: bool = param(USE_BIAS, default=True)
    kernel_initializer: str = param(KERNEL_INITIALIZER, default="glorot_uniform")
    bias_initializer: str = param(BIAS_INITIALIZER, default="zeros")
    kernel_regularizer: tuple[str, float] | None = param(KERNEL_REGULARIZER, default=None)
    bias_regularizer: tuple[str, float] | None = param(BIAS_REGULARIZER, default=None)

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


@dataclass(frozen=True, slots=True)
class Embedding(Block):
    """A vector a word, https://keras.io/api/layers/core_layers/embedding/."""

    family: ClassVar[Family] = Family.DENSE
    stem: ClassVar[str] = "embed"
    required: ClassVar[tuple[str, ...]] = ("input_dim", "output_dim")
    lesson: ClassVar[str] = N_(
        "Looks up a trained vector for every whole number of its input, a word's number for "
        "example: words that are used alike come to lie close together."
    )
    formula: ClassVar[str] = "y[t] = embeddings[x[t]]"

    input_dim: int = param(
        Integer(
            label=N_("Words"),
            help=N_(
                "how many numbers are known: the input holds whole numbers from 0 to below this"
            ),
            low=1,
            high=LARGEST_VOCABULARY,
        ),
        default=1000,
    )
    output_dim: int = param(
        Integer(
            label=N_("Dimensions"), help=N_("how long each word's vector is"), low=1, high=65536
        ),
        default=64,
    )
    embeddings_initializer: str = param(
        choices.initializer(N_("Initializer"), choices.KERNEL_INITIALIZER_HELP),
        default="random_uniform",
    )
    embeddings_regularizer: tuple[str, float] | None = param(
        choices.regularizer(N_("Regularizer")), default=None
    )
    mask_zero: bool = param(
        Flag(
            label=N_("Mask zero"),
            help=N_(
                "take 0 for padding that later layers leave out, as far as they know masks: "
                "GlobalAveragePooling1D does"
            ),
            advanced=True,
        ),
        default=False,
    )

    @override
    def key_params(self) -> str:
        return f"{self.input_dim} → {self.output_dim}"

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        return (Weight("embeddings", (self.input_dim, self.output_dim)),)

    @override
    def window(self, shape: Shape) -> Window:
        # A vector of words becomes a sequence of vectors.
        return same_place(len(shape))
