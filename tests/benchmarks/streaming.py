"""Training from a folder of images: how much memory it takes, and how fast it is.

Both are measured while each image is decoded for the first time. The folder lies in the folder for
temporary files; the studio's caches go there too.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from cnnstudio.core.blocks import Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.data.shapes import LABELS, draw
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.messages import BatchDone, Event, RunFailed
from cnnstudio.core.network import Network, network_of
from cnnstudio.engine.quiet import silence_tensorflow
from cnnstudio.engine.stop_flag import StopFlag

SIDE = 64
FEW, MANY = 1_000, 100_000
_DIFFERENT = 1_000
_WARM = 12
"""Batches of a run that are not timed: the first of them are traced and fill the pipeline."""


def stream_rss_mb() -> float:
    """Return by how many MB the most memory a run takes grows from 1,000 images to 100,000.

    A run learns from each once, in a process of its own. The network is small, so that most of the
    time is spent on reading; the files are 1,000 different ones, with 100 names each.
    """
    with tempfile.TemporaryDirectory() as folder:
        originals = list(_write(Path(folder) / "few", _DIFFERENT))
        for number in range(MANY):
            original = originals[number % len(originals)]
            target = Path(folder) / "many" / original.parent.name / f"{number}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(original, target)
        few, many = (_memory_of_a_run(Path(folder) / name) for name in ("few", "many"))
    return (many - few) / 2**20


def stream_ratio(rounds: int = 3, count: int = 3_000) -> float:
    """Return images a second out of a folder ÷ out of memory, for the document's network at 64×64.

    The runs take turns, and the best of each counts.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = list(_write(root / "files", count))
        images = np.stack([np.asarray(Image.open(file)) for file in files])
        np.savez(root / "a.npz", x=images, y=[LABELS.index(file.parent.name) for file in files])
        sources = f"folder:{root / 'files'}", f"npz:{root / 'a.npz'}"
        speeds = [[_speed(source) for source in sources] for _round in range(rounds)]
    return max(files for files, _memory in speeds) / max(memory for _files, memory in speeds)


def run(network: Network, source: str) -> list[BatchDone]:
    """Train a network once on all images of a source, and return what is told of its batches."""
    silence_tensorflow()
    from cnnstudio.engine.training import train_design

    batches: list[BatchDone] = []

    def take(event: Event) -> None:
        if isinstance(event, BatchDone):
            batches.append(event)
        assert not isinstance(event, RunFailed), event.message

    plan = replace(Design().plan, data=source, epochs=1, validation_split=0.01)
    train_design(Design("stream", network, plan), take, StopFlag())
    return batches


def small_network() -> Network:
    """Return a network that takes less time than reading what it learns from."""
    pool = MaxPooling2D(pool_size=(8, 8))
    return network_of(Input((SIDE, SIDE, 3)), pool, Flatten(), Dense(units=6, activation="softmax"))


def _speed(source: str) -> float:
    _input, *middle, _dense = (node.block for node in starter_design().network.nodes)
    last = Dense(units=len(LABELS), activation="softmax")
    network = network_of(Input((SIDE, SIDE, 3)), *middle, last)
    batches = run(network, source)
    return (len(batches) - _WARM) / (batches[-1].at - batches[_WARM - 1].at)


def _memory_of_a_run(folder: Path) -> int:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.streaming", str(folder)],
        stdout=subprocess.PIPE, text=True, check=True,
        env={**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache")},
    )  # fmt: skip
    return int(answer.stdout)


def _write(root: Path, count: int) -> list[Path]:
    """Write shapes as JPEG files of 64×64 with a sub-folder a class."""
    images, classes = draw(count, seed=0)
    paths = []
    for number, (image, label) in enumerate(zip(images, classes, strict=True)):
        path = root / LABELS[label] / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).resize((SIDE, SIDE)).save(path, quality=90)
        paths.append(path)
    return paths


if __name__ == "__main__":
    if sys.argv[1:]:
        run(small_network(), f"folder:{sys.argv[1]}")
        sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\n")
    else:
        figures = {"stream_rss_mb": stream_rss_mb(), "stream_ratio": stream_ratio()}
        sys.stdout.write(json.dumps(figures) + "\n")
