"""A video, thumbnails and an image in grey, asked of a real engine."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from cnnstudio.core import resources
from cnnstudio.core.beside_messages import ProbeBeside, first_generation
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import starter_design
from cnnstudio.core.look_messages import FileImage, LiveImage, Maps, Probe, Probed, ProbeFailed
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.picture_messages import (
    FrameKept,
    KeepFrame,
    LetGo,
    ShowThumbnails,
    ThumbnailsShown,
)
from tests.engine.conversation import Conversation, conversation, wait_until

pytestmark = pytest.mark.tensorflow

COFFEE = str(resources.path("images", "coffee.png"))
COLOUR = Network(
    (
        PlacedBlock("in", "input", Input(shape=(16, 16, 3))),
        PlacedBlock("conv", "conv", Conv2D(filters=2, kernel_size=(3, 3))),
        PlacedBlock("flat", "flat", Flatten()),
        PlacedBlock("out", "out", Dense(units=3, activation="softmax")),
    )
)


@pytest.fixture(scope="module")
def talk() -> Iterator[Conversation]:
    with conversation() as talk:
        yield talk


@pytest.fixture
def video(tmp_path: Path) -> LiveImage:
    path = tmp_path / "a.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (64, 48))
    for number in range(50):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    return LiveImage(str(path))


def probe(
    talk: Conversation, image: FileImage | LiveImage, *, grey: bool = False
) -> Probed | ProbeFailed:
    generation = talk.probe(COLOUR, "conv", image, grey=grey)
    while True:
        event = talk.next()
        if isinstance(event, Probed | ProbeFailed) and event.generation == generation:
            return event


def is_open(talk: Conversation, path: str) -> bool:
    files = psutil.Process(talk.engine.pid).open_files()
    return path in [file.path for file in files]


def test_a_video_is_looked_at_frame_by_frame_and_let_go_of(
    talk: Conversation, video: LiveImage, tmp_path: Path
) -> None:
    first = probe(talk, video)
    assert isinstance(first, Probed)
    assert first.moment is not None
    assert first.size == (48, 64)
    assert first.entered.shape == (16, 16, 3)
    maps = talk.until(Maps)
    assert maps.values.shape == (14, 14, 2)
    assert is_open(talk, video.source)
    beside = Probe(first_generation(1) + 1, COLOUR, video, "0..1", "conv")
    talk.ask(ProbeBeside(1, beside))
    same = talk.until(Probed)
    assert same.generation == beside.generation
    assert same.moment == first.moment, "side by side is what becomes of one picture"
    seen = first
    for _look in range(200):
        answer = probe(talk, video)
        assert isinstance(answer, Probed)
        seen = answer
        if seen.moment != first.moment:
            break
    assert seen.moment is not None
    assert seen.moment.frame > first.moment.frame
    kept = tmp_path / "kept.png"
    talk.ask(KeepFrame(str(kept)))
    assert talk.until(FrameKept) == FrameKept(str(kept), seen.moment.frame)
    talk.ask(LetGo())
    wait_until(lambda: not is_open(talk, video.source))
    held = probe(talk, LiveImage(video.source, plays=False))
    assert isinstance(held, Probed)
    assert held.moment == seen.moment
    np.testing.assert_array_equal(held.entered, seen.entered)
    assert not is_open(talk, video.source)
    own = probe(talk, FileImage(str(kept)))
    assert isinstance(own, Probed)
    np.testing.assert_array_equal(own.entered, held.entered)


def test_a_video_that_is_gone_is_told_and_the_engine_goes_on(
    talk: Conversation, video: LiveImage
) -> None:
    Path(video.source).unlink()
    answer = probe(talk, video)
    assert isinstance(answer, ProbeFailed)
    assert "does not exist" in answer.message
    assert isinstance(probe(talk, FileImage(COFFEE)), Probed)


def test_an_image_in_grey_enters_all_channels_alike(talk: Conversation) -> None:
    plain, grey = probe(talk, FileImage(COFFEE)), probe(talk, FileImage(COFFEE), grey=True)
    assert isinstance(plain, Probed)
    assert isinstance(grey, Probed)
    assert np.ptp(plain.entered, axis=2).max() > 0.1
    assert np.ptp(grey.entered, axis=2).max() == 0
    np.testing.assert_array_equal(plain.picture, grey.picture)


def test_thumbnails_come_from_the_engine(talk: Conversation) -> None:
    talk.ask(ShowThumbnails(3, (COFFEE, "/no/such.png"), 64))
    shown = talk.until(ThumbnailsShown)
    assert shown.number == 3
    assert shown.thumbnails[0].pixels is not None
    assert max(shown.thumbnails[0].pixels.shape) == 64


def test_opencv_is_not_in_an_engine_that_has_opened_no_camera() -> None:
    with conversation() as fresh:
        network = starter_design().network
        fresh.maps(fresh.probe(network, network.nodes[1].uid), network.nodes[1].uid)
        libraries = psutil.Process(fresh.engine.pid).memory_maps()
        assert not [one.path for one in libraries if "cv2" in one.path]
