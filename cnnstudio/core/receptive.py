"""The receptive field: how much of the image one number of a block's output can depend on.

Along one axis, with the receptive field `r` and the jump `j` before a block, both 1 at the Input, a
window that spans `k` places and steps by `s` gives `r + (k - 1) * j` and `j * s`: Araujo, Norris
and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
https://distill.pub/2019/computing-receptive-fields/.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from cnnstudio.core.blocks.window import Window, same_place

_LARGEST = 1e12
"""Pixels beyond which nothing more is counted: stacked strides would overflow."""
_SLACK = 1e-6
"""What many thirds may have gone wrong by before a size is rounded up."""

Reach = tuple[tuple[float, float], ...] | None
"""What one block adds, along each spatial axis: places from the first to the last one it sees, and
its stride; empty if it changes nothing, None if it sees its whole input."""


class ReceptiveField(NamedTuple):
    """What one number of an output sees of the network's input, along each spatial axis.

    Padding counts, so that it can be larger than the image. After an upsampling the numbers differ
    in what they see, by one place of what was enlarged: this is their mean.

    Attributes:
        extent: pixels from the first to the last one seen.
        jump: pixels from the middle of one number's field to that of its neighbour; 0 from where
            every number sees the whole image.
    """

    extent: tuple[float, ...]
    jump: tuple[float, ...]

    @property
    def size(self) -> tuple[int, ...]:
        """The extent in whole pixels, rounded up."""
        return tuple(math.ceil(size - _SLACK) for size in self.extent)

    @property
    def is_whole(self) -> bool:
        """Whether every number sees the whole image."""
        return not any(self.jump)

    def after(self, reach: Reach, whole: ReceptiveField) -> ReceptiveField:
        """Return the field of the output of a block, given that of its input.

        Args:
            reach: what the block adds.
            whole: the field of a number that sees the whole image.
        """
        if reach is None:
            return whole
        if not reach or self.is_whole:
            return self
        if len(reach) != len(self.extent):
            return whole  # an Embedding has made an axis that the image has not
        extent, jump = [], []
        for r, j, (more, stride) in zip(self.extent, self.jump, reach, strict=True):
            extent.append(min(r + more * j, _LARGEST))
            jump.append(min(j * stride, _LARGEST))
        return ReceptiveField(tuple(extent), tuple(jump))

    def repeated(self, before: ReceptiveField, times: int) -> ReceptiveField:
        """Return the field after a body that led from `before` to here is repeated.

        Args:
            before: the field at the body's start.
            times: how often more the body stands.
        """
        if self.is_whole or before == self:
            return self
        grown: list[tuple[float, float]] = []
        for r0, j0, r, j in zip(before.extent, before.jump, self.extent, self.jump, strict=True):
            added, growth = (r - r0) / j0, j / j0
            if growth == 1.0:
                grown.append((min(r + added * j * times, _LARGEST), j))
            else:
                grown.append(_again(r, j, added, growth, times))
        return ReceptiveField(tuple(r for r, _j in grown), tuple(j for _r, j in grown))


def first_field(axes: int) -> ReceptiveField:
    """Return the field of the Input's numbers: themselves.

    Args:
        axes: how many spatial axes the image has.
    """
    return ReceptiveField((1.0,) * axes, (1.0,) * axes)


def whole_field(sizes: Sequence[int]) -> ReceptiveField:
    """Return the field of a number that sees all of an image of these sizes."""
    return ReceptiveField(tuple(map(float, sizes)), (0.0,) * len(sizes))


def widest(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """Return the field of the merge of lanes that have these fields: the largest on every axis."""
    if len(fields) == 1:
        return fields[0]
    whole = next((field for field in fields if field.is_whole), None)
    if whole is not None:
        return whole
    extents = zip(*(field.extent for field in fields), strict=True)
    jumps = zip(*(field.jump for field in fields), strict=True)
    return ReceptiveField(tuple(map(max, extents)), tuple(map(max, jumps)))


def reach_of(window: Window | None) -> Reach:
    """Return what a block adds whose output places see such a window."""
    if window is None:
        return None
    if window is same_place(len(window.kernel)):
        return ()
    return tuple((float(n - 1), float(s)) for n, s in zip(window.span, window.stride, strict=True))


def _again(r: float, j: float, added: float, growth: float, times: int) -> tuple[float, float]:
    for _time in range(times):
        if r >= _LARGEST or j >= _LARGEST:
            break
        r, j = r + added * j, j * growth
    return min(r, _LARGEST), min(j, _LARGEST)
