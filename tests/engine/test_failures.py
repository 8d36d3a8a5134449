"""What a run says when something breaks underneath, and what is left of what it learned."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import Dense, Flatten, GlobalAveragePooling2D, Input, ZeroPadding2D
from cnnstudio.core.data_messages import FilesLeftOut
from cnnstudio.core.messages import NO_DATA, OUT_OF_MEMORY, BatchDone, Event, RunFailed, RunFinished
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.stop_flag import StopFlag
from tests.engine.data_on_disk import shape_folder

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

SHAPE = (16, 12, 3)
NETWORK = network_of(Input(SHAPE), Flatten(), Dense(units=6, activation="softmax"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """48 images of 6 classes, none of which is kept once it has been decoded."""
    from cnnstudio.core import settings
    from cnnstudio.engine import fitted_files

    monkeypatch.setattr(settings, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(fitted_files, "_room", lambda _count, _shape: fitted_files._Nowhere())  # noqa: SLF001
    return shape_folder(tmp_path / "shapes", 48)


def plan_of(folder: Path) -> TrainingPlan:
    return TrainingPlan(f"folder:{folder}", epochs=30, batch_size=4, validation_split=0.25)


def train(
    plan: TrainingPlan, network: Network, when: Callable[[list[Event]], object]
) -> tuple[Any, Any, list[Event]]:
    """Train; return the weights before, those after, and the events."""
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.fitted_images import FittedImages
    from cnnstudio.engine.run import Run, Trainee
    from cnnstudio.engine.training import carry_out

    events: list[Event] = []

    def take(event: Event) -> None:
        events.append(event)
        if isinstance(event, BatchDone):
            when(events)

    trainee = Trainee(build(network, seed=0))
    before = trainee.weights()
    carry_out(Run(1, plan, take, StopFlag(), FittedImages()), lambda: trainee)
    return before, trainee.weights(), events


def test_a_run_that_lacks_memory_says_so_and_leaves_the_weights_as_they_were() -> None:
    # Some ten terabytes a batch, which every system refuses at once.
    network = network_of(
        Input((28, 28, 1)), ZeroPadding2D(padding=((0, 30_000), (0, 30_000))),
        GlobalAveragePooling2D(), Dense(units=10, activation="softmax"),
    )  # fmt: skip
    plan = TrainingPlan(batch_size=4_000, epochs=1)
    before, after, events = train(plan, network, lambda _events: None)
    failed = events[-1]
    assert isinstance(failed, RunFailed)
    assert failed.cause == OUT_OF_MEMORY
    assert "not enough memory" in failed.message
    assert not any(isinstance(event, BatchDone) for event in events)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_a_folder_that_goes_ends_the_run_at_once_with_what_was_learned(
    folder: Path, tmp_path: Path
) -> None:
    def unplug(events: list[Event]) -> None:
        if folder.exists() and sum(isinstance(e, BatchDone) for e in events) > 12:
            folder.rename(tmp_path / "away")

    before, after, events = train(plan_of(folder), NETWORK, unplug)
    failed = events[-1]
    assert isinstance(failed, RunFailed)
    assert failed.cause == NO_DATA
    assert f"the images of {folder} can no longer be read" in failed.message
    assert not any(isinstance(event, FilesLeftOut) for event in events), "no file is to blame"
    assert all(np.isfinite(weight).all() for weight in after)
    assert not all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    # With the drive back, the next run misses none of its images.
    (tmp_path / "away").rename(folder)
    _before, _after, events = train(replace(plan_of(folder), epochs=1), NETWORK, lambda _e: None)
    assert events[-1] == RunFinished(1, 1, stopped=False)
    assert not any(isinstance(event, FilesLeftOut) for event in events)


def test_files_that_go_or_change_while_a_run_learns_are_named_and_left_out_of_it(
    folder: Path,
) -> None:
    gone, written = sorted(folder.rglob("*.png"))[:2]
    content = written.read_bytes()

    def meddle(events: list[Event]) -> None:
        if gone.exists() and sum(isinstance(e, BatchDone) for e in events) > 12:
            gone.unlink()
            written.write_bytes(content)
            now = time.time_ns()
            os.utime(written, ns=(now, now))

    _before, _after, events = train(plan_of(folder), NETWORK, meddle)
    assert isinstance(events[-1], RunFinished)
    (told,) = [event for event in events if isinstance(event, FilesLeftOut)]
    assert told.count == 2
    reasons = "\n".join(told.reasons)
    assert f"{written} has changed while training" in reasons
    assert str(gone) in reasons
    _before, _after, events = train(replace(plan_of(folder), epochs=1), NETWORK, lambda _e: None)
    assert isinstance(events[-1], RunFinished)
    assert not any(isinstance(event, FilesLeftOut) for event in events), "it has been read anew"
