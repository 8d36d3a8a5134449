"""The layers inside a part as very small pictures, from the maps of one look."""

from __future__ import annotations

from cnnstudio.core.inner_layers import InnerLayer, part_of
from cnnstudio.core.thumbnails import thumbnail
from cnnstudio.engine.explain import Look


def inner_layers(part: str, look: Look) -> tuple[InnerLayer, ...]:
    """Return the layers inside a part with their thumbnails, in the order of their calls."""
    return tuple(
        InnerLayer(
            name,
            node.name,
            node.block,
            thumbnail(name, look.maps[name]),
            look.feeds[name].inputs,
        )
        for name, node in look.inner.items()
        if part_of(name) == part and name in look.maps
    )
