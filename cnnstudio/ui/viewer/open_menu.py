"""The button by which images come in: files, folders, the clipboard, videos, a camera."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.picture_messages import INSTALL_CAMERA
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.theme import Theme, beside_icon


def has_opencv() -> bool:
    """Return whether the engine will find OpenCV, which is not imported here."""
    return importlib.util.find_spec("cv2") is not None


class OpenMenu(QToolButton):
    """Asks for what a person wants to look at; where OpenCV is missing `said` carries a notice.

    Args:
        theme: gives the icons.
        is_equipped: whether cameras and videos can be opened.

    Attributes:
        takes_pictures: whether the network does, and no other numbers.
    """

    image_wanted = Signal()
    folder_wanted = Signal()
    paste_wanted = Signal()
    video_wanted = Signal()
    camera_wanted = Signal()
    folder_left = Signal()
    said = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        is_equipped: Callable[[], bool] = has_opencv,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_equipped = is_equipped
        self.takes_pictures: Callable[[], bool] = lambda: True
        self._icons: dict[QAction, str] = {}
        self.setText(beside_icon(_("Open")))
        self.setAccessibleName(_("Open an image, a folder, a video or the camera"))
        self.setToolTip(
            _(
                "See what the network makes of images of your own: files, a folder, the clipboard, "
                "a video or the camera; dropping them here does it too"
            )
        )
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._word)
        self.image = self._add(menu, "image", "", self.image_wanted.emit)
        self.folder = self._add(menu, "folder-open", _("&Folder of images…"), self._want_folder)
        self.paste = self._add(menu, "clipboard-paste", _("&Paste"), self.paste_wanted.emit)
        # Shown only: the panel itself has the key.
        self.paste.setText("\t".join((_("&Paste"), _key(QKeySequence.StandardKey.Paste))))
        menu.addSeparator()
        self.video = self._add(menu, "film", "", self._want_video)
        self.camera = self._add(menu, "camera", "", self._want_camera)
        self._last = menu.addSeparator()
        self.leave = self._add(menu, "x", _("&Close the folder"), self.folder_left.emit)
        self.leave.setToolTip(_("Take the images of the folder out of the list again"))
        self.setMenu(menu)
        self.tell_folder(open=False)
        self._word()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def tell_folder(self, *, open: bool) -> None:
        """Say whether there is a folder to close."""
        self._last.setVisible(open)
        self.leave.setVisible(open)

    def _add(self, menu: QMenu, icon: str, text: str, act: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        # Without what it carries, whether it is checked.
        action.triggered.connect(partial(_do, act))
        self._icons[action] = icon
        return action

    def _word(self) -> None:
        """Name what the Input takes, and video and camera with what is missing for them."""
        self.image.setText(_("&Image…") if self.takes_pictures() else _("&Numbers…"))
        if self._is_equipped():
            self.video.setText(_("&Video…"))
            self.camera.setText(_("&Camera"))
            self.video.setToolTip(_("See each block live while a video plays"))
            self.camera.setToolTip(_("See each block live while you hold things before a camera"))
            return
        self.video.setText(_("&Video… (OpenCV is missing)"))
        self.camera.setText(_("&Camera (OpenCV is missing)"))
        for action in (self.video, self.camera):
            action.setToolTip(_missing())

    def _want_folder(self) -> None:
        self.folder_wanted.emit()

    def _want_video(self) -> None:
        self._want(self.video_wanted.emit)

    def _want_camera(self) -> None:
        self._want(self.camera_wanted.emit)

    def _want(self, emit: Callable[[], object]) -> None:
        if self._is_equipped():
            emit()
        else:
            self.said.emit(lacking())

    def _paint_icons(self) -> None:
        self.setIcon(self._theme.icon("folder-open"))
        for action, icon in self._icons.items():
            action.setIcon(self._theme.icon(icon))


def _do(act: Callable[[], object], _checked: bool = False) -> None:
    act()


def _key(key: QKeySequence.StandardKey) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def lacking() -> Notice:
    """Return what is said to a person who wants a video or camera and has no OpenCV."""
    return Notice(
        _missing(),
        "warning",
        action=_("Copy the command"),
        act=lambda: QGuiApplication.clipboard().setText(INSTALL_CAMERA),
    )


def _missing() -> str:
    return _(
        "Cameras and videos need OpenCV: enter {command} in a terminal, then start CNN Studio again"
    ).format(command=INSTALL_CAMERA)
