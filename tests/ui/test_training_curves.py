"""The curves of a run: what they show, read and cost."""

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import SMALL, Theme, font
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.curves import Curves
from cnnstudio.ui.training.epoch_axis import EpochAxis
from cnnstudio.ui.training.metric_plot import MetricPlot
from cnnstudio.ui.training.plot_legend import PlotLegend
from cnnstudio.ui.training.plot_range import accuracy_range, loss_range, step_range
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.series import Metric
from tests.ui.told_runs import ToldRun, said_by


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


@pytest.fixture
def curves(record: RunRecord, theme: Theme, qtbot: QtBot) -> Curves:
    curves = Curves(record, theme)
    curves.resize(520, 430)
    qtbot.addWidget(curves)
    with qtbot.waitExposed(curves):
        curves.show()
    return curves


@pytest.fixture
def run(trainer: Trainer) -> ToldRun:
    return ToldRun(trainer, epochs=4, batches=100)


def plots_of(curves: Curves) -> list[MetricPlot]:
    return curves.findChildren(MetricPlot)


def in_view(plot: MetricPlot) -> Any:
    return np.array(plot.getViewBox().viewRange())


def learned(*losses: float) -> Metric:
    metric = Metric()
    for loss in losses:
        metric.add_batch(loss)
    return metric


def move_mouse(plot: MetricPlot, step: float) -> None:
    box = plot.getViewBox()
    middle = float(in_view(plot)[1].mean())
    at = plot.mapFromScene(box.mapViewToScene(QPointF(step, middle)))
    QTest.mouseMove(plot.viewport(), at - QPoint(1, 0))
    QTest.mouseMove(plot.viewport(), at)


def turn_wheel(plot: MetricPlot) -> None:
    at = QPointF(plot.viewport().rect().center())
    wheel = QWheelEvent(
        at,
        plot.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), wheel)


def test_before_a_run_one_sentence_says_what_the_curves_are_and_a_button_asks_for_them(
    curves: Curves, qtbot: QtBot
) -> None:
    button = next(b for b in curves.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(curves.train_asked):
        button.click()
    assert not any(plot.isVisible() for plot in plots_of(curves))


def test_the_first_batches_bring_the_curves(curves: Curves, run: ToldRun, qtbot: QtBot) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(2)
    assert all(plot.isVisible() for plot in plots_of(curves))


def test_curves_out_of_sight_are_not_drawn_and_catch_up_when_shown(
    curves: Curves, record: RunRecord, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    curves.hide()
    with qtbot.assertNotEmitted(curves.updated), qtbot.waitSignal(record.changed):
        run.learn(7)
    curves.show()
    curves.plots.point_at(7)
    assert curves.plots.step == 7


def test_the_view_widens_by_doubling_epochs_while_a_run_goes_on(
    curves: Curves, record: RunRecord, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    ends = []
    for _epoch in range(4):
        run.learn(50)
        ends.append(
            step_range(record.numbers.stretches, len(record.numbers.steps), is_running=True)[1]
        )
        run.learn(50)
        run.end_epoch()
    assert ends == [100, 200, 400, 400]


def test_a_finished_run_is_shown_to_its_last_step(
    curves: Curves, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    run.learn(130)
    with qtbot.waitSignal(curves.updated):
        run.end(stopped=True)
    qtbot.waitUntil(lambda: in_view(plots_of(curves)[0])[0][1] == pytest.approx(130, rel=0.05))


def test_both_plots_show_the_same_steps(curves: Curves, run: ToldRun, qtbot: QtBot) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(150)
    loss, accuracy = plots_of(curves)
    turn_wheel(loss)
    np.testing.assert_allclose(in_view(loss)[0], in_view(accuracy)[0])


def test_the_crosshair_snaps_to_the_nearest_step_and_the_legends_read_its_values(
    curves: Curves, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    run.learn(100, loss=0.5)
    run.end_epoch(loss=0.4, validation_loss=0.3)
    with qtbot.waitSignal(curves.updated):
        run.learn(50, loss=0.25)
    move_mouse(plots_of(curves)[1], 60.2)
    step = curves.plots.step
    assert step is not None
    assert abs(step - 60) <= 1
    assert said_by(curves.plots) >= {
        "Loss: batch 0.5000, smoothed 0.5000, train 0.4000, validation 0.3000",
        "Accuracy: batch 50.0 %, smoothed 50.0 %, train 60.0 %, validation 70.0 %",
    }


def test_the_legends_have_no_epoch_values_where_the_epoch_has_not_ended(
    curves: Curves, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    run.learn(100)
    run.end_epoch()
    with qtbot.waitSignal(curves.updated):
        run.learn(50)
    curves.plots.point_at(120)
    assert "Loss: batch 0.5000, smoothed 0.5000, train –, validation –" in said_by(curves.plots)


def test_arrow_keys_move_the_crosshair_and_page_keys_move_it_by_epochs(
    curves: Curves, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(250)
    steps = []
    for key in (
        Qt.Key.Key_Home,
        Qt.Key.Key_Right,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_End,
        Qt.Key.Key_Left,
        Qt.Key.Key_Escape,
    ):
        QTest.keyClick(curves.plots, key)
        steps.append(curves.plots.step)
    assert steps == [1, 2, 200, 100, 250, 249, None]


@pytest.mark.parametrize("way", ["button", "double-click", "key"])
def test_a_zoomed_view_stays_until_it_is_reset(
    curves: Curves, run: ToldRun, qtbot: QtBot, way: str
) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(50)
    plot = plots_of(curves)[0]
    whole = in_view(plot)[0]
    turn_wheel(plot)
    zoomed = in_view(plot)[0]
    with qtbot.waitSignal(curves.updated):
        run.learn(1)
    assert not curves.plots.follows
    np.testing.assert_allclose(in_view(plot)[0], zoomed)
    assert np.ptp(zoomed) < np.ptp(whole)
    match way:
        case "button":
            next(
                b for b in curves.findChildren(QToolButton) if b.text().strip() == "Show all"
            ).click()
        case "double-click":
            QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton)
        case _:
            QTest.keyClick(curves.plots, Qt.Key.Key_0)
    assert curves.plots.follows
    np.testing.assert_allclose(in_view(plot)[0], whole)


def test_a_single_spike_leaves_the_range_of_losses_as_it_was() -> None:
    falling = np.linspace(2.4, 0.2, 400)
    spiked = falling.copy()
    spiked[200] = 1000.0
    assert loss_range(learned(*spiked)) == loss_range(learned(*falling))


def test_a_loss_that_keeps_growing_stays_in_view() -> None:
    assert loss_range(learned(*np.linspace(1, 50, 400)))[1] > 45


def test_losses_that_are_not_numbers_do_not_break_the_range() -> None:
    assert loss_range(learned(math.nan, math.inf)) == (0.0, 1.0)
    assert loss_range(learned(*[1.0] * 20, math.nan))[1] == pytest.approx(1.1, abs=0.15)


def test_accuracies_that_are_all_high_are_not_squeezed_against_the_top() -> None:
    assert accuracy_range(learned(*[0.95, 0.97] * 50))[0] == 0.9
    assert accuracy_range(learned(*np.linspace(0.1, 0.9, 100)))[0] == 0.0


def test_ticks_are_ends_of_epochs_from_afar_and_steps_from_close_by(
    curves: Curves, record: RunRecord, run: ToldRun, qtbot: QtBot
) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(399)
    axis = EpochAxis(record, is_labelled=True)
    axis.setRange(0, 400)
    ((_gap, ends),) = axis.tickValues(0, 400, 500)
    assert ends == [0, 100, 200, 300, 400]
    assert axis.tickStrings(ends, 1, 1) == ["0", "1", "2", "3", "4"]
    axis.setRange(110, 150)
    ((_gap, steps),) = axis.tickValues(110, 150, 500)
    assert axis.tickStrings(steps, 1, 10)[0] == "110"


def test_the_curves_take_the_colours_of_the_other_theme_at_once(
    curves: Curves, run: ToldRun, theme: Theme, qtbot: QtBot
) -> None:
    run.begin()
    with qtbot.waitSignal(curves.updated):
        run.learn(10)
    plot: QWidget = plots_of(curves)[0]
    theme.set_mode("dark")
    assert plot.grab().toImage().pixelColor(1, 1) == theme.color("panel")


def test_a_run_without_validation_images_reads_no_validation_loss(
    curves: Curves, trainer: Trainer, record: RunRecord
) -> None:
    run = ToldRun(trainer, epochs=2, batches=20, validation_batches=0)
    run.begin()
    for _epoch in range(2):
        run.learn(20)
        run.end_epoch(validation_loss=None)
    run.end()
    curves.plots.refresh()
    assert any(name.endswith("validation –") for name in said_by(curves))


def test_a_loss_that_takes_more_room_than_usual_gets_it(
    curves: Curves, trainer: Trainer, qtbot: QtBot
) -> None:
    loss, _accuracy = curves.plots.findChildren(PlotLegend)
    run = ToldRun(trainer)
    run.begin()
    run.learn(10)
    curves.plots.refresh()
    usual = loss.value_width
    run.learn(10, loss=1e30)
    curves.plots.refresh()
    needed = QFontMetrics(font(SMALL, bold=True, tabular=True)).horizontalAdvance("1.0e+30")
    assert loss.value_width >= max(needed, usual)
    assert "batch 1.0e+30" in loss.accessibleName()
