"""Colours of values that need no window."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core import resources


@lru_cache(maxsize=4)
def viridis(levels: int) -> NDArray[np.uint8]:
    """Return viridis from dark to yellow, `(levels, 3)`; by Smith, van der Walt and Firing."""
    table = np.loadtxt(resources.path("palettes", "viridis.txt"))
    places = np.linspace(0, len(table) - 1, levels)
    channels = [np.interp(places, np.arange(len(table)), table[:, i]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)
