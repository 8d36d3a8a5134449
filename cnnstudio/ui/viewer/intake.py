"""Everything by which images come into the viewer, but a click in its strips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.core.data.file_names import NUMBER_ENDINGS
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import CAMERA, FileImage
from cnnstudio.core.picture_messages import FrameKept, FrameLost, KeepFrame
from cnnstudio.ui.background import Every
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.browsed_folder import BrowsedFolder, Listing
from cnnstudio.ui.viewer.drops import SUFFIXES, VIDEO_SUFFIXES, Drop, Kind, understand_paths
from cnnstudio.ui.viewer.kept_pictures import KeptPictures
from cnnstudio.ui.viewer.live_bar import CAMERAS
from cnnstudio.ui.viewer.live_look import LiveLook, name_of
from cnnstudio.ui.viewer.open_menu import has_opencv, lacking
from cnnstudio.ui.viewer.pasting import Pixels, understand_clipboard
from cnnstudio.ui.viewer.source_bar import SourceBar


class Intake(QObject):
    """Opens files, folders, the clipboard, videos and cameras.

    `opened` carries the `FileImage` to look at, `said` a `Notice`.

    Args:
        sources: lists what comes in.
        live: plays cameras and videos.
        trainer: keeps frames of them.
        panel: over which dialogs are shown.
        is_equipped: whether cameras and videos can be opened.
    """

    opened = Signal(object)
    said = Signal(object)

    def __init__(
        self,
        sources: SourceBar,
        live: LiveLook,
        trainer: Trainer,
        panel: QWidget,
        is_equipped: Callable[[], bool] = has_opencv,
    ) -> None:
        super().__init__(panel)
        self._sources, self._live, self._trainer, self._panel = sources, live, trainer, panel
        self._is_equipped = is_equipped
        self._kept = KeptPictures()
        self._keeping: dict[str, tuple[str, bool]] = {}
        self._last_live = ""
        self.browsed = BrowsedFolder(self)
        self.browsed.listed.connect(self._show_folder)
        self.browsed.failed.connect(self._say_no_folder)
        self._writer = Every(self)
        self._writer.done.connect(self._show_pasted)
        self._writer.failed.connect(self._say_unwritten)
        opener, bar = sources.opener, sources.live_bar
        opener.image_wanted.connect(self.ask_image)
        opener.folder_wanted.connect(self.ask_folder)
        opener.video_wanted.connect(self.ask_video)
        opener.camera_wanted.connect(partial(self.open_live, f"{CAMERA}0"))
        opener.paste_wanted.connect(self.paste)
        opener.folder_left.connect(self.close_folder)
        opener.said.connect(self.said)
        sources.live_wanted.connect(self._open_last_live)
        sources.files.store.changed.connect(self._suspect_folder)
        bar.toggled.connect(live.toggle)
        bar.kept.connect(self.keep_frame)
        bar.camera_chosen.connect(self.open_live)
        trainer.frame_kept.connect(self._show_frame)
        trainer.frame_lost.connect(self._say_frame_lost)

    def ask_image(self) -> None:
        """Ask for images, a video or files of numbers, and look at the first.

        What the Input takes is listed at first.
        """
        if self._sources.opener.takes_pictures():
            self._ask_files(_("Open images"), (_images(), _videos(), _numbers()))
        else:
            self._ask_files(_("Open files of numbers"), (_numbers(), _images(), _videos()))

    def ask_video(self) -> None:
        """Ask for a video and play it."""
        self._ask_files(_("Open a video"), (_videos(),))

    def ask_folder(self) -> None:
        """Ask for a folder whose images are then gone through."""
        folder = QFileDialog.getExistingDirectory(
            self._panel, _("Open a folder of images"), self._place()
        )
        if folder:
            self.browsed.open(folder)

    def open_drop(self, drop: Drop) -> None:
        """Open what was dropped or pasted, or say why nothing is opened."""
        if drop.path is not None:
            match drop.kind:
                case Kind.IMAGES:
                    self._open_images((drop.path, *drop.more))
                case Kind.FOLDER:
                    self.browsed.open(drop.path)
                case Kind.VIDEO:
                    self.open_live(drop.path)
        if drop.message:
            self.said.emit(Notice(drop.message, "info" if drop.path is not None else "warning"))

    def open_live(self, source: str) -> None:
        """Play a camera or video."""
        if not self._is_equipped():
            self.said.emit(lacking())
            return
        self._last_live = source
        self._live.open(source)

    def next_camera(self, source: str) -> tuple[str, Callable[[], object] | None]:
        """Return the button that helps where a camera fails, and what it does; none for videos."""
        if not source.startswith(CAMERA):
            return "", None
        other = f"{CAMERA}{(int(source.removeprefix(CAMERA)) + 1) % CAMERAS}"
        text = _("Try {camera}").format(camera=name_of(other))
        return text, partial(self.open_live, other)

    def paste(self) -> None:
        """Look at what is on the clipboard, or say that there is nothing to look at."""
        self._open_pasted(understand_clipboard(QGuiApplication.clipboard().mimeData()))

    def paste_found(self) -> bool:
        """Look at what is on the clipboard; return False if there is nothing to look at."""
        found = understand_clipboard(QGuiApplication.clipboard().mimeData())
        if isinstance(found, Drop) and found.path is None:
            return False
        self._open_pasted(found)
        return True

    def _open_pasted(self, found: Drop | Pixels) -> None:
        if isinstance(found, Drop):
            self.open_drop(found)
            return
        try:
            path = self._kept.new_path(found.suffix)
        except OSError as error:
            self._say_unwritten(error)
            return
        self._writer.start(partial(_write, found, path, self._kept))

    def keep_frame(self, *, to_pin: bool = False) -> None:
        """Keep the frame that is shown, and look at it; say how it is pinned if that is wanted."""
        if self._live.image is None or self._live.moment is None:
            return
        try:
            path = str(self._kept.new_path())
        except OSError as error:
            self._say_unwritten(error)
            return
        self._keeping[path] = name_of(self._live.image.source), to_pin
        self._trainer.do(KeepFrame(path))

    def close_folder(self) -> None:
        """Take the images of the folder out of the list."""
        self.browsed.close()
        self._sources.show_folder("", ())

    def _place(self) -> str:
        """Return the folder in which dialogs begin."""
        image = self._sources.marked
        if isinstance(image, FileImage) and self._sources.files.is_persons(image.path):
            return str(Path(image.path).parent)
        return self.browsed.folder

    def _ask_files(self, title: str, kinds: Sequence[str]) -> None:
        filters = ";;".join((*kinds, _("All files (*)")))
        paths, _kind = QFileDialog.getOpenFileNames(self._panel, title, self._place(), filters)
        if paths:
            self.open_drop(understand_paths(paths))

    def _open_images(self, paths: Sequence[str]) -> None:
        # The first one last, for the newest stands first.
        for path in reversed(paths):
            self._sources.files.add(path)
        self.opened.emit(FileImage(paths[0]))

    def _open_last_live(self) -> None:
        if self._last_live:
            self.open_live(self._last_live)

    def _show_folder(self, listing: Listing, asked: bool) -> None:
        self._sources.show_folder(listing.folder, listing.paths)
        if asked:
            self._sources.go_to_folder()

    def _say_no_folder(self, text: str) -> None:
        if not self.browsed.folder:
            self._sources.show_folder("", ())
        self.said.emit(Notice(text, "warning"))

    def _suspect_folder(self, paths: Sequence[str]) -> None:
        """A file of the folder that cannot be opened may be gone, and the folder with it."""
        store = self._sources.files.store
        if any(store.why_damaged(path) for path in paths):
            self.browsed.suspect()

    def _show_pasted(self, written: tuple[str, list[str]]) -> None:
        path, gone = written
        title = _("Pasted image {number}").format(number=self._kept.next_pasted())
        self._list_kept(path, title, gone)

    def _show_frame(self, kept: FrameKept) -> None:
        if kept.path not in self._keeping:
            return
        name, to_pin = self._keeping.pop(kept.path)
        title = _("Frame {number} of {name}").format(number=kept.frame + 1, name=name)
        self._list_kept(kept.path, title, self._kept.make_room())
        if to_pin:
            self.said.emit(Notice(_("This frame is kept as an image now: press P to pin it")))

    def _list_kept(self, path: str, title: str, gone: Sequence[str]) -> None:
        for old in gone:
            self._sources.files.remove(old)
        self._sources.files.add(path, title)
        self.opened.emit(FileImage(path))

    def _say_frame_lost(self, lost: FrameLost) -> None:
        if self._keeping.pop(lost.path, None) is not None:
            self.said.emit(Notice(lost.message, "error", details=lost.details))

    def _say_unwritten(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        text = _("The image cannot be kept: {why}").format(why=why(error))
        self.said.emit(Notice(text, "error"))


def _write(pixels: Pixels, path: Path, kept: KeptPictures) -> tuple[str, list[str]]:
    return str(pixels.write(path)), kept.make_room()


def _images() -> str:
    patterns = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
    return _("Images ({patterns})").format(patterns=patterns)


def _numbers() -> str:
    patterns = " ".join(f"*{ending}" for ending in NUMBER_ENDINGS)
    return _("Numbers ({patterns})").format(patterns=patterns)


def _videos() -> str:
    patterns = " ".join(f"*.{suffix}" for suffix in VIDEO_SUFFIXES)
    return _("Videos ({patterns})").format(patterns=patterns)
