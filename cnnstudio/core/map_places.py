"""Where an image lies under a map that was made of it: in cells of the map."""

from __future__ import annotations

from typing import NamedTuple

from cnnstudio.core.seen_pixels import SeenPixels


class Area(NamedTuple):
    """A rectangle; what it is counted in is for its user to say."""

    left: float
    top: float
    width: float
    height: float


def image_under(seen: SeenPixels) -> Area | None:
    """Return where the image lies under a map, in cells; the map's own corner is at 0, 0.

    A cell lies where the middle of what it sees is, and is as wide as the step from one to the next
    in the image. So a map may cover less than the image (after a "valid" convolution), or more.

    Args:
        seen: what the map's cells see.

    Returns:
        None where a cell has no place in the image: after a Flatten, of a vector, a sequence or a
        volume.
    """
    if seen.middles is None or len(seen.image) != 2 or len(seen.middles) != 2:
        return None
    if len(seen.shape) != 3:
        return None
    ends = []
    for (start, step), size in zip(seen.middles, seen.image, strict=True):
        # A pixel's middle is at a whole number, a cell's half a cell after its edge.
        first = (-0.5 - float(start)) / float(step) + 0.5
        ends.append((first, size / float(step)))
    (top, height), (left, width) = ends
    return Area(left, top, width, height)
