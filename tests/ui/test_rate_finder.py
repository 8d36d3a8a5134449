"""The search for a learning rate in the plan form, its engine played by the test."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.core.rate_search import rates_to_try
from cnnstudio.core.run_messages import RatesTried
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.training_panel import TrainingPanel
from tests.ui.changes import retune
from tests.ui.told_runs import ToldRun

RATES = tuple(rates_to_try(40))
LOSSES = tuple(2.0 - 0.04 * place for place in range(40))


@pytest.fixture
def asked(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the engine is asked, which is not there."""
    requests: list[object] = []
    monkeypatch.setattr(trainer, "_ask", requests.append)
    return requests


@pytest.fixture
def panel(
    design: OpenDesign, trainer: Trainer, asked: list[object], theme: Theme, qtbot: QtBot
) -> Iterator[TrainingPanel]:
    panel = TrainingPanel(design, trainer, RunRecord(trainer), theme)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


def test_a_rate_that_is_found_becomes_the_plans_in_one_step(
    panel: TrainingPanel, design: OpenDesign, trainer: Trainer, asked: list[object]
) -> None:
    finder = panel.plan.form.finder
    finder.button.click()
    assert len(asked) == 1
    assert finder.is_searching
    assert finder.button.accessibleName() == "Stop the search"
    trainer.rates_tried.emit(RatesTried(1, RATES[:20], LOSSES[:20], None))
    assert finder.said == "20 of 100 rates tried"
    assert not finder.use.isVisible()
    trainer.rates_tried.emit(RatesTried(1, RATES, LOSSES, 0.02))
    trainer.run_ended.emit(RunFinished(1, 0, stopped=False))
    assert finder.use.isVisible()
    assert finder.use.text() == "Use 0.02"
    finder.use.click()
    assert design.plan.learning_rate == 0.02
    design.undo_stack.undo()
    assert design.plan.learning_rate == 0.001


def test_while_a_search_goes_on_nothing_is_trained_and_it_can_be_stopped(
    panel: TrainingPanel, trainer: Trainer, asked: list[object]
) -> None:
    finder = panel.plan.form.finder
    finder.button.click()
    assert not panel.curves.train_button.isEnabled()
    assert "stop the search" in panel.curves.train_button.toolTip()
    finder.button.click()
    assert len(asked) == 2
    trainer.run_ended.emit(RunFinished(1, 0, stopped=True))
    assert "search was stopped" in finder.said
    assert panel.curves.train_button.isEnabled()


def test_a_search_that_fails_says_why(panel: TrainingPanel, trainer: Trainer) -> None:
    finder = panel.plan.form.finder
    finder.button.click()
    trainer.run_ended.emit(RunFailed(1, "there is not enough memory"))
    assert finder.said == "there is not enough memory"
    assert not finder.use.isVisible()


def test_where_nothing_can_be_trained_nothing_can_be_searched(
    panel: TrainingPanel, design: OpenDesign, trainer: Trainer, qtbot: QtBot
) -> None:
    finder = panel.plan.form.finder
    retune(design, "dense_1", units=7)
    assert not finder.button.isEnabled()
    assert "has 10 classes" in finder.button.toolTip()
    design.undo_stack.undo()
    assert finder.button.isEnabled()
    ToldRun(trainer).begin()
    qtbot.waitUntil(lambda: not finder.button.isEnabled())


def test_what_was_found_is_drawn(panel: TrainingPanel, trainer: Trainer) -> None:
    finder = panel.plan.form.finder
    finder.button.click()
    trainer.rates_tried.emit(RatesTried(1, RATES, LOSSES, None))
    before = finder.sketch.grab().toImage()
    trainer.rates_tried.emit(RatesTried(1, RATES, LOSSES, RATES[20]))
    assert finder.sketch.grab().toImage() != before
