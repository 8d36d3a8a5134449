"""What is meant by the things dropped on the viewer."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from cnnstudio.ui.viewer.drops import SUFFIXES, VIDEO_SUFFIXES, Kind, may_be_image, understand


def held(*urls: str | Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(u)) if isinstance(u, Path) else QUrl(u) for u in urls])
    return data


def test_an_image_is_opened_without_a_word(tmp_path: Path) -> None:
    drop = understand(held(tmp_path / "cat.png"))
    assert (drop.path, drop.message) == (str(tmp_path / "cat.png"), "")


def test_of_several_files_all_images_are_opened_and_what_is_left_out_is_said(
    tmp_path: Path,
) -> None:
    drop = understand(held(tmp_path / "notes.txt", tmp_path / "cat.png", tmp_path / "dog.jpg"))
    assert (drop.path, drop.more) == (str(tmp_path / "cat.png"), (str(tmp_path / "dog.jpg"),))
    assert "1 thing that is not an image" in drop.message


def test_a_folder_is_browsed_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "holiday.png"
    folder.mkdir()
    drop = understand(held(folder))
    assert (drop.path, drop.kind, drop.message) == (str(folder), Kind.FOLDER, "")


@pytest.mark.parametrize("suffix", VIDEO_SUFFIXES)
def test_a_video_is_played(suffix: str) -> None:
    drop = understand(held(f"file:///somewhere/cat.{suffix}"))
    assert (drop.path, drop.kind) == (f"/somewhere/cat.{suffix}", Kind.VIDEO)


def test_of_a_folder_and_a_video_one_is_opened_and_that_is_said(tmp_path: Path) -> None:
    drop = understand(held(tmp_path, tmp_path / "cat.mp4"))
    assert (drop.path, drop.kind) == (str(tmp_path), Kind.FOLDER)
    assert tmp_path.name in drop.message


def test_another_sort_of_file_is_refused_by_name(tmp_path: Path) -> None:
    drop = understand(held(tmp_path / "model.keras.zip"))
    assert drop.path is None
    assert "model.keras.zip is no image, video, folder or file of numbers" in drop.message


def test_an_address_on_the_net_is_refused() -> None:
    drop = understand(held("https://example.org/cat.png"))
    assert drop.path is None
    assert "this computer" in drop.message


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_the_file_dialog_offers_can_be_dropped(suffix: str) -> None:
    assert may_be_image(f"/somewhere/cat.{suffix}")


def test_a_name_that_says_nothing_is_left_to_the_engine() -> None:
    assert may_be_image("/somewhere/IMG_0001")
