"""Models and code in and out on the command line: real processes, real files."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image

from cnnstudio.core import document
from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.network import network_of
from cnnstudio.core.source.writing import write_source
from tests.test_cli import run

pytestmark = pytest.mark.tensorflow


def layer(kind: str, name: str, *reads: str, **config: Any) -> dict[str, Any]:
    nodes = [[[read, 0, 0, {}] for read in reads]] if reads else []
    return {
        "class_name": kind, "name": name, "config": {"name": name, **config},
        "inbound_nodes": nodes,
    }  # fmt: skip


def described(path: Path, middle: dict[str, Any]) -> Path:
    """Write a model as `model.to_json()` does, of an Input, a layer and a Dense."""
    entry = layer("InputLayer", "in", batch_input_shape=[None, 6])
    layers = [entry, middle, layer("Dense", "out", middle["name"], units=2)]
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [["out", 0, 0]]}
    config = {"name": "little", "layers": layers, **ends}
    path.write_text(json.dumps({"class_name": "Functional", "config": config}))
    return path


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "digits.py"
    path.write_text(write_source(starter_design().network).text)
    return path


@pytest.fixture
def model(keras: Any, tmp_path: Path) -> Path:
    layers = keras.layers
    row = [keras.Input((6, 6, 2)), layers.Conv2D(3, 3, name="edges"), layers.Flatten()]
    path = tmp_path / "model.keras"
    keras.Sequential([*row, layers.Dense(4, activation="softmax")], name="small").save(path)
    return path


@pytest.fixture(scope="module")
def keras() -> Any:
    from cnnstudio.engine.quiet import silence_tensorflow

    silence_tensorflow()
    import keras

    return keras


def test_code_and_models_are_summed_up_without_tensorflow(code: Path, model: Path) -> None:
    for path, weights in ((code, 109_066), (model, 57 + 196)):
        status, out, err = run("summary", path, "--json", KERAS_BACKEND="none there is")
        assert (status, err) == (0, "")
        assert json.loads(out)["total_weights"] == weights


def test_a_description_is_told_from_a_design(tmp_path: Path) -> None:
    path = described(tmp_path / "model.json", layer("ReLU", "relu", "in"))
    status, out, err = run("summary", path, "--json")
    assert status == 0
    assert json.loads(out)["total_weights"] == 14
    assert "starts from new ones" in err
    document.save(starter_design(), tmp_path / "design.json")
    assert run("summary", tmp_path / "design.json")[0] == 0


def test_a_model_becomes_a_design_with_its_weights_and_a_model_again(
    keras: Any, model: Path, tmp_path: Path
) -> None:
    design, again = tmp_path / "mine.cnn.json", tmp_path / "again.keras"
    status, out, err = run("import", model, "-o", design, "--json")
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert (result["opaque"], result["total_weights"]) == (0, 253)
    assert Path(result["weights"]) == tmp_path / "mine.weights.npz"
    assert document.load(design).name == "small"

    status, out, err = run("export", design, "--to", again, "--verify", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["difference"] <= 1e-6
    before, after = (keras.models.load_model(path, compile=False) for path in (model, again))
    numbers = np.random.default_rng(0).random((2, 6, 6, 2), np.float32)
    assert np.allclose(before(numbers), after(numbers), atol=1e-6)
    assert [one.name for one in after.layers[1:]] == [one.name for one in before.layers]


def test_code_becomes_a_design_and_what_is_not_understood_is_named_with_its_line(
    code: Path, tmp_path: Path
) -> None:
    design = tmp_path / "d.cnn.json"
    assert run("import", code, "--out", design) [0] == 0  # fmt: skip
    assert analyse(document.load(design).network).total_weights == 109_066
    code.write_text("import keras\n__import__('os').system('touch /tmp/x')\n")
    status, _out, err = run("import", code, "--out", design)
    assert status == 1
    assert "makes no network: line " in err
    assert analyse(document.load(design).network).total_weights == 109_066


def test_a_lambda_is_kept_and_told_of_and_cannot_be_exported(tmp_path: Path) -> None:
    path = described(tmp_path / "m.json", layer("Lambda", "mine", "in", function="4wEAAAA="))
    design = tmp_path / "d.cnn.json"
    status, out, err = run("import", path, "-o", design)
    assert status == 1
    assert "opaque: 1" in out
    assert "was not run (safe mode)" in err
    assert document.load(design).network.nodes[1].block.kind == "Opaque"
    status, _out, err = run("export", design, "--to", tmp_path / "m.keras")
    assert status == 1
    assert "holds Lambda" in err
    assert not (tmp_path / "m.keras").exists()


def test_weights_of_a_saved_model_fit_the_code_it_is_written_as(
    keras: Any, model: Path, tmp_path: Path
) -> None:
    code, weights, again = (tmp_path / name for name in ("m.py", "m.weights.h5", "b.weights.h5"))
    assert run("export", model, "--to", code, "--verify")[0] == 0
    assert run("export", model, "--to", weights)[0] == 0
    status, out, err = run("export", code, "--to", again, "--weights", weights, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["weights"] == 253
    loaded = keras.models.load_model(model, compile=False)
    before = [np.asarray(weight) for weight in loaded.weights]
    loaded.load_weights(again)
    assert all(np.array_equal(a, b) for a, b in zip(before, loaded.weights, strict=True))


def test_what_cannot_be_exported_is_told_in_one_line(model: Path, tmp_path: Path) -> None:
    status, _out, err = run("export", model, "--to", tmp_path / "m.docx")
    assert status == 2
    assert "there is no form .docx" in err.casefold()
    other = tmp_path / "other.cnn.json"
    document.save(Design("o", network_of(Input(shape=(3,)), Flatten(), Dense(units=9))), other)
    status, _out, err = run("export", other, "--to", tmp_path / "m.keras", "--weights", model)
    assert status == 1
    assert "no weights that fit" in err
    status, out, _err = run("export", tmp_path / "no.keras", "--to", tmp_path / "m", "--json")
    assert status == 1
    assert "does not exist" in json.loads(out)["error"]
    assert not (tmp_path / "m").exists()


def test_a_design_is_looked_into_with_the_weights_beside_it(model: Path, tmp_path: Path) -> None:
    image, design = tmp_path / "grey.png", tmp_path / "d.cnn.json"
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(image)
    # Two channels are no image: the same weights behind a block that makes two of one.
    assert run("import", model, "-o", design)[0] == 0
    read = document.load(design)
    network = read.network
    entry = replace(network.nodes[0], block=Input(shape=(6, 6, 1)))
    pair = network.placed(Conv2D(filters=2, kernel_size=(1, 1), kernel_initializer="ones"))
    network = network.replaced((0,), entry).inserted((1,), pair)
    document.save(replace(read, network=network), design)
    assert run("features", design, "--image", image, "--out", tmp_path / "with")[0] == 0
    (tmp_path / "d.weights.npz").unlink()
    assert run("features", design, "--image", image, "--out", tmp_path / "without")[0] == 0

    def maps(folder: str) -> Any:
        return np.load(tmp_path / folder / "edges.npz")["edges"]

    assert maps("with").shape == maps("without").shape == (4, 4, 3)
    assert not np.allclose(maps("with"), maps("without"))
    with zipfile.ZipFile(model) as archive:
        stored = h5py.File(io.BytesIO(archive.read("model.weights.h5")))["layers/conv2d/vars"]
        kernel, bias = np.array(stored["0"]), np.array(stored["1"])
    name = network.nodes[1].name
    entered = np.load(tmp_path / "with" / f"{name}.npz")[name]
    first = np.tensordot(entered[:3, :3], kernel, 3) + bias
    assert np.allclose(maps("with")[0, 0], first, atol=1e-5)


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_the_architecture_is_exported_as_a_figure_without_keras(
    tmp_path: Path, suffix: str
) -> None:
    design, figure = tmp_path / "lesson.cnn.json", tmp_path / f"figure{suffix}"
    document.save(starter_design(), design)
    status, out, _err = run("export", design, "--to", figure)
    assert status == 0
    assert str(figure) in out
    assert figure.stat().st_size > 1000
