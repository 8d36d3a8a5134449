"""Repairs of what works but is seldom meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from cnnstudio.core.advice import POOLINGS, applied
from cnnstudio.core.blocks import (
    Block,
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    Family,
    Flatten,
    Rescaling,
    ZeroPadding2D,
)
from cnnstudio.core.blocks.block import LINEAR
from cnnstudio.core.fields import fields_of, times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path
from cnnstudio.core.rearranging import moving
from cnnstudio.core.repairs_site import Repair, Site
from cnnstudio.core.repairs_sizes import same_padding

_USUAL_RATE = 0.25
_CONVOLUTIONS: Mapping[int, Callable[..., Block]] = {
    1: partial(Conv1D, kernel_size=1),
    2: partial(Conv2D, kernel_size=(1, 1)),
    3: partial(Conv3D, kernel_size=(1, 1, 1)),
}
"""What does the same as a Dense at every place, by how many axes of places there are."""


def dense_on_map(site: Site) -> Iterator[Repair]:
    """Make one vector of the maps, or say what is done by its usual name."""
    rank = len(site.received) - 1
    yield from site.insert_before(Flatten())
    if rank in POOLINGS:
        yield from site.insert_before(POOLINGS[rank]())
    block = site.node.block
    if site.problem.code == "dense_on_map" and isinstance(block, Dense) and rank in _CONVOLUTIONS:
        same = _CONVOLUTIONS[rank](
            filters=min(block.units, 65536), activation=block.activation, use_bias=block.use_bias
        )
        text = _("Use {kind} instead").format(kind=f"{same.kind} {times((1,) * rank)}")
        yield site.draft.exchanged(site.path, same).repair(text)


def places_dropped(site: Site) -> Iterator[Repair]:
    """Pad at the edges, so that the last window is whole."""
    yield from same_padding(site)
    if site.problem.code == "steps_dropped":
        return
    strides = getattr(site.node.block, "strides", None) or getattr(site.node.block, "pool_size", 1)
    left = (int(str(site.problem.details["rows"])), int(str(site.problem.details["columns"])))
    if isinstance(strides, tuple) and len(strides) == 2:
        more = tuple((step - n) % step if n else 0 for step, n in zip(strides, left, strict=True))
        pad = ZeroPadding2D(padding=((0, more[0]), (0, more[1])))
        yield from site.insert_before(pad)


def pixels_are_smaller(site: Site) -> Iterator[Repair]:
    """Take pixels for what they are, or bring them to what the block takes them for."""
    details = site.problem.details
    low, high = float(str(details["low"])), float(str(details["high"]))
    yield from site.change(value_range=(low, high))
    taken = getattr(site.node.block, "value_range", (low, high))
    scale = (taken[1] - taken[0]) / (high - low)
    yield from site.insert_before(Rescaling(scale=scale, offset=taken[0] - low * scale))


def two_activations(site: Site) -> Iterator[Repair]:
    """Keep one of the two."""
    before = site.neighbour(-1)
    if before is None:
        return
    again = site.problem.code != "two_activations"
    if again:
        yield from site.remove()
    yield from _plain(site, before)
    if not again:
        yield from site.remove()


def useless_bias(site: Site) -> Iterator[Repair]:
    """Leave the bias away."""
    text = _("Switch its bias off")
    yield site.draft.changed(site.path, use_bias=False).repair(text)


def dropout_before_normalization(site: Site) -> Iterator[Repair]:
    """Let the two change places, or leave the Dropout away."""
    after = site.neighbour(1)
    if after is not None:
        target = (*after[:-1], after[-1] + 1)
        text = _("Move it after {block}").format(block=site.network.at(after).name)
        yield site.draft.done(*moving([site.path], target).edits).repair(text)
    yield from site.remove()


def dropout_rate(site: Site) -> Iterator[Repair]:
    """Drop a usual share, or nothing at all."""
    yield from site.change(rate=_USUAL_RATE)
    yield from site.remove()


def _plain(site: Site, path: Path) -> Iterator[Repair]:
    """Yield the repair that takes the activation of a block away."""
    node = site.network.at(path)
    field = fields_of(type(node.block)).get("activation")
    if node.block.family is Family.ACTIVATION:
        yield from site.remove(path)
    elif field is not None and applied(node.block) != LINEAR:
        plain = None if field.accepts(None) else LINEAR
        yield from site.change_at(path, activation=plain)
