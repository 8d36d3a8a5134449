"""The labelled images of a data set, as a list to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QImage
from typing_extensions import override

from cnnstudio.core import datasets
from cnnstudio.core.data_messages import Listing
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.ui.viewer.strip import SOURCE_ROLE, Index

_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Collection:
    """A data set that has been read.

    Attributes:
        dataset: what is known of it.
        images: `(count, height, width, channels)`, 0 to 255.
        classes: of the images, `(count,)`.
        brightness: mean pixels of the darkest and of the brightest image, 0 to 255.
    """

    dataset: datasets.Dataset
    images: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    brightness: tuple[float, float]


def read(name: str) -> Collection:
    """Read a data set; for a thread that may wait.

    Raises:
        KeyError: if there is no such data set.
    """
    images, classes = datasets.read(name)
    means = images.reshape(len(images), -1).mean(axis=1)
    brightness = float(means.min()), float(means.max())
    dataset = datasets.known(name)
    if dataset is None:
        raise KeyError(name)
    return Collection(dataset, images, classes, brightness)


class Pictures(Protocol):
    """Gives what samples look like, as far as that is known."""

    def picture(self, number: int) -> QImage | None:
        """Return a sample's picture, None while it is not there yet."""

    def text(self, number: int) -> str:
        """Return the first words of a sample, "" if it is no text."""


class DataImages(QAbstractListModel):
    """Samples of one class or of all, of a collection or of what the engine has listed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._collection: Collection | None = None
        self._listing: Listing | None = None
        self._name = ""
        self._pictures: Pictures | None = None
        self._numbers: NDArray[np.intp] = np.zeros(0, np.intp)

    @property
    def collection(self) -> Collection | None:
        """The data set, None until it is read, or if the engine has read it."""
        return self._collection

    @property
    def dataset(self) -> datasets.Dataset | None:
        """What is known of what is listed, None while nothing is."""
        return None if self._listing is None else self._listing.dataset

    def show_collection(self, collection: Collection | None) -> None:
        """List the images of another data set, all of them."""
        self._collection, self._pictures = collection, None
        self._listing, self._name = None, ""
        if collection is not None:
            self._listing = Listing(collection.dataset, collection.classes.astype(np.int32))
            self._name = collection.dataset.name
        self.show_class(None)

    def show_listing(self, name: str, listing: Listing, pictures: Pictures) -> None:
        """List what the engine has read, all of it.

        Args:
            name: of the data, as a plan has it.
            listing: what is in it.
            pictures: give its thumbnails when they are wanted.
        """
        self._collection, self._pictures = None, pictures
        self._listing, self._name = listing, name
        self.show_class(None)

    def numbers_of(self, first: int, last: int) -> list[int]:
        """Return the numbers in the data of some rows, the last one too."""
        return [int(number) for number in self._numbers[max(0, first) : last + 1]]

    def pictures_changed(self) -> None:
        """Paint anew, since there are more pictures."""
        if len(self._numbers):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._numbers) - 1, 0))

    def show_class(self, number: int | None) -> None:
        """List the images of one class only, None for all."""
        self.beginResetModel()
        if self._listing is None:
            self._numbers = np.zeros(0, np.intp)
        elif number is None:
            self._numbers = np.arange(len(self._listing.classes))
        else:
            self._numbers = np.flatnonzero(self._listing.classes == number)
        self.endResetModel()

    def row_of(self, number: int) -> int | None:
        """Return the row of an image by its number in the data set, None if it is not listed."""
        row = int(np.searchsorted(self._numbers, number))
        listed = row < len(self._numbers) and int(self._numbers[row]) == number
        return row if listed else None

    def first_of(self, number: int) -> int:
        """Return the number of the first image of a class; of the first image if there is none."""
        if self._listing is None:
            return 0
        return int(np.argmax(self._listing.classes == number))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._listing is None or not index.isValid():
            return None
        number = int(self._numbers[index.row()])
        label = self._listing.dataset.labels[self._listing.classes[number]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return label
            case Qt.ItemDataRole.DecorationRole:
                return self._picture(number)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._told(number, label)
            case _ if role == SOURCE_ROLE:
                return DatasetImage(self._name, number)
        return None

    def _picture(self, number: int) -> QImage | None:
        if self._collection is not None:
            return picture_of(self._collection.images[number])
        return None if self._pictures is None else self._pictures.picture(number)

    def _told(self, number: int, label: str) -> str:
        if self._listing is None or not self._listing.dataset.is_text:
            return _("image {number:,}, class {label}").format(number=number, label=label)
        words = "" if self._pictures is None else self._pictures.text(number)
        told = _("text {number:,}, class {label}").format(number=number, label=label)
        return f"{told}\n{words}" if words else told


def picture_of(pixels: NDArray[np.uint8]) -> QImage:
    """Return an image of `(height, width, 1)` or `(height, width, 3)` from 0 to 255."""
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    grey = channels == 1
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, form).copy()
