"""The outline of a network in the size of a stamp: a slab a layer, lanes above one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnstudio.core.blocks import Family, Parallel, Repeat, Shape, UpSampling2D
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.report import Report

_SHOWN = frozenset({Family.INPUT, Family.CONVOLUTION, Family.POOLING, Family.DENSE})
"""Families whose layers have a slab; of the others a stamp would only get finer stripes."""
_GAP = 0.35
_LANE = 0.88
"""The share of a lane's height that is drawn in, so that lanes do not touch."""
_BRIDGE = 0.16
"""How far above its layers the line of an empty lane runs."""
_LOWEST = 0.1
_MOST_COPIES = 40
_WIDEST_VECTOR = 4096


@dataclass(frozen=True, slots=True)
class Slab:
    """A layer: higher for larger maps, wider for more of them. Lengths are in layers.

    Attributes:
        left, width: its place along the network.
        middle, half: its middle and half its height, where -1 is the top and 1 the bottom.
        family: names its colour.
    """

    left: float
    width: float
    middle: float
    half: float
    family: Family


@dataclass(frozen=True, slots=True)
class Bridge:
    """An empty lane: a line over the layers that it passes by.

    Attributes:
        left, right: where it leaves the network and comes back.
        foot: the height at which it begins and ends.
        top: the height at which it runs.
    """

    left: float
    right: float
    foot: float
    top: float


@dataclass(frozen=True, slots=True)
class Sketch:
    """A network's outline, `width` layers long."""

    width: float
    slabs: tuple[Slab, ...]
    bridges: tuple[Bridge, ...]


def sketch(network: Network, report: Report) -> Sketch:
    """Return the outline of a network.

    Args:
        network: the network.
        report: its analysis; blocks whose output is unknown are left out.
    """
    sides = (
        max(facts.output_shape[:-1])
        for facts in report.facts.values()
        if facts.output_shape is not None and len(facts.output_shape) > 1
    )
    pen = _Pen(report, max(sides, default=1))
    width = pen.row(network.nodes, 0.0, _Band(0.0, 1.0))
    return Sketch(max(width - _GAP, 0.0), tuple(pen.slabs), tuple(pen.bridges))


@dataclass(frozen=True, slots=True)
class _Band:
    """Where a lane is drawn: its middle, and half its height."""

    middle: float
    half: float

    def parts(self, count: int) -> Iterator[_Band]:
        """Return bands for lanes above one another."""
        if count == 1:
            yield self
            return
        half = self.half / count
        for number in range(count):
            middle = self.middle - self.half + (2 * number + 1) * half
            yield _Band(middle, half * _LANE)


class _Pen:
    """Draws from the left to the right."""

    def __init__(self, report: Report, largest: int) -> None:
        self._report = report
        self._largest = largest
        self.slabs: list[Slab] = []
        self.bridges: list[Bridge] = []

    def row(self, row: Row, left: float, band: _Band) -> float:
        """Draw a list of blocks; return where the next one begins."""
        for node in row:
            if node.muted:
                continue
            match node.block:
                case Parallel():
                    left = self._parallel(node, left, band)
                case Repeat():
                    for _copy in range(min(node.block.count, _MOST_COPIES)):
                        left = self.row(node.lanes[0], left, band)
                case _ if node.is_container:
                    left = self.row(node.lanes[0], left, band)
                case _:
                    left = self._layer(node, left, band)
        return left

    def _layer(self, node: PlacedBlock, left: float, band: _Band) -> float:
        shape = self._report.facts[node.uid].output_shape
        if shape is None or not _has_slab(node):
            return left
        width = _width(shape)
        half = band.half * self._height(shape)
        self.slabs.append(Slab(left, width, band.middle, half, node.block.family))
        return left + width + _GAP

    def _parallel(self, node: PlacedBlock, left: float, band: _Band) -> float:
        lanes = [lane for lane in node.lanes if _is_seen(lane)]
        if not lanes:
            return left
        bands = band.parts(len(lanes))
        drawn = [self._lane(lane, left, part) for lane, part in zip(lanes, bands, strict=True)]
        right = max(end for end, _lane in drawn)
        for end, lane in drawn:
            # Lanes that are shorter than the longest one go to its middle.
            lane.move((right - end) / 2)
            self.slabs += lane.slabs
            self.bridges += lane.bridges
        if len(lanes) < len(node.lanes):
            shape = self._report.facts[node.uid].input_shape
            half = self._height(shape) if shape and len(lanes) == 1 else 1.0
            top = band.middle - band.half * (half + _BRIDGE)
            self.bridges.append(Bridge(left - _GAP / 2, right - _GAP / 2, band.middle, top))
        return right

    def _lane(self, lane: Row, left: float, band: _Band) -> tuple[float, _Pen]:
        pen = _Pen(self._report, self._largest)
        return pen.row(lane, left, band), pen

    def move(self, by: float) -> None:
        """Move what is drawn to the right."""
        if by:
            self.slabs = [replace(slab, left=slab.left + by) for slab in self.slabs]
            self.bridges = [
                replace(bridge, left=bridge.left + by, right=bridge.right + by)
                for bridge in self.bridges
            ]

    def _height(self, shape: Shape) -> float:
        """Return how high a slab is, 0 to 1, by the logarithm of its maps' longer side."""
        if len(shape) == 1:
            share = 0.6 * math.log2(1 + shape[0]) / math.log2(1 + _WIDEST_VECTOR)
        else:
            share = math.log2(1 + max(shape[:-1])) / math.log2(1 + self._largest)
        return min(1.0, max(_LOWEST, share))


def _has_slab(node: PlacedBlock) -> bool:
    return node.block.family in _SHOWN or isinstance(node.block, UpSampling2D)


def _is_seen(row: Row) -> bool:
    """Return whether a lane has a layer that is drawn."""
    return any(
        any(map(_is_seen, node.lanes)) if node.is_container else _has_slab(node)
        for node in row
        if not node.muted
    )


def _width(shape: Shape) -> float:
    return 0.5 if len(shape) == 1 else 0.5 + 0.09 * math.log2(shape[-1])
