"""What every block declares: one frozen dataclass a layer kind.

Shapes leave the batch out and put channels last: `(units,)` for vectors, `(length, channels)` for
sequences, `(height, width, channels)` for maps, `(depth, height, width, channels)` for volumes. A
block's class is named as its Keras layer, and its parameters bear Keras's names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.blocks.window import span as span
from cnnstudio.core.declared import params_of
from cnnstudio.core.fields import Value, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

Shape = tuple[int, ...]

LARGEST_OUTPUT = 2**31 - 1
"""Numbers an image that one block may put out; beyond it no machine of today has a use for it."""
LARGEST_WEIGHTS = 2**31 - 1
"""Numbers that the weights of one block may hold, for the same reason."""


SOFTMAX = "softmax"
"""The activation whose output is probabilities: along the last axis no number is below 0 and they
sum to 1."""
LINEAR = "linear"
"""The activation that changes nothing, and the name for the output of layers that have none."""


class Family(StrEnum):
    """What a block is for; its value names the family's colour and icon."""

    INPUT = "input"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    ACTIVATION = "activation"
    NORMALIZATION = "normalization"
    REGULARIZATION = "regularization"
    DENSE = "dense"
    RESHAPING = "reshaping"
    AUGMENTATION = "augmentation"
    CONTAINER = "container"


FAMILY_LABELS = {
    Family.INPUT: N_("Input"),
    Family.CONVOLUTION: N_("Convolution"),
    Family.POOLING: N_("Pooling"),
    Family.ACTIVATION: N_("Activation"),
    Family.NORMALIZATION: N_("Normalization"),
    Family.REGULARIZATION: N_("Regularization"),
    Family.DENSE: N_("Dense"),
    Family.RESHAPING: N_("Reshaping"),
    Family.AUGMENTATION: N_("Augmentation"),
    Family.CONTAINER: N_("Container"),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """One array of a layer's weights: its Keras name, its shape, whether training changes it."""

    name: str
    shape: Shape
    trainable: bool = True

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Block:
    """A layer kind with its parameters, without a place in a network.

    Subclasses declare `family`, `stem` (the start of the names of new blocks), `lesson` (what it
    does, in a sentence) and their parameters, and override what differs from a layer that keeps
    its input's shape and has no weights.
    """

    family: ClassVar[Family]
    stem: ClassVar[str]
    lesson: ClassVar[str]
    formula: ClassVar[str] = ""
    """What it computes, `x` in and `y` out; empty where a formula says less than words. `s` are the
    strides, `d` the dilation, `m` the depth multiplier, `φ` the activation."""
    required: ClassVar[tuple[str, ...]] = ()
    """The parameters that Keras wants first and has no default for; code gives them by place."""
    stated: ClassVar[tuple[str, ...]] = ()
    """The parameters whose default in Keras is None, another than here; code gives them by name."""
    counts_macs: ClassVar[bool] = True
    """Whether `macs` is known; else it is 0, and sums with it are smaller than the truth."""

    @property
    def kind(self) -> str:
        """The layer's class name in Keras."""
        return type(self).__name__

    def params(self) -> dict[str, Value]:
        """Return every parameter by its Keras name."""
        return params_of(self)

    def key_params(self) -> str:
        """Return what a card shows beside the name: `64 · 3×3 · relu`."""
        return ""

    def fault(self, shape: Shape) -> Fault | None:
        """Say why the block cannot work on an input of `shape`; None if it can."""
        return None

    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's shape for an input of `shape` on which there is no fault."""
        return shape

    def output_activation(self, received: str) -> str:
        """Return the activation the output has passed last, as Keras names it.

        A layer without an `activation` parameter that hands on what it receives, or that makes
        probabilities of probabilities, says so by overriding this.

        Args:
            received: the same of the input.
        """
        return getattr(self, "activation", None) or LINEAR

    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        """Return the layer's weights, in Keras's order, for an input of `shape`."""
        return ()

    def macs(self, shape: Shape) -> int:
        """Return the multiply-accumulates one image costs; only convolutions and Dense count."""
        return 0

    def window(self, shape: Shape) -> Window | None:
        """Return which places of an input of `shape` one place of the output is made from.

        Asked only of an input on which there is no fault; what happens in training alone, such as
        dropout, does not count. Unless overridden, a place sees itself only.

        Returns:
            None where a place may see the whole input: after Flatten, global pooling or Dense on a
            vector, or where the axes are no longer those of the image (Reshape, Permute).
        """
        return same_place(len(shape) - 1)


def needs_map(shape: Shape) -> Fault | None:
    """Return a fault unless `shape` is `(height, width, channels)`."""
    if len(shape) == 3:
        return None
    if len(shape) == 1:
        return Fault("vector_received", {"count": shape[0]})
    return Fault("wrong_rank", {"received": times(shape)})


def needs_axes(shape: Shape, axes: int) -> Fault | None:
    """Return a fault unless `shape` has a number of spatial axes, 1 to 3, and channels."""
    if axes == 2:
        return needs_map(shape)
    if len(shape) == axes + 1:
        return None
    code = "sequence_expected" if axes == 1 else "volume_expected"
    return Fault(code, {"received": times(shape)})


def mixed(received: str) -> str:
    """Return the activation of weighted means: those of probabilities are probabilities again."""
    return received if received == SOFTMAX else LINEAR


def window_size(size: int, window: int, stride: int, padding: str, dilation: int = 1) -> int:
    """Return how many places a window takes along one axis.

    Args:
        size: rows (or columns) of the input.
        window: rows (or columns) of the window.
        stride: step of the window.
        padding: "valid", "same" or "causal", as in Keras.
        dilation: distance between the window's taps.
    """
    if padding != "valid":
        return -(-size // stride)
    return (size - span(window, dilation)) // stride + 1
