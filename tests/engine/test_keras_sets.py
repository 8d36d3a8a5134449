"""The sets of Keras: downloaded from a server of our own, kept, read, and refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from cnnstudio.core.data.sources import from_text
from cnnstudio.engine import keras_sets
from cnnstudio.engine.data_collections import (
    Collection,
    DataError,
    ImageArrays,
)
from cnnstudio.engine.data_reading import read_source
from cnnstudio.engine.stop_flag import StoppedError
from tests.engine.data_on_disk import Trap


def read(text: str) -> Collection:
    return read_source(from_text(text))


def _tar(batches: dict[str, tuple[Any, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, (rows, labels) in batches.items():
            classes = list(range(len(rows))) if isinstance(rows, np.ndarray) else []
            content = pickle.dumps({b"data": rows, labels: classes}, protocol=4)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def keras_files() -> dict[str, dict[str, bytes]]:
    """Small files in the forms of Keras's, by set and by the name of the download."""
    images, labels = np.arange(4 * 28 * 28, dtype=np.uint8).reshape(4, 28, 28), np.arange(4) % 10
    buffer = io.BytesIO()
    np.savez(buffer, x_train=images, y_train=labels, x_test=images[:2], y_test=labels[:2])
    idx = {
        f"{part}-{what}.gz": gzip.compress(head + body)
        for part, count in (("train", 4), ("t10k", 2))
        for what, head, body in (
            ("images-idx3-ubyte", bytes(16), images[:count].tobytes()),
            ("labels-idx1-ubyte", bytes(8), labels[:count].astype(np.uint8).tobytes()),
        )
    }
    rows = np.arange(3 * 3072, dtype=np.uint8).reshape(3, 3072)
    ten = {f"cifar-10-batches-py/data_batch_{n}": (rows, b"labels") for n in range(1, 6)}
    ten["cifar-10-batches-py/test_batch"] = rows[:1], b"labels"
    hundred = {"cifar-100-python/train": (rows, b"fine_labels")}
    hundred["cifar-100-python/test"] = rows[:1], b"fine_labels"
    return {
        "mnist": {"mnist.npz": buffer.getvalue()},
        "fashion_mnist": idx,
        "cifar10": {"cifar-10-python.tar.gz": _tar(ten)},
        "cifar100": {"cifar-100-python.tar.gz": _tar(hundred)},
    }


FILES = keras_files()


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "keras" / "datasets"


def serve_from(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the downloads of Keras's sets come from another address, with the hashes of `FILES`."""
    for name, downloads in keras_sets.DOWNLOADS.items():
        moved = []
        for download in downloads:
            file = download.address.rpartition("/")[2]
            digest = hashlib.sha256(FILES[name][file]).hexdigest() if download.sha256 else ""
            moved.append(replace(download, address=f"{address}/{name}/{file}", sha256=digest))
        monkeypatch.setitem(keras_sets.DOWNLOADS, name, tuple(moved))


class Server(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        _empty, name, file = self.path.split("/")
        self.asked.append(file)
        content = FILES[name][file]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    @override
    def log_message(self, *_words: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Server,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", FILES)
def test_a_set_of_keras_is_downloaded_once_and_then_read_from_its_place(
    name: str, keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    with serving() as (address, asked):
        serve_from(address, monkeypatch)
        source = from_text(f"keras:{name}")
        first = read_source(source, lambda done, total: told.append((done, total)))
        assert sorted(asked) == sorted(FILES[name])
        again = read_source(source)
        assert len(asked) == len(FILES[name])
    assert told[-1][0] == told[-1][1] > 0
    assert isinstance(first, ImageArrays)
    assert isinstance(again, ImageArrays)
    assert np.array_equal(first.images, again.images)
    assert first.parts is not None
    assert first.images.shape[1:] == first.dataset.shape
    assert len(first.images) == len(first.classes) == len(first.parts)
    assert first.images[1].ravel()[0] == (16 if name == "mnist" or "fashion" in name else 0)
    assert sorted(keras_home.rglob("*.*")) or (keras_home / f"{name}").parent.is_dir()


def test_offline_the_sentence_says_what_is_missing_and_where_it_would_go(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_from("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(DataError) as caught:
        read("keras:cifar10")
    text = str(caught.value)
    assert "cifar10 is not on this computer" in text
    assert str(keras_home / "cifar-10-batches-py-target_archive") in text
    assert list(keras_home.iterdir()) == []


def test_a_download_can_be_stopped_and_leaves_nothing_behind(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    with serving() as (address, _asked):
        serve_from(address, monkeypatch)
        with pytest.raises(StoppedError):
            read_source(from_text("keras:mnist"), stop)
    assert list(keras_home.iterdir()) == []


def test_what_is_not_the_file_that_is_meant_is_not_kept(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as (address, _asked):
        serve_from(address, monkeypatch)
        wrong = replace(keras_sets.DOWNLOADS["mnist"][0], sha256="0" * 64)
        monkeypatch.setitem(keras_sets.DOWNLOADS, "mnist", (wrong,))
        with pytest.raises(DataError, match="not the data that is expected"):
            read("keras:mnist")
    assert list(keras_home.iterdir()) == []


def test_a_set_that_the_person_has_from_keras_itself_is_used(
    keras_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "home" / ".keras" / "datasets"
    place.mkdir(parents=True)
    (place / "mnist.npz").write_bytes(FILES["mnist"]["mnist.npz"])
    serve_from("http://127.0.0.1:9", monkeypatch)
    assert len(read("keras:mnist").classes) == 6
    assert not keras_home.exists()


def test_a_pickle_that_names_code_is_not_obeyed(
    keras_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evil = _tar({f"cifar-10-batches-py/data_batch_{n}": (Trap(), b"labels") for n in range(1, 6)})
    path = keras_home / "cifar-10-batches-py-target_archive"
    path.parent.mkdir(parents=True)
    path.write_bytes(evil)
    only = replace(keras_sets.DOWNLOADS["cifar10"][0], sha256=hashlib.sha256(evil).hexdigest())
    monkeypatch.setitem(keras_sets.DOWNLOADS, "cifar10", (only,))
    with pytest.raises(DataError, match="is damaged: delete it"):
        read("keras:cifar10")
    assert not (tmp_path / "run_by_a_pickle").exists()


@pytest.mark.tensorflow
def test_addresses_hashes_and_places_are_keras_own(keras: Any) -> None:
    import inspect
    import sys

    for name, downloads in keras_sets.DOWNLOADS.items():
        module = sys.modules[getattr(keras.datasets, name).load_data.__module__]
        source = inspect.getsource(module)
        for download in downloads:
            base, _slash, file = download.address.rpartition("/")
            assert base in source
            assert file in source
            assert download.sha256 in source
            assert download.place.partition("/")[0].removesuffix("_archive") in source
