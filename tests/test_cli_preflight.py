"""What a run would take, from the command line."""

import json
from pathlib import Path

import pytest

from cnnstudio.core import document
from cnnstudio.core.document import starter_design
from tests.test_cli import run


@pytest.mark.tensorflow
def test_a_dry_run_says_what_a_run_would_take_and_writes_nothing(tmp_path: Path) -> None:
    file, out = tmp_path / "d.cnn.json", tmp_path / "out"
    document.save(starter_design(), file)
    home = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "data")}
    code, printed, told = run(
        "train", file, "--out", out, "--batch-size", "64", "--dry-run", "--json", **home
    )
    assert code == 0, told
    found = json.loads(printed)
    assert found["weights"] == 109_066
    assert found["batches"] == 63
    assert 0 < found["memory"] < found["memory_free"]
    assert found["run_seconds"] > found["later_epoch_seconds"] > 0
    assert found["forecasts_off_by"] is None
    assert not out.exists()
    assert not (tmp_path / "data" / "cnnstudio" / "runs").exists()
    code, _printed, told = run("train", file, "--data", "folder:/nowhere", "--dry-run", **home)
    assert code == 1
    assert "the folder /nowhere cannot be read" in told.replace("\n", " ").replace("The f", "the f")
