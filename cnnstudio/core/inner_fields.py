"""The receptive field of a layer inside a part: the way to it, where that is one of blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnstudio.core.blocks import Group, Input
from cnnstudio.core.inner_layers import InnerLayer, KerasLayer, KerasMerge, is_inner, part_of
from cnnstudio.core.network import Network, PlacedBlock, new_uid
from cnnstudio.core.seen_pixels import SeenPixels, seen_pixels
from cnnstudio.core.structure import BrokenGraphError, GraphNode, NotSeriesParallel, structure

_ENTRY = ""


def seen_of(
    network: Network, uid: str, layers: Sequence[InnerLayer] = ()
) -> SeenPixels | None:  # fmt: skip
    """Return what the numbers of a block see, or of a layer inside a part.

    Args:
        network: the block or the part is in.
        uid: the block's, or the layer's.
        layers: those inside the part, in the order of their calls.

    Returns:
        None where `seen_pixels` says so, and where a layer of the part is known by its output
        alone or its layers cannot be laid out as lanes.
    """
    if not is_inner(uid):
        return seen_pixels(network, uid)
    path = network.find(part_of(uid))
    way = _way_to(uid, {layer.uid: layer for layer in layers})
    if path is None or not way:
        return None
    try:
        found = structure(way, uid)
    except (NotSeriesParallel, BrokenGraphError):
        return None
    inside = PlacedBlock(new_uid(), uid, Group(), lanes=(found.network.nodes[1:],))
    return seen_pixels(network.replaced(path, inside), found.uids[uid])


def _way_to(uid: str, layers: Mapping[str, InnerLayer]) -> list[GraphNode]:
    """Return the layers that lead to one, none if something of the way is not known."""
    # Which shape comes in is known where the network is walked; nobody asks it of this.
    nodes: dict[str, GraphNode] = {_ENTRY: GraphNode(_ENTRY, Input(), None, ())}
    pending = [uid]
    while pending:
        name = pending.pop()
        layer = layers.get(name)
        if name in nodes:
            continue
        if layer is None or isinstance(layer.block, KerasLayer) or not layer.reads:
            return []
        reads = tuple(read if read in layers else _ENTRY for read in layer.reads)
        merge = layer.block.merge if isinstance(layer.block, KerasMerge) else None
        nodes[name] = GraphNode(name, None if merge else layer.block, merge, reads)
        pending += reads
    return list(nodes.values())
