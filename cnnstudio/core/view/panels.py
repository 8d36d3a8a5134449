"""What a figure shows: maps or bars, each with a caption, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.map_places import Area
from cnnstudio.core.view.page import Pixels


@dataclass(frozen=True, slots=True)
class Caption:
    """What is written below.

    Attributes:
        title: what it is.
        lines: all that has to be known of it, a sentence or a fact each.
    """

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ColorKey:
    """Which colour is which value.

    Attributes:
        colors: from the lowest to the highest, `(levels, 3)`.
        low: the value at the lower end, in words.
        high: that at the upper one.
    """

    colors: NDArray[np.uint8]
    low: str
    high: str


@dataclass(frozen=True, slots=True, eq=False)
class Under:
    """An image that lies under a map, and where: in cells of the map."""

    pixels: Pixels
    area: Area


@dataclass(frozen=True, slots=True, eq=False)
class MapsPanel:
    """Maps.

    Attributes:
        caption: what they are.
        pixels: one for each value.
        key: of their colours, None where they have colours of their own.
        under: what lies under them, if they are one map.
        tall: how many times higher than wide a value is drawn; not 1 for rows of sequences.
    """

    caption: Caption
    pixels: Pixels
    key: ColorKey | None = None
    under: Under | None = None
    tall: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class BarsPanel:
    """A bar for each number of a vector.

    Attributes:
        caption: what they are.
        values: the numbers.
        names: of each; none where they are numbered.
    """

    caption: Caption
    values: NDArray[np.float32]
    names: tuple[str, ...] = ()


Panel = MapsPanel | BarsPanel
