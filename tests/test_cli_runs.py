"""Kept runs on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core import document
from cnnstudio.core.document import starter_design
from cnnstudio.core.runs.kept import EpochRow, KeptState
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import RunHead, begun
from tests.test_cli import run


@pytest.fixture
def kept() -> str:
    """The id of a run that was stopped in its second epoch."""
    store = RunStore()
    writer = begun(store, RunHead(starter_design(), "window", {"keras": "3"}))
    writer.begin(8, 10)
    writer.add_points(0, np.zeros((13, 4), np.float32))
    writer.add_epoch(EpochRow(0, 10, {"loss": 0.5, "val_accuracy": 0.875}), is_best=True)
    writer.close(KeptState.STOPPED)
    store.close()
    return writer.id


def test_runs_are_listed_told_and_deleted(kept: str) -> None:
    code, out, _err = run("runs", "--json")
    (listed,) = json.loads(out)["runs"]
    assert code == 0
    assert listed["id"] == kept
    assert (listed["state"], listed["done_epochs"], listed["best_epoch"]) == ("stopped", 1, 1)
    code, out, _err = run("runs", "last", "--json")
    told = json.loads(out)
    assert told["epoch_numbers"] == [{"epoch": 1, "loss": 0.5, "val_accuracy": 0.875}]
    assert told["plan"]["epochs"] == 8
    code, out, _err = run("runs", kept[-4:])
    assert code == 0
    assert "0.8750" in out
    assert run("runs", kept, "--delete")[0] == 0
    code, out, _err = run("runs")
    assert code == 0
    assert "no run is kept yet" in out


def test_a_run_that_is_not_there_is_told_in_one_line(kept: str) -> None:
    code, _out, err = run("runs", "nonsense")
    assert code == 1
    assert "there is no run 'nonsense'" in err.lower()
    code, _out, err = run("train", "--resume", "nonsense")
    assert code == 1
    assert len(err.splitlines()) == 1


def test_what_a_run_that_goes_on_cannot_take_is_wrong_usage(kept: str, tmp_path: Path) -> None:
    path = tmp_path / "d.cnn.json"
    document.save(starter_design(), path)
    for words, told in (
        (("train",), "--resume with a kept run"),
        (("train", path, "--resume", "last"), "has its own design"),
        (("train", "--resume", "last", "--batch-size", "8"), "batch_size cannot be given"),
        (("train", path, "--checkpoint-every", "0"), "from 0.1 to 1440"),
        (("runs", "--delete"), "--delete needs a run"),
    ):
        code, _out, err = run(*words)
        assert code == 2, words
        assert told in " ".join(err.split())
