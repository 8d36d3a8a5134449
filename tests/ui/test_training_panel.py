"""The Train workspace as a person uses it, its engine played by the test."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.fields import fields_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.training_panel import TrainingPanel
from cnnstudio.ui.training.wording import outlook
from tests.ui.changes import mute, retune
from tests.ui.told_runs import ToldRun, said_by


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


@pytest.fixture
def panel(
    design: OpenDesign, trainer: Trainer, record: RunRecord, theme: Theme, qtbot: QtBot
) -> Iterator[TrainingPanel]:
    panel = TrainingPanel(design, trainer, record, theme)
    panel.resize(800, 580)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    QThreadPool.globalInstance().waitForDone()


def texts(widget: QWidget) -> set[str]:
    return {label.text() for label in widget.findChildren(QLabel) if label.isVisible()}


def test_a_new_design_can_be_trained_and_nothing_else(panel: TrainingPanel, qtbot: QtBot) -> None:
    train, buttons = panel.curves.train_button, panel.header.buttons
    assert [b.isEnabled() for b in (train, buttons.go_on, buttons.save)] == [True, False, False]
    assert buttons.go_on.toolTip() == "There are no trained weights yet: train first."
    with qtbot.waitSignal(panel.train_requested) as asked:
        train.click()
    assert asked.args == [True]


def test_weights_of_a_file_can_be_trained_on_from(
    panel: TrainingPanel, design: OpenDesign, record: RunRecord, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(record.changed):
        record.adopt_weights(design.network)
    assert panel.header.buttons.go_on.isEnabled()
    shown = texts(panel.header)
    assert "Weights from a file" in shown
    assert any("goes on from them" in text for text in shown)


def test_a_run_that_has_been_asked_for_cannot_be_asked_for_again(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(record.changed):
        ToldRun(trainer).begin()
    assert panel.curves.train_button.isVisible()
    assert not panel.curves.train_button.isEnabled()
    assert "stop it first" in panel.curves.train_button.toolTip()


def test_while_training_the_header_says_how_far_it_is(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    run = ToldRun(trainer, epochs=4, batches=10, validation_batches=0)
    run.begin()
    run.learn_epochs(1)
    with qtbot.waitSignal(record.changed):
        run.learn(5)
    buttons = panel.header.buttons
    assert not buttons.go_on.isEnabled()
    assert "stop it first" in buttons.go_on.toolTip()
    assert texts(panel.header) >= {"Training", "Epoch 2 of 4 · batch 5 of 10", "38 %"}
    assert [bar.value() for bar in panel.header.findChildren(QProgressBar)] == [375]
    assert said_by(panel.header) >= {"validation accuracy: 70.0 %", "images a second: 3,200"}


def test_a_stopped_run_can_be_trained_on_from_or_saved(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(5)
    with qtbot.waitSignal(record.changed):
        run.end(stopped=True)
    with qtbot.waitSignal(panel.train_requested) as asked:
        panel.header.buttons.go_on.click()
    assert asked.args == [False]
    with qtbot.waitSignal(panel.save_model_requested):
        panel.header.buttons.save.click()


def test_a_failed_run_says_why_in_place_and_keeps_its_curves(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    run = ToldRun(trainer)
    run.begin()
    run.learn(5)
    with qtbot.waitSignal(record.changed):
        pass
    heights = panel.header.height()
    with qtbot.waitSignal(record.changed):
        run.fail("the loss is no longer a number: lower the learning rate")
    assert "The loss is no longer a number: lower the learning rate" in texts(panel.header)
    assert panel.curves.plots.isVisible()
    assert panel.header.height() == heights
    assert panel.header.buttons.go_on.isEnabled()


def test_a_network_with_an_error_cannot_be_trained_and_the_panel_says_why(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    retune(design, "conv_1", kernel_size=(64, 64))
    reason = panel.curves.train_button.toolTip()
    assert not panel.curves.train_button.isEnabled()
    assert "conv_1: a 64×64 kernel does not fit a 28×28 input" in reason
    assert reason in texts(panel.header)
    design.undo_stack.undo()
    assert panel.curves.train_button.isEnabled()


def test_a_network_that_cannot_learn_the_data_says_so_in_plain_words(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    retune(design, "dense_1", units=7)
    assert not panel.curves.train_button.isEnabled()
    assert "has 10 classes" in panel.curves.train_button.toolTip()
    mute(design, "dense_1")
    assert any("flatten_1" in text for text in texts(panel.plan))


def test_the_plan_tells_what_a_run_will_do_and_follows_its_changes(
    panel: TrainingPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    first = "4,000 images to learn from, 1,000 to check; 125 batches an epoch."
    qtbot.waitUntil(lambda: first in texts(panel.plan))
    panel.plan.form.edited.emit("batch_size", 64)
    panel.plan.form.edited.emit("validation_split", 0.5)
    assert design.plan.batch_size == 64
    changed = "2,500 images to learn from, 2,500 to check; 40 batches an epoch."
    assert any(text == changed for text in texts(panel.plan))


def test_a_setting_typed_into_the_plan_is_one_step_of_the_history(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    named = panel.plan.form.findChildren(QWidget, "epochs")
    (epochs,) = (spin for row in named for spin in row.findChildren(QSpinBox))
    epochs.setValue(1)
    epochs.setValue(12)
    assert design.plan.epochs == 12
    assert design.undo_stack.undoText() == "Change Epochs"
    design.undo_stack.undo()
    assert design.plan.epochs == 8
    assert epochs.value() == 8


def rows(panel: TrainingPanel) -> set[str]:
    """The settings that are in sight."""
    return {text for text in texts(panel.plan) if text}


def unfold(panel: TrainingPanel, name: str) -> None:
    for button in panel.plan.findChildren(QToolButton):
        if button.accessibleName() == name and button.isVisible():
            button.setChecked(True)


def test_only_the_settings_of_what_is_chosen_are_in_sight(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    assert not {"Momentum", "Nesterov", "Rise"} & rows(panel)
    panel.plan.form.edited.emit("optimizer", "SGD")
    panel.plan.form.edited.emit("schedule", "one_cycle")
    assert {"Momentum", "Nesterov", "Rise"} <= rows(panel)
    panel.plan.form.edited.emit("schedule", "step")
    assert {"Epochs a step", "Factor a step"} <= rows(panel)
    assert "Rise" not in rows(panel)
    design.undo_stack.undo()
    assert not {"Rise", "Factor a step"} & rows(panel)


def test_what_unfolds_later_shows_only_what_counts_too(panel: TrainingPanel) -> None:
    assert "Stop early" not in rows(panel)
    unfold(panel, "End of the run")
    assert {"Stop early", "Keep the best"} <= rows(panel)
    assert not {"Judged by", "Least gain"} & rows(panel)
    panel.plan.form.edited.emit("patience", 3)
    assert {"Judged by", "Least gain"} <= rows(panel)


def test_every_setting_of_the_plan_has_its_place(panel: TrainingPanel) -> None:
    for button in panel.plan.findChildren(QToolButton):
        button.setChecked(True)
    found = [name for name in fields_of(TrainingPlan) if panel.plan.findChildren(QWidget, name)]
    assert found == [*fields_of(TrainingPlan)]


def test_the_curve_of_the_rate_follows_the_plan_and_is_told_in_words(
    panel: TrainingPanel, qtbot: QtBot
) -> None:
    sketch = panel.plan.form.sketch
    assert set(sketch.rates) == {0.001}
    assert sketch.accessibleDescription() == "The learning rate stays at 0.001."
    panel.plan.form.edited.emit("schedule", "cosine")
    assert sketch.rates[0] == 0.0
    assert max(sketch.rates) == pytest.approx(0.001, rel=0.01)
    assert "rises from 0 to 0.00" in sketch.toolTip()
    assert sketch.grab().toImage().pixelColor(sketch.width() // 2, 2).isValid()
    panel.plan.form.edited.emit("schedule", "plateau")
    assert "multiplied by 0.5" in sketch.toolTip()


def test_class_weights_of_ones_own_begin_alike_for_every_class(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    panel.plan.form.edited.emit("class_weight", "own")
    assert design.plan.class_weights == (1.0,) * 10
    assert panel.curves.train_button.isEnabled()
    panel.plan.form.edited.emit("class_weights", (1.0, 2.0))
    assert not panel.curves.train_button.isEnabled()
    assert "2 class weights, but the data has 10" in panel.curves.train_button.toolTip()


def test_a_loss_of_numbers_asks_for_a_single_output(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    panel.plan.form.edited.emit("loss", "huber")
    assert "must end in a single output" in panel.curves.train_button.toolTip()
    retune(design, "dense_1", units=1, activation="linear")
    assert panel.curves.train_button.isEnabled()
    assert any("is to guess a number" in text for text in texts(panel.plan))


def test_the_loss_follows_from_the_networks_output(
    panel: TrainingPanel, design: OpenDesign
) -> None:
    assert any("softmax probabilities" in text for text in texts(panel.plan))
    retune(design, "dense_1", activation="linear")
    assert any("from logits" in text for text in texts(panel.plan))


def test_while_a_run_goes_on_the_plan_is_that_of_the_next(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(record.changed):
        ToldRun(trainer).begin()
    assert texts(panel.plan) >= {"Plan of the next run", "Changes count from the next run on."}


def test_hiding_the_plan_gives_its_room_to_the_curves(panel: TrainingPanel, qtbot: QtBot) -> None:
    narrow = panel.curves.width()
    panel.header.plan_toggle.click()
    qtbot.waitUntil(lambda: panel.curves.width() > narrow + 200)
    assert not panel.plan.isVisible()


def test_nothing_is_cut_where_the_window_is_smallest(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    run = ToldRun(trainer)
    run.begin()
    with qtbot.waitSignal(record.changed):
        run.learn(30)
    QApplication.processEvents()
    hint = panel.minimumSizeHint()
    assert hint.width() <= 800
    assert hint.height() <= 580
    steering = panel.header.steering
    for button in (steering.pause, steering.more, steering.rate):
        assert button.width() >= button.sizeHint().width()
        assert panel.rect().contains(button.mapTo(panel, button.rect().bottomRight()))


def test_what_the_empty_page_says_is_not_cut(panel: TrainingPanel) -> None:
    QApplication.processEvents()
    said = [label for label in panel.curves.findChildren(QLabel) if label.isVisible()]
    (text,) = (label for label in said if "batch by batch" in label.text())
    assert text.height() >= text.heightForWidth(text.width())


def test_every_button_has_a_name_and_a_reason(panel: TrainingPanel) -> None:
    buttons, steering = panel.header.buttons, panel.header.steering
    for button in (
        panel.curves.train_button,
        buttons.go_on,
        buttons.save,
        steering.pause,
        steering.more,
        steering.rate,
        panel.header.plan_toggle,
    ):
        assert button.accessibleName()
        assert button.toolTip()


def test_the_outlook_says_when_no_images_can_be_kept_back() -> None:
    assert outlook(TrainingPlan(batch_size=4), (1,) * 10) == (
        "10 images to learn from, 3 batches an epoch. Every class has a single image, so none is "
        "kept back to check."
    )


def test_a_network_changed_since_its_run_says_which_blocks_would_start_anew(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, design: OpenDesign, qtbot: QtBot
) -> None:
    def said() -> set[str]:
        return {text for text in texts(panel) if text.startswith("Continue training:")}

    record.expect(1, fresh=True, network=design.network)
    run = ToldRun(trainer)
    run.begin()
    run.learn(1)
    retune(design, "dropout_1", rate=0.5)
    assert not said()
    retune(design, "conv_1", filters=7)
    assert said() == {
        "Continue training: conv_1, norm_1, dense_1 are new or changed and start from new weights; "
        "the others keep theirs."
    }
    with qtbot.waitSignal(record.changed):
        run.fail("the engine is gone")
        trainer.state_changed.emit(EngineState.LOST)
    assert not said()


def test_a_run_is_steered_where_its_state_is_shown(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    steering = panel.header.steering
    assert not steering.isVisible()
    run = ToldRun(trainer)
    with qtbot.waitSignal(record.changed):
        run.begin()
    assert steering.isVisible()
    assert not panel.header.buttons.isVisible()
    with qtbot.waitSignal(record.changed):
        run.learn(3)
    assert steering.rate.value() == 0.001
    with qtbot.waitSignal(steering.pause_asked) as asked:
        steering.pause.click()
    assert asked.args == [True]
    with qtbot.waitSignal(record.changed):
        run.pause()
    assert texts(panel.header) >= {"Paused"}
    assert steering.pause.accessibleName() == "Resume"
    with qtbot.waitSignal(steering.pause_asked) as asked:
        steering.pause.click()
    assert asked.args == [False]
    with qtbot.waitSignal(steering.epochs_asked) as more:
        steering.more.click()
    with qtbot.waitSignal(steering.epochs_asked, check_params_cb=lambda count: count == 10):
        steering.several.menu().actions()[2].trigger()
    assert more.args == [1]
    with qtbot.waitSignal(record.changed):
        run.end()
    assert not steering.isVisible()
    assert panel.header.buttons.isVisible()


def test_a_rate_that_is_typed_is_asked_for_once_and_left_alone_meanwhile(
    panel: TrainingPanel, trainer: Trainer, record: RunRecord, qtbot: QtBot
) -> None:
    run = ToldRun(trainer)
    with qtbot.waitSignal(record.changed):
        run.begin()
    with qtbot.waitSignal(record.changed):
        run.learn(3)
    steering = panel.header.steering
    asked: list[float] = []
    steering.rate_asked.connect(asked.append)
    steering.rate.setFocus()
    steering.rate.selectAll()
    QTest.keyClicks(steering.rate, "0.05")
    with qtbot.waitSignal(record.changed):
        run.learn(1)
    assert steering.rate.text() == "0.05"
    assert asked == []
    QTest.keyClick(steering.rate, Qt.Key.Key_Return)
    assert asked == [0.05]


def test_a_run_that_has_not_begun_cannot_be_steered(
    panel: TrainingPanel, record: RunRecord, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(record.changed):
        record.expect(1, fresh=True)
    steering = panel.header.steering
    controls = steering.pause, steering.more, steering.rate
    assert not any(control.isEnabled() for control in controls)
