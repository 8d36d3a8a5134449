"""What is asked of a network about an image, and what it answers: see `messages`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.network import Network
from cnnstudio.core.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class DatasetImage:
    """An image of a dataset, by its number there."""

    dataset: str
    index: int


@dataclass(frozen=True, slots=True)
class FileImage:
    """An image file of the person's own."""

    path: str


@dataclass(frozen=True, slots=True)
class MadeInput:
    """An example that is made for any Input, by its `kind`, see `made_inputs`, and a seed."""

    kind: str
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LiveImage:
    """The newest frame of a camera or video.

    Attributes:
        source: `camera:0`, or the path of a video file.
        plays: whether it goes on; else it is the frame that was looked at last.
    """

    source: str
    plays: bool = True


ImageSource = DatasetImage | FileImage | MadeInput | LiveImage

CAMERA = "camera:"
"""What the source of a camera begins with; its number follows."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a frame of a camera or video was.

    Attributes:
        frame: its number, from 0.
        seconds: since the beginning.
        length: of a video in seconds; 0 where that is not known, and for a camera.
    """

    frame: int
    seconds: float
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Probe:
    """Look at an image through a network; `block` is the uid whose maps are wanted first.

    `pixels` and `resize` are the plan's, so that the network sees what it is trained on, unless a
    person has chosen otherwise. With `trains` blocks do what they do while they learn, drawing at
    random by `seed`. With `grey` the image loses its colours before it enters.
    """

    generation: int
    network: Network
    image: ImageSource
    pixels: str
    block: str
    resize: str = CROP
    trains: bool = False
    seed: int = 0
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Send another block's maps of the probe `generation`."""

    generation: int
    block: str


@dataclass(frozen=True, slots=True)
class Probed:
    """An image has gone through a network.

    Attributes:
        generation: the probe's.
        picture: the image as it was opened, `(height, width, 3)`, 0 to 255, at most 512 a side.
        size: its own `(height, width)`, in pixels.
        entered: what went into the network, `(height, width, channels)`, float32.
        label: the image's class if it is known.
        labels: names of the classes, empty if the output is not a vector of classes.
        probabilities: of the classes, float32, summing to 1; empty likewise.
        step: batches the weights have been trained for here.
        is_loaded: whether some of them are from a file.
        is_picture: whether what entered is an image in grey or colour; else there is no picture.
        words: what each number that entered stands for, if they are the words of a text.
        note: what else has to be known of what entered, a sentence; empty if there is nothing.
        trains: whether the blocks did what they do while they learn.
        outcome: what came out, None if that is the vector of `probabilities`.
        moment: when the image was, if it is a frame of a camera or video.
    """

    generation: int
    picture: NDArray[np.uint8]
    size: tuple[int, int]
    entered: NDArray[np.float32]
    label: str | None
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    step: int
    is_loaded: bool = False
    is_picture: bool = True
    words: tuple[str, ...] = ()
    note: str = ""
    trains: bool = False
    outcome: Outcome | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Maps:
    """What one block puts out: float32, `(height, width, channels)` or `(units,)`.

    Also `(length, channels)` and `(depth, height, width, channels)`: `mosaic.as_maps` says what is
    drawn of those.
    """

    generation: int
    block: str
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ProbeFailed:
    """An image could not be looked at."""

    generation: int
    message: str
    details: str = ""
