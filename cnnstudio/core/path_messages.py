"""What the engine tells of the whole way of an image, after each `Maps` that answers a probe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What one block makes of an image, very small.

    Attributes:
        block: its uid.
        shape: of what it puts out, the batch left out.
        levels: the mean of its maps, `(height, width)`, or of neighbouring units of a vector or
            places of a sequence, `(bars,)`; indices as in `mosaic`, from `low` to `high`.
        low: of what is shown, its smallest finite number; of bars 0 if that is smaller.
        high: likewise the largest.
        not_finite: how many of the block's values are NaN or infinite.
    """

    block: str
    shape: tuple[int, ...]
    levels: NDArray[np.uint8]
    low: float
    high: float
    not_finite: int = 0


@dataclass(frozen=True, slots=True)
class PathShown:
    """The thumbnails of all blocks that put something out, in the network's order."""

    generation: int
    thumbnails: tuple[Thumbnail, ...]
