"""What is known of data before it is read, and the images that need no files of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.core import resources
from cnnstudio.core.data import class_names, shapes
from cnnstudio.core.data.sources import (
    Bundled,
    KerasSet,
    Shapes,
    SourceError,
    from_text,
    to_text,
)
from cnnstudio.core.data.splits import kept_back
from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DATASETS", "KERAS_DATASETS", "Dataset", "kept_back", "known", "read", "title_of"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is known of a dataset before it is read.

    Attributes:
        name: how it is called in plans and on the command line.
        title: its name for people, marked for translation.
        shape: `(height, width, channels)` of its images, or `(words,)` of its texts. Those of
            files of one's own differ; then it is what an Input is best given.
        labels: the classes, by number.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.labels)

    @property
    def is_text(self) -> bool:
        """Whether it is texts, rows of word numbers."""
        return len(self.shape) == 1


_SHAPES = Dataset("shapes", N_("Coloured shapes"), (shapes.SIZE, shapes.SIZE, 3), shapes.LABELS)
DATASETS = {
    "mnist-5k": Dataset("mnist-5k", N_("MNIST digits"), (28, 28, 1), tuple("0123456789")),
    _SHAPES.name: _SHAPES,
}
"""What can be chosen without a path or a download, by the text form of its source."""

KERAS_DATASETS = {
    "mnist": Dataset("keras:mnist", N_("MNIST, 70,000 digits"), (28, 28, 1), tuple("0123456789")),
    "fashion_mnist": Dataset(
        "keras:fashion_mnist", N_("Fashion-MNIST, 70,000 clothes"), (28, 28, 1), class_names.CLOTHES
    ),
    "cifar10": Dataset(
        "keras:cifar10", N_("CIFAR-10, 60,000 photographs"), (32, 32, 3), class_names.CIFAR10
    ),
    "cifar100": Dataset(
        "keras:cifar100", N_("CIFAR-100, 60,000 photographs"), (32, 32, 3), class_names.CIFAR100
    ),
}
"""What Keras downloads, by its names there."""


def known(name: str) -> Dataset | None:
    """Return what is known of the data a plan names; None if only reading it tells.

    Args:
        name: the text form of a source.
    """
    if name in DATASETS:
        return DATASETS[name]
    try:
        source = from_text(name)
    except SourceError:
        return None
    match source:
        case Shapes():
            return Dataset(to_text(source), _SHAPES.title, _SHAPES.shape, _SHAPES.labels)
        case KerasSet():
            dataset = KERAS_DATASETS[source.name]
            return Dataset(to_text(source), dataset.title, dataset.shape, dataset.labels)
        case _files:
            return None


def title_of(name: str) -> str:
    """Return the name for people of the data a plan names, marked for translation."""
    dataset = known(name)
    return name if dataset is None else dataset.title


def read(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read or draw a dataset that needs neither a path nor a download.

    Args:
        name: the text form of its source.

    Returns:
        Images `(count, height, width, channels)` from 0 to 255, and their classes `(count,)`.

    Raises:
        KeyError: if there is no such dataset.
    """
    import numpy as np  # the command line names datasets and reads none

    try:
        source = from_text(name)
    except SourceError as error:
        raise KeyError(name) from error
    match source:
        case Shapes():
            return shapes.draw(source.count, source.seed)
        case Bundled():
            path = resources.path("datasets", f"{source.name}.npz")
            with np.load(path, allow_pickle=False) as arrays:
                images, classes = arrays["x"], arrays["y"]
            return images.reshape(len(images), *DATASETS[source.name].shape), classes
        case _files:
            raise KeyError(name)
