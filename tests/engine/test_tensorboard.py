"""Event files as TensorFlow itself reads them."""

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.messages import BatchDone, EpochDone, RunFinished, RunStarted
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.folders import make_writable

pytestmark = pytest.mark.tensorflow


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Return step and value of every scalar in the one event file of a folder, by tag."""
    import tensorflow as tf

    (file,) = folder.iterdir()
    found = defaultdict(list)
    for record in tf.data.TFRecordDataset([str(file)]):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            if not value.HasField("tensor"):
                continue
            assert value.metadata.plugin_data.plugin_name == "scalars"
            number = float(tf.make_ndarray(value.tensor))
            found[value.tag].append((event.step, pytest.approx(number, abs=1e-6)))
    return dict(found)


def test_a_run_is_written_under_the_names_of_keras(keras: Any, tmp_path: Path) -> None:
    from cnnstudio.engine.tensorboard import EventFiles

    files = EventFiles(tmp_path)
    files.take(RunStarted(0, 2, 3, 1, 90, 30, ("top_3_accuracy",)))
    for step in range(6):
        epoch, batch = divmod(step, 3)
        # Every other one comes too soon after the one before.
        at = 1.0 + step // 2
        files.take(BatchDone(0, epoch, batch, 1.0 + step, 0.5, at, 0.01, (0.75,)))
        if batch == 2:
            metrics = ("top_3_accuracy", 0.9), ("val_top_3_accuracy", 0.8)
            files.take(EpochDone(0, epoch, 2.0 + epoch, 0.6, 3.0 + epoch, 0.4, 1.0, metrics))
    files.take(RunFinished(0, 2, stopped=False))
    assert not files.failure
    train, validation = scalars(tmp_path / "train"), scalars(tmp_path / "validation")
    assert train["batch_loss"] == [(0, 1.0), (2, 3.0), (4, 5.0)]
    assert train["batch_learning_rate"] == [(0, 0.01), (2, 0.01), (4, 0.01)]
    assert train["batch_top_3_accuracy"] == [(0, 0.75), (2, 0.75), (4, 0.75)]
    assert train["epoch_loss"] == [(0, 2.0), (1, 3.0)]
    assert train["epoch_accuracy"] == [(0, 0.6), (1, 0.6)]
    assert train["epoch_learning_rate"] == [(0, 0.01), (1, 0.01)]
    assert train["epoch_top_3_accuracy"] == [(0, 0.9), (1, 0.9)]
    assert validation["epoch_loss"] == [(0, 3.0), (1, 4.0)]
    assert validation["epoch_top_3_accuracy"] == [(0, 0.8), (1, 0.8)]
    assert validation["evaluation_loss_vs_iterations"] == [(3, 3.0), (6, 4.0)]
    assert validation["evaluation_accuracy_vs_iterations"] == [(3, 0.4), (6, 0.4)]


def test_the_job_writes_them_while_it_trains(keras: Any, tmp_path: Path) -> None:
    from cnnstudio.jobs.resuming import Start
    from cnnstudio.jobs.training import train_job

    network = network_of(Input((8, 8, 3)), Flatten(), Dense(units=6, activation="softmax"))
    plan = TrainingPlan(data="shapes:60", epochs=2)
    console = Console(file=open(os.devnull, "w"))  # noqa: PTH123, SIM115 - nobody reads it
    with console.file:
        folder = tmp_path / "board"
        result = train_job(Start(Design("x", network, plan)), {}, None, console, tensorboard=folder)
    losses = scalars(folder / "train")["epoch_loss"]
    assert [step for step, _loss in losses] == [0, 1]
    assert losses[-1][1] == result["loss"]
    assert scalars(folder / "validation")["epoch_loss"][-1][1] == result["val_loss"]


def test_a_folder_that_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    with pytest.raises(JobError, match=r"^the folder .*file/board cannot be made"):
        make_writable(occupied / "board")
    with pytest.raises(JobError, match=r"^nothing can be written to the folder /proc"):
        make_writable(Path("/proc"))
