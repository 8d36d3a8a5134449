"""Training in the studio, window and curves and all, against plain Keras, turn about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from cnnstudio.app import Studio, make_application
from cnnstudio.core import resources
from cnnstudio.core.document import starter_design
from cnnstudio.engine.quiet import environment
from cnnstudio.ui.training.run_record import RunState
from cnnstudio.ui.workspaces import TRAIN
from tests.benchmarks.session import wait_for

_PLAIN_SCRIPT = """
import sys
import time

import keras
import numpy as np
from keras import layers

with np.load(sys.argv[1]) as arrays:
    x, y = arrays["x"], arrays["y"]
epochs = int(sys.argv[2])
order = np.random.default_rng(0).permutation(len(x))
x, y = x[order].reshape(-1, 28, 28, 1).astype("float32") / 255, y[order]
print("ready", flush=True)
for _line in sys.stdin:
    began = time.monotonic()
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        x[:4000], y[:4000], batch_size=32, epochs=epochs,
        validation_data=(x[4000:], y[4000:]), verbose=0,
    )
    print(time.monotonic() - began, flush=True)
"""


def train_ratio_small(rounds: int = 5, epochs: int = 4) -> float:
    """Return images a second of a run in the studio ÷ of a plain Keras `fit` script.

    The studio's window is open and draws the curves as they come. Both begin with the network's
    description and end with its last validation. The two processes take turns `rounds` times, and
    the best of each counts: whatever else the machine does can only add to the others.
    """
    make_application()
    design = starter_design()
    studio = Studio(replace(design, plan=replace(design.plan, epochs=epochs)))
    wait_for(studio.trainer.ready, studio.show)
    studio.window.show_workspace(TRAIN)
    data = str(resources.path("datasets", "mnist-5k.npz"))
    with plain_script(_PLAIN_SCRIPT, data, str(epochs)) as plain:
        times = [(plain(), _studio_run(studio)) for _round in range(rounds)]
    studio.close()
    return min(theirs for theirs, _ours in times) / min(ours for _theirs, ours in times)


def _studio_run(studio: Studio) -> float:
    began = time.monotonic()
    wait_for(studio.trainer.run_ended, studio.window.actions_["train"].trigger)
    assert studio.record.state is RunState.FINISHED
    return time.monotonic() - began


@contextmanager
def plain_script(script: str, *arguments: str) -> Iterator[Callable[[], float]]:
    """Start a script that says it is ready; each call has it train once and returns its seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=environment(os.environ),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        ask, answers = process.stdin, process.stdout
        assert answers.readline() == "ready\n"

        def run() -> float:
            ask.write("run\n")
            ask.flush()
            return float(answers.readline())

        yield run


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"train_ratio_small": train_ratio_small()}) + "\n")
