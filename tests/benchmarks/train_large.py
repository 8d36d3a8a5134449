"""Training of a ResNet-18 at 64×64 in the studio against plain Keras, turn about.

Of each run only the epochs after the first are timed: the first compiles, which takes as long as
dozens of batches, on both sides.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Input
from cnnstudio.core.data.shapes import LABELS, draw
from cnnstudio.core.document import Design
from cnnstudio.core.network import Network
from cnnstudio.core.source.writing import write_source
from cnnstudio.core.templates import template
from cnnstudio.ui.training.run_record import RunState
from cnnstudio.ui.workspaces import TRAIN
from tests.benchmarks.session import wait_for
from tests.benchmarks.train import plain_script

SIDE = 64
IMAGES, KEPT_BACK, BATCH = 420, 36, 32
"""Twelve batches to learn from and two to validate, with as many images of each class."""
EPOCHS = 3

_PLAIN_SCRIPT = """
import sys
import time

import keras
import numpy as np

with np.load(sys.argv[1]) as arrays:
    x, y = arrays["x"], arrays["y"]
code, epochs, kept_back = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
x = x.astype("float32") / 255
print("ready", flush=True)
for _line in sys.stdin:
    names = {}
    exec(code, names)
    model = names["model"]
    ends = []
    noted = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.monotonic()))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        x[kept_back:], y[kept_back:], batch_size=32, epochs=epochs,
        validation_data=(x[:kept_back], y[:kept_back]), verbose=0, callbacks=[noted],
    )
    print(ends[-1] - ends[0], flush=True)
"""


def train_ratio_large(rounds: int = 3) -> dict[str, float]:
    """Return images a second in the studio ÷ of a plain Keras `fit` script, and those themselves.

    The network of the plain script is the code that the studio writes of its own.
    """
    make_application()
    network = resnet_18()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shapes.npz"
        write_shapes(path)
        plan = replace(
            Design().plan,
            data=f"npz:{path}",
            epochs=EPOCHS,
            batch_size=BATCH,
            validation_split=KEPT_BACK / IMAGES,
        )
        studio = Studio(Design("large", network, plan))
        wait_for(studio.trainer.ready, studio.show)
        studio.window.show_workspace(TRAIN)
        code = write_source(network).text
        with plain_script(_PLAIN_SCRIPT, str(path), code, str(EPOCHS), str(KEPT_BACK)) as plain:
            times = [(plain(), _studio_run(studio)) for _round in range(rounds)]
        studio.close()
    theirs, ours = min(t for t, _o in times), min(o for _t, o in times)
    learned = (IMAGES - KEPT_BACK) * (EPOCHS - 1)
    return {
        "train_ratio_large": theirs / ours,
        "train_large_images_s": learned / ours,
    }


def resnet_18() -> Network:
    """Return the template's network for shapes at 64×64."""
    network = template("resnet-18").network((SIDE, SIDE, 3), len(LABELS))
    entry = network.nodes[0].block
    assert isinstance(entry, Input)
    assert entry.shape == (SIDE, SIDE, 3)
    return network


def write_shapes(path: Path) -> None:
    """Write shapes, each pixel doubled both ways, so that either side only reads them."""
    images, classes = draw(IMAGES, seed=0)
    larger = images.repeat(SIDE // images.shape[1], axis=1).repeat(SIDE // images.shape[2], axis=2)
    np.savez(path, x=larger, y=classes)


def _studio_run(studio: Studio) -> float:
    ends: list[float] = []

    def note(*_event: object) -> None:
        ends.append(studio.record.seconds)

    studio.trainer.epoch_done.connect(note)
    wait_for(studio.trainer.run_ended, studio.window.actions_["train"].trigger)
    studio.trainer.epoch_done.disconnect(note)
    assert studio.record.state is RunState.FINISHED, studio.record.message
    assert studio.record.started is not None
    assert studio.record.started.images == IMAGES - KEPT_BACK
    return ends[-1] - ends[0]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(train_ratio_large()) + "\n")
