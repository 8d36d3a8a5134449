"""Models in the forms that other programs take, read back by those programs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    Input,
    Parallel,
    Repeat,
)
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from tests.core.build import network, placed
from tests.engine.test_files import nearly_full_disk

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

PLAN = TrainingPlan()
HAS_ONNX = all(map(importlib.util.find_spec, ("tf2onnx", "onnx", "onnxruntime")))


@pytest.fixture(scope="module")
def net() -> Network:
    body = [placed(Conv2D(filters=4, padding="same"), name="inner"), placed(BatchNormalization())]
    return network(
        placed(Input(shape=(8, 8, 4)), name="image"),
        placed(Parallel(), body, [], name="skip"),
        placed(Activation(activation="relu"), name="relu"),
        placed(Repeat(count=2), [placed(Conv2D(filters=4), name="twice")], name="loop"),
        placed(Flatten(), name="flat"),
        placed(Dense(units=3, activation="softmax"), name="classes"),
    )


@pytest.fixture(scope="module")
def model(net: Network, keras: Any) -> Any:
    from cnnstudio.engine.builder import build

    return build(net, seed=5).model


FORMS = ["m.keras", "m.weights.h5", "folder", "m.tflite", "m.py"]


@pytest.mark.parametrize("name", FORMS)
def test_an_exported_model_computes_the_same_where_it_is_read(
    name: str, net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.export_forms import export_model
    from cnnstudio.engine.reading_back import exported_difference

    path = tmp_path / name
    export_model(path, net, PLAN, model)
    assert [found.name for found in tmp_path.iterdir()] == [name]
    assert exported_difference(path, net, model) <= 1e-6
    # Again, over what is there.
    export_model(path, net, PLAN, model)
    assert [found.name for found in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(not HAS_ONNX, reason="cnnstudio[onnx] is not installed")
def test_an_onnx_file_computes_the_same_under_onnxruntime(
    net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.export_forms import export_model
    from cnnstudio.engine.reading_back import exported_difference

    export_model(tmp_path / "m.onnx", net, PLAN, model)
    assert exported_difference(tmp_path / "m.onnx", net, model) <= 1e-5
    assert [found.name for found in tmp_path.iterdir()] == ["m.onnx"]


def test_weights_that_are_not_those_of_the_design_are_seen(
    net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export_forms import export_model
    from cnnstudio.engine.reading_back import exported_difference

    export_model(tmp_path / "m.keras", net, PLAN, build(net, seed=6).model)
    assert exported_difference(tmp_path / "m.keras", net, model) > 1e-3


def test_without_its_libraries_onnx_is_refused_with_the_line_to_type(
    net: Network, model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnstudio.engine import export_forms

    find = importlib.util.find_spec
    absent = lambda name: None if name == "tf2onnx" else find(name)  # noqa: E731
    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(export_forms.ExportError, match=r'pip install "cnnstudio\[onnx\]"'):
        export_forms.export_model(tmp_path / "m.onnx", net, PLAN, model)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["m.txt", "m.h5", "m.onnx.zip"])
def test_a_name_that_asks_for_no_form_is_refused(
    name: str, net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.export_forms import ExportError, export_model

    with pytest.raises(ExportError, match="expected a name that ends in"):
        export_model(tmp_path / name, net, PLAN, model)


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5", "m.tflite"])
def test_on_a_full_disk_what_was_there_stays(
    name: str, net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.errors import EngineError
    from cnnstudio.engine.export_forms import export_model

    path = tmp_path / name
    path.write_text("before")
    with nearly_full_disk(), pytest.raises((OSError, EngineError)):
        export_model(path, net, PLAN, model)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_no_saved_model_is_never_replaced(
    net: Network, model: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.export_forms import ExportError, export_model

    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "mine.png").write_text("mine")
    with pytest.raises(ExportError, match="is no SavedModel"):
        export_model(folder, net, PLAN, model)
    assert [path.name for path in tmp_path.rglob("*")] == ["photos", "mine.png"]
    with pytest.raises(FileNotFoundError):
        export_model(tmp_path / "nowhere" / "folder", net, PLAN, model)
