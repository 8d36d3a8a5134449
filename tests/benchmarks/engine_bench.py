"""The engine's two speeds, each against plain Keras in the same run, turn about."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from cnnstudio.core import resources
from cnnstudio.core.blocks import Block, Conv2D, Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.messages import EngineReady, RunFailed, RunFinished, Shutdown, Train
from cnnstudio.core.network import Network, network_of, starter_network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.launcher import Engine, launch
from cnnstudio.engine.quiet import environment, silence_tensorflow

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

_VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def train_ratio(rounds: int = 5, epochs: int = 4) -> float:
    """Return images a second of a run in the engine's process ÷ of a plain Keras `fit` script.

    Both begin with the network's description and end with its last validation; the studio's end of
    the pipe receives every event. The two processes take turns `rounds` times, and the best of
    each counts: whatever else the machine does can only add to the others.
    """
    with _plain_script(epochs) as plain, _engine() as engine:
        times = [(plain(), _engine_run(engine, run, epochs)) for run in range(rounds)]
    return min(theirs for theirs, _ours in times) / min(ours for _theirs, ours in times)


def features_ratio(rounds: int = 15) -> float:
    """Return the time to all maps of VGG16 for a new image ÷ to its bare forward pass."""
    silence_tensorflow()
    import tensorflow as tf  # takes seconds

    from cnnstudio.engine.builder import build  # reads TensorFlow
    from cnnstudio.engine.features import explorer_of
    from cnnstudio.engine.images import prepare

    built = build(vgg16(), seed=0)
    explorer = explorer_of(built)
    bare_pass = tf.function(lambda images: built.model(images, training=False))
    images = np.random.default_rng(0).integers(0, 256, (rounds, 224, 224, 3), np.uint8)

    def look(image: np.ndarray) -> None:
        explorer.maps(prepare(image, (224, 224, 3), "0..1"))

    def pass_through(image: np.ndarray) -> None:
        bare_pass(tf.constant(image[np.newaxis], tf.float32)).numpy()

    look(images[0])
    pass_through(images[0])
    return statistics.median(_seconds(look, i) / _seconds(pass_through, i) for i in images)


def vgg16() -> Network:
    """Return the network of Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556."""
    body: list[Block] = []
    for filters, convolutions in _VGG16:
        body += [Conv2D(filters=filters, padding="same", activation="relu")] * convolutions
        body += [MaxPooling2D()]
    head = [Dense(units=4096, activation="relu")] * 2
    classes = Dense(units=1000, activation="softmax")
    return network_of(Input(shape=(224, 224, 3)), *body, Flatten(), *head, classes)


def _seconds(work: Callable[[np.ndarray], None], image: np.ndarray) -> float:
    began = time.perf_counter()
    work(image)
    return time.perf_counter() - began


@contextmanager
def _plain_script(epochs: int) -> Iterator[Callable[[], float]]:
    """Start the script; each call has it train once and returns the seconds it took."""
    data = str(resources.path("datasets", "mnist-5k.npz"))
    with subprocess.Popen(
        [sys.executable, "-c", _PLAIN_SCRIPT, data, str(epochs)],
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


@contextmanager
def _engine() -> Iterator[Engine]:
    engine = launch()
    try:
        assert isinstance(engine.connection.recv(), EngineReady)
        yield engine
        engine.connection.send(Shutdown())
    finally:
        engine.kill()


def _engine_run(engine: Engine, run: int, epochs: int) -> float:
    began = time.monotonic()
    engine.connection.send(Train(run, starter_network(), TrainingPlan(epochs=epochs)))
    while not isinstance(event := engine.connection.recv(), RunFinished | RunFailed):
        pass
    assert isinstance(event, RunFinished)
    return time.monotonic() - began


if __name__ == "__main__":
    print(json.dumps({"train_ratio": train_ratio(), "features_ratio": features_ratio()}))
