"""Every source of data as files have it, with all that may be wrong with them."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from cnnstudio.core.data.shapes import LABELS
from cnnstudio.core.data.sources import from_text
from cnnstudio.engine.data_arrays import eight_bits
from cnnstudio.engine.data_collections import (
    Collection,
    DataError,
    ImageArrays,
    ImageFiles,
    TokenTexts,
)
from cnnstudio.engine.data_reading import nobody, read_source
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.stop_flag import StoppedError
from tests.engine.data_on_disk import Trap, bad_files, odd_images, shape_folder


def read(text: str) -> Collection:
    return read_source(from_text(text))


def class_names(data: Collection) -> list[str]:
    return [data.dataset.labels[number] for number in data.classes]


def test_a_folder_gives_a_class_a_sub_folder_in_the_order_of_their_names(tmp_path: Path) -> None:
    shape_folder(tmp_path, 24)
    (tmp_path / "star" / "deeper").mkdir()
    shape_folder(tmp_path / "star" / "deeper", 1)
    data = read(f"folder:{tmp_path}")
    assert isinstance(data, ImageFiles)
    assert data.dataset.labels == tuple(sorted(LABELS))
    assert data.dataset.shape == (32, 32, 3)
    assert data.parts is None
    assert data.left_out == []
    assert np.bincount(data.classes).tolist() == [4, 4, 4, 4, 5, 4]
    for index, label in enumerate(class_names(data)):
        assert data.path(index).relative_to(tmp_path).parts[0] == label


def test_parts_above_the_classes_are_kept_apart_and_classes_are_those_of_all(
    tmp_path: Path,
) -> None:
    for part, count in (("Train", 12), ("val", 6), ("test", 6)):
        shape_folder(tmp_path / part, count)
    data = read(f"folder:{tmp_path}")
    assert data.dataset.classes == 6
    assert data.parts is not None
    assert np.bincount(data.parts).tolist() == [12, 6, 6]
    assert isinstance(data, ImageFiles)
    for index, part in enumerate(data.parts):
        assert data.names[index].startswith(("Train", "val", "test")[part])


def test_files_that_are_no_images_are_left_out_each_with_its_reason(tmp_path: Path) -> None:
    shape_folder(tmp_path, 12)
    reasons = bad_files(tmp_path / "star")
    (tmp_path / "loose.png").write_bytes((tmp_path / "star" / "000003.png").read_bytes())
    (tmp_path / "star" / ".hidden.png").write_text("a file of the system's own")
    os.mkfifo(tmp_path / "star" / "pipe.png")
    data = read(f"folder:{tmp_path}")
    assert len(data.classes) == 12
    told = {Path(left.path).name: left.why for left in data.left_out}
    assert told.keys() == {*reasons, "loose.png", "pipe.png"}
    for name, reason in reasons.items():
        assert reason in told[name]
        assert str(tmp_path / "star" / name) in told[name]
    assert "in no class" in told["loose.png"]


def test_images_of_rare_kinds_are_read_upright_and_at_8_bits(tmp_path: Path) -> None:
    shape_folder(tmp_path, 6)
    odd = {path.name for path in odd_images(tmp_path / "star")}
    data = read(f"folder:{tmp_path}")
    assert isinstance(data, ImageFiles)
    assert data.left_out == []
    found = {Path(name).name: data.pixels(index) for index, name in enumerate(data.names)}
    assert odd <= found.keys()
    assert found["turned.jpg"].shape == (20, 30, 1)
    assert found["deep.png"].shape == (30, 20, 1)
    for name in odd - {"turned.jpg"}:
        assert found[name][0].mean() < 40 < 200 < found[name][-1].mean()


def test_a_folder_that_links_to_itself_is_read_once(tmp_path: Path) -> None:
    shape_folder(tmp_path, 6)
    (tmp_path / "star" / "again").symlink_to(tmp_path)
    (tmp_path / "star" / "self").symlink_to(tmp_path / "star")
    (tmp_path / "more").symlink_to(shape_folder(tmp_path.parent / f"{tmp_path.name}_other", 3))
    data = read(f"folder:{tmp_path}")
    assert len(data.classes) == 9
    assert "more" in data.dataset.labels


@pytest.mark.parametrize(
    ("classes", "said"),
    [([], "no images in sub-folders"), (["cat"], "only the class cat")],
)
def test_a_folder_without_two_classes_is_refused(
    tmp_path: Path, classes: list[str], said: str
) -> None:
    for name in classes:
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.png").write_bytes(_png())
    with pytest.raises(DataError, match=said):
        read(f"folder:{tmp_path}")


def test_a_folder_of_damaged_images_only_says_what_is_wrong_with_the_first(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"none of the 2 images .* is empty"):
        read(f"folder:{tmp_path}")


def test_a_folder_that_is_not_there_or_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="does not exist"):
        read(f"folder:{tmp_path / 'nowhere'}")
    with pytest.raises(DataError, match="is not a folder"):
        read(f"folder:{tmp_path / 'file'}")


def test_a_fingerprint_is_that_of_the_files_and_of_nothing_else(tmp_path: Path) -> None:
    shape_folder(tmp_path, 12)
    before = read(f"folder:{tmp_path}").fingerprint()
    assert read(f"folder:{tmp_path}").fingerprint() == before
    shape_folder(tmp_path, 1, start=12)
    assert read(f"folder:{tmp_path}").fingerprint() != before
    assert read("shapes:60").fingerprint() == read("shapes:60").fingerprint()
    assert read("shapes:60").fingerprint() != read("shapes:60?seed=1").fingerprint()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_names_images_and_classes_and_may_name_parts(
    tmp_path: Path, delimiter: str
) -> None:
    shape_folder(tmp_path / "all", 12)
    files = sorted((tmp_path / "all").rglob("*.png"))
    rows = [(f"all/{f.parent.name}/{f.name}", f.parent.name, "val" if i % 4 == 0 else "train")
            for i, f in enumerate(files)]  # fmt: skip
    rows += [("all/nowhere.png", "star", "train"), ("../secret", "star", "train")]
    rows += [("odd\0name.png", "star", "train")] if delimiter == "," else []
    _write(tmp_path / "t.csv", [("Filename", "Label", "split"), *rows], delimiter)
    data = read(f"csv:{tmp_path / 't.csv'}")
    assert class_names(data) == [row[1] for row in rows[:12]]
    assert data.parts is not None
    assert np.bincount(data.parts).tolist() == [9, 3]
    assert len(data.left_out) == len(rows) - 12


def test_a_table_whose_columns_have_other_names_is_read_when_told(tmp_path: Path) -> None:
    shape_folder(tmp_path, 6)
    rows = [(str(f), n % 2) for n, f in enumerate(sorted(tmp_path.rglob("*.png")))]
    _write(tmp_path / "t.csv", [("wo", "was"), *rows])
    with pytest.raises(DataError, match=r"no column such as path.*received wo, was"):
        read(f"csv:{tmp_path / 't.csv'}")
    data = read(f"csv:{tmp_path / 't.csv'}?images=wo&labels=was")
    assert data.dataset.labels == ("0", "1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column"),
        (b"path,label\n", "names no image"),
        (b"path,label\nx.png,1\n", "names no image that is there"),
        ("path,label\nü.png,1\n".encode("latin-1"), "not text in UTF-8"),
        (b'path,label\n"' + b"x" * 11_000_000, "not a table"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(DataError, match=said):
        read(f"csv:{tmp_path / 't.csv'}")


def test_arrays_are_found_by_their_names_with_their_parts(tmp_path: Path) -> None:
    x, y = np.arange(10 * 6 * 5, dtype=np.uint8).reshape(10, 6, 5), np.arange(10) % 3
    np.savez(tmp_path / "a.npz", x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    data = read(f"npz:{tmp_path / 'a.npz'}")
    assert isinstance(data, ImageArrays)
    assert data.images.shape == (14, 6, 5, 1)
    assert data.dataset.labels == ("0", "1", "2")
    assert data.parts is not None
    assert np.bincount(data.parts).tolist() == [10, 0, 4]
    np.savez(tmp_path / "b.npz", pictures=x, kinds=np.array(["b", "a"] * 5), other=y)
    with pytest.raises(DataError, match="received pictures, kinds, other"):
        read(f"npz:{tmp_path / 'b.npz'}")
    data = read(f"npz:{tmp_path / 'b.npz'}?images=pictures&labels=kinds")
    assert class_names(data)[:3] == ["b", "a", "b"]
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", np.eye(3)[y])
    data = read(f"npy:{tmp_path / 'x.npy'}")
    assert data.classes.tolist() == y.tolist()


@pytest.mark.parametrize(
    ("array", "shape", "top"),
    [
        (np.ones((2, 4, 5, 1), bool), (2, 4, 5, 1), 255),
        (np.full((2, 4, 5), 0.5, np.float32), (2, 4, 5, 1), 128),
        (np.stack([np.full((4, 5, 3), v) for v in (-1.0, 1.0)]), (2, 4, 5, 3), 255),
        (np.full((2, 3, 4, 5), 200.0), (2, 4, 5, 3), 200),
        (np.full((2, 4, 5, 4), 65535, np.uint16), (2, 4, 5, 3), 255),
        (np.full((2, 4, 5), np.nan), (2, 4, 5, 1), 0),
    ],
)
@pytest.mark.filterwarnings("ignore:All-NaN")
def test_arrays_of_any_numbers_become_images_of_8_bits(
    array: np.ndarray[Any, Any], shape: tuple[int, ...], top: int
) -> None:
    images = eight_bits(Path("a.npz"), "x", array, nobody)
    assert images.dtype == np.uint8
    assert (images.shape, images.max()) == (shape, top)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.array([Trap()], object), "y": np.arange(1)}, "could run code"),
        ({"x": np.zeros((4, 3)), "y": np.arange(4)}, "not images"),
        ({"x": np.zeros((4, 3, 3)), "y": np.arange(3)}, "4 images, y has 3 classes"),
        ({"x": np.zeros((4, 3, 3)), "y": np.linspace(0, 1, 4)}, "not classes"),
        ({"x": np.zeros((4, 3, 3)), "y": np.zeros(4)}, "only the class 0"),
        ({"x": np.zeros((0, 3, 3)), "y": np.zeros(0)}, "not images"),
        ({"x": np.array("text"), "y": np.zeros(0)}, "single number"),
        ({}, "received —"),
    ],
)
def test_arrays_that_are_no_labelled_images_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrays: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=said):
        read(f"npz:{tmp_path / 'a.npz'}")
    assert not (tmp_path / "run_by_a_pickle").exists()


@pytest.mark.parametrize("content", [b"", b"PK\3\4 cut short", b"\x93NUMPY\1\0v\0{"])
@pytest.mark.parametrize("name", ["a.npz", "x.npy"])
def test_damaged_arrays_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    np.save(tmp_path / "y.npy", np.arange(3))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="cut short"):
        read(f"npz:{tmp_path / name}")


def test_texts_become_rows_of_word_numbers_frequent_words_first(tmp_path: Path) -> None:
    for number, (label, text) in enumerate(
        [("good", "Great film, great cast"), ("bad", "Poor film. 很差"), ("bad", "film")]
    ):
        (tmp_path / label).mkdir(exist_ok=True)
        (tmp_path / label / f"{number}.txt").write_text(text, "utf-8")
    (tmp_path / "bad" / "binary.txt").write_bytes(b"\xff\xfe\x00\x81")
    (tmp_path / "bad" / "blank.txt").write_text(" \n")
    data = read(f"texts:{tmp_path}?length=4&words=4")
    assert isinstance(data, TokenTexts)
    assert data.vocabulary == ("film", "great")
    assert class_names(data) == ["bad", "bad", "good"]
    assert data.tokens.tolist() == [[1, 2, 1, 1], [2, 0, 0, 0], [3, 2, 3, 1]]
    assert data.dataset.shape == (4,)
    assert data.dataset.is_text
    assert sorted(Path(left.path).name for left in data.left_out) == ["binary.txt", "blank.txt"]
    with pytest.raises(ImageError, match="texts, not images"):
        data.pixels(0)


def test_texts_of_a_table_are_read_too(tmp_path: Path) -> None:
    _write(tmp_path / "t.csv", [("text", "sentiment"), ("so, so good", 1), ("bad", 0)])
    data = read(f"texts:{tmp_path / 't.csv'}?length=3")
    assert isinstance(data, TokenTexts)
    assert data.vocabulary == ("so", "bad", "good")
    assert data.tokens.tolist() == [[2, 2, 4], [3, 0, 0]]


def test_shapes_that_do_not_fit_in_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    little = SimpleNamespace(available=1_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: little)
    assert len(read("shapes:300").classes) == 300
    with pytest.raises(DataError, match=r"400 shapes need 0\.0 GB"):
        read("shapes:400")


def test_reading_can_be_stopped_between_two_files(tmp_path: Path) -> None:
    shape_folder(tmp_path, 12)

    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        read_source(from_text(f"folder:{tmp_path}"), stop)


def _write(path: Path, rows: list[tuple[Any, ...]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def _png() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "png")
    return buffer.getvalue()
