"""Processes are killed for real at moments that nobody chose, and nothing is lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core import document
from cnnstudio.core.blocks import Dense, Dropout, Flatten, Input, MaxPooling2D
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.kept import KeptState
from cnnstudio.core.runs.store import RunStore

PATIENCE = 120.0
EPOCHS = 12
DESIGN = Design(
    "digits",
    network_of(
        Input(shape=(28, 28, 1)),
        MaxPooling2D(pool_size=(4, 4)),
        Flatten(),
        Dropout(rate=0.1),
        Dense(units=10, activation="softmax"),
    ),
    TrainingPlan(epochs=EPOCHS, batch_size=8),
)


def train(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cnnstudio", "train", "--json", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def end_of(process: subprocess.Popen[str]) -> dict[str, object]:
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    result: dict[str, object] = json.loads(out)
    return result


def wait_for_steps(store: RunStore, other: str, steps: int) -> str:
    """Wait until a run that is not the other one has kept so many steps; return its id."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        rows = [row for row in store.rows() if row.id != other]
        if rows and rows[0].steps >= steps and rows[0].checkpoints:
            return rows[0].id
        time.sleep(0.02)
    pytest.fail("the run does not get there")


def kill_and_resume(folder: Path, kills: int, seed: int) -> None:
    """Kill training some times at random moments, and hold its end against an undisturbed run."""
    chance = random.Random(seed)
    path = folder / "digits.cnn.json"
    document.save(DESIGN, path)
    whole = end_of(train(str(path)))
    store = RunStore()
    try:
        total = store.find("last").steps
        # From where it is killed next, it must have gone on a little.
        moments = sorted(chance.randrange(total // 10, total * 9 // 10) for _kill in range(kills))
        process = train(str(path))
        for steps in moments:
            run = wait_for_steps(store, str(whole["run"]), steps)
            process.kill()
            process.communicate()
            assert run in store.bury_dead()
            row = store.find(run)
            assert row.state is KeptState.INTERRUPTED
            last = store.last_checkpoint(run)
            assert last is not None
            # No more than what an epoch and the writing of a checkpoint take.
            assert row.steps - last.steps <= 3 * row.batches
            process = train("--resume", run)
        rest = end_of(process)
        assert {**rest, "run": ""} == {**whole, "run": ""}
        mine, theirs = store.curve(run), store.curve(str(whole["run"]))
        assert np.array_equal(mine.batches[:, :3], theirs.batches[:, :3])
    finally:
        store.close()


@pytest.mark.timeout(600)
def test_a_run_that_is_killed_twice_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    kill_and_resume(tmp_path, kills=2, seed=1)
