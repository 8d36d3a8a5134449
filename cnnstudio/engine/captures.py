"""Cameras and video files, opened by OpenCV, which is read when one is first wanted.

OpenCV comes with the extra `cnnstudio[camera]`. FFmpeg, which decodes videos for it, is told to
open nothing but files of this computer, whatever a file refers to.
"""

from __future__ import annotations

import math
import os
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import CAMERA
from cnnstudio.core.picture_messages import INSTALL_CAMERA
from cnnstudio.core.pixels import MOST_PIXELS
from cnnstudio.engine.errors import ImageError

_USUAL_RATE = 25.0
_FASTEST_RATE = 1000.0
_ENVIRONMENT = {
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "protocol_whitelist;file",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_LOG_LEVEL": "ERROR",
}


class Capture(Protocol):
    """An opened camera or video.

    Attributes:
        rate: frames a second of a video, 0 for a camera, which sets the pace by itself.
        frames: how many a video has, 0 if that is not known.
    """

    rate: float
    frames: int

    def grab(self) -> bool:
        """Go to the next frame, for which a camera waits; False if there is none.

        Raises:
            ImageError: if there will be none any more.
        """

    def retrieve(self) -> NDArray[np.uint8]:
        """Return the frame gone to, `(height, width, 3)`, 0 to 255.

        Raises:
            ImageError: if it cannot be decoded.
        """

    def seek(self, frame: int) -> bool:
        """Go to before a frame, by its number from 0; return whether that could be done."""

    def release(self) -> None:
        """Close it."""


def open_capture(source: str) -> Capture:
    """Open a camera or video, the source of a `LiveImage`; may take seconds.

    Raises:
        ImageError: if there is none, or it cannot be used.
    """
    cv2 = _opencv()
    if source.startswith(CAMERA):
        return _Camera(cv2, int(source.removeprefix(CAMERA)))
    return _Video(cv2, Path(source))


def _opencv() -> Any:
    os.environ.update(_ENVIRONMENT)
    try:
        import cv2  # seldom wanted, and not always there
    except ImportError as error:
        raise ImageError(
            _(
                "cameras and videos need OpenCV: enter {command} in a terminal, then start CNN "
                "Studio again"
            ).format(command=INSTALL_CAMERA)
        ) from error
    return cv2


class _Opened(ABC):
    """What camera and video have in common."""

    rate = 0.0
    frames = 0

    def __init__(self, capture: Any, name: str) -> None:
        self._capture, self.name = capture, name

    def grab(self) -> bool:
        return bool(self._capture.grab())

    def retrieve(self) -> NDArray[np.uint8]:
        good, frame = self._capture.retrieve()
        if not good or frame is None:
            raise self.lost()
        self.check_size(frame.shape[0], frame.shape[1])
        return _as_rgb(frame)

    def release(self) -> None:
        self._capture.release()

    @abstractmethod
    def lost(self) -> ImageError:
        """Return why there are no more pictures."""

    def check_size(self, height: float, width: float) -> None:
        """Refuse pictures of more pixels than an image may have.

        Raises:
            ImageError: if they have more.
        """
        if height * width > MOST_PIXELS:
            raise ImageError(
                _(
                    "{name} has pictures of more than {limit} million pixels: choose a smaller one"
                ).format(name=self.name, limit=MOST_PIXELS // 1_000_000)
            )


class _Camera(_Opened):
    def __init__(self, cv2: Any, number: int) -> None:
        self._number = number
        name = _("camera {number}").format(number=number + 1)
        super().__init__(cv2.VideoCapture(number), name)
        if not self._capture.isOpened():
            raise ImageError(_why_no_camera(number))

    @override
    def grab(self) -> bool:
        if not super().grab():
            raise self.lost()
        return True

    def seek(self, frame: int) -> bool:
        return True

    @override
    def lost(self) -> ImageError:
        return ImageError(
            _(
                "camera {number} gives no more pictures: see that it is connected and that no "
                "other program uses it, then press Play"
            ).format(number=self._number + 1)
        )


class _Video(_Opened):
    def __init__(self, cv2: Any, path: Path) -> None:
        self._path = path
        try:
            check_file(path)
            with path.open("rb"):
                pass
        except OSError as error:
            text = _("{path} cannot be opened: {why}").format(path=path, why=why(error))
            raise ImageError(text) from error
        # FFmpeg reads a name with a colon as an address; an absolute path is none.
        super().__init__(cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG), str(path))
        if not self._capture.isOpened():
            raise ImageError(
                _(
                    "{path} is damaged or not a video: choose an MP4, WebM, AVI, MOV or MKV file"
                ).format(path=path)
            )
        self._position = cv2.CAP_PROP_POS_FRAMES
        height, width = cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FRAME_WIDTH
        self.check_size(self._number(height), self._number(width))
        rate = self._number(cv2.CAP_PROP_FPS)
        self.rate = rate if 0 < rate <= _FASTEST_RATE else _USUAL_RATE
        self.frames = int(max(0.0, self._number(cv2.CAP_PROP_FRAME_COUNT)))

    @override
    def grab(self) -> bool:
        if not self._path.exists():
            raise ImageError(
                _("{path} is no longer there: open another video").format(path=self._path)
            )
        return super().grab()

    def seek(self, frame: int) -> bool:
        return bool(self._capture.set(self._position, float(frame)))

    def _number(self, which: int) -> float:
        value = float(self._capture.get(which))
        return value if math.isfinite(value) else 0.0

    @override
    def lost(self) -> ImageError:
        return ImageError(
            _("{path} is damaged or cut short: save or download it again").format(path=self._path)
        )


def _as_rgb(frame: Any) -> NDArray[np.uint8]:
    """Return a frame as OpenCV has it, blue first, as red, green and blue."""
    pixels = np.asarray(frame, np.uint8)
    if pixels.ndim == 2:
        return np.repeat(pixels[..., np.newaxis], 3, axis=2)
    return pixels[..., 2::-1]


def _why_no_camera(number: int) -> str:
    device = Path(f"/dev/video{number}")
    if sys.platform == "linux" and not device.exists():
        return _("there is no camera {number} here: connect one, or choose another").format(
            number=number + 1
        )
    if sys.platform == "linux" and not os.access(device, os.R_OK | os.W_OK):
        return _(
            "you may not use camera {number}: have yourself added to the group that owns {device}"
        ).format(number=number + 1, device=device)
    return _(
        "camera {number} cannot be opened: see that it is connected, that no other program uses "
        "it, and that the system lets this one"
    ).format(number=number + 1)
