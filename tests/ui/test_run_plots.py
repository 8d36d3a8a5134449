"""Which plots of a run are shown and how: metrics, rates, logarithms, smoothing, other runs."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.messages import BatchDone, EpochDone, RunFinished, RunStarted
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.curves import Curves
from cnnstudio.ui.training.epoch_axis import log_ticks
from cnnstudio.ui.training.plot_range import log_range
from cnnstudio.ui.training.readings import Readings
from cnnstudio.ui.training.run_plots import RunPlots
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric, keep_of, smoothed
from tests.ui.other_runs import other_run
from tests.ui.told_runs import ToldRun, said_by


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


@pytest.fixture
def curves(record: RunRecord, theme: Theme, qtbot: QtBot) -> Curves:
    curves = Curves(record, theme)
    curves.resize(620, 640)
    qtbot.addWidget(curves)
    with qtbot.waitExposed(curves):
        curves.show()
    return curves


@pytest.fixture
def plots(curves: Curves) -> RunPlots:
    return curves.plots


def learn_with(
    curves: Curves, trainer: Trainer, *names: str, epochs: int = 3, batches: int = 20
) -> None:
    """Tell a run with metrics: 0.5 in batches, and by epoch 0.6, 0.7 … and a tenth less."""
    trainer.run_started.emit(RunStarted(1, epochs, batches, 2, 32 * batches, 32, names))
    for epoch in range(epochs):
        trainer.batches.emit(
            [
                BatchDone(1, epoch, n, 2 / (1 + epoch), 0.5, 0.0, 0.01 / (1 + epoch), (0.5,) * 9)
                for n in range(batches)
            ]
        )
        told = [(name, 0.6 + epoch / 10) for name in names]
        told += [(f"val_{name}", 0.5 + epoch / 10) for name in names]
        trainer.epoch_done.emit(EpochDone(1, epoch, 1.0, 0.5, 1 + epoch, 0.5, 1.0, tuple(told)))
    trainer.run_ended.emit(RunFinished(1, epochs, stopped=False))
    # At once, for they catch up when they are shown.
    curves.hide()
    curves.show()


def shown(plots: RunPlots) -> list[str]:
    return [cell.kind.name for cell in plots.cells() if cell.isVisible()]


def test_of_a_run_without_metrics_loss_and_accuracy_are_shown(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer)
    assert shown(plots) == ["loss", "accuracy"]


def test_a_metric_of_the_run_has_a_plot_that_reads_its_values(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer, "top_3_accuracy", "precision")
    assert shown(plots) == ["loss", "accuracy", "top_3_accuracy"]
    plots.show_plot("precision", True)
    plots.point_at(25)
    assert said_by(plots) >= {
        "Top-3 accuracy: batch 50.0 %, smoothed 50.0 %, train 70.0 %, validation 60.0 %",
        "Precision: train 70.0 %, validation 60.0 %",
    }


def test_where_a_number_is_guessed_its_error_stands_in_the_place_of_the_accuracy(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer, "mean_absolute_error")
    assert shown(plots) == ["loss", "mean_absolute_error"]


def test_plots_are_chosen_and_one_always_stays(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer)
    plots.show_plot("learning_rate", True)
    assert shown(plots) == ["loss", "accuracy", "learning_rate"]
    plots.point_at(45)
    assert "Learning rate: of each batch 0.0033" in said_by(plots)
    for name in ("accuracy", "learning_rate", "loss"):
        plots.show_plot(name, False)
    assert shown(plots) == ["loss"]


def test_three_plots_stand_in_two_columns_where_there_is_room(
    curves: Curves, trainer: Trainer
) -> None:
    learn_with(curves, trainer, "precision")
    lefts = {cell.x() for cell in curves.plots.cells()}
    assert len(lefts) == 1
    curves.resize(1200, 640)
    QTest.qWait(0)
    first, second, third = curves.plots.cells()
    assert first.y() == second.y() < third.y()
    assert third.width() > 2 * first.width()


def test_all_plots_follow_one_that_is_zoomed(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer, "precision")
    plots.point_at(30)
    QTest.keyClick(plots, Qt.Key.Key_Plus)
    ranges = np.array([cell.plot.steps_in_view for cell in plots.cells()])
    np.testing.assert_allclose(ranges, ranges[:1].repeat(3, axis=0))
    assert np.ptp(ranges[0]) < 55


def test_a_logarithmic_axis_shows_the_logarithms_of_what_lasts(
    curves: Curves, plots: RunPlots, trainer: Trainer
) -> None:
    learn_with(curves, trainer)
    QTest.keyClick(plots, Qt.Key.Key_L)
    loss, accuracy = plots.cells()
    assert loss.plot.is_log
    assert not accuracy.plot.is_log
    low, high = loss.plot.values_in_view
    assert low < math.log10(2 / 3) < math.log10(3) < high < 1
    QTest.keyClick(plots, Qt.Key.Key_L)
    assert plots.cells()[0].plot.values_in_view[0] == 0


def test_what_is_not_positive_has_no_place_on_a_logarithmic_axis() -> None:
    metric = Metric()
    for value in [0.0, -1.0, math.nan, *[0.01] * 20, *[10.0] * 20]:
        metric.add_batch(value)
    low, high = log_range(metric)
    assert -2.5 < low < -2
    assert 1 < high < 1.5
    assert log_range(Metric())[0] < log_range(Metric())[1]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-6, 2, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100]),
        (-1, 1, [0.1, 0.2, 0.5, 1, 2, 5, 10]),
        (0.3, 0.35, [2.0, 2.05, 2.1, 2.15, 2.2]),
        (0, 0, [1]),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert log_ticks(low, high, 8) == pytest.approx(ticks)


def test_smoothing_many_values_is_that_of_one_after_the_other() -> None:
    values = np.random.default_rng(0).normal(size=3000).astype(np.float32)
    values[[0, 500, 2999]] = math.nan, math.inf, math.nan
    for batches in (8, 100, 10_000):
        metric = Metric()
        metric.smooth.set_span(batches)
        for value in values:
            metric.add_batch(float(value))
        expected = metric.smooth.series.values
        found, _mean, _weight = smoothed(values, keep_of(batches))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
        metric.smooth_by(4.0)
        assert np.nanstd(metric.smooth.series.values[500:]) < np.nanstd(expected[500:])
        metric.smooth_by(1.0)
        np.testing.assert_allclose(metric.smooth.series.values, expected, rtol=1e-5, atol=1e-6)


def test_smoothing_goes_on_as_it_was_chosen(plots: RunPlots, trainer: Trainer) -> None:
    run = ToldRun(trainer, batches=100)
    run.begin()
    run.learn(50, loss=1.0)
    QTest.keyClick(plots, Qt.Key.Key_S)
    assert plots.smoothing == 4.0
    run.learn(50, loss=0.0)
    slow = plots.cells()[0].plot.metric.smooth.series.last
    plots.smooth_by(0.25)
    assert plots.cells()[0].plot.metric.smooth.series.last < slow / 10


def test_the_best_epoch_is_that_of_the_plans_own_measure_and_is_marked(
    curves: Curves, record: RunRecord, trainer: Trainer, theme: Theme
) -> None:
    record.expect(1, fresh=True, plan=TrainingPlan(monitor="loss"))
    run = ToldRun(trainer, epochs=4, batches=10)
    run.begin()
    for loss in (0.5, 0.2, 0.4):
        run.learn(10)
        run.end_epoch(loss=loss, validation_loss=0.3 - loss / 2)
    assert record.numbers.best == 1
    run.end()
    curves.plots.refresh()
    assert "best: epoch 2" in curves.plots.tools.place.text()
    mark = hue_of(theme.color("success"))
    assert any(abs(hue - mark) < 5 for hue in hues_in(picture(curves)))
    record.clear()
    assert record.numbers.best is None


def test_the_best_epoch_is_that_of_the_whole_curve_after_training_on(
    curves: Curves, record: RunRecord, trainer: Trainer
) -> None:
    plan = TrainingPlan(monitor="val_loss")

    def part(number: int, losses: tuple[float, ...], plan: TrainingPlan = plan) -> None:
        record.expect(number, fresh=number == 1, plan=plan)
        run = ToldRun(trainer, number, epochs=len(losses), batches=10)
        run.begin()
        for loss in losses:
            run.learn(10)
            run.end_epoch(loss=1 - loss, validation_loss=loss)
        run.end()

    part(1, (0.5, 0.2, 0.4))
    assert record.numbers.best == 1
    part(2, (0.3, 0.25))
    assert record.numbers.best == 1, "no epoch that was trained on was better"
    curves.plots.refresh()
    assert "best: epoch 2" in curves.plots.tools.place.text()
    part(3, (0.2, 0.1))
    assert record.numbers.best == 6, "equally good is not better"
    part(4, (0.45,), TrainingPlan(monitor="loss"))
    assert record.numbers.best == 0, "the newest plan says what is better"


def test_runs_are_laid_over_with_names_and_taken_away_with_a_key(
    curves: Curves, trainer: Trainer, theme: Theme, qtbot: QtBot
) -> None:
    learn_with(curves, trainer)
    assert hue_of(QColor(theme.tokens.curves[2])) not in hues_in(picture(curves))
    curves.lay_over([other_run("before"), other_run("SGD", steps=900)])
    assert hue_of(QColor(theme.tokens.curves[2])) in hues_in(picture(curves))
    assert curves.plots.cells()[0].plot.steps_in_view[1] > 900
    assert curves.plots.cells()[1].plot.values_in_view[0] < 0.2
    buttons = [b for b in curves.findChildren(QToolButton) if "×" in b.text()]
    assert [b.accessibleName() for b in buttons] == [
        "Take before away from the curves",
        "Take SGD away from the curves",
    ]
    with qtbot.waitSignal(curves.laid_over_changed):
        QTest.keyClick(buttons[0], Qt.Key.Key_Space)
    assert [run.name for run in curves.laid_over] == ["SGD"]
    curves.lay_over(())
    assert curves.plots.cells()[0].plot.steps_in_view[1] < 100


def test_runs_can_be_compared_before_anything_has_been_trained(curves: Curves) -> None:
    assert not curves.plots.isVisible()
    curves.lay_over([other_run("before")])
    assert curves.plots.isVisible()
    curves.plots.point_at(150)
    assert curves.plots.step == 150
    curves.lay_over(())
    assert not curves.plots.isVisible()


def test_a_run_without_numbers_by_batch_shows_its_epochs(curves: Curves, theme: Theme) -> None:
    none = np.array([], np.float32)
    run = other_run("few")
    curves.lay_over(
        [
            type(run)(
                "few",
                none.astype(np.int64),
                none,
                none,
                run.epoch_steps,
                run.train_loss,
                run.val_loss,
                run.train_accuracy,
                run.val_accuracy,
            )
        ]
    )
    assert hue_of(QColor(theme.tokens.curves[2])) in hues_in(picture(curves))


def picture(curves: Curves) -> QPixmap:
    plot: QWidget = curves.plots.cells()[0].plot
    return plot.grab()


def hue_of(color: QColor) -> int:
    return color.hue()


def hues_in(picture: QPixmap) -> set[int]:
    """The hues of the colours that stand out in a picture."""
    image = picture.toImage()
    found = set()
    for x in range(image.width()):
        for y in range(image.height()):
            color = image.pixelColor(x, y)
            if color.saturation() > 60:
                found.add(color.hue())
    return found


def test_the_large_numbers_are_those_of_the_task(
    trainer: Trainer, theme: Theme, curves: Curves, record: RunRecord, qtbot: QtBot
) -> None:
    readings = Readings(record, theme)
    qtbot.addWidget(readings)
    learn_with(curves, trainer)
    readings.refresh()
    assert "accuracy: 50.0 %" in said_by(readings)
    learn_with(curves, trainer, "mean_absolute_error")
    readings.refresh()
    assert {"mean error: 0.5000", "validation error: 0.7000"} <= said_by(readings)
    assert not [said for said in said_by(readings) if "accuracy" in said]
