"""Thumbnails of image files as the engine makes them, asked for when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from cnnstudio.core.data.file_names import is_number_file
from cnnstudio.core.picture_messages import ThumbnailsShown
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.data_images import picture_of

SIDE = 144
"""Rows or columns of a thumbnail; it is shown at half of that on screens of one pixel a point."""
_AT_ONCE = 16
"""Files that are asked for in one go."""
_MOST = 600
"""Thumbnails that are kept, some 25 MB of them."""
_SMOOTH = Qt.TransformationMode.SmoothTransformation


class ThumbnailStore(QObject):
    """Keeps what the engine has shown; `changed` carries the paths of which there is news."""

    changed = Signal(object)

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._pictures: dict[str, QImage] = {}
        self._damaged: dict[str, str] = {}
        self._wanted: tuple[str, ...] = ()
        self._asked: int | None = None
        trainer.thumbnails_shown.connect(self._take)
        trainer.state_changed.connect(self._state_changed)

    def picture(self, path: str) -> QImage | None:
        """Return what a file looks like, None while that is not known."""
        return self._pictures.get(path)

    @property
    def damaged(self) -> tuple[str, ...]:
        """The files that cannot be shown."""
        return tuple(self._damaged)

    def why_damaged(self, path: str) -> str:
        """Return why a file cannot be shown; "" if it can, or nobody has tried."""
        return self._damaged.get(path, "")

    def want(self, paths: Sequence[str]) -> None:
        """Take note of the files in sight, in the order in which they are wanted."""
        self._wanted = tuple(paths)
        self._ask()

    def put(self, path: str, picture: QImage) -> None:
        """Keep what is known of a file from elsewhere."""
        self._damaged.pop(path, None)
        small = picture.scaled(
            SIDE,
            SIDE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._keep(path, small if max(picture.width(), picture.height()) > SIDE else picture)
        self.changed.emit((path,))

    def mark_damaged(self, path: str, why: str) -> None:
        """Note that a file cannot be shown."""
        self._pictures.pop(path, None)
        self._damaged[path] = why
        self.changed.emit((path,))

    def forget(self, paths: Sequence[str]) -> None:
        """Know nothing of some files any more: they may have changed."""
        for path in paths:
            self._pictures.pop(path, None)
            self._damaged.pop(path, None)

    def _ask(self) -> None:
        if self._asked is not None or not self._trainer.state.listens:
            return
        known = self._pictures.keys() | self._damaged.keys()
        # What numbers look like is known once they have entered a network.
        images = [path for path in self._wanted if not is_number_file(path)]
        missing = [path for path in images if path not in known][:_AT_ONCE]
        if missing:
            self._asked = self._trainer.show_thumbnails(tuple(missing), SIDE)

    def _take(self, answer: ThumbnailsShown) -> None:
        if answer.number != self._asked:
            return
        self._asked = None
        for thumbnail in answer.thumbnails:
            if thumbnail.pixels is None:
                self._damaged[thumbnail.path] = thumbnail.why
            else:
                self._keep(thumbnail.path, picture_of(thumbnail.pixels))
        self.changed.emit(tuple(thumbnail.path for thumbnail in answer.thumbnails))
        self._ask()

    def _keep(self, path: str, picture: QImage) -> None:
        self._pictures[path] = picture
        wanted = set(self._wanted)
        for old in [*self._pictures][: max(len(self._pictures) - _MOST, 0)]:
            if old not in wanted and old != path:
                del self._pictures[old]

    def _state_changed(self, state: EngineState) -> None:
        if not state.listens:
            self._asked = None
        else:
            self._ask()
