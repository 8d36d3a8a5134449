"""What a run will take, told before it: the card above the plan, its engine played by the test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core import forecasts, settings
from cnnstudio.core.blocks import Conv2D
from cnnstudio.core.document import Design
from cnnstudio.core.messages import OUT_OF_MEMORY, EpochDone, RunFailed, RunFinished, RunStarted
from cnnstudio.core.preflight import BatchSeconds, Preflight, PreflightDone
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training import forecaster
from cnnstudio.ui.training.preflight import PreflightCard
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.training_panel import TrainingPanel
from tests.ui.changes import retune


def found(run: int = 1, first: float = 0.004) -> PreflightDone:
    learning = BatchSeconds(first, 0.004)
    return PreflightDone(run, 1.5, learning, BatchSeconds(0.002, 0.002), 125, 32)


@pytest.fixture
def asked(trainer: Trainer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[object]:
    """What the engine is asked, which is not there."""
    monkeypatch.setattr(settings, "data_folder", lambda: tmp_path)
    requests: list[object] = []
    monkeypatch.setattr(trainer, "_ask", requests.append)
    return requests


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


@pytest.fixture
def panel(
    design: OpenDesign,
    trainer: Trainer,
    record: RunRecord,
    asked: list[object],
    theme: Theme,
    qtbot: QtBot,
) -> Iterator[TrainingPanel]:
    panel = TrainingPanel(design, trainer, record, theme)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def card(panel: TrainingPanel) -> PreflightCard:
    return panel.forecaster.card


def try_steps(card: PreflightCard, trainer: Trainer, first: float = 0.004) -> None:
    card.button.click()
    trainer.preflight_done.emit(found(first=first))
    trainer.run_ended.emit(RunFinished(1, 0, stopped=False))


class Runs:
    """Runs that are asked for and told of, of the design that is open or another."""

    def __init__(self, trainer: Trainer, record: RunRecord) -> None:
        self._trainer, self._record = trainer, record

    def train(
        self, run: int, seconds: list[float], of: Design, batches: int = 125, steps: int = 0
    ) -> None:
        trainer = self._trainer
        self._record.expect(run, fresh=True, network=of.network, plan=of.plan)
        trainer.run_started.emit(RunStarted(run, 8, batches, 32, 4000, 32, steps=steps))
        for epoch, took in enumerate(seconds):
            trainer.epoch_done.emit(EpochDone(run, epoch, 1.0, 0.5, 1.0, 0.5, took))
        trainer.run_ended.emit(RunFinished(run, len(seconds), stopped=True))


def test_size_and_memory_are_said_at_once_and_follow_every_edit(
    card: PreflightCard, design: OpenDesign
) -> None:
    assert "109,066 weights" in card.said
    assert "497,536 MACs an image" in card.said
    assert "12.9 MB of memory to train" in card.said
    assert "try a few steps" in card.said
    retune(design, "conv_1", filters=32)
    assert "109,066" not in card.said


def test_a_few_steps_tell_how_long_an_epoch_and_the_run_take(
    card: PreflightCard, trainer: Trainer, design: OpenDesign, asked: list[object]
) -> None:
    card.button.click()
    assert asked == [Preflight(1, design.network, design.plan)]
    assert card.is_trying
    assert card.button.accessibleName() == "Cancel the trial"
    trainer.preflight_done.emit(found())
    trainer.run_ended.emit(RunFinished(1, 0, stopped=False))
    assert "8 epochs in about 6.0 s. 0.6 s an epoch." in card.said
    assert "No such forecast has been checked" in card.said
    design.push_plan(replace(design.plan, epochs=1), "Epochs")
    assert "1 epoch in about 2.1 s" in card.said, "known for any number of epochs"


def test_files_that_are_read_for_the_first_time_are_told_apart(
    card: PreflightCard, trainer: Trainer
) -> None:
    try_steps(card, trainer, first=0.04)
    assert "5.1 s for the first epoch, while the images are read, 0.6 s for each" in card.said


def test_an_edit_makes_a_forecast_old_and_its_undoing_makes_it_good_again(
    card: PreflightCard, trainer: Trainer, design: OpenDesign
) -> None:
    try_steps(card, trainer)
    retune(design, "conv_1", filters=32)
    assert "before plan or network were changed" in card.said
    design.undo_stack.undo()
    assert "before plan or network were changed" not in card.said
    design.push_plan(replace(design.plan, batch_size=8), "Batch size")
    assert "before plan or network were changed" in card.said


def test_a_trial_can_be_cancelled_and_while_it_goes_on_nothing_is_trained(
    panel: TrainingPanel, card: PreflightCard, trainer: Trainer, asked: list[object]
) -> None:
    card.button.click()
    assert not panel.curves.train_button.isEnabled()
    assert "cancel that first" in panel.curves.train_button.toolTip()
    card.button.click()
    assert len(asked) == 2
    trainer.run_ended.emit(RunFinished(1, 0, stopped=True))
    assert "try a few steps" in card.said
    assert panel.curves.train_button.isEnabled()


def test_a_trial_that_fails_says_why_until_something_is_changed(
    card: PreflightCard, trainer: Trainer, design: OpenDesign
) -> None:
    card.button.click()
    trainer.run_ended.emit(RunFailed(1, "the folder is gone"))
    assert "the folder is gone" in card.said
    retune(design, "conv_1", filters=32)
    assert "the folder is gone" not in card.said


def test_what_will_not_fit_into_memory_is_said_and_one_click_that_can_be_undone_helps(
    card: PreflightCard, design: OpenDesign, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = design.report.training_bytes(32)
    monkeypatch.setattr(forecaster, "free_memory", lambda: needed * 3 // 4)
    design.plan_changed.emit()
    assert "it will probably fail" in card.said
    assert card.warning.isVisible()
    assert card.warning.action.text() == "Batch size 16"
    card.warning.action.click()
    assert design.plan.batch_size == 16
    assert not card.warning.isVisible()
    design.undo_stack.undo()
    assert design.plan.batch_size == 32
    monkeypatch.setattr(forecaster, "free_memory", lambda: 1000)
    design.plan_changed.emit()
    assert "network itself is too large" in card.said
    assert not card.warning.action.isVisible()


def test_runs_teach_how_good_forecasts_are(
    card: PreflightCard, trainer: Trainer, design: OpenDesign, record: RunRecord
) -> None:
    runs, open_one = Runs(trainer, record), design.design
    try_steps(card, trainer)
    forecast = found().seconds(2)
    runs.train(2, [forecast * 0.5, forecast * 0.58, 100.0], open_one)
    assert "off so far by 8 % (1 run)" in card.said
    # One that ended after its first epoch counts by that, one that did not get so far does not.
    runs.train(3, [found().seconds(1) * 1.1], open_one)
    assert "off so far by 9 % (2 runs)" in card.said
    runs.train(4, [], open_one)
    # Nor does a run that is another than was asked about.
    runs.train(5, [100.0, 100.0], open_one, batches=7)
    assert forecasts.load().ratios == pytest.approx((1.08, 1.1))


def test_a_run_that_waited_or_goes_on_is_held_against_what_it_learns_not_what_is_designed_now(
    card: PreflightCard, trainer: Trainer, design: OpenDesign, record: RunRecord
) -> None:
    runs, tried = Runs(trainer, record), design.design
    try_steps(card, trainer)
    node = tried.network.nodes[1]
    larger = replace(node, block=Conv2D(filters=99))
    runs.train(2, [100.0, 100.0], replace(tried, network=tried.network.replaced((1,), larger)))
    runs.train(3, [0.1, 100.0], tried, steps=60)
    trainer.run_started.emit(RunStarted(4, 8, 125, 32, 4000, 32))
    trainer.epoch_done.emit(EpochDone(4, 0, 1.0, 0.5, 1.0, 0.5, 100.0))
    trainer.run_ended.emit(RunFinished(4, 1, stopped=True))
    assert forecasts.load().ratios == ()
    # One that waited is what was tried, whatever has been changed since.
    retune(design, "conv_1", filters=32)
    runs.train(5, [found().seconds(1) * 1.1], tried)
    assert forecasts.load().ratios == pytest.approx((1.1,))


@pytest.mark.parametrize("fresh", [True, False])
def test_after_a_run_that_lacked_memory_one_click_trains_with_half_the_batch(
    panel: TrainingPanel, trainer: Trainer, design: OpenDesign, qtbot: QtBot, fresh: bool
) -> None:
    wanted: list[bool] = []
    panel.train_requested.connect(wanted.append)
    record = panel._record  # noqa: SLF001 - the window's own, which the panel is given
    record.adopt_weights(design.network)
    record.expect(1, fresh=fresh, network=design.network)
    trainer.run_ended.emit(RunFailed(1, "there is not enough memory", cause=OUT_OF_MEMORY))
    name = "Train with batch size 16"
    qtbot.waitUntil(lambda: any(b.isVisible() for b in buttons(panel, name)))
    buttons(panel, name)[0].click()
    assert design.plan.batch_size == 16
    assert wanted == [fresh]
    design.undo_stack.undo()
    assert design.plan.batch_size == 32


def test_after_another_failure_no_other_batch_is_offered(
    panel: TrainingPanel, trainer: Trainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel._record.expect(1, fresh=True, network=design.network)  # noqa: SLF001 - as above
    trainer.run_ended.emit(RunFailed(1, "the folder is gone"))
    qtbot.waitUntil(lambda: any("folder is gone" in b.toolTip() for b in all_buttons(panel)))
    assert not buttons(panel, "Train with batch size 16")


def all_buttons(panel: TrainingPanel) -> list[QPushButton]:
    return panel.header.findChildren(QPushButton)


def buttons(panel: TrainingPanel, text: str) -> list[QPushButton]:
    return [button for button in all_buttons(panel) if button.text() == text]
