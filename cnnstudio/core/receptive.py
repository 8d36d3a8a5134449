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

from cnnstudio.core.blocks import Parallel, Repeat, Shape
from cnnstudio.core.judging import Reach, judged, merged
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, Row
from cnnstudio.core.report import MOST_LAYERS

_LARGEST = 1e12
"""Pixels beyond which nothing more is counted: stacked strides would overflow."""
_SLACK = 1e-6
"""What many thirds may have gone wrong by before a size is rounded up."""


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


def _again(r: float, j: float, added: float, growth: float, times: int) -> tuple[float, float]:
    for _time in range(times):
        if r >= _LARGEST or j >= _LARGEST:
            break
        r, j = r + added * j, j * growth
    return min(r, _LARGEST), min(j, _LARGEST)


def receptive_field(network: Network, uid: str) -> ReceptiveField | None:
    """Return what one number of a block's output sees of the image.

    For a block inside a Repeat that is its first copy, for a Repeat the last one's end. None if the
    output is not known, the block is muted, or there is no such block.
    """
    walk = _Walk(uid)
    walk.row(network.nodes, _Flow((), first_field(0)), depth=0)
    return walk.found


class _Flow(NamedTuple):
    """What flows into a block: its shape, and what one of its numbers sees."""

    shape: Shape
    field: ReceptiveField


class _Walk:
    """The way of the image down to one block; None flows where nothing is known."""

    def __init__(self, uid: str) -> None:
        self.found: ReceptiveField | None = None
        self._uid = uid
        self._layers = 0
        self._whole = first_field(0)

    def row(self, row: Row, flow: _Flow | None, *, depth: int) -> _Flow | None:
        for node in row:
            if node.muted:
                continue
            if flow is None or self.found is not None:
                return None
            if node.is_container:
                flow = self._container(node, flow, depth)
            else:
                flow = self._layer(node, flow)
            if flow is not None and node.uid == self._uid:
                self.found = flow.field
        return flow

    def _layer(self, node: PlacedBlock, flow: _Flow) -> _Flow | None:
        known = judged(node.block, flow.shape)
        out = known.facts.output_shape
        self._layers += 1
        if known.fault is not None or out is None or self._layers > MOST_LAYERS:
            return None
        if not flow.shape:
            self._whole = whole_field(out[:-1])
            return _Flow(out, first_field(len(out) - 1))
        return _Flow(out, flow.field.after(known.reach, self._whole))

    def _container(self, node: PlacedBlock, flow: _Flow, depth: int) -> _Flow | None:
        if not flow.shape or depth >= DEEPEST:
            return None
        match node.block:
            case Parallel():
                return self._parallel(node, node.block, flow, depth + 1)
            case Repeat():
                return self._repeat(node.lanes[0], node.block.count, flow, depth + 1)
            case _:
                return self.row(node.lanes[0], flow, depth=depth + 1)

    def _parallel(
        self, node: PlacedBlock, block: Parallel, flow: _Flow, depth: int
    ) -> _Flow | None:
        ends = [self.row(lane, flow, depth=depth) for lane in node.lanes]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        out, fault = merged(block, tuple(end.shape for end in known))
        return None if fault else _Flow(out, widest([end.field for end in known]))

    def _repeat(self, body: Row, count: int, flow: _Flow, depth: int) -> _Flow | None:
        """Walk the copies of a body; once its output has its input's shape, the rest are alike."""
        for left in reversed(range(count)):
            out = self.row(body, flow, depth=depth)
            if out is None:
                return None
            if out.shape == flow.shape:
                return _Flow(out.shape, out.field.repeated(flow.field, left))
            flow = out
        return flow
