"""What one place of a block's output is made from: the geometry behind the receptive field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

Places = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Which places of its input one place of a block's output is made from.

    Each tuple has one entry a spatial axis: two for `(height, width, channels)`, one for
    `(length, channels)`, none for a vector. Channels are left out. Along one axis output place `o`
    sees the input places

        floor(first + o * stride) + t * dilation    for t in 0, 1, …, kernel - 1

    of which those below 0 or past the end are padding. So with the jump `j` (in places of the
    network's input) and the receptive field `r` before the block, both 1 at the Input, the field is
    `r + (span - 1) * j` after it and the jump is `j * stride` (Araujo et al. 2019,
    https://distill.pub/2019/computing-receptive-fields/). A block that enlarges has strides below
    1: where an output place sees fewer places than its neighbour does, `kernel` is the larger one.

    Attributes:
        kernel: how many input places are seen.
        stride: input places from one output place to the next.
        dilation: input places from one of those seen to the next.
        first: where the first output place starts to see, negative if it starts on padding.
        middle: where the middle of what the first output place sees lies, if that is not the middle
            of its taps: where taps differ in weight, or there are not as many at every place.
    """

    kernel: tuple[int, ...]
    stride: Places
    dilation: tuple[int, ...]
    first: Places
    middle: Places | None = None

    @property
    def middles(self) -> Places:
        """Where the middle of what the first output place sees lies, along each axis."""
        if self.middle is not None:
            return self.middle
        axes = zip(self.first, self.span, strict=True)
        return tuple(first + Fraction(span - 1, 2) for first, span in axes)

    @property
    def span(self) -> tuple[int, ...]:
        """The input places from the first to the last one seen, along each axis."""
        return tuple(map(span, self.kernel, self.dilation))


@cache
def same_place(axes: int) -> Window:
    """Return the window of a block that works on every place by itself.

    Args:
        axes: how many spatial axes its input has.
    """
    ones = (1,) * axes
    return Window(ones, (Fraction(1),) * axes, ones, (Fraction(0),) * axes)


def shifted(before: tuple[int, ...]) -> Window:
    """Return the window of a block that adds places before the first one, or cuts them off.

    Args:
        before: places added along each spatial axis, negative for those that are cut off.
    """
    place = same_place(len(before))
    return Window(place.kernel, place.stride, place.dilation, tuple(Fraction(-n) for n in before))


def sliding(
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str,
    dilation: tuple[int, ...] | None = None,
) -> Window:
    """Return the window of a convolution or pooling.

    Args:
        sizes: of the input along each spatial axis.
        kernel: taps along each axis.
        strides: steps along each axis.
        padding: "valid", "same" or "causal", as in Keras.
        dilation: distance between the taps, 1 unless given.
    """
    dilation = dilation or (1,) * len(kernel)
    axes = zip(sizes, kernel, strides, dilation, strict=True)
    first = tuple(Fraction(-_padding_before(*axis, padding)) for axis in axes)
    return Window(kernel, tuple(map(Fraction, strides)), dilation, first)


def spreading(kernel: tuple[int, ...], strides: tuple[int, ...], before: tuple[int, ...]) -> Window:
    """Return the window of a transposed convolution: input `i` adds to `i·s … i·s + k - 1`.

    Args:
        kernel: places of the output that one input place reaches, along each axis.
        strides: output places for each input place.
        before: places cut off before the first output place.
    """
    taps = tuple(-(-size // stride) for size, stride in zip(kernel, strides, strict=True))
    steps = tuple(Fraction(1, stride) for stride in strides)
    axes = list(zip(taps, strides, before, kernel, strict=True))
    first = tuple(Fraction(cut, stride) - seen + 1 for seen, stride, cut, _size in axes)
    middle = tuple(Fraction(2 * cut - size + 1, 2 * stride) for _seen, stride, cut, size in axes)
    return Window(taps, steps, (1,) * len(kernel), first, middle)


def resampling(sizes: tuple[int, ...], new: tuple[int, ...], taps: int) -> Window:
    """Return the window of a block that scales its input, pixel centres on pixel centres.

    Args:
        sizes: of the input along each spatial axis.
        new: of the output along each spatial axis.
        taps: how many input places are mixed: 1 for nearest, 2 for bilinear, 4 for bicubic.
    """
    steps = tuple(map(Fraction, sizes, new))
    lead = Fraction(0) if taps == 1 else Fraction(taps - 1, 2)
    first = tuple(step / 2 - lead for step in steps)
    middle = tuple((step - 1) / 2 for step in steps)
    return Window((taps,) * len(sizes), steps, (1,) * len(sizes), first, middle)


def span(window: int, dilation: int = 1) -> int:
    """Return the rows (or columns) that a dilated window covers."""
    return (window - 1) * dilation + 1


def _padding_before(size: int, window: int, stride: int, dilation: int, padding: str) -> int:
    """Return the zeros that TensorFlow puts before the first place of an axis."""
    covered = span(window, dilation)
    match padding:
        case "same":
            return max(0, (math.ceil(size / stride) - 1) * stride + covered - size) // 2
        case "causal":
            return covered - 1
        case _:
            return 0
