"""What is meant by things dropped on the viewer, and what is said of it while they are held."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QMimeDatabase, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.theme import RADIUS, TITLE, XL, S, Theme, font

SUFFIXES = ("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff")
"""File names that a person is offered when asked for an image."""
_ICON = 32


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop, understood.

    Attributes:
        path: the image file to open, None if there is none.
        message: what a person should know; empty if all is plain.
    """

    path: str | None
    message: str = ""


def understand(data: QMimeData) -> Drop:
    """Return what to open of what was dropped, or why nothing can be."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if not paths:
        return Drop(None, _("Only files of this computer can be opened: drop an image file"))
    images = [path for path in paths if may_be_image(path)]
    if not images:
        return Drop(None, _refusal(Path(paths[0])))
    if len(paths) == 1:
        return Drop(images[0])
    message = ngettext(
        "{count} file was dropped, and one can be shown at a time: this is {name}",
        "{count} files were dropped, and one can be shown at a time: this is {name}",
        len(paths),
    ).format(count=len(paths), name=Path(images[0]).name)
    return Drop(images[0], message)


def may_be_image(path: str) -> bool:
    """Whether a file's name speaks for an image, or at least not for anything else."""
    if Path(path).is_dir():
        return False
    types = QMimeDatabase().mimeTypesForFileName(path)
    return not types or any(kind.name().startswith("image/") for kind in types)


def _refusal(path: Path) -> str:
    if path.is_dir():
        return _("{name} is a folder: drop one image file instead").format(name=path.name)
    return _("{name} is not an image: drop a file such as .png, .jpg, .gif or .webp").format(
        name=path.name
    )


class DropVeil(QWidget):
    """A frame and a sentence over all of `host`, which lets drags through.

    Args:
        theme: gives colours.
        host: what things are dropped on.
        promise: what letting go does, "" for looking at an image.
        icon: stands above that.
    """

    def __init__(self, theme: Theme, host: QWidget, promise: str = "", icon: str = "image") -> None:
        super().__init__(host)
        self._promise, self._icon = promise or _("Let go to look at this image"), icon
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
        text = self._promise if opens else self._drop.message
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
        self._theme.icon(self._icon if opens else "triangle-alert", token).paint(painter, icon)
        painter.setFont(font(TITLE))
        painter.setPen(self._theme.color("text"))
        below = self.rect().adjusted(XL, icon.bottom() + S, -XL, -XL)
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, int(align) | int(Qt.TextFlag.TextWordWrap), text)
        painter.end()
