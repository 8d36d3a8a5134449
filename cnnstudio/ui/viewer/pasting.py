"""What is meant by what is on the clipboard, for somebody who looks at images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage, QImageWriter

from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.ui.viewer.drops import Drop, understand, understand_paths

_FORMATS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/gif": ".gif",
}
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class Pixels:
    """An image that is no file yet.

    Attributes:
        content: a file's bytes, which nobody has decoded, or the pixels where there are no bytes.
        suffix: of the file to be.
    """

    content: bytes | QImage
    suffix: str

    def write(self, path: Path) -> Path:
        """Write it; for a thread that may wait.

        Raises:
            OSError: if it cannot be written.
        """
        with atomically(path) as scratch:
            if isinstance(self.content, bytes):
                scratch.write_bytes(self.content)
            else:
                writer = QImageWriter(str(scratch), b"png")
                if not writer.write(self.content):
                    raise OSError(writer.errorString())
        return path


def understand_clipboard(data: QMimeData) -> Drop | Pixels:
    """Return what to look at of what is on the clipboard, or a `Drop` that says why nothing can be.

    What another program has put there is not decoded: that is the engine's to do.
    """
    if any(url.isLocalFile() for url in data.urls()):
        return understand(data)
    for kind, suffix in _FORMATS.items():
        if data.hasFormat(kind) and (content := data.data(kind)).size():
            return Pixels(bytes(content.data()), suffix)
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Pixels(image, ".png")
    paths = _paths_in(data.text()) if data.hasText() else []
    if paths:
        return understand_paths(paths)
    return Drop(
        None,
        _("The clipboard holds no image: copy an image, an image file or its path, then paste it"),
    )


def _paths_in(text: str) -> list[str]:
    """Return the paths of files and folders that a text consists of; none if it is another text."""
    lines = [line.strip().strip("\"'") for line in text.splitlines()]
    found = [_path_of(line) for line in lines if line]
    return [path for path in found if path] if all(found) else []


def _path_of(line: str) -> str:
    path = QUrl(line).toLocalFile() if line.startswith("file:") else line
    if not path or len(path) > _LONGEST_PATH or "\0" in path:
        return ""
    try:
        whole = Path(path).expanduser()
        return str(whole) if whole.is_absolute() and whole.exists() else ""
    except (OSError, RuntimeError):
        # A name that is too long, or a home that nobody has.
        return ""
