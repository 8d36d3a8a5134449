"""What is meant by the things dropped on the viewer."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from cnnstudio.ui.viewer.drops import SUFFIXES, may_be_image, understand


def held(*urls: str | Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(u)) if isinstance(u, Path) else QUrl(u) for u in urls])
    return data


def test_an_image_is_opened_without_a_word(tmp_path: Path) -> None:
    drop = understand(held(tmp_path / "cat.png"))
    assert (drop.path, drop.message) == (str(tmp_path / "cat.png"), "")


def test_of_several_files_the_first_image_is_opened_and_that_is_said(tmp_path: Path) -> None:
    drop = understand(held(tmp_path / "notes.txt", tmp_path / "cat.png", tmp_path / "dog.jpg"))
    assert drop.path == str(tmp_path / "cat.png")
    assert "3 files" in drop.message
    assert "cat.png" in drop.message


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "holiday.png"
    folder.mkdir()
    drop = understand(held(folder))
    assert drop.path is None
    assert "holiday.png is a folder" in drop.message


def test_another_sort_of_file_is_refused_by_name(tmp_path: Path) -> None:
    drop = understand(held(tmp_path / "model.keras.zip"))
    assert drop.path is None
    assert "model.keras.zip is not an image" in drop.message


def test_an_address_on_the_net_is_refused() -> None:
    drop = understand(held("https://example.org/cat.png"))
    assert drop.path is None
    assert "this computer" in drop.message


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_the_file_dialog_offers_can_be_dropped(suffix: str) -> None:
    assert may_be_image(f"/somewhere/cat.{suffix}")


def test_a_name_that_says_nothing_is_left_to_the_engine() -> None:
    assert may_be_image("/somewhere/IMG_0001")
