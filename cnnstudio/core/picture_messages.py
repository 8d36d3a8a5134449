"""What is asked of image files, cameras and videos, beside looking at one through a network.

`ShowThumbnails` is answered by `ThumbnailsShown`, which may tell of the first of them only: the
engine gives way to other jobs, and the rest is to be asked for again. `KeepFrame` is answered by
`FrameKept` or `FrameLost`. `LetGo` has no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INSTALL_CAMERA = 'pip install "cnnstudio[camera]"'
"""What a person enters to look at cameras and videos, which need OpenCV."""


@dataclass(frozen=True, slots=True)
class ShowThumbnails:
    """Show what image files look like.

    Attributes:
        number: for the answer.
        paths: of the files.
        side: rows or columns that a thumbnail has at the most.
    """

    number: int
    paths: tuple[str, ...]
    side: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """An image file made small.

    Attributes:
        path: of the file.
        pixels: `(height, width, 1 or 3)`, 0 to 255; None if it cannot be opened.
        why: then a sentence that says why, else "".
    """

    path: str
    pixels: NDArray[np.uint8] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ThumbnailsShown:
    """At least one of the files that were asked for, in their order."""

    number: int
    thumbnails: tuple[Thumbnail, ...]


@dataclass(frozen=True, slots=True)
class LetGo:
    """Nobody looks at a camera or video now: close it. The last frame stays to be looked at."""


@dataclass(frozen=True, slots=True)
class KeepFrame:
    """Write the frame of a camera or video that was looked at last, whole, as a PNG at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class FrameKept:
    """The frame with this number, from 0, is at `path`."""

    path: str
    frame: int


@dataclass(frozen=True, slots=True)
class FrameLost:
    """The frame could not be written at `path`."""

    path: str
    message: str
    details: str = ""
