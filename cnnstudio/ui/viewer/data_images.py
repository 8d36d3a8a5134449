"""The labelled images of a data set, as a list to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QImage
from typing_extensions import override

from cnnstudio.core import datasets
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


class DataImages(QAbstractListModel):
    """Images of one class or of all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._collection: Collection | None = None
        self._numbers: NDArray[np.intp] = np.zeros(0, np.intp)

    @property
    def collection(self) -> Collection | None:
        """The data set, None until it is read."""
        return self._collection

    def show_collection(self, collection: Collection | None) -> None:
        """List the images of another data set, all of them."""
        self._collection = collection
        self.show_class(None)

    def show_class(self, number: int | None) -> None:
        """List the images of one class only, None for all."""
        self.beginResetModel()
        if self._collection is None:
            self._numbers = np.zeros(0, np.intp)
        elif number is None:
            self._numbers = np.arange(len(self._collection.images))
        else:
            self._numbers = np.flatnonzero(self._collection.classes == number)
        self.endResetModel()

    def row_of(self, number: int) -> int | None:
        """Return the row of an image by its number in the data set, None if it is not listed."""
        row = int(np.searchsorted(self._numbers, number))
        listed = row < len(self._numbers) and int(self._numbers[row]) == number
        return row if listed else None

    def first_of(self, number: int) -> int:
        """Return the number of the first image of a class; of the first image if there is none."""
        if self._collection is None:
            return 0
        return int(np.argmax(self._collection.classes == number))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._collection is None or not index.isValid():
            return None
        number = int(self._numbers[index.row()])
        label = self._collection.dataset.labels[self._collection.classes[number]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return label
            case Qt.ItemDataRole.DecorationRole:
                return picture_of(self._collection.images[number])
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return _("image {number:,}, class {label}").format(number=number, label=label)
            case _ if role == SOURCE_ROLE:
                return DatasetImage(self._collection.dataset.name, number)
        return None


def picture_of(pixels: NDArray[np.uint8]) -> QImage:
    """Return an image of `(height, width, 1)` or `(height, width, 3)` from 0 to 255."""
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    grey = channels == 1
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, form).copy()
