"""The layers inside a part as very small pictures, from the maps of one look."""

from __future__ import annotations

from cnnstudio.core.inner_layers import InnerLayer, part_of
from cnnstudio.core.thumbnails import thumbnail
from cnnstudio.engine.explain import Look


def inner_layers(part: str, look: Look) -> tuple[InnerLayer, ...]:
    """Return the layers inside a part with their thumbnails, in the order of their calls.

    There are none where a single layer is all of the part, for that is seen already.
    """
    names = [name for name in look.inner if part_of(name) == part and name in look.maps]
    if len(names) == 1 and look.maps[names[0]] is look.maps.get(part):
        return ()
    return tuple(_layer(name, look) for name in names)


def _layer(name: str, look: Look) -> InnerLayer:
    node, reads = look.inner[name], tuple(dict.fromkeys(look.feeds[name].inputs))
    return InnerLayer(name, node.name, node.block, thumbnail(name, look.maps[name]), reads)
