"""A design's weights in a file beside it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input, Repeat
from cnnstudio.core.network import Network
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.engine.weights import WeightsError, load_weights, save_weights
from tests.core.build import network, placed

WEIGHTS: dict[str, tuple[np.ndarray[Any, np.dtype[np.float32]], ...]] = {
    "1f0c9a3e": (np.ones((3, 2), np.float32), np.zeros(2, np.float32)),
    "1f0c9a3e.2": (np.full((2, 2), 7, np.float32),),
    "9be2041d": (np.full((), 3, np.float32),),
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "digits.weights.npz"
    save_weights(path, WEIGHTS)
    return path


def test_the_weights_of_a_design_are_beside_it() -> None:
    assert weights_beside(Path("/a/digits.cnn.json")) == Path("/a/digits.weights.npz")
    assert weights_beside(Path("/a/other.json")) == Path("/a/other.weights.npz")
    assert weights_beside(Path("/a/v1.2")) == Path("/a/v1.2.weights.npz")


def test_weights_are_read_as_they_were_saved(saved: Path) -> None:
    read = load_weights(saved)
    assert read.keys() == WEIGHTS.keys()
    for name, row in WEIGHTS.items():
        assert all(np.array_equal(a, b) for a, b in zip(row, read[name], strict=True))
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def text(path: Path) -> None:
    path.write_text("weights")


def of_another_program(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, kernel=np.ones(3))


def of_objects(path: Path) -> None:
    arrays: dict[str, Any] = {"1f0c9a3e/0": np.array([{"a": 1}], object)}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def claiming_more_than_there_is(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive, archive.open("a/0.npy", "w") as file:
        header = {"shape": (10**12,), "fortran_order": False, "descr": "<f4"}
        np.lib.format.write_array_header_1_0(file, header)


def of_a_shape_that_does_not_end(path: Path) -> None:
    header = b"{'descr': '<f4', 'shape': ("
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "a/0.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        )


def damaged_where_it_is_packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/0.npy", bytes(range(256)) * 40)
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(content)


def packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/0.npy", bytes(150_000_000))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (cut_short, "not a file of weights, or is cut short"),
        (text, "not a file of weights"),
        (of_another_program, "not a file of weights"),
        (of_objects, "not a file of weights"),
        (claiming_more_than_there_is, "not a file of weights"),
        (of_a_shape_that_does_not_end, "not a file of weights"),
        (damaged_where_it_is_packed, "not a file of weights"),
        (packed, "unpack into far more"),
        (Path.unlink, "does not exist"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_spoilt_file_is_refused_in_one_sentence(
    saved: Path, spoil: Callable[[Path], None], expected: str
) -> None:
    spoil(saved)
    with pytest.raises(WeightsError, match=expected):
        load_weights(saved)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_weights(tmp_path / "nowhere" / "a.weights.npz", WEIGHTS)


@pytest.fixture
def net() -> Network:
    inner = [placed(Dense(units=4), name="inner")]
    return network(
        Input(shape=(2, 2, 1)), Flatten(), placed(Repeat(count=3), inner), Dense(units=3)
    )


def arrays_like(net: Network) -> dict[str, Any]:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.weights import weights_of

    model = build(net, seed=77).model
    return {name: tuple(a + 1 for a in row) for name, row in weights_of(model).items()}


@pytest.mark.tensorflow
def test_weights_from_a_file_are_shown_trained_on_and_saved_again(keras: Any, net: Network) -> None:
    from cnnstudio.engine.models import Models

    weights, models = arrays_like(net), Models()
    assert len(weights) == 4
    assert models.weights_of(net) == {}
    models.give_instead(weights)
    assert_same(models.of(net).built.model, weights)
    assert models.weights_of(net).keys() == weights.keys()
    trainee = models.kept(net, seed=1)
    assert_same(trainee.built.model, weights)
    trainee.built.model.layers[-1].bias.assign_add(np.ones(3))
    last = models.weights_of(net)[net.nodes[-1].uid][1]
    assert np.allclose(last, weights[net.nodes[-1].uid][1] + 1)
    edited = net.replaced((3,), replace(net.nodes[3], block=Dense(units=5)))
    kept = models.kept(edited, seed=1).built.model
    assert_same(kept, {name: row for name, row in weights.items() if name != net.nodes[-1].uid})


@pytest.mark.tensorflow
def test_a_file_that_is_only_looked_at_leaves_what_was_trained(keras: Any, net: Network) -> None:
    from cnnstudio.engine.models import Models
    from cnnstudio.engine.weights import weights_of

    models = Models()
    trained = weights_of(models.fresh(net, seed=3).built.model)
    models.give({"ffffffff": (np.ones(3, np.float32),)})
    assert_same(models.kept(net, seed=4).built.model, trained)
    assert models.weights_of(net).keys() == trained.keys()


def assert_same(model: Any, weights: dict[str, Any]) -> None:
    from cnnstudio.engine.weights import weights_of

    found = weights_of(model)
    for name, row in weights.items():
        assert all(np.array_equal(a, b) for a, b in zip(row, found[name], strict=True)), name
