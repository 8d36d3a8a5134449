"""The layers inside a part as very small pictures, from the maps of one look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.core.inner_layers import InnerLayer, part_of
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.thumbnails import thumbnail


def inner_layers(
    part: str, nodes: Mapping[str, PlacedBlock], maps: Mapping[str, Any]
) -> tuple[InnerLayer, ...]:
    """Return the layers inside a part with their thumbnails, in the order of their calls."""
    return tuple(
        InnerLayer(name, node.name, node.block, thumbnail(name, maps[name]))
        for name, node in nodes.items()
        if part_of(name) == part and name in maps
    )
