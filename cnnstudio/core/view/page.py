"""A figure of what is looked at, as shapes at places; x to the right, y down, in pixels at 1×."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Of a picture, `(height, width, 4)`: red, green, blue, and alpha they are not multiplied by."""


class Ink(StrEnum):
    """What a shape is coloured with; its value is a colour's name in the themes."""

    PAPER = "card"
    TEXT = "text"
    MUTED = "muted"
    BORDER = "border"
    BAR = "accent"
    ALARM = "error"


class Anchor(StrEnum):
    """Which end of a text is at its place, as SVG names it."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Fill:
    """A rectangle of one colour."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture, enlarged without smoothing."""

    x: float
    y: float
    width: float
    height: float
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is the line that letters stand on."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    ink: Ink = Ink.TEXT
    anchor: Anchor = Anchor.START


Shape = Fill | Picture | Words


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A figure.

    Attributes:
        width, height: of all of it, margins included.
        shapes: from back to front.
        title: what it is of, for readers that ask.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str = ""


def opaque(colors: NDArray[Any]) -> Pixels:
    """Return colours or greys, `(height, width, 3 or 1)`, 0 to 255, as a picture's pixels."""
    height, width, channels = colors.shape
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[:, :, :3] = colors[:, :, :3] if channels >= 3 else colors[:, :, :1]
    return pixels
