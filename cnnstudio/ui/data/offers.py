"""The sources of data that a person can choose among."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.data.sources import (
    KERAS_SETS,
    Arrays,
    Bundled,
    DataSource,
    ImageFolder,
    ImageTable,
    KerasSet,
    Shapes,
    Texts,
)
from cnnstudio.core.datasets import DATASETS, KERAS_DATASETS
from cnnstudio.core.i18n import N_

TABLES = ("csv", "tsv", "txt")
"""How the names of tables end."""
ARRAYS = ("npz", "npy")
"""How the names of NumPy's arrays end."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A source, or a sort of source that needs a path.

    Attributes:
        label: what it is called, marked for translation.
        source: what is chosen; its path is "" where a person has to be asked for one.
        asks: what they are asked for, marked for translation; "" if for nothing.
        endings: how the file's name may end; empty for a folder.
    """

    label: str
    source: DataSource
    asks: str = ""
    endings: tuple[str, ...] = ()

    def at(self, path: str) -> DataSource:
        """Return the source with a path; without one for a source that has none."""
        match self.source:
            case ImageFolder():
                return ImageFolder(path)
            case ImageTable():
                return ImageTable(path)
            case Arrays():
                return Arrays(path)
            case Texts():
                return Texts(path)
            case other:
                return other


OFFERS = (
    Offer(DATASETS["mnist-5k"].title, Bundled()),
    Offer(DATASETS["shapes"].title, Shapes()),
    *(Offer(KERAS_DATASETS[name].title, KerasSet(name)) for name in KERAS_SETS),
    Offer(N_("Folder of images…"), ImageFolder(), N_("A folder with a sub-folder for each class")),
    Offer(N_("Table of images…"), ImageTable(), N_("A table of image files and classes"), TABLES),
    Offer(N_("Arrays of images…"), Arrays(), N_("NumPy arrays of images and classes"), ARRAYS),
    Offer(N_("Folder of texts…"), Texts(), N_("A folder with a sub-folder for each class")),
    Offer(N_("Table of texts…"), Texts(), N_("A table of texts and classes"), TABLES),
)
"""In the order of a list."""


def offer_of(source: DataSource) -> int:
    """Return the number of the offer that a source came from."""
    for number, offer in enumerate(OFFERS):
        if type(offer.source) is not type(source):
            continue
        if isinstance(source, KerasSet) and offer.source != source:
            continue
        if isinstance(source, Texts) and bool(offer.endings) != is_table(source.path):
            continue
        return number
    raise ValueError(source)


def is_table(path: str) -> bool:
    """Whether a path is that of a table, by its name."""
    return Path(path).suffix.lower().lstrip(".") in TABLES
