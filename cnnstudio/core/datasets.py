"""The data a network can learn from: what is known of it, and the arrays that ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.core import resources
from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is known of a dataset before it is read.

    Attributes:
        name: how it is called in plans and on the command line.
        title: its name for people, marked for translation.
        shape: `(height, width, channels)` of its images.
        labels: the classes, by number.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    labels: tuple[str, ...]

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.labels)


DATASETS = {"mnist-5k": Dataset("mnist-5k", N_("MNIST digits"), (28, 28, 1), tuple("0123456789"))}


def kept_back(count: int, share: float) -> int:
    """Return how many of a class's `count` images go to validation.

    At least one and never all; a single image is learned from and none is kept back.
    """
    return max(0, min(max(1, round(count * share)), count - 1))


def read(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read a dataset that ships with the studio.

    Returns:
        Images `(count, height, width, channels)` from 0 to 255, and their classes `(count,)`.

    Raises:
        KeyError: if there is no such dataset.
    """
    import numpy as np  # the command line names datasets and reads none

    dataset = DATASETS[name]
    with np.load(resources.path("datasets", f"{name}.npz"), allow_pickle=False) as arrays:
        images, classes = arrays["x"], arrays["y"]
    return images.reshape(len(images), *dataset.shape), classes
