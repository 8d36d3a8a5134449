"""Pictures of another kind than the images a network learned from, of which it can tell nothing.

A network knows only the classes of its data and takes any picture for one of them. What is noticed
here is coarse, but seldom wrong: colours where the data has none, and a picture that is as a whole
brighter or darker than every image of the data, as a photograph or black on white is for digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.ui.viewer.data_images import Collection

_COLOURFUL = 12.0
"""Mean difference, of 255, between a pixel's strongest and weakest channel in a colour picture."""
_LOOKED_AT = 64
"""Rows or columns of a picture that are looked at, or a little more."""
_SLACK = 0.2
"""How far beyond the data's own brightness is still like the data, as a share of that."""


def caution(answer: Probed, learned: Collection, pixels: str) -> str:
    """Say why the guesses of a network mean little for a picture; empty if nothing speaks for it.

    Args:
        answer: what entered the network, and what it looked like before.
        learned: the data of the plan.
        pixels: the plan's pixel range, in which the picture entered.
    """
    data = _(learned.dataset.title)
    if learned.dataset.shape[2] == 1 and _is_colourful(answer.picture):
        return _("A colour picture, unlike the {data} it learned: guesses mean little").format(
            data=data
        )
    entered = PIXEL_RANGES[pixels]
    brightness = (float(answer.entered.mean()) - entered.offset) / entered.scale
    darkest, brightest = learned.brightness
    if brightness > brightest * (1 + _SLACK):
        return _("Brighter than all {data} it learned: guesses mean little").format(data=data)
    if brightness < darkest * (1 - _SLACK):
        return _("Darker than all {data} it learned: guesses mean little").format(data=data)
    return ""


def _is_colourful(picture: NDArray[np.uint8]) -> bool:
    # Channel by channel over a few thousand pixels: it is asked in the window's thread.
    step = max(1, max(picture.shape[:2]) // _LOOKED_AT)
    red, green, blue = np.moveaxis(picture[::step, ::step].astype(np.int16), 2, 0)
    strongest = np.maximum(np.maximum(red, green), blue)
    weakest = np.minimum(np.minimum(red, green), blue)
    return float((strongest - weakest).mean()) > _COLOURFUL
