"""Processes are killed for real at moments that nobody chose, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from cnnstudio.core import document
from cnnstudio.core.blocks import Dense, Dropout, Flatten, Input, MaxPooling2D
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.kept import KeptState, RunRow
from cnnstudio.core.runs.ownership import is_owned
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


@dataclass(frozen=True)
class Whole:
    """What an undisturbed run comes to: what the command line tells of it, and its curve."""

    path: Path
    result: dict[str, object]
    batches: NDArray[np.float32]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "digits.cnn.json"
    document.save(DESIGN, path)
    result = end_of(train(str(path), env={**os.environ, "XDG_DATA_HOME": str(folder)}))
    store = RunStore(folder / "cnnstudio" / "runs")
    try:
        return Whole(path, result, store.curve(str(result["run"])).batches[:, :3])
    finally:
        store.close()


def train(*words: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cnnstudio", "train", "--json", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip


def end_of(process: subprocess.Popen[str]) -> dict[str, object]:
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    result: dict[str, object] = json.loads(out)
    return result


def wait_for_steps(store: RunStore, steps: int) -> str:
    """Wait until the newest run goes on and has kept so many steps; return its id."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        rows = store.rows()
        if rows and rows[0].state is KeptState.RUNNING and _is_there(store, rows[0], steps):
            return rows[0].id
        time.sleep(0.02)
    pytest.fail("the run does not get there")


def _is_there(store: RunStore, row: RunRow, steps: int) -> bool:
    alive = is_owned(store.folder_of(row.id))
    return alive and row.steps >= steps and row.checkpoints > 0


def kill_and_resume(whole: Whole, kills: int, seed: int) -> None:
    """Kill training some times at random moments, and hold its end against an undisturbed run."""
    chance = random.Random(seed)
    total = len(whole.batches)
    store = RunStore()
    try:
        # From where it is killed next, it must have gone on a little.
        moments = sorted(chance.randrange(total // 10, total * 9 // 10) for _kill in range(kills))
        run, process = "", train(str(whole.path))
        for steps in moments:
            run = wait_for_steps(store, steps)
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
        assert {**rest, "run": ""} == {**whole.result, "run": ""}
        assert np.array_equal(store.curve(run).batches[:, :3], whole.batches)
    finally:
        store.close()


@pytest.mark.timeout(600)
def test_a_run_that_is_killed_twice_ends_as_if_nothing_had_happened(whole: Whole) -> None:
    kill_and_resume(whole, kills=2, seed=1)


STUDIO = """
import json, sys
from PySide6.QtCore import QTimer
from cnnstudio import app
from cnnstudio.ui.trainer import EngineState

def attach(studio):
    done = set()
    def say(what, **more):
        print(json.dumps({"said": what, **more}), flush=True)
    def press(window, words):
        notices = window.notices
        offered = notices.notice.action if notices.text and notices.notice else ""
        if offered == words and words not in done:
            done.add(words)
            say(words, text=notices.text)
            notices.act()
    def look():
        window = studio.window
        if sys.argv[1] == "train" and studio.trainer.state is EngineState.READY:
            if "train" not in done:
                done.add("train")
                studio.design.rename((0,), "digit")
                window.runs.train()
        press(window, "Open it")
        press(window, "Resume")
    timer = QTimer(studio)
    timer.timeout.connect(look)
    timer.start(50)
    studio.trainer.run_ended.connect(lambda event: say("ended", event=type(event).__name__))
    studio.trainer.run_kept.connect(lambda event: say("kept", run=event.id))
    studio.trainer.run_kept.connect(lambda event: done.discard("Resume"))

sys.exit(app.run(__import__("pathlib").Path(sys.argv[2]) if len(sys.argv) > 2 else None, attach))
"""


class Studio:
    """A studio without a screen, whose own script presses the buttons."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", STUDIO, *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def until(self, said: str) -> dict[str, str]:
        """Return the next thing of a kind that it says."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, str] = json.loads(line)
            if told["said"] == said:
                return told
        pytest.fail(f"the studio ended before it said {said}")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def kill_engine(self) -> None:
        for child in psutil.Process(self.process.pid).children():
            child.kill()


def kill_the_window(whole: Whole, seed: int) -> None:
    """Kill the engine, then the studio, and hold the end against an undisturbed run."""
    chance = random.Random(seed)
    total = len(whole.batches)
    store = RunStore()
    studio = Studio("train", str(whole.path))
    try:
        moments = sorted(chance.randrange(total // 10, total * 8 // 10) for _kill in range(2))
        run = studio.until("kept")["run"]
        wait_for_steps(store, moments[0])
        studio.kill_engine()
        assert "since the last checkpoint is lost" in studio.until("Resume")["text"]
        assert studio.until("kept")["run"] == run
        wait_for_steps(store, moments[1])
        studio.kill()
        studio = Studio("look")
        studio.until("Open it")
        assert "was interrupted" in studio.until("Resume")["text"]
        assert studio.until("kept")["run"] == run
        assert studio.until("ended")["event"] == "RunFinished"
        assert np.array_equal(store.curve(run).batches[:, :3], whole.batches)
        assert store.find(run).state is KeptState.FINISHED
    finally:
        studio.kill()
        store.close()


@pytest.mark.timeout(600)
def test_neither_the_engines_death_nor_the_studios_loses_the_run_or_the_design(
    whole: Whole,
) -> None:
    kill_the_window(whole, seed=2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_at_random_moments_lose_nothing(whole: Whole, seed: int) -> None:
    kill_and_resume(whole, kills=8, seed=100 + seed)
    kill_the_window(whole, seed=200 + seed)
