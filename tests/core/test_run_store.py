"""The run store: what is written is found again, whatever happens in between."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.document import starter_design
from cnnstudio.core.runs import checkpoint
from cnnstudio.core.runs.budget import keep_only_best, keep_within, worth_keeping
from cnnstudio.core.runs.checkpoint import Checkpoint, CheckpointError, Progress
from cnnstudio.core.runs.kept import CheckpointRow, EpochRow, KeptState
from cnnstudio.core.runs.laid_over import other_run
from cnnstudio.core.runs.ownership import is_owned
from cnnstudio.core.runs.schema import FILE, StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import RunHead, RunWriter, begun, taken_up

HEAD = RunHead(starter_design(), "window", {"keras": "3"}, "data")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs")
    yield store
    store.close()


def points(count: int, first: int = 0) -> np.ndarray:
    return np.arange(first * 4, (first + count) * 4, dtype=np.float32).reshape(-1, 4)


def state(step: int, epoch: int, batch: int = 0) -> Checkpoint:
    progress = Progress(
        epoch, batch, step, step, (3.0, 0.5), 8, 1.0, ((None, 0), (0.5, 2)), 1, 5, 7, 1.5
    )
    weights = {"layer": (np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(3, np.float32))}
    optimizer = (np.array(step), np.ones((2, 3), np.float32))
    return Checkpoint(progress, weights, optimizer, (np.array([1, 2], np.uint32),))


def written(store: RunStore, epochs: int = 3) -> str:
    """Write a run of epochs of ten batches each, with a checkpoint after each; return its id."""
    writer = begun(store, HEAD)
    writer.begin(8, 10)
    for epoch in range(epochs):
        writer.add_points(epoch * 10, points(10, epoch * 10))
        row = EpochRow(epoch, epoch * 10 + 10, {"loss": 1.0 / (epoch + 1)})
        writer.add_epoch(row, is_best=True)
        writer.add_checkpoint(state(epoch * 10 + 10, epoch + 1), is_best=True)
    writer.close(KeptState.STOPPED)
    return writer.id


def test_a_run_is_found_again_with_its_design_and_all_its_numbers(store: RunStore) -> None:
    run = written(store)
    (row,) = store.rows()
    assert (row.id, row.state, row.epochs, row.done_epochs, row.steps) == (
        run, KeptState.STOPPED, 8, 3, 30,
    )  # fmt: skip
    assert row.numbers == {"loss": 1 / 3}
    assert row.best_epoch == 2
    assert row.checkpoints == 3
    assert row.bytes == sum(f.stat().st_size for f in store.folder_of(run).glob("*.npz"))
    assert store.design(run) == HEAD.design
    assert store.versions(run) == {"keras": "3"}
    curve = store.curve(run)
    assert np.array_equal(curve.batches, points(30))
    assert [epoch.steps for epoch in curve.epochs] == [10, 20, 30]


def test_numbers_that_could_not_be_kept_leave_a_gap_and_move_no_others(store: RunStore) -> None:
    writer = begun(store, HEAD)
    writer.add_points(0, points(2))
    writer.add_points(5, points(3, 5))
    writer.close(KeptState.FAILED, "why")
    loss = store.curve(writer.id).column("loss")
    assert np.array_equal(loss, [0, 4, np.nan, np.nan, np.nan, 20, 24, 28], equal_nan=True)
    assert np.isnan(store.curve(writer.id).column("unknown")).all()
    assert store.rows()[0].message == "why"


def test_a_run_that_is_taken_up_forgets_what_came_after_its_checkpoint(store: RunStore) -> None:
    run = written(store)
    at = replace(store.checkpoints(run)[1], steps=15, epoch=1, batch=5)
    writer = taken_up(store, run, at)
    assert np.array_equal(store.curve(run).batches, points(15))
    assert [epoch.epoch for epoch in store.curve(run).epochs] == [0]
    assert [c.steps for c in store.checkpoints(run)] == [10]
    row = store.row(run)
    assert row is not None
    assert (row.state, row.done_epochs, row.steps, row.best_epoch) == (
        KeptState.RUNNING, 1, 15, 0,
    )  # fmt: skip
    assert row.numbers == {"loss": 1.0}
    writer.let_go()


def test_a_run_that_goes_on_cannot_be_taken_up_by_another(store: RunStore) -> None:
    writer = begun(store, HEAD)
    assert is_owned(writer.folder)
    with pytest.raises(StoreError, match="is going on already"):
        RunWriter(store, writer.id)
    assert store.bury_dead() == ()
    writer.let_go()
    assert not is_owned(writer.folder)
    assert store.bury_dead() == (writer.id,)
    assert store.rows()[0].state is KeptState.INTERRUPTED


def test_the_run_of_a_killed_process_is_known_to_be_interrupted(store: RunStore) -> None:
    code = """
import sys
from pathlib import Path
from tests.core.test_run_store import HEAD, points
from cnnstudio.core.runs.store import RunStore
from cnnstudio.core.runs.writing import begun
writer = begun(RunStore(Path(sys.argv[1])), HEAD)
writer.add_points(0, points(7))
print(writer.id, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store.folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        run = process.stdout.readline().strip()
        assert store.bury_dead() == ()
        process.kill()
    assert store.bury_dead() == (run,)
    assert len(store.curve(run).batches) == 7


def test_runs_are_meant_by_parts_of_their_ids(store: RunStore) -> None:
    first, second = written(store, 1), written(store, 1)
    assert store.find("last").id == second
    assert store.find(first).id == first
    assert store.find(first[-4:]).id == first
    with pytest.raises(StoreError, match="2 runs are named '2'"):
        store.find("2")
    with pytest.raises(StoreError, match="there is no run 'x'"):
        store.find("x")


def test_a_hidden_run_comes_back_until_it_is_purged(store: RunStore) -> None:
    run = written(store, 1)
    store.hide([run])
    assert store.rows() == ()
    store.hide([run], hidden=False)
    assert len(store.rows()) == 1
    store.hide([run])
    store.purge()
    store.hide([run], hidden=False)
    assert store.rows() == ()
    assert not store.folder_of(run).exists()


def test_a_damaged_store_says_so_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match=r"are damaged.*rename that file"):
        RunStore(tmp_path)


def test_a_store_of_a_newer_version_is_left_alone(store: RunStore) -> None:
    with sqlite3.connect(store.folder / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer CNN Studio"):
        RunStore(store.folder)


def test_a_store_where_no_folder_can_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="runs cannot be kept in"):
        RunStore(tmp_path / "file" / "runs")


def test_a_checkpoint_is_read_as_it_was_written(tmp_path: Path) -> None:
    before = state(12, 1, 2)
    checkpoint.write(tmp_path / "c.npz", before)
    after = checkpoint.read(tmp_path / "c.npz")
    assert after.progress == before.progress
    for mine, theirs in zip(after.weights["layer"], before.weights["layer"], strict=True):
        assert np.array_equal(mine, theirs)
    assert [a.dtype for a in after.optimizer] == [a.dtype for a in before.optimizer]
    assert after.best == {}


@pytest.mark.parametrize("size", [0, 10, 500])
def test_a_checkpoint_cut_short_is_told(tmp_path: Path, size: int) -> None:
    path = tmp_path / "c.npz"
    checkpoint.write(path, state(1, 0))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CheckpointError, match="is not a checkpoint, or is cut short"):
        checkpoint.read(path)


def test_a_pickle_in_a_checkpoint_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    np.savez(path, state=np.array([{"a": 1}], dtype=object))
    with pytest.raises(CheckpointError):
        checkpoint.read(path)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=60),
    st.integers(3, 12),
)
def test_first_best_and_last_checkpoint_are_always_kept(
    steps: list[tuple[int, bool]], most: int
) -> None:
    rows, at = [], 0
    for gap, is_best in steps:
        at += gap
        rows.append(CheckpointRow(at, 0, 0, "", 1, is_best))
    kept = worth_keeping(rows, most)
    assert len(kept) == min(most, len(rows))
    best = [row.steps for row in rows if row.is_best][-1:]
    assert {rows[0].steps, rows[-1].steps, *best} <= kept


def test_checkpoints_between_are_spread_over_the_whole_run() -> None:
    kept: list[CheckpointRow] = []
    for step in range(1, 201):
        kept.append(CheckpointRow(step, 0, 0, "", 1, False))
        steps = worth_keeping(kept)
        kept = [row for row in kept if row.steps in steps]
    gaps = np.diff([row.steps for row in kept])
    assert gaps.max() <= 200 / 12 * 2.5


def test_a_disk_budget_takes_from_old_runs_first_and_leaves_each_its_best(store: RunStore) -> None:
    old, new = written(store, 6), written(store, 6)
    size = store.rows()[0].bytes // 6
    keep_within(store, 9 * size + size // 2)
    kept = [c.steps for c in store.checkpoints(old)]
    assert len(kept) == 3
    assert {10, 60} < set(kept)
    assert len(store.checkpoints(new)) == 6
    keep_within(store, 2 * size + size // 2)
    assert [c.steps for c in store.checkpoints(old)] == [60]
    assert [c.steps for c in store.checkpoints(new)] == [60]
    keep_within(store, size, spared=new)
    assert store.checkpoints(old) == ()
    assert len(store.curve(old).batches) == 60


def test_runs_can_be_left_their_best_checkpoint_alone(store: RunStore) -> None:
    freed, spared = written(store), written(store)
    keep_only_best(store, [freed])
    assert [c.steps for c in store.checkpoints(freed)] == [30]
    assert len(list(store.folder_of(freed).glob("*.npz"))) == 1
    assert len(store.checkpoints(spared)) == 3
    assert len(store.curve(freed).batches) == 30


def test_a_kept_run_can_be_laid_over_others(store: RunStore) -> None:
    other = other_run("mine", store.curve(written(store)))
    assert other.name == "mine"
    assert np.array_equal(other.steps, np.arange(1, 31))
    assert np.array_equal(other.loss, points(30)[:, 0])
    assert np.array_equal(other.accuracy, points(30)[:, 1])
    assert other.epoch_steps.tolist() == [10, 20, 30]
    assert np.allclose(other.train_loss, [1, 1 / 2, 1 / 3])
    assert np.isnan(other.val_loss).all()
    assert other.last_step == 30


def test_many_runs_that_begin_in_the_same_second_have_ids_of_their_own(store: RunStore) -> None:
    for _number in range(900):
        begun(store, HEAD).let_go()
    assert len({row.id for row in store.rows()}) == 900
