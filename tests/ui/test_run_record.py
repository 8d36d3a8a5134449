"""The numbers of a run, told by a trainer's signals."""

import math
import threading
import time

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.messages import BatchDone, EpochDone, RunFailed, RunStarted
from cnnstudio.core.run_messages import RunKept
from cnnstudio.core.runs.kept import COLUMNS, Curve, EpochRow
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import FRAME_SECONDS, RunRecord, RunState
from cnnstudio.ui.training.wording import position
from tests.ui.told_runs import ToldRun


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


def test_batches_are_numbered_from_1_and_epochs_lie_where_they_ended(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, batches=10)
    run.begin()
    run.learn_epochs(2)
    run.learn(3, loss=0.25)
    assert list(record.numbers.steps) == list(range(1, 24))
    assert record.numbers.epoch_steps.values.tolist() == [10, 20]
    assert record.numbers.loss.batch.last == 0.25
    assert record.numbers.accuracy.batch.last == 0.75
    assert record.numbers.accuracy.validation.last == pytest.approx(0.7)
    assert record.numbers.stretches.locate(23) == (3, 3)


def test_the_row_of_numbers_outgrows_its_first_room_unchanged(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, epochs=3, batches=1500)
    run.begin()
    for count in range(3000):
        run.learn(1, loss=float(count))
    np.testing.assert_array_equal(record.numbers.loss.batch.values, np.arange(3000))


def test_the_smoothed_curve_starts_at_the_first_loss_and_follows_slowly(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, batches=200)
    run.begin()
    run.learn(100, loss=2.0)
    run.learn(2, loss=1.0)
    smooth = record.numbers.loss.smooth.series.values
    assert smooth[:100] == pytest.approx(np.full(100, 2.0))
    assert 1.7 < smooth[-1] < 2.0


def test_a_loss_that_is_not_a_number_leaves_the_smoothed_curve_as_it_was(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(5, loss=2.0)
    run.learn(1, loss=math.nan)
    run.learn(1, loss=math.inf)
    assert record.numbers.loss.smooth.series.last == pytest.approx(2.0)
    assert not record.numbers.loss.is_finite


def test_progress_counts_validation_batches_and_ends_at_1(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, epochs=2, batches=8, validation_batches=2)
    run.begin()
    run.learn(8)
    assert record.progress == pytest.approx(8 / 20)
    run.validate(0)
    assert record.progress == pytest.approx(9 / 20)
    run.end_epoch()
    run.learn_epochs(1)
    assert record.progress == 1.0


def test_speed_and_time_left_follow_the_gaps_between_batches(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, epochs=1, batches=100, validation_batches=0, seconds=0.02)
    run.begin()
    assert record.images_per_second is None
    assert record.seconds_left is None
    run.learn(50)
    assert record.images_per_second == pytest.approx(32 / 0.02)
    assert record.seconds_left == pytest.approx(50 * 0.02)


def test_a_run_passes_through_its_states_to_the_end(trainer: Trainer, record: RunRecord) -> None:
    seen = [record.state]
    record.expect(1, fresh=True)
    seen.append(record.state)
    run = ToldRun(trainer, epochs=1)
    for tell in (run.begin, lambda: run.learn(10), lambda: run.validate(0), run.end_epoch, run.end):
        tell()
        seen.append(record.state)
    assert seen == [
        RunState.IDLE,
        RunState.WAITING,
        RunState.TRAINING,
        RunState.TRAINING,
        RunState.VALIDATING,
        RunState.TRAINING,
        RunState.FINISHED,
    ]


def test_a_run_asked_to_stop_is_stopping_until_it_has_ended(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    run.begin()
    record.stop_asked()
    run.learn(1)
    seen = [record.state]
    run.end(stopped=True)
    seen.append(record.state)
    assert seen == [RunState.STOPPING, RunState.STOPPED]


def test_a_run_that_fails_before_it_began_keeps_the_last_curves_and_says_why(
    trainer: Trainer, record: RunRecord
) -> None:
    first = ToldRun(trainer, run=1)
    first.begin()
    first.learn(4)
    first.end()
    record.expect(2, fresh=True)
    ToldRun(trainer, run=2).fail("there is no memory left")
    assert record.state is RunState.FAILED
    assert record.message == "there is no memory left"
    assert len(record.numbers.steps) == 4


def test_what_an_older_run_still_says_is_not_heard(trainer: Trainer, record: RunRecord) -> None:
    old = ToldRun(trainer, run=1)
    old.begin()
    old.learn(4)
    record.expect(2, fresh=True)
    ToldRun(trainer, run=2).begin()
    old.learn(4)
    old.end_epoch()
    old.end(stopped=True)
    assert len(record.numbers.steps) == 0
    assert len(record.numbers.epoch_steps) == 0
    assert record.state is RunState.TRAINING


def test_training_on_appends_to_the_curves_and_a_fresh_run_begins_them_anew(
    trainer: Trainer, record: RunRecord
) -> None:
    first = ToldRun(trainer, run=1, epochs=2, batches=10)
    first.begin()
    first.learn_epochs(1)
    first.learn(5)
    first.end(stopped=True)
    record.expect(2, fresh=False)
    second = ToldRun(trainer, run=2, epochs=2, batches=5)
    second.begin()
    second.learn_epochs(1)
    assert record.numbers.epoch_steps.values.tolist() == [10, 20]
    assert record.numbers.stretches.locate(15) == (2, 5)
    assert record.numbers.stretches.locate(16) == (3, 1)
    assert [record.numbers.stretches.end_of(epoch) for epoch in (1, 2, 3, 4)] == [10, 15, 20, 25]
    second.end()
    record.expect(3, fresh=True)
    ToldRun(trainer, run=3).begin()
    assert len(record.numbers.steps) == 0


def test_trained_weights_are_there_until_the_engine_is_lost(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    run.begin()
    assert not record.has_weights
    run.learn(1)
    assert record.has_weights
    trainer.state_changed.emit(EngineState.LOST)
    assert not record.has_weights


def test_a_burst_of_events_from_the_trainers_thread_is_one_change(
    trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    changes = []
    record.changed.connect(lambda: changes.append(len(record.numbers.steps)))
    run = ToldRun(trainer, batches=100)

    def tell() -> None:
        run.begin()
        for _batch in range(50):
            run.learn(1)

    thread = threading.Thread(target=tell)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(changes) and changes[-1] == 50)
    assert len(changes) <= 3


def test_changes_are_no_closer_than_a_frame(
    trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    moments: list[float] = []
    run = ToldRun(trainer, batches=1000)

    def go_on() -> None:
        moments.append(time.monotonic())
        run.learn(1)

    record.changed.connect(go_on)
    run.begin()
    qtbot.waitUntil(lambda: len(moments) > 5)
    # A timer of Qt may be a twentieth early.
    assert min(np.diff(moments)) > 0.9 * FRAME_SECONDS


def test_another_design_starts_from_an_empty_record(trainer: Trainer, record: RunRecord) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(10)
    run.end_epoch()
    record.clear()
    run.learn(1)
    assert record.state is RunState.IDLE
    assert not record.has_weights
    assert len(record.numbers.steps) == len(record.numbers.epoch_steps) == 0


def test_a_run_that_rests_says_so_and_goes_on_as_what_it_was(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(5)
    run.pause()
    assert record.state is RunState.PAUSED
    assert record.is_running
    run.resume()
    assert record.state.value == "training"
    assert record.seconds < 0, "the 60 seconds of rest are not counted"


def test_a_run_that_rests_while_it_is_stopped_stays_being_stopped(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(5)
    record.stop_asked()
    run.pause()
    run.resume()
    assert record.state is RunState.STOPPING


def test_a_rest_does_not_look_like_slow_training(trainer: Trainer, record: RunRecord) -> None:
    run = ToldRun(trainer, batches=100, seconds=0.01)
    run.begin()
    run.learn(20)
    fast = record.images_per_second
    run.pause()
    run.resume()
    late = [BatchDone(1, 0, 20 + n, 0.5, 0.5, 1000 + n * 0.01) for n in range(3)]
    trainer.batches.emit(late)
    assert record.images_per_second == pytest.approx(fast)


def test_more_epochs_lengthen_the_run_everywhere(trainer: Trainer, record: RunRecord) -> None:
    run = ToldRun(trainer, epochs=2, batches=10, validation_batches=0)
    run.begin()
    run.learn_epochs(1)
    run.extend(4)
    assert record.started is not None
    assert record.started.epochs == record.numbers.stretches.epochs == 4
    assert record.progress == pytest.approx(0.25)


def test_a_run_that_ended_early_is_finished_and_knows_its_best_epoch(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, epochs=20, batches=10, validation_batches=0)
    run.begin()
    run.learn_epochs(3)
    run.end_early(3, best=0)
    assert record.state is RunState.FINISHED
    assert record.progress == 1.0
    assert position(record, EngineState.READY).endswith(
        " · nothing got better any more · with the weights of epoch 1"
    )


def test_the_rate_is_that_of_the_newest_batch(trainer: Trainer, record: RunRecord) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.rate = 0.25
    run.learn(2)
    assert record.learning_rate == 0.25


def test_a_metric_that_a_later_run_brings_has_no_values_in_the_steps_before(
    record: RunRecord, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=1, batches=4)
    run.begin()
    run.learn_epochs(1)
    run.end()
    record.expect(2, fresh=False)
    names = ("top_5_accuracy", "auc")
    trainer.run_started.emit(RunStarted(2, 1, 2, 2, 64, 32, names))
    batches = [BatchDone(2, 0, n, 0.5, 0.5, 0.0, 0.01, (0.75, math.nan)) for n in range(2)]
    trainer.batches.emit(batches)
    told = (("top_5_accuracy", 0.75), ("auc", 0.5), ("val_auc", 0.25))
    trainer.epoch_done.emit(EpochDone(2, 0, 0.5, 0.5, 0.5, 0.5, 1.0, told))
    top, auc = (record.numbers.metrics[name] for name in names)
    np.testing.assert_array_equal(top.batch.values, [math.nan] * 4 + [0.75] * 2)
    assert len(auc.batch) == 0
    np.testing.assert_array_equal(auc.validation.values, [math.nan, 0.25])
    np.testing.assert_array_equal(top.validation.values, [math.nan] * 2)
    np.testing.assert_array_equal(
        record.numbers.rates.batch.values, np.array([run.rate] * 4 + [0.01] * 2, np.float32)
    )


def kept_curve(epochs: int, steps: int) -> Curve:
    """What the store has of a run of ten batches an epoch, all with a loss of 0.2."""
    numbers = np.full((steps, len(COLUMNS)), 0.2, np.float32)
    rows = (EpochRow(n, 10 * n + 10, {"loss": 0.2, "accuracy": 0.9}) for n in range(epochs))
    return Curve(COLUMNS, numbers, tuple(rows))


def resumed(trainer: Trainer, record: RunRecord, run: int, id: str, curve: Curve) -> None:
    record.expect(run, fresh=True, history=curve, id=id)
    trainer.run_kept.emit(RunKept(run, id))
    steps = len(curve.batches)
    trainer.run_started.emit(RunStarted(run, 4, 10, 2, 320, 32, steps=steps))


def test_a_run_that_trained_on_and_is_resumed_keeps_the_curves_it_trained_on_from(
    trainer: Trainer, record: RunRecord
) -> None:
    first, second = ToldRun(trainer), ToldRun(trainer, run=2)
    record.expect(1, fresh=True)
    first.begin()
    first.learn_epochs(3)
    first.end(stopped=True)
    record.expect(2, fresh=False)
    second.begin()
    trainer.run_kept.emit(RunKept(2, "second"))
    second.learn(14, loss=0.2)
    second.end(stopped=True)
    assert record.resumable == "second"
    resumed(trainer, record, 3, "second", kept_curve(1, 12))
    numbers = record.numbers
    assert len(numbers.steps) == 42
    assert numbers.loss.batch.values.tolist() == pytest.approx([0.5] * 30 + [0.2] * 12)
    assert len(numbers.loss.smooth.series) == len(numbers.rates.batch) == 42
    assert numbers.epoch_steps.values.tolist() == [10, 20, 30, 40]
    assert numbers.stretches.locate(42) == (5, 2)


def test_another_run_that_is_resumed_stands_alone_even_after_it_failed_once(
    trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer)
    record.expect(1, fresh=True)
    run.begin()
    trainer.run_kept.emit(RunKept(1, "first"))
    run.learn_epochs(2)
    run.end(stopped=True)
    record.expect(2, fresh=True, history=kept_curve(1, 12), id="other")
    trainer.run_ended.emit(RunFailed(2, "the data is gone"))
    assert record.resumable == "other", "it can be tried again"
    resumed(trainer, record, 3, "other", kept_curve(1, 12))
    assert len(record.numbers.steps) == 12
