"""A kernel or window that slides over its input, along however many spatial axes."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.blocks.block import Shape, needs_axes, window_size
from cnnstudio.core.blocks.window import Window, sliding, span
from cnnstudio.core.fields import Field, Integer, Pair, Triple, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault

LONGEST = 255
"""Taps, steps and dilation a kernel or window may have along one axis."""

Sizes = int | tuple[int, ...]
"""A number an axis, as Keras writes it: for one axis without a tuple."""


@dataclass(frozen=True, slots=True)
class Slide:
    """How a kernel slides: each tuple has one entry a spatial axis.

    Attributes:
        kernel: taps.
        strides: input places from one output place to the next.
        padding: "valid", "same" or "causal", as in Keras.
        dilation: distance between the taps.
    """

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation: tuple[int, ...]

    def clash(self) -> Fault | None:
        """Return a fault if it both strides and is dilated, which Conv and its transpose refuse."""
        if max(self.strides) == 1 or max(self.dilation) == 1:
            return None
        details = {"strides": times(self.strides), "dilation": times(self.dilation)}
        return Fault("strides_and_dilation", details)

    def rank_fault(self, shape: Shape) -> Fault | None:
        """Return a fault if an input has other axes than these."""
        return needs_axes(shape, len(self.kernel))

    def misfit(self, shape: Shape, code: str = "kernel_too_large") -> Fault | None:
        """Return a fault if the kernel does not fit an input of the right rank.

        Args:
            shape: of the input.
            code: of the fault of a kernel that is not dilated.
        """
        spans = tuple(map(span, self.kernel, self.dilation))
        fits = all(covered <= size for covered, size in zip(spans, shape, strict=False))
        if self.padding != "valid" or fits:
            return None
        details = {"kernel": times(self.kernel), "size": times(shape[:-1])}
        if spans == self.kernel:
            return Fault(code, details)
        extra = {"dilation": times(self.dilation), "span": times(spans)}
        return Fault("kernel_too_large_dilated", {**details, **extra})

    def places(self, shape: Shape) -> tuple[int, ...]:
        """Return how many places the kernel takes along each axis of an input."""
        axes = zip(shape, self.kernel, self.strides, self.dilation, strict=False)
        return tuple(
            window_size(size, taps, step, self.padding, apart) for size, taps, step, apart in axes
        )

    def window(self, shape: Shape) -> Window:
        """Return which input places one output place sees."""
        return sliding(shape[:-1], self.kernel, self.strides, self.padding, self.dilation)

    def words(self, *, own_strides: bool = False) -> list[str]:
        """Return what a card says of it: `3×3`, `/2×2`, `same`.

        Args:
            own_strides: whether the strides are those it has anyway, so that nobody needs to know.
        """
        words = [times(self.kernel)]
        if not own_strides and max(self.strides) > 1:
            words.append(f"/{times(self.strides)}")
        if self.padding != "valid":
            words.append(self.padding)
        return words


def row(value: Sizes) -> tuple[int, ...]:
    """Return a number an axis as a tuple, for one axis too."""
    return value if isinstance(value, tuple) else (value,)


def kernel_size(axes: int) -> Field:
    """Describe the size of a kernel along 1 to 3 axes."""
    helps = (
        N_("places that a kernel covers"),
        N_("rows and columns of a kernel"),
        N_("slices, rows and columns of a kernel"),
    )
    return _per_axis(axes, N_("Kernel size"), helps[axes - 1])


def strides(axes: int) -> Field:
    """Describe the steps of a kernel along 1 to 3 axes."""
    helps = (
        N_("places from one step to the next; 2 halves the length"),
        N_("steps down and across; 2 halves the maps"),
        N_("steps in depth, down and across; 2 halves the volumes"),
    )
    return _per_axis(axes, N_("Strides"), helps[axes - 1])


def dilation(axes: int) -> Field:
    """Describe the distance between the taps of a kernel along 1 to 3 axes."""
    text = N_("distance between a kernel's taps; above 1 it sees further at no cost")
    return _per_axis(axes, N_("Dilation"), text, advanced=True)


def pool_size(axes: int) -> Field:
    """Describe the size of a pooling window along 1 to 3 axes."""
    helps = (
        N_("places of a window"),
        N_("rows and columns of a window"),
        N_("slices, rows and columns of a window"),
    )
    return _per_axis(axes, N_("Pool size"), helps[axes - 1])


def pool_strides(axes: int) -> Field:
    """Describe the steps of a pooling window along 1 to 3 axes; None means its own size."""
    helps = (
        N_("places from one window to the next; as many as it has unless set"),
        N_("steps down and across; as large as the window unless set"),
        N_("steps in depth, down and across; as large as the window unless set"),
    )
    return _per_axis(axes, N_("Strides"), helps[axes - 1], none_label=N_("as the pool size"))


def _per_axis(
    axes: int, label: str, text: str, *, none_label: str = "", advanced: bool = False
) -> Field:
    kind = (Integer, Pair, Triple)[axes - 1]
    return kind(
        label=label,
        help=text,
        low=1,
        high=LONGEST,
        optional=bool(none_label),
        none_label=none_label,
        advanced=advanced,
    )
