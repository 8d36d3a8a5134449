"""In the place of the strips: what is needed while a camera or video is looked at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import CAMERA, LiveImage, Moment
from cnnstudio.ui.theme import XS, M, S, Theme, beside_icon
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.live_look import name_of

CAMERAS = 4
"""Cameras that are offered; how many there are is only known by opening them."""
_ICON = QSize(16, 16)


class LiveBar(QWidget):
    """Plays and rests, keeps a frame, tells how far it is.

    `toggled` and `kept` follow its buttons, `camera_chosen` carries the source of another camera.
    """

    toggled = Signal()
    kept = Signal()
    camera_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plays = False
        self.play = QPushButton()
        self.play.setIconSize(_ICON)
        self.play.clicked.connect(self.toggled)
        self.keep = QPushButton(beside_icon(_("Keep this frame")))
        self.keep.setIconSize(_ICON)
        self.keep.setToolTip(
            _("Keep the picture that is shown among your images, to compare it or come back to it")
        )
        self.keep.clicked.connect(self.kept)
        self.cameras = QComboBox()
        self.cameras.setAccessibleName(_("Camera"))
        self.cameras.setToolTip(_("Look through another camera of this computer"))
        for number in range(CAMERAS):
            source = f"{CAMERA}{number}"
            self.cameras.addItem(name_of(source), source)
        self.cameras.activated.connect(
            lambda row: self.camera_chosen.emit(self.cameras.itemData(row))
        )
        self._name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._time = QLabel()
        self._time.setProperty("tone", "small")
        self._time.setAccessibleName(_("How far it is"))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.setSizePolicy(policy)
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._time)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(M)
        row.addWidget(self.play)
        row.addWidget(self.keep)
        row.addWidget(self.cameras)
        row.addSpacing(S)
        row.addLayout(words, 1)
        theme.changed.connect(self._paint_icons)
        self.show_state(None, None)

    def show_state(self, image: LiveImage | None, moment: Moment | None) -> None:
        """Show what is looked at and how far it is; None for nothing."""
        self._plays = image is not None and image.plays
        source = image.source if image else ""
        is_camera = source.startswith(CAMERA)
        self.cameras.setVisible(is_camera)
        if is_camera:
            self.cameras.setCurrentIndex(self.cameras.findData(source))
        self._name.setText(name_of(source) if source and not is_camera else "")
        self._name.setVisible(bool(source) and not is_camera)
        waiting = _("It is being opened…") if self._plays else ""
        self._time.setText(_time_text(moment) if moment else waiting)
        self.keep.setEnabled(moment is not None)
        text = _("Pause") if self._plays else _("Play")
        self.play.setText(beside_icon(text))
        self.play.setAccessibleName(text)
        self.play.setToolTip(
            _("Stay at this picture; a camera is closed (Space)")
            if self._plays
            else _("See the network follow what moves (Space)")
        )
        self._paint_icons()

    @property
    def time_text(self) -> str:
        """How far it is, in words."""
        return self._time.text()

    def _paint_icons(self) -> None:
        self.play.setIcon(self._theme.icon("pause" if self._plays else "play"))
        self.keep.setIcon(self._theme.icon("save"))


def _time_text(moment: Moment) -> str:
    if moment.length:
        return _("{time} of {length} · frame {frame:,}").format(
            time=_clock(moment.seconds), length=_clock(moment.length), frame=moment.frame + 1
        )
    return _("{time} · frame {frame:,}").format(time=_clock(moment.seconds), frame=moment.frame + 1)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
