"""Training from the command line on a person's own data: real processes, real files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core import document
from cnnstudio.core.blocks import Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from tests.engine.data_on_disk import bad_files, shape_folder
from tests.test_cli import run


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "shapes.cnn.json"
    network = network_of(
        Input((16, 16, 3)), MaxPooling2D(), Flatten(), Dense(units=6, activation="softmax")
    )
    document.save(Design("shapes", network), path)
    return path


@pytest.mark.tensorflow
def test_a_folder_is_learned_from_and_the_saved_design_knows_where_it_is(
    tmp_path: Path, design: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape_folder(tmp_path / "photos", 60)
    reasons = bad_files(tmp_path / "photos" / "star")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    (tmp_path / "plan.json").write_text('{"epochs": 5, "optimizer": "SGD", "resize": "stretch"}')
    code, printed, told = run(
        "train", design, "--data", "folder:photos", "--resize", "fit", "--split", "random",
        "--plan", "plan.json", "--set", "momentum=0.9", "--epochs", "1", "--out", out, "--json",
    )  # fmt: skip
    assert code == 0, told
    result = json.loads(printed)
    assert (result["epochs"], result["left_out"]) == (1, len(reasons))
    plan = document.load(out / "design.cnn.json").plan
    assert plan.data == f"folder:{tmp_path / 'photos'}"
    assert (plan.resize, plan.split) == ("fit", "random")
    assert (plan.epochs, plan.optimizer, plan.momentum) == (1, "SGD", 0.9)
    assert "5 files are left out of the data" in told
    assert "empty.png is empty" in told.replace("\n", "")


@pytest.mark.tensorflow
def test_arrays_and_shapes_are_learned_from_too(tmp_path: Path, design: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=images, y=np.arange(24) % 6)
    for data in (f"npz:{tmp_path / 'a.npz'}", "shapes:60?seed=1"):
        code, _printed, told = run(
            "train", design, "--data", data, "--epochs", "1", "--out", tmp_path / "out"
        )
        assert code == 0, told


def test_data_that_is_none_is_wrong_usage(tmp_path: Path, design: Path) -> None:
    code, printed, _told = run(
        "train", design, "--data", "minst", "--out", tmp_path / "out", "--json"
    )
    assert code == 2
    assert "there is no data 'minst': expected one of mnist-5k" in json.loads(printed)["error"]


@pytest.mark.tensorflow
def test_data_that_cannot_be_read_is_a_failure_in_one_sentence(
    tmp_path: Path, design: Path
) -> None:
    code, printed, _told = run(
        "train", design, "--data", f"folder:{tmp_path / 'nowhere'}", "--out", tmp_path / "out",
        "--json",
    )  # fmt: skip
    assert code == 1
    assert (
        "nowhere cannot be read: the file or its folder does not exist"
        in json.loads(printed)["error"]
    )
