"""What is meant by things dropped on the viewer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QMimeDatabase

from cnnstudio.core.i18n import _, ngettext

SUFFIXES = ("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff")
"""File names that a person is offered when asked for an image."""


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
