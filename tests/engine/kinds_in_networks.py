"""Random networks in which a wanted kind of block or container is at a random place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    LAYERS,
    Activation,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    BatchNormalization,
    Block,
    Conv1D,
    Conv2D,
    Conv3D,
    Cropping2D,
    DepthwiseConv2D,
    Dropout,
    Group,
    Input,
    Parallel,
    Repeat,
    SeparableConv1D,
    SeparableConv2D,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.network import Network, PlacedBlock
from tests.core import build, strategies
from tests.core.build import placed

Shape = tuple[int, ...]

PLACES = ("in a row", "Group", "Repeat", *(f"Parallel, {merge}" for merge in MERGES))
"""Where a block may be: at the top of the network, or in what."""
KINDS: tuple[Any, ...] = tuple(kind for kind in LAYERS if kind is not Input)
LINEAR: tuple[Any, ...] = (
    Activation, AveragePooling1D, AveragePooling2D, AveragePooling3D, BatchNormalization, Conv1D,
    Conv2D, Conv3D, Cropping2D, DepthwiseConv2D, Dropout, SeparableConv1D, SeparableConv2D,
    ZeroPadding2D,
)  # fmt: skip
"""Kinds whose windows tell exactly which places count, if their activation is linear."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class _Way:
    """Some blocks in a row, and the shape of what leaves them."""

    row: tuple[Block | PlacedBlock, ...]
    shape: Shape


@st.composite
def networks_with(
    draw: st.DrawFn, kind: Any, place: str, among: tuple[Any, ...] = KINDS
) -> Network:
    """Networks with a kind of block at a place; before, beside and behind it are others.

    Args:
        draw: given by Hypothesis.
        kind: of the block, None for any.
        place: one of `PLACES`.
        among: the kinds of the others. Among those of `LINEAR` no activation changes anything.
    """
    shape = draw(strategies.input_shapes(kind))
    way = _Way((Input(shape=shape),), shape)
    if draw(st.booleans()):
        way = _and_muted(draw, way)
    before = _and_any(draw, way, among) if draw(st.booleans()) else way
    if kind is None or strategies.takes(kind(), before.shape):
        way = before
    way = _wanted(draw, way, kind, place, among)
    for _each in range(draw(st.integers(0, 2))):
        way = _and_any(draw, way, among)
    network = build.network(*way.row)
    if analyse(network).errors:
        reject()
    return network


def _wanted(draw: st.DrawFn, way: _Way, kind: Any, place: str, among: tuple[Any, ...]) -> _Way:
    for _try in range(_TRIES):
        found = _placed_or_not(draw, way, (kind,) if kind else among, place)
        if found is not None:
            return found
    return reject()


def _placed_or_not(draw: st.DrawFn, way: _Way, kinds: tuple[Any, ...], place: str) -> _Way | None:
    block = _block(draw, kinds, way.shape)
    if block is None:
        return None
    after = block.output_shape(way.shape)
    if place == PLACES[0]:
        return _Way((*way.row, block), after)
    container = _container(draw, place, block, way.shape, after)
    if container is None:
        return None
    report = analyse(build.network(Input(shape=way.shape), container))
    if report.errors or not report.output_shape:
        return None
    return _Way((*way.row, container), report.output_shape)


def _container(
    draw: st.DrawFn, place: str, block: Block, shape: Shape, after: Shape
) -> PlacedBlock | None:
    """Return a container with a block in it and what else fits; None if it cannot be there."""
    muted = placed(Activation(activation="relu"), muted=True)
    inner: list[Block | PlacedBlock] = [block, muted] if draw(st.booleans()) else [block]
    if place == "Group":
        return placed(Group(), [placed(Group(), inner)] if draw(st.booleans()) else inner)
    if place == "Repeat":
        if not strategies.takes(block, after):
            return None
        return placed(Repeat(count=draw(st.integers(2, 3))), inner)
    merge = place.removeprefix("Parallel, ")
    others: list[list[Block | PlacedBlock]] = [[block], [placed(Group(), inner)]]
    if after == shape:
        others.append([])
    lanes = [inner, draw(st.sampled_from(others))]
    if merge != "Subtract" and draw(st.booleans()):
        lanes.append(draw(st.sampled_from(others)))
    return placed(Parallel(merge=merge), *lanes)


def _and_any(draw: st.DrawFn, way: _Way, among: tuple[Any, ...]) -> _Way:
    block = _block(draw, among, way.shape) or Dropout()
    return _Way((*way.row, block), block.output_shape(way.shape))


def _and_muted(draw: st.DrawFn, way: _Way) -> _Way:
    kind = draw(st.sampled_from(KINDS))
    return _Way((*way.row, placed(kind(), muted=True)), way.shape)


def _block(draw: st.DrawFn, kinds: tuple[Any, ...], shape: Shape) -> Block | None:
    """Return a block of one of some kinds that takes a shape; None if what was drawn does not."""
    fit = [kind for kind in kinds if strategies.takes(kind(), shape)] or list(kinds)
    block: Any = draw(strategies.blocks((draw(st.sampled_from(fit)),), modest=True))
    if set(kinds) <= set(LINEAR) and hasattr(block, "activation"):
        block = replace(block, activation="linear")
    return block if strategies.takes(block, shape) else None
