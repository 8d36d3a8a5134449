"""The newest frame of cameras and videos: a played camera, and files that OpenCV has written."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core.look_messages import LiveImage
from cnnstudio.core.picture_messages import FrameKept, FrameLost, KeepFrame
from cnnstudio.engine import live_frames
from cnnstudio.engine.captures import Capture, open_capture
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.live_frames import LiveFrames
from tests.engine.conversation import wait_until

CAMERA = LiveImage("camera:0")
RATE, COUNT = 25.0, 10


class PlayedCamera:
    """Gives a picture whenever the test says so: one of the number it has."""

    rate = 0.0
    frames = 0

    def __init__(self) -> None:
        self.pictures = threading.Semaphore(0)
        self.given = self.decoded = 0
        self.is_gone = False
        self.is_released = threading.Event()

    def grab(self) -> bool:
        while not self.pictures.acquire(timeout=0.01):
            if self.is_released.is_set():
                raise AssertionError("it is read after it was closed")
            if self.is_gone:
                raise ImageError("camera 1 gives no more pictures")
            if self.given:
                # A real one goes on: the same picture, which keeps the thread from waiting.
                return True
        self.given += 1
        return True

    def vanish(self) -> None:
        self.given, self.is_gone = 0, True

    def retrieve(self) -> NDArray[np.uint8]:
        self.decoded += 1
        return np.full((4, 6, 3), self.given, np.uint8)

    def seek(self, frame: int) -> bool:
        return frame >= 0

    def release(self) -> None:
        self.is_released.set()


class Cameras:
    """Opens a played camera each time it is asked; of one at a time."""

    def __init__(self) -> None:
        self.opened: list[PlayedCamera] = []
        self.failure: Exception | None = None

    def open(self, source: str) -> Capture:
        assert source.startswith("camera:")
        if self.failure is not None:
            raise self.failure
        assert all(camera.is_released.is_set() for camera in self.opened), "opened twice"
        self.opened.append(PlayedCamera())
        return self.opened[-1]


@contextmanager
def closing(live: LiveFrames) -> Iterator[LiveFrames]:
    try:
        yield live
    finally:
        live.let_go()
        wait_until(lambda: not live.is_open)


@pytest.fixture
def cameras() -> Cameras:
    return Cameras()


@pytest.fixture
def live(cameras: Cameras) -> Iterator[LiveFrames]:
    with closing(LiveFrames(cameras.open)) as live:
        yield live
        for camera in cameras.opened:
            camera.vanish()


@pytest.fixture
def videos() -> Iterator[LiveFrames]:
    with closing(LiveFrames()) as live:
        yield live


def ready(live: LiveFrames, image: LiveImage) -> threading.Event:
    event = threading.Event()
    live.when_ready(image, event.set)
    return event


def look(live: LiveFrames, image: LiveImage) -> live_frames.Frame:
    assert ready(live, image).wait(30)
    return live.take(image)


def write_video(path: Path, count: int = COUNT) -> Path:
    """Write frames that get brighter by 20 each, red more than blue."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (64, 48))
    assert writer.isOpened()
    for number in range(count):
        writer.write(np.full((48, 64, 3), (0, 0, 20 * number + 20), np.uint8))
    writer.release()
    return path


# a camera


def test_a_camera_gives_its_newest_picture_once_it_has_one(
    live: LiveFrames, cameras: Cameras
) -> None:
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    assert not event.is_set()
    cameras.opened[0].pictures.release()
    assert event.wait(30)
    assert live.take(CAMERA).pixels[0, 0, 0] == 1
    cameras.opened[0].pictures.release(4)
    wait_until(lambda: look(live, CAMERA).pixels[0, 0, 0] == 5)


def test_pictures_that_nobody_asks_for_are_not_decoded(
    live: LiveFrames, cameras: Cameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_frames, "_QUICK_SECONDS", 0.0)
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    camera = cameras.opened[0]
    camera.pictures.release()
    assert event.wait(30)
    live.take(CAMERA)
    camera.pictures.release(50)
    wait_until(lambda: camera.given == 51)
    assert camera.decoded == 1
    assert look(live, CAMERA).pixels[0, 0, 0] == 51
    assert camera.decoded == 2


def test_whoever_looks_again_at_once_does_not_wait_for_the_next_picture(
    live: LiveFrames, cameras: Cameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_frames, "_QUICK_SECONDS", 60.0)
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    camera = cameras.opened[0]
    camera.pictures.release()
    assert event.wait(30)
    live.take(CAMERA)
    decoded = camera.decoded
    wait_until(lambda: camera.decoded > decoded)
    assert ready(live, CAMERA).is_set()


def test_what_rests_is_closed_and_shows_what_was_looked_at_last(
    live: LiveFrames, cameras: Cameras
) -> None:
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    camera = cameras.opened[0]
    camera.pictures.release()
    assert event.wait(30)
    seen = live.take(CAMERA)
    resting = LiveImage(CAMERA.source, plays=False)
    assert look(live, resting) is seen
    assert camera.is_released.wait(30)
    assert look(live, resting) is seen
    assert len(cameras.opened) == 1


def test_a_camera_is_closed_before_it_is_opened_again(live: LiveFrames, cameras: Cameras) -> None:
    for number in range(3):
        event = ready(live, CAMERA)
        wait_until(lambda: len(cameras.opened) == number + 1)  # noqa: B023 - done in this turn
        cameras.opened[-1].pictures.release()
        assert event.wait(30)
        live.take(CAMERA)
        live.let_go()


def test_a_camera_that_vanishes_is_told_once_and_its_last_frame_stays(
    live: LiveFrames, cameras: Cameras
) -> None:
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    cameras.opened[0].pictures.release()
    assert event.wait(30)
    seen = live.take(CAMERA)
    # If the camera is missed between two looks, it is opened again for the second.
    cameras.failure = ImageError("camera 1 gives no more pictures")
    cameras.opened[0].vanish()
    with pytest.raises(ImageError, match="no more pictures"):
        wait_until(lambda: look(live, CAMERA) is None)
    assert cameras.opened[0].is_released.wait(30)
    assert look(live, LiveImage(CAMERA.source, plays=False)) is seen


def test_a_camera_that_cannot_be_opened_is_told(live: LiveFrames, cameras: Cameras) -> None:
    cameras.failure = ImageError("there is no camera 1 here")
    with pytest.raises(ImageError, match="no camera 1"):
        look(live, CAMERA)
    cameras.failure = None
    event = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    cameras.opened[0].pictures.release()
    assert event.wait(30)


def test_a_capture_that_breaks_in_its_own_words_is_told_in_ours(
    live: LiveFrames, cameras: Cameras
) -> None:
    cameras.failure = RuntimeError("(-215:Assertion failed) !_src.empty()")
    with pytest.raises(ImageError) as told:
        look(live, CAMERA)
    assert "215" not in str(told.value)


def test_a_camera_that_never_gives_a_picture_is_given_up(
    live: LiveFrames, cameras: Cameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_frames, "SECONDS_TO_OPEN", 0.05)
    with pytest.raises(ImageError, match="no picture for"):
        look(live, CAMERA)


def test_who_waits_for_a_picture_that_nobody_wants_any_more_is_not_called(
    live: LiveFrames, cameras: Cameras
) -> None:
    first = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    second = ready(live, CAMERA)
    cameras.opened[0].pictures.release()
    assert second.wait(30)
    assert not first.is_set()
    live.let_go()
    third = ready(live, LiveImage("camera:1"))
    wait_until(lambda: len(cameras.opened) == 2)
    live.let_go()
    cameras.opened[1].pictures.release()
    wait_until(lambda: not live.is_open)
    assert not third.is_set()


def test_what_is_looked_at_beside_is_the_picture_of_the_moment(
    live: LiveFrames, cameras: Cameras
) -> None:
    with pytest.raises(ImageError, match="no picture of it yet"):
        live.seen(CAMERA)
    here = ready(live, CAMERA)
    wait_until(lambda: bool(cameras.opened))
    cameras.opened[0].pictures.release()
    assert here.wait(30)
    taken = live.take(CAMERA)
    cameras.opened[0].pictures.release()
    wait_until(lambda: cameras.opened[0].given > 1)
    assert live.seen(CAMERA) is taken, "newer ones come when they are looked at"
    assert live.is_open, "it plays on"
    with pytest.raises(ImageError, match="no picture of it yet"):
        live.seen(LiveImage("camera:1"))


def test_there_is_no_camera_99() -> None:
    with pytest.raises(ImageError) as told:
        open_capture("camera:99")
    assert "100" in str(told.value)


# videos


def test_a_video_is_played_in_its_colours_at_its_own_pace_and_over_again(
    videos: LiveFrames, tmp_path: Path
) -> None:
    image = LiveImage(str(write_video(tmp_path / "a.avi")))
    began = time.monotonic()
    first = look(videos, image)
    assert first.pixels.shape == (48, 64, 3)
    red, green, blue = first.pixels[24, 32].astype(int)
    assert red > green + 10
    assert abs(green - blue) < 10
    assert first.moment.length == pytest.approx(COUNT / RATE)
    numbers = [first.moment.frame]
    while len(numbers) < 3 or numbers[-1] >= numbers[-2]:
        numbers.append(look(videos, image).moment.frame)
    # It has begun again: so long the frames before must have taken at least.
    assert time.monotonic() - began > (max(numbers) - numbers[0]) / RATE * 0.9


def test_a_paused_video_goes_on_where_it_was(videos: LiveFrames, tmp_path: Path) -> None:
    image = LiveImage(str(write_video(tmp_path / "a.avi", 200)))
    look(videos, image)
    wait_until(lambda: look(videos, image).moment.frame > 4)
    seen = videos.take(image)
    assert look(videos, LiveImage(image.source, plays=False)).moment.frame >= seen.moment.frame
    held = videos.take(LiveImage(image.source, plays=False))
    assert look(videos, image).moment.frame > held.moment.frame
    assert look(videos, image).moment.frame < 100


def test_a_video_that_is_deleted_while_it_plays_is_told(videos: LiveFrames, tmp_path: Path) -> None:
    image = LiveImage(str(write_video(tmp_path / "a.avi")))
    look(videos, image)
    Path(image.source).unlink()
    with pytest.raises(ImageError, match=r"no longer there|does not exist"):
        wait_until(lambda: look(videos, image) is None)
    assert look(videos, LiveImage(image.source, plays=False)).pixels.any()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"no video at all" * 99), "damaged or not a video"),
        (lambda path: path.write_bytes(path.read_bytes()[:300]), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged or not a video"),
        (lambda path: path.unlink(), "does not exist"),
        (lambda path: path.unlink() or path.mkdir(), "folder"),
    ],
    ids=("text", "head only", "empty", "gone", "folder"),
)
def test_a_damaged_video_is_refused_in_one_sentence(
    spoil: Callable[[Path], object], said: str, videos: LiveFrames, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "a.avi")
    spoil(path)
    with pytest.raises(ImageError) as told:
        look(videos, LiveImage(str(path)))
    assert said in str(told.value)
    assert str(path) in str(told.value)


def test_a_video_cut_short_in_its_midst_plays_as_far_as_it_goes(
    videos: LiveFrames, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "a.avi", 60)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert look(videos, LiveImage(str(path))).pixels.any()


def test_a_playlist_does_not_make_the_engine_read_from_the_net(
    videos: LiveFrames, tmp_path: Path
) -> None:
    listener = tmp_path / "list.m3u8"
    listener.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(ImageError):
        look(videos, LiveImage(str(listener)))


def test_a_kept_frame_is_whole_and_the_one_that_was_looked_at(
    videos: LiveFrames, tmp_path: Path
) -> None:
    image = LiveImage(str(write_video(tmp_path / "a.avi")))
    seen = look(videos, image)
    path = tmp_path / "kept" / "frame.png"
    assert videos.keep(KeepFrame(str(path))) == FrameKept(str(path), seen.moment.frame)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), seen.pixels)


def test_a_frame_that_cannot_be_written_or_is_not_there_is_told(
    videos: LiveFrames, tmp_path: Path
) -> None:
    assert isinstance(videos.keep(KeepFrame(str(tmp_path / "a.png"))), FrameLost)
    look(videos, LiveImage(str(write_video(tmp_path / "a.avi"))))
    lost = videos.keep(KeepFrame(str(tmp_path)))
    assert isinstance(lost, FrameLost)
    assert str(tmp_path) in lost.message


def test_without_opencv_it_is_said_what_to_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(ImageError, match=r'pip install "cnnstudio\[camera\]"'):
        open_capture("camera:0")


def test_opencv_is_read_by_nobody_who_does_not_look_at_a_camera() -> None:
    code = (
        "import sys; import cnnstudio.engine.worker, cnnstudio.engine.live_frames;"
        "import cnnstudio.ui.viewer.viewer_panel; sys.exit('cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
