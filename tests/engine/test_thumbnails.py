"""Image files made small, for a list to pick from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.core.picture_messages import ShowThumbnails
from cnnstudio.engine import thumbnails as module
from cnnstudio.engine.thumbnails import thumbnails


def write(path: Path, mode: str = "RGB", size: tuple[int, int] = (640, 480)) -> str:
    Image.new(mode, size, 200 if mode in ("L", "I;16") else (200, 10, 10)).save(path)
    return str(path)


@pytest.mark.parametrize(
    ("name", "mode", "shape"),
    [
        ("a.jpg", "RGB", (72, 96, 3)),
        ("a.png", "RGB", (72, 96, 3)),
        ("a.png", "L", (72, 96, 1)),
        ("a.png", "I;16", (72, 96, 1)),
    ],
)
def test_an_image_is_made_as_small_as_is_asked(
    name: str, mode: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = write(tmp_path / name, mode)
    (shown,) = thumbnails(ShowThumbnails(7, (path,), 96)).thumbnails
    assert shown.pixels is not None
    assert shown.pixels.shape == shape
    assert shown.pixels.dtype == np.uint8
    if mode == "RGB":
        assert np.abs(shown.pixels[10, 10].astype(int) - (200, 10, 10)).max() < 12


def test_a_small_image_stays_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", size=(28, 20))
    (shown,) = thumbnails(ShowThumbnails(7, (path,), 96)).thumbnails
    assert shown.pixels is not None
    assert shown.pixels.shape == (20, 28, 3)


def test_of_a_damaged_and_of_a_missing_file_it_is_said_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 60.0)
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    missing = tmp_path / "missing.png"
    answer = thumbnails(ShowThumbnails(7, (str(damaged), str(missing)), 96))
    assert [shown.pixels for shown in answer.thumbnails] == [None, None]
    assert [shown.path for shown in answer.thumbnails] == [str(damaged), str(missing)]
    assert "damaged" in answer.thumbnails[0].why
    assert "does not exist" in answer.thumbnails[1].why


def test_whoever_has_no_time_answers_for_the_first_file_at_least(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", -1.0)
    paths = tuple(write(tmp_path / f"{number}.png") for number in range(3))
    answer = thumbnails(ShowThumbnails(7, paths, 96))
    assert [shown.path for shown in answer.thumbnails] == [paths[0]]
