"""A large network is looked at in the real window, with the real engine.

`features_ratio` is from another image to the painted grid of the selected block, ÷ one bare forward
pass right after it, of all rounds the median; `block_switch_ms` from another selected block, of 512
channels and not looked at before, to its painted grid; `map_memory` what the studio itself takes
meanwhile, in MiB.
"""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import psutil

from cnnstudio.app import Studio, make_application
from cnnstudio.core import resources
from cnnstudio.core.document import starter_design
from cnnstudio.core.look_messages import FileImage
from cnnstudio.ui.workspaces import LOOK
from tests.benchmarks.features import vgg16
from tests.benchmarks.session import breathe, wait_for

ROUNDS = 16
CHANNELS = 512
SETTLING = 4
FIRST = 1
"""The block whose grid is painted for each new image: the largest."""


def measure() -> dict[str, float]:
    """Return the figures."""
    make_application()
    network = vgg16()
    studio = Studio(replace(starter_design(), network=network))
    window = studio.window
    wait_for(window.pages.prepared, studio.show)
    wait_for(studio.trainer.ready)
    window.resize(1440, 900)
    facts = studio.design.report.facts
    shapes = {node.uid: facts[node.uid].output_shape for node in network.nodes}
    large = [uid for uid, shape in shapes.items() if shape and shape[-1] == CHANNELS]
    window.stack.select([network.nodes[FIRST].uid])
    viewer = window.pages.viewer
    wait_for(viewer.painted, lambda: window.show_workspace(LOOK))
    folder = resources.path("images")
    images = sorted(folder.glob("*.png")) + sorted(folder.glob("*.jpg"))
    bare = BarePass()
    looks: list[float] = []
    passes: list[float] = []
    switches: list[float] = []
    for number in range(ROUNDS):
        if number:
            wait_for(viewer.painted, partial(window.stack.select, [network.nodes[FIRST].uid]))
        _settle()
        image = FileImage(str(images[number % len(images)]))
        began = time.perf_counter()
        # The maps are in the window once they have arrived, and only then can they be painted.
        wait_for(viewer.inquiry.arrived, partial(viewer.set_image, image))
        wait_for(viewer.painted)
        looks.append(time.perf_counter() - began)
        _settle()
        passes.append(bare.seconds())
        for uid in large:
            began = time.perf_counter()
            wait_for(viewer.painted, partial(window.stack.select, [uid]))
            switches.append(time.perf_counter() - began)
            _settle()
    memory = psutil.Process().memory_info().rss / 2**20
    studio.close()
    bare.end()
    ratios = [look / alone for look, alone in zip(looks[1:], passes[1:], strict=True)]
    return {
        "features_ratio": statistics.median(ratios),
        "block_switch_ms": 1000 * float(np.percentile(switches, 95)),
        "map_memory": memory,
    }


def _settle() -> None:
    """Let a drawing for another size, thumbnails and statistics come."""
    for _time in range(SETTLING):
        breathe()


class BarePass:
    """A process that passes an image through the network when asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare_pass"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def seconds(self) -> float:
        """Return the seconds of one pass."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._read())

    def end(self) -> None:
        self._process.communicate()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
