"""The newest frame of a camera or video, taken by a thread of its own while somebody looks.

The thread goes through all frames, but takes them out only while they are asked for in quick
succession: a run that goes on meanwhile, of which somebody looks once a second, is not to pay for
thirty pictures a second.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.files import atomically, why
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import LiveImage, Moment
from cnnstudio.core.picture_messages import FrameKept, FrameLost, KeepFrame
from cnnstudio.engine.captures import Capture, open_capture
from cnnstudio.engine.errors import ImageError, details, explain

if TYPE_CHECKING:
    from cnnstudio.engine.images import OpenedImage

SECONDS_TO_OPEN = 20.0
"""How long a camera may take until its first picture."""
_QUICK_SECONDS = 0.25
"""Within so long of a look frames are taken out before they are asked for."""
_MOST_SECONDS_BEHIND = 0.2
"""So far a video that was held up goes on faster than its own pace."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a camera or video: `(height, width, 3)`, 0 to 255."""

    source: str
    pixels: NDArray[np.uint8]
    moment: Moment

    def opened(self) -> OpenedImage:
        """Return it as any other image."""
        from cnnstudio.engine.images import OpenedImage  # reads Pillow

        return OpenedImage(np.ascontiguousarray(self.pixels))


class LiveFrames:
    """Has at most one camera or video open, and none while nobody looks at it.

    The frame that was looked at last stays, so that a pause, or a camera that vanishes, leaves
    something to look at.

    Args:
        open_source: opens the source of a `LiveImage`; may take seconds.
    """

    def __init__(self, open_source: Callable[[str], Capture] = open_capture) -> None:
        self._open = open_source
        self._lock = threading.Lock()
        self._playing: _Playing | None = None
        self._last: _Playing | None = None
        self._seen: Frame | None = None

    @property
    def is_open(self) -> bool:
        """Whether a camera or video is open, or being opened."""
        with self._lock:
            return self._last is not None and self._last.is_alive()

    def when_ready(self, image: LiveImage, then: Callable[[], object]) -> None:
        """Call `then` once the next frame can be taken, or it is known that there is none.

        An older `then` that still waits is dropped: nobody waits for its frame.
        """
        with self._lock:
            playing = self._playing
            if not image.plays and self._seen_of(image) is not None:
                self._stop()
                playing = None
            elif playing is None or playing.source != image.source or playing.is_over:
                self._stop()
                playing = self._playing = self._begin(image)
        if playing is None:
            then()
        else:
            playing.when_ready(then)

    def take(self, image: LiveImage) -> Frame:
        """Return the newest frame, or if it does not play the one that was looked at last.

        Raises:
            ImageError: if there is none, for a reason that the text tells.
        """
        with self._lock:
            playing = self._playing
            seen = self._seen_of(image)
            if not image.plays and seen is not None:
                return seen
            if playing is None or playing.source != image.source:
                # It was let go of meanwhile.
                if seen is not None:
                    return seen
                raise ImageError(_("it was closed before its first picture: play it again"))
            frame = playing.newest()
            self._seen = frame
            if not image.plays:
                self._stop()
            return frame

    def seen(self, image: LiveImage) -> Frame:
        """Return the frame that was looked at last, whether it plays or not.

        Raises:
            ImageError: if there is none.
        """
        with self._lock:
            seen = self._seen_of(image)
        if seen is None:
            raise ImageError(_("there is no picture of it yet: play it again"))
        return seen

    def let_go(self) -> None:
        """Close what is open, and keep the frame that was looked at last."""
        with self._lock:
            self._stop()

    def keep(self, request: KeepFrame) -> FrameKept | FrameLost:
        """Write the frame that was looked at last, and say what came of it."""
        try:
            seen = self._write(Path(request.path))
        except OSError as error:
            text = _("{path} cannot be written: {why}").format(path=request.path, why=why(error))
            return FrameLost(request.path, text)
        except Exception as error:
            log.info("frame not kept", exc_info=error)
            return FrameLost(request.path, explain(error), details(error))
        return FrameKept(request.path, seen.moment.frame)

    def _write(self, path: Path) -> Frame:
        with self._lock:
            seen = self._seen
        if seen is None:
            raise ImageError(_("there is no picture to keep yet"))
        path.parent.mkdir(parents=True, exist_ok=True)
        from PIL import Image  # only when it is wanted

        with atomically(path) as scratch:
            Image.fromarray(np.ascontiguousarray(seen.pixels)).save(scratch, "PNG")
        return seen

    def _seen_of(self, image: LiveImage) -> Frame | None:
        return self._seen if self._seen is not None and self._seen.source == image.source else None

    def _begin(self, image: LiveImage) -> _Playing:
        seen = self._seen_of(image)
        playing = _Playing(image.source, self._open, seen.moment if seen else None, self._last)
        self._last = playing
        playing.start()
        return playing

    def _stop(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self._playing = None


class _Playing(threading.Thread):
    """Goes through the frames of one source, of which it keeps the newest.

    Args:
        source: that of a `LiveImage`.
        open_source: opens it.
        after: the moment after which it goes on, None for the beginning.
        before: what has to close first, for a camera is open once only.
    """

    def __init__(
        self,
        source: str,
        open_source: Callable[[str], Capture],
        after: Moment | None,
        before: threading.Thread | None,
    ) -> None:
        super().__init__(name=f"frames of {source}", daemon=True)
        self.source = source
        self._open, self._before = open_source, before
        self._number = after.frame + 1 if after else 0
        self._passed = after.seconds if after else 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._frame: Frame | None = None
        self._is_taken = True
        self._asked_at = self._shown_at = 0.0
        self._error: ImageError | None = None
        self._then: Callable[[], object] | None = None
        self._patience = threading.Timer(SECONDS_TO_OPEN, self._lose_patience)
        self._patience.daemon = True

    @property
    def is_over(self) -> bool:
        """Whether no further frame will come."""
        with self._lock:
            return self._error is not None

    def stop(self) -> None:
        """Close the source as soon as it has given its frame; who waits for it is not told."""
        self._stopped.set()
        self._patience.cancel()
        with self._lock:
            self._then = None

    def when_ready(self, then: Callable[[], object]) -> None:
        """Call `then` once there is a frame that nobody has taken and is new, or never will be."""
        with self._lock:
            now = time.monotonic()
            is_new = not self._is_taken and now - self._shown_at < _QUICK_SECONDS
            # Where another thread has stopped it meanwhile, nobody would ever call.
            is_ready = is_new or self._error is not None or self._stopped.is_set()
            self._asked_at = now
            self._then = None if is_ready else then
        if is_ready:
            then()

    def newest(self) -> Frame:
        """Return the newest frame.

        Raises:
            ImageError: if the source has failed.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            if self._frame is None:
                raise ImageError(_("it was closed before its first picture: play it again"))
            self._is_taken = True
            return self._frame

    def run(self) -> None:
        """Open the source and go through its frames until it is stopped or fails."""
        self._patience.start()
        if self._before is not None:
            self._before.join(SECONDS_TO_OPEN)
            self._before = None
        try:
            capture = self._open(self.source)
            try:
                self._play(capture)
            finally:
                capture.release()
        except ImageError as error:
            self._fail(error)
        except Exception as error:
            log.exception("%s failed", self.source)
            failure = ImageError(explain(error))
            failure.__cause__ = error
            self._fail(failure)
        finally:
            self._patience.cancel()

    def _play(self, capture: Capture) -> None:
        if self._number and not capture.seek(self._number):
            self._number = 0
        began = time.monotonic() - (self._number / capture.rate if capture.rate else self._passed)
        was_rewound = False
        while not self._stopped.is_set():
            if not capture.grab():
                if was_rewound or not capture.seek(0):
                    raise ImageError(_cut_short(self.source))
                self._number, began, was_rewound = 0, time.monotonic(), True
                continue
            was_rewound = False
            began = self._keep_pace(capture, began)
            if self._is_wanted:
                self._publish(capture, time.monotonic() - began)
            self._number += 1

    def _keep_pace(self, capture: Capture, began: float) -> float:
        """Wait until a video's frame is due, and return when it would have begun at its pace."""
        if not capture.rate:
            return began
        due = began + self._number / capture.rate
        early = due - time.monotonic()
        if early > 0:
            self._stopped.wait(early)
        # One that cannot be decoded at its own pace is played as fast as it can be.
        return began - early if early < -_MOST_SECONDS_BEHIND else began

    @property
    def _is_wanted(self) -> bool:
        with self._lock:
            is_quick = time.monotonic() - self._asked_at < _QUICK_SECONDS
            return is_quick or self._then is not None or self._frame is None

    def _publish(self, capture: Capture, seconds: float) -> None:
        pixels = capture.retrieve()
        if capture.rate:
            seconds = self._number / capture.rate
        length = capture.frames / capture.rate if capture.rate else 0.0
        frame = Frame(self.source, pixels, Moment(self._number, seconds, length))
        with self._lock:
            self._frame, self._is_taken, self._shown_at = frame, False, time.monotonic()
        self._patience.cancel()
        self._tell()

    def _fail(self, error: ImageError) -> None:
        with self._lock:
            self._error = self._error or error
        self._tell()

    def _lose_patience(self) -> None:
        self._stopped.set()
        self._fail(
            ImageError(
                _(
                    "it has given no picture for {seconds:.0f} seconds: see that no other program "
                    "uses it, then open it again"
                ).format(seconds=SECONDS_TO_OPEN)
            )
        )

    def _tell(self) -> None:
        with self._lock:
            then, self._then = self._then, None
        if then is not None:
            then()


def _cut_short(source: str) -> str:
    return _("{path} is damaged or cut short: save or download it again").format(path=source)
