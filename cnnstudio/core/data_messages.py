"""What is asked of data, and what the engine says of it.

`ReadData` is a run of its own, which can be stopped like any other: it ends in one `RunFinished`
or `RunFailed`, before which `DataRead` tells what there is. `ShowSamples` is answered by
`SamplesShown` or `SamplesFailed`. `DataProgress` and `FilesLeftOut` may come in any run, before its
first batch; `FilesLeftOut` again at its end, if images turned out to be damaged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.datasets import Dataset
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan

MOST_REASONS = 100
"""Files that a message names; it counts all."""
WORDS_SHOWN = 40
"""Words of a text that are shown."""
MOST_SAMPLES = 24
"""Images of a class that are proposed to be shown."""
SAMPLE_SIDE = 96
"""Rows or columns of an image that is shown as it is in its file."""


@dataclass(frozen=True, slots=True)
class ReadData:
    """Read the data of a plan, downloading it if need be, and tell what there is."""

    run: int
    plan: TrainingPlan


@dataclass(frozen=True, slots=True)
class ShowSamples:
    """Show some images of the plan's data.

    Attributes:
        number: for the answer.
        plan: names the data, and how its images are resized.
        images: their numbers there.
        network: if there is one, images are shown as they enter it, and as the blocks of
            augmentation behind its Input change them; else as they are, made smaller.
        seed: what augmentation draws differs by it.
        side: rows or columns that an image has at the most where it is shown as it is.
        lists: whether the answer is to have the classes of all there is in the data.
    """

    number: int
    plan: TrainingPlan
    images: tuple[int, ...]
    network: Network | None = None
    seed: int = 0
    side: int = SAMPLE_SIDE
    lists: bool = False


@dataclass(frozen=True, slots=True)
class DataProgress:
    """The data of a run is being read or downloaded.

    Attributes:
        run: the run's number.
        done: files that have been looked at, or bytes that have come.
        total: how many there are, 0 if that is not known.
    """

    run: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FilesLeftOut:
    """Files of the data cannot be used, and the run goes on without them.

    Attributes:
        run: the run's number.
        count: how many.
        reasons: sentences, each of which names a file; the first hundred.
    """

    run: int
    count: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataRead:
    """What there is in a plan's data.

    Attributes:
        run: the request's.
        dataset: its classes, and the shape an Input is best given.
        counts: of each class, how many are learned from, kept back to measure, only tested with.
        samples: of each class, the numbers of some images that are learned from.
        has_parts: whether the data itself says what is learned from.
        fingerprint: a text that only the same data has.
    """

    run: int
    dataset: Dataset
    counts: tuple[tuple[int, int, int], ...]
    samples: tuple[tuple[int, ...], ...]
    has_parts: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that is in a plan's data, in its order.

    Attributes:
        dataset: its classes and its shape.
        classes: of everything by its number, `(count,)`.
    """

    dataset: Dataset
    classes: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SamplesShown:
    """Images of data, in the order in which they were asked for.

    Attributes:
        number: the request's.
        images: `(height, width, 1 or 3)` from 0 to 255 each; None for one that cannot be read.
        labels: the names of their classes.
        names: of their files, counted from the data's folder; empty if they are not files.
        texts: if the data is texts, their first words, or, with a network, the first numbers that
            enter it; else empty. Then all images are None.
        listing: all there is, if it was asked for.
    """

    number: int
    images: tuple[NDArray[np.uint8] | None, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class SamplesFailed:
    """Images could not be shown."""

    number: int
    message: str
    details: str = ""
