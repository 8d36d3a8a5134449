"""Two workers of one core each against one worker of one core: ResNet-18 at 64×64.

Each learns from batches of the same size, of which two workers have half each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

from cnnstudio.core.cluster import Cluster
from cnnstudio.core.document import Design
from cnnstudio.core.messages import BatchDone, Event, RunFailed
from cnnstudio.core.templates import template
from cnnstudio.engine.quiet import silence_tensorflow
from cnnstudio.engine.rendezvous import Patience, meet
from cnnstudio.engine.stop_flag import StopFlag
from tests.free_ports import free_ports

SIDE, CLASSES = 64, 6
BATCH = 256
"""As in the paper on residual networks; what is exchanged is the same for any size."""
_BATCHES = 7
_WARM = 2
"""Batches that are not timed: the first of them is traced."""
_LONGEST = 600


def workers_2_ratio(rounds: int = 2) -> float:
    """Return images a second of two workers ÷ of one, of which each has one core.

    One and two take turns, and the best of each counts.
    """
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise OSError("two workers of one core each need two cores")
    speeds = [[_speed(cores[:count]) for count in (1, 2)] for _round in range(rounds)]
    return max(two for _one, two in speeds) / max(one for one, _two in speeds)


def _speed(cores: list[int]) -> float:
    """Return images a second of as many workers as there are cores."""
    addresses = ",".join(f"127.0.0.1:{port}" for port in free_ports(len(cores)))
    words = [sys.executable, "-m", "tests.benchmarks.workers", addresses]
    workers = [
        subprocess.Popen([*words, str(index), str(core)], stdout=subprocess.PIPE, text=True)
        for index, core in enumerate(cores)
    ]
    try:
        answers = [worker.communicate(timeout=_LONGEST)[0] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    # The slowest one's, but they are alike: none begins a batch before all have ended the last.
    return min(float(answer) for answer in answers)


def work(addresses: list[str], index: int, core: int) -> float:
    """Learn on one core, alone or with the other workers; return images a second of all."""
    os.sched_setaffinity(0, {core})
    cluster = Cluster(tuple(addresses), index) if len(addresses) > 1 else None
    if cluster is not None:
        meet(cluster, "", "", Patience(_LONGEST))
    silence_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    from cnnstudio.engine.distribution import distribution_of
    from cnnstudio.engine.training import train_design

    ends: list[float] = []

    def take(event: Event) -> None:
        if isinstance(event, BatchDone):
            ends.append(event.at)
        assert not isinstance(event, RunFailed), event.message

    network = template("resnet-18").network((SIDE, SIDE, 3), CLASSES)
    images = BATCH * _BATCHES + CLASSES
    plan = replace(
        Design().plan,
        data=f"shapes:{images}",
        batch_size=BATCH,
        epochs=1,
        validation_split=CLASSES / images,
        resize="stretch",
    )
    design = Design("workers", network, plan)
    train_design(design, take, StopFlag(), distribution=distribution_of(cluster))
    return BATCH * (_BATCHES - _WARM) / (ends[_BATCHES - 1] - ends[_WARM - 1])


if __name__ == "__main__":
    if sys.argv[1:]:
        addresses, index, core = sys.argv[1:]
        sys.stdout.write(f"{work(addresses.split(','), int(index), int(core))}\n")
    else:
        sys.stdout.write(json.dumps({"workers_2_ratio": workers_2_ratio()}) + "\n")
