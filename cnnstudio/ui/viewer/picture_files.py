"""Photographs that ship with the studio and images of one's own, as a list to pick from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from typing_extensions import override

from cnnstudio.core import resources
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.look_messages import FileImage
from cnnstudio.ui.background import Latest
from cnnstudio.ui.viewer.strip import HEIGHT, SOURCE_ROLE, Index

MOST_OWN = 12
"""Images of one's own that stay in the list."""
THUMBNAIL_WIDTH = 84
_ROOT = QModelIndex()

_SHIPPED = (
    ("astronaut.png", N_("Astronaut"), N_("Eileen Collins; NASA, public domain")),
    ("chelsea.png", N_("Cat"), N_("by Stéfan van der Walt, CC0")),
    ("coffee.png", N_("Coffee"), N_("by Rachel Michetti, CC0")),
    ("rocket.jpg", N_("Rocket"), N_("Falcon 9; SpaceX, CC0")),
    ("china.jpg", N_("Palace"), N_("Summer Palace, by danielbuechele, CC BY 2.0")),
    ("flower.jpg", N_("Flower"), N_("by vultilion, CC BY 2.0")),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file in the list.

    Attributes:
        path: of the file.
        title: marked for translation if it ships with the studio.
        credit: whose it is, likewise; empty for one's own.
        thumbnail: None until it is known.
    """

    path: str
    title: str
    credit: str = ""
    thumbnail: QImage | None = None


class PictureFiles(QAbstractListModel):
    """One's own images, the newest first, then those that ship with the studio.

    The studio decodes only what ships with it; a thumbnail of one's own image is what the engine
    has sent of it, since a file from anywhere may be made to do harm.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own: list[Picture] = []
        self._shipped = [
            Picture(str(resources.path("images", name)), title, credit)
            for name, title, credit in _SHIPPED
        ]
        self._reader = Latest(self)
        self._reader.done.connect(self._show_shipped)

    def load(self) -> None:
        """Read the thumbnails of what ships with the studio."""
        self._reader.start(partial(_thumbnails, [picture.path for picture in self._shipped]))

    def add(self, path: str) -> int:
        """Put an image of one's own first, unless it is listed, and return its row."""
        row = self.row_of(path)
        if row is not None:
            return row
        self.beginResetModel()
        self._own = [Picture(path, Path(path).name), *self._own][:MOST_OWN]
        self.endResetModel()
        return 0

    def remove(self, path: str) -> None:
        """Take an image of one's own from the list."""
        self.beginResetModel()
        self._own = [picture for picture in self._own if picture.path != path]
        self.endResetModel()

    def set_thumbnail(self, path: str, thumbnail: QImage) -> None:
        """Show what an image of one's own looks like."""
        for row, picture in enumerate(self._own):
            if picture.path == path:
                self._own[row] = replace(picture, thumbnail=thumbnail)
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def row_of(self, path: str) -> int | None:
        """Return the row of an image, None if it is not listed."""
        rows = [row for row, picture in enumerate(self._pictures()) if picture.path == path]
        return rows[0] if rows else None

    def _pictures(self) -> list[Picture]:
        return [*self._own, *self._shipped]

    def _show_shipped(self, thumbnails: list[QImage]) -> None:
        pairs = zip(self._shipped, thumbnails, strict=True)
        self._shipped = [replace(picture, thumbnail=image) for picture, image in pairs]
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._own) + len(self._shipped)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        picture = self._pictures()[index.row()]
        title = _(picture.title) if picture.credit else picture.title
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return title
            case Qt.ItemDataRole.DecorationRole:
                return picture.thumbnail
            case Qt.ItemDataRole.ToolTipRole:
                return f"{title} · {_(picture.credit)}" if picture.credit else picture.path
            case _ if role == SOURCE_ROLE:
                return FileImage(picture.path)
        return None


def _thumbnails(paths: list[str]) -> list[QImage]:
    return [_thumbnail(path) for path in paths]


def _thumbnail(path: str) -> QImage:
    reader = QImageReader(path)
    # Twice as large as it is shown, for screens of two pixels a point.
    size = reader.size().scaled(
        QSize(2 * THUMBNAIL_WIDTH, 2 * HEIGHT), Qt.AspectRatioMode.KeepAspectRatioByExpanding
    )
    reader.setScaledSize(size)
    return reader.read()
