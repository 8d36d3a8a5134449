"""What is meant by things dropped on the viewer, and what is said of it while they are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QMimeData, QMimeDatabase, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.core.data.file_names import is_number_file
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.theme import RADIUS, TITLE, XL, S, Theme, font

SUFFIXES = ("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff")
"""File names that a person is offered when asked for an image."""
VIDEO_SUFFIXES = ("mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ogv")
"""The same for videos."""
_ICON = 32


class Kind(StrEnum):
    """What can be looked at."""

    IMAGES = "images"
    FOLDER = "folder"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop, understood.

    Attributes:
        path: the file or folder to open, None if there is none.
        message: what a person should know; empty if all is plain.
        kind: what `path` is.
        more: further image files, which come into the list.
    """

    path: str | None
    message: str = ""
    kind: Kind = Kind.IMAGES
    more: tuple[str, ...] = ()


def understand(data: QMimeData) -> Drop:
    """Return what to open of what was dropped, or why nothing can be."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if not paths:
        return Drop(None, _("Only files of this computer can be opened: drop an image file"))
    return understand_paths(paths)


def understand_paths(paths: Sequence[str]) -> Drop:
    """Return what to open of some files and folders, at least one; by their names."""
    images = [path for path in paths if may_be_image(path) and not is_number_file(path)]
    numbers = [path for path in paths if is_number_file(path) and not Path(path).is_dir()]
    if not images and len(numbers) == len(paths):
        return Drop(numbers[0], more=tuple(numbers[1:]))
    if images:
        left = len(paths) - len(images)
        message = ngettext(
            "{count} thing that is not an image was left out",
            "{count} things that are not images were left out",
            left,
        ).format(count=left)
        return Drop(images[0], message if left else "", more=tuple(images[1:]))
    folders = [path for path in paths if Path(path).is_dir()]
    videos = [path for path in paths if may_be_video(path)]
    if not folders and not videos:
        return Drop(None, _refusal(Path(paths[0])))
    path, kind = (folders[0], Kind.FOLDER) if folders else (videos[0], Kind.VIDEO)
    if len(paths) == 1:
        return Drop(path, kind=kind)
    message = _("One folder or video can be opened at a time: this is {name}").format(
        name=Path(path).name
    )
    return Drop(path, message, kind)


def may_be_image(path: str) -> bool:
    """Whether a file's name speaks for an image, or at least not for anything else."""
    if Path(path).is_dir():
        return False
    types = QMimeDatabase().mimeTypesForFileName(path)
    return not types or any(kind.name().startswith("image/") for kind in types)


def may_be_video(path: str) -> bool:
    """Whether a file's name speaks for a video."""
    types = QMimeDatabase().mimeTypesForFileName(path)
    named = any(kind.name().startswith("video/") for kind in types)
    return not Path(path).is_dir() and (named or path.lower().endswith(VIDEO_SUFFIXES))


def _refusal(path: Path) -> str:
    return _(
        "{name} is no image, video, folder or file of numbers: choose a file such as .png, .jpg, "
        ".webp, .mp4, .npy or .csv"
    ).format(name=path.name)


class DropVeil(QWidget):
    """A frame and a sentence over all of `host`, which lets drags through.

    Args:
        theme: gives colours.
        host: what things are dropped on.
        promise: what letting go does, "" for looking at what it is.
        icon: stands above that, "" for that of what it is.
    """

    def __init__(self, theme: Theme, host: QWidget, promise: str = "", icon: str = "") -> None:
        super().__init__(host)
        self._promise, self._icon = promise, icon
        self._theme = theme
        self._host = host
        self._drop = Drop(None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, drop: Drop) -> None:
        """Say what letting go would do."""
        self._drop = drop
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        opens = self._drop.path is not None
        token = "accent" if opens else "warning"
        promise, picture = _promises()[self._drop.kind]
        text = (self._promise or promise) if opens else self._drop.message
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._theme.color("panel"))
        veil.setAlphaF(0.88)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(self._theme.color(token), 2))
        frame = QRectF(self.rect()).adjusted(S, S, -S, -S)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        icon = QRect(0, 0, _ICON, _ICON)
        icon.moveCenter(self.rect().center())
        icon.translate(0, -_ICON)
        self._theme.icon((self._icon or picture) if opens else "triangle-alert", token).paint(
            painter, icon
        )
        painter.setFont(font(TITLE))
        painter.setPen(self._theme.color("text"))
        below = self.rect().adjusted(XL, icon.bottom() + S, -XL, -XL)
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, int(align) | int(Qt.TextFlag.TextWordWrap), text)
        painter.end()


def _promises() -> dict[Kind, tuple[str, str]]:
    """Return what letting go of each kind does, and its icon."""
    return {
        Kind.IMAGES: (_("Let go to look at this image"), "image"),
        Kind.FOLDER: (_("Let go to go through the images of this folder"), "folder-open"),
        Kind.VIDEO: (_("Let go to look at this video"), "film"),
    }
