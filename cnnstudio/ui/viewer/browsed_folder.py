"""A folder whose images are browsed: its names are listed here, what is in them is the engine's."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from cnnstudio.core.files import why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.background import Latest
from cnnstudio.ui.viewer.drops import SUFFIXES

_SETTLE_MS = 300
_ENDINGS = tuple(f".{suffix}" for suffix in SUFFIXES)
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Listing:
    """The images of a folder.

    Attributes:
        folder: its path.
        paths: of the image files in it, as a person sorts them: 2.png before 10.png.
        folders: how many folders are in it.
    """

    folder: str
    paths: tuple[str, ...]
    folders: int = 0


def list_images(folder: str) -> Listing:
    """List a folder by its names; for a thread that may wait.

    Raises:
        OSError: if it cannot be read.
    """
    names, folders = list[str](), 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.name.lower().endswith(_ENDINGS) and not entry.is_dir():
                names.append(entry.name)
            elif entry.is_dir():
                folders += 1
    names.sort(key=_natural)
    return Listing(folder, tuple(os.path.join(folder, name) for name in names), folders)  # noqa: PTH118


class BrowsedFolder(QObject):
    """Lists a folder, and again when something in it changes.

    `listed` carries a `Listing`, with whether somebody has asked for it; `failed` carries a
    sentence, after which the folder of before is browsed, or if that is gone none.
    """

    listed = Signal(object, bool)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = ""
        self._shown: Listing | None = None
        self._reader = Latest(self)
        self._reader.done.connect(self._take)
        self._reader.failed.connect(self._fail)
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look_again)
        self._watcher.directoryChanged.connect(self.suspect)

    @property
    def folder(self) -> str:
        """The path of the folder that is browsed, "" for none."""
        return self._shown.folder if self._shown else ""

    def open(self, folder: str) -> None:
        """Browse a folder."""
        self._asked = folder
        self._reader.start(partial(list_images, folder))

    @property
    def listing(self) -> Listing | None:
        """What is in the folder that is browsed, None for none."""
        return self._shown

    def go_on(self, listing: Listing) -> None:
        """Browse a folder that has been listed before, and see soon what is new in it."""
        self._watch(listing.folder)
        self._shown = listing
        self.listed.emit(listing, False)
        self.suspect()

    def close(self) -> None:
        """Browse no folder."""
        self._reader.cancel()
        self._settle.stop()
        self._watch("")
        self._asked, self._shown = "", None

    def suspect(self) -> None:
        """Look again soon, for something in the folder may have changed."""
        if self._shown is not None:
            self._settle.start()

    def _look_again(self) -> None:
        if self._shown is not None and not self._asked:
            self._reader.start(partial(list_images, self._shown.folder))

    def _take(self, listing: Listing) -> None:
        asked, self._asked = bool(self._asked), ""
        if not listing.paths:
            self._refuse(_nothing_in(listing), is_browsed=listing.folder == self.folder)
        elif asked or listing != self._shown:
            self._watch(listing.folder)
            self._shown = listing
            self.listed.emit(listing, asked)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        path, self._asked = self._asked or self.folder, ""
        is_browsed = path == self.folder
        if is_browsed and isinstance(error, FileNotFoundError):
            text = _("{path} is no longer there: open another folder").format(path=path)
        else:
            text = _("{path} cannot be read: {why}").format(path=path, why=why(error))
        self._refuse(text, is_browsed=is_browsed)

    def _refuse(self, text: str, *, is_browsed: bool) -> None:
        if is_browsed:
            self.close()
        self.failed.emit(text)

    def _watch(self, folder: str) -> None:
        watched = self._watcher.directories()
        if watched != [folder]:
            if watched:
                self._watcher.removePaths(watched)
            if folder:
                self._watcher.addPath(folder)


def _nothing_in(listing: Listing) -> str:
    name = Path(listing.folder).name or listing.folder
    if listing.folders:
        return ngettext(
            "{name} has no images of its own, but {count} folder: open that one",
            "{name} has no images of its own, but {count} folders: open one of them",
            listing.folders,
        ).format(name=name, count=listing.folders)
    return _("{name} has no images such as .png or .jpg: open another folder").format(name=name)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return what sorts names as a person does: by the numbers in them."""
    parts = _DIGITS.split(name.casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p]
