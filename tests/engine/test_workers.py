"""Several workers, each a real process, learn what one learns, and end together."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.core import document
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.document import Design
from cnnstudio.core.messages import EpochDone, Event
from cnnstudio.core.network import network_of
from tests.free_ports import free_ports

pytestmark = pytest.mark.tensorflow

LONGEST = 120
NEVER = "4000"
"""Epochs that no run of these tests comes to the end of."""
NETWORK = network_of(
    Input((32, 32, 3)),
    Conv2D(filters=4, activation="relu"),
    MaxPooling2D(pool_size=(4, 4)),
    Flatten(),
    Dense(units=6, activation="softmax"),
)
# The last of eight batches is smaller than the others, and has an odd number of images.
PLAN = replace(Design().plan, data="shapes:301", epochs=3, batch_size=32)
DESIGN = Design("shapes", NETWORK, PLAN)


@contextmanager
def started(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnstudio", "train", "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "400", **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    heard: list[str] = []
    for line in process.stderr:
        heard.append(line)
        if words in line:
            return
    pytest.fail(f"never said {words}: {heard}")


def end_of(process: subprocess.Popen[str], code: int = 0) -> dict[str, Any]:
    out, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == code, errors
    result: dict[str, Any] = json.loads(out)
    return result


def losses_of_one(epochs: int) -> EpochDone:
    """Return what the last epoch of a run in this process says."""
    from cnnstudio.engine.stop_flag import StopFlag
    from cnnstudio.engine.training import train_design

    done: list[EpochDone] = []

    def take(event: Event) -> None:
        if isinstance(event, EpochDone):
            done.append(event)

    train_design(replace(DESIGN, plan=replace(PLAN, epochs=epochs)), take, StopFlag())
    return done[-1]


def test_two_workers_learn_as_one_and_go_on_after_one_was_killed(
    keras: Any, tmp_path: Path
) -> None:
    path = tmp_path / "shapes.cnn.json"
    document.save(DESIGN, path)
    first, second = (f"127.0.0.1:{port}" for port in free_ports(2))
    options = ["--workers", f"{first},{second}", "--wait", str(LONGEST)]
    helper_options = [*options, "--index", "1"]
    chief_options = [*options, "--index", "0", "--epochs", NEVER]
    with (
        started(str(path), *chief_options, "--checkpoint-every", "0.1") as chief,
        started(*helper_options) as helper,
    ):
        wait_for(chief, "epoch 2 of")
        helper.kill()
        said = end_of(chief, 1)["error"]
        assert said.startswith(f"worker 1 at {second} is gone")
        assert "--resume last" in said

    config = {"cluster": {"worker": [first, second]}, "task": {"type": "worker", "index": 0}}
    whole = "--resume", "last", "--epochs", NEVER, "--out", str(tmp_path / "out")
    with (
        started(*whole, TF_CONFIG=json.dumps(config)) as chief,
        started(*helper_options) as helper,
    ):
        wait_for(chief, "epoch 4 of")
        helper.send_signal(signal.SIGINT)
        ends = end_of(chief), end_of(helper)
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert ends[0][name] == ends[1][name]
    assert all(end["stopped"] for end in ends)
    expected = losses_of_one(ends[0]["epochs"])
    assert ends[0]["loss"] == pytest.approx(expected.loss, rel=0.01)
    assert ends[0]["val_loss"] == pytest.approx(expected.val_loss, rel=0.01)
    model = keras.models.load_model(tmp_path / "out" / "model.keras")
    assert model.count_params() == 1294


_TWO_DEVICES = """
import json, sys
from cnnstudio.engine.quiet import silence_tensorflow
silence_tensorflow()
import tensorflow as tf
card = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(card, [tf.config.LogicalDeviceConfiguration()] * 2)
from cnnstudio.engine.distribution import ALONE, Distribution
from tests.engine.test_workers import losses_on
two = Distribution(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]))
print(json.dumps([losses_on(ALONE), losses_on(two)]))
"""


def losses_on(distribution: Any) -> list[list[float]]:
    """Return the losses of two runs of the window, the second of which goes on with the first."""
    import numpy as np

    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.models import Models
    from cnnstudio.engine.run import Run
    from cnnstudio.engine.stop_flag import StopFlag
    from cnnstudio.engine.training import carry_out

    models, told = Models(distribution), []

    def take(event: Event) -> None:
        if isinstance(event, EpochDone):
            told.append([event.loss, event.accuracy, event.val_loss or 0.0])

    # Its last batch has a single image.
    plan = replace(PLAN, batch_size=30, epochs=2, keep_best=True)
    for make in (models.fresh, models.kept):
        run = Run(0, plan, take, StopFlag(), FittedImages(), distribution=distribution)
        carry_out(run, lambda make=make: make(NETWORK, plan.seed))  # type: ignore[misc]
    maps = models.explorer(NETWORK).maps(np.ones((32, 32, 3), np.float32))
    return [*told, [float(np.abs(values).sum()) for values in maps.values()]]


def test_two_devices_of_one_machine_learn_as_one() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _TWO_DEVICES],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LONGEST,
    )
    one, two = json.loads(answer.stdout)
    assert len(one) == 5
    for expected, found in zip(one, two, strict=True):
        assert found == pytest.approx(expected, rel=1e-3)
