"""Stop pressed until the run has ended, in the window with its engine, training and validating."""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer, SignalInstance

from cnnstudio.app import Studio, make_application
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.workspaces import TRAIN
from tests.benchmarks.session import wait_for

PRESSES = 20
LATEST_MS = 400
"""Stop is pressed at any time up to so long after the first batch: at any place of a batch."""


def network() -> Network:
    """Return a network whose batches take a tenth of a second or more, of learning or not."""
    body = [Conv2D(filters=48, padding="same", activation="relu")] * 3
    last = Dense(units=10, activation="softmax")
    return network_of(Input(shape=(28, 28, 1)), *body, Flatten(), last)


def measure() -> dict[str, float]:
    """Return 95th percentiles in seconds, also of what remains without the batch under way."""
    make_application()
    plan = TrainingPlan(epochs=1000)
    studio = Studio(Design("slow", network(), plan))
    wait_for(studio.trainer.ready, studio.show)
    studio.window.show_workspace(TRAIN)
    trainer = studio.trainer
    learning = [_seconds(studio, trainer.batches, number) for number in range(PRESSES)]
    mostly_validation = replace(plan, validation_split=0.9, batch_size=64)
    studio.design.push_plan(mostly_validation, "Mostly validation")
    measuring = [_seconds(studio, trainer.validating, number) for number in range(PRESSES)]
    studio.close()
    figures = {}
    beyond = []
    for name, taken in (("training", learning), ("validating", measuring)):
        seconds = np.array([stopped for stopped, _batch in taken])
        a_batch = float(np.median([batch for _stopped, batch in taken]))
        figures[f"stop_{name}_s"] = float(np.percentile(seconds, 95))
        figures[f"{name}_batch_s"] = a_batch
        beyond.append(figures[f"stop_{name}_s"] - a_batch)
    return {
        "stop_s": max(figures["stop_training_s"], figures["stop_validating_s"]),
        "stop_beyond_batch_s": max(beyond),
        **figures,
    }


def _seconds(studio: Studio, batch: SignalInstance, number: int) -> tuple[float, float]:
    """Return the seconds from Stop to the run's end, and those of a batch of this run."""
    actions = studio.window.actions_
    ends: list[float] = []

    def note(*_event: object) -> None:
        ends.append(time.monotonic())

    batch.connect(note)
    wait_for(batch, actions["train"].trigger)
    # The second call is the first that is not compiled.
    wait_for(batch)
    _wait(random.Random(number).randrange(LATEST_MS))
    pressed = time.monotonic()
    wait_for(studio.trainer.run_ended, actions["stop"].trigger)
    stopped = time.monotonic() - pressed
    batch.disconnect(note)
    assert studio.record.ended is not None
    assert studio.record.ended.stopped
    return stopped, float(np.median(np.diff(ends)))


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
