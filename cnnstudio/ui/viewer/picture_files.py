"""Photographs that ship with the studio and images of one's own, as a list to pick from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from typing_extensions import override

from cnnstudio.core import resources
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.look_messages import FileImage
from cnnstudio.ui.background import Latest
from cnnstudio.ui.viewer.strip import DAMAGED_ROLE, HEIGHT, NEW_GROUP_ROLE, SOURCE_ROLE, Index
from cnnstudio.ui.viewer.thumbnail_store import ThumbnailStore

MOST_OWN = 200
"""Images of one's own that stay in the list, beside those of a folder."""
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
    """

    path: str
    title: str
    credit: str = ""


class PictureFiles(QAbstractListModel):
    """One's own images, the newest first, those of a folder, then those that ship with the studio.

    The studio decodes only what ships with it; a thumbnail of one's own image is what the engine
    has sent of it, since a file from anywhere may be made to do harm.
    """

    def __init__(self, store: ThumbnailStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._own: list[Picture] = []
        # A folder may have 100,000 files: of these nothing is made before it is in sight.
        self._folder: dict[str, int] = {}
        self._paths: list[str] = []
        self._shipped = [
            Picture(str(resources.path("images", name)), title, credit)
            for name, title, credit in _SHIPPED
        ]
        self._thumbnails: dict[str, QImage] = {}
        self._reader = Latest(self)
        self._reader.done.connect(self._show_shipped)
        store.changed.connect(self._show_news)

    @property
    def first_shipped(self) -> FileImage:
        """The first of the photographs that are always there."""
        return FileImage(self._shipped[0].path)

    def load(self) -> None:
        """Read the thumbnails of what ships with the studio."""
        self._reader.start(partial(_thumbnails, [picture.path for picture in self._shipped]))

    def add(self, path: str, title: str = "") -> int:
        """Put an image of one's own first, unless it is listed, and return its row."""
        row = self.row_of(path)
        if row is not None:
            return row
        self.beginInsertRows(_ROOT, 0, 0)
        self._own.insert(0, Picture(path, title or _readable(path)))
        self.endInsertRows()
        if len(self._own) > MOST_OWN:
            self.remove(self._own[-1].path)
        return 0

    def remove(self, path: str) -> None:
        """Take an image of one's own from the list."""
        rows = [row for row, picture in enumerate(self._own) if picture.path == path]
        for row in rows:
            self.beginRemoveRows(_ROOT, row, row)
            del self._own[row]
            self.endRemoveRows()

    def show_folder(self, paths: Sequence[str]) -> None:
        """List the images of a folder, none for no folder."""
        # Those that were there before a change may look different now.
        own = {picture.path for picture in self._own}
        self.beginResetModel()
        self._paths = [path for path in paths if path not in own]
        self._folder = {path: at for at, path in enumerate(self._paths)}
        self.endResetModel()
        self.store.forget([path for path in self.store.damaged if path in self._folder])

    def want(self, first: int, last: int) -> None:
        """Take note of which rows are in sight."""
        shown = [self._at(row) for row in range(first, min(last + 1, self.rowCount()))]
        self.store.want([picture.path for picture in shown if not picture.credit])

    def row_of(self, path: str) -> int | None:
        """Return the row of an image, None if it is not listed."""
        first, last = self.rows_of_folder
        if path in self._folder:
            return first + self._folder[path]
        for before, pictures in ((0, self._own), (last, self._shipped)):
            for at, picture in enumerate(pictures):
                if picture.path == path:
                    return before + at
        return None

    @property
    def rows_of_folder(self) -> tuple[int, int]:
        """The row of the folder's first image, and that after its last."""
        first = len(self._own)
        return first, first + len(self._paths)

    def is_persons(self, path: str) -> bool:
        """Whether an image is in the list, and did not ship with the studio."""
        return path in self._folder or self.is_own(path)

    def is_own(self, path: str) -> bool:
        """Whether an image was opened, dropped or pasted by itself."""
        return any(picture.path == path for picture in self._own)

    def _at(self, row: int) -> Picture:
        first, last = self.rows_of_folder
        if first <= row < last:
            path = self._paths[row - first]
            return Picture(path, _readable(path))
        return self._own[row] if row < first else self._shipped[row - last]

    def _show_shipped(self, thumbnails: list[QImage]) -> None:
        pairs = zip(self._shipped, thumbnails, strict=True)
        self._thumbnails = {picture.path: image for picture, image in pairs}
        first = self.rowCount() - len(self._shipped)
        self.dataChanged.emit(self.index(first, 0), self.index(self.rowCount() - 1, 0))

    def _show_news(self, paths: Sequence[str]) -> None:
        rows = [row for path in paths if (row := self.row_of(path)) is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), 0))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self.rows_of_folder[1] + len(self._shipped)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        picture = self._at(row)
        title = _(picture.title) if picture.credit else picture.title
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return title
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.get(picture.path) or self.store.picture(picture.path)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(picture, title)
            case _ if role == SOURCE_ROLE:
                return FileImage(picture.path)
            case _ if role == DAMAGED_ROLE:
                return bool(self.store.why_damaged(picture.path))
            case _ if role == NEW_GROUP_ROLE:
                return row > 0 and row in self.rows_of_folder
        return None

    def _tip(self, picture: Picture, title: str) -> str:
        if picture.credit:
            return f"{title} · {_(picture.credit)}"
        return self.store.why_damaged(picture.path) or _shown(picture.path)


def _readable(path: str) -> str:
    return _shown(PurePath(path).name)


def _shown(path: str) -> str:
    """Return a path as text: bytes of it that are none in the system's encoding are left out."""
    return path.encode("utf-8", "replace").decode("utf-8")


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
