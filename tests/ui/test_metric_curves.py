"""What a metric's curves paint, and that a strip is all that new steps change."""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot
from typing_extensions import override

from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.metric_curves import MetricCurves
from cnnstudio.ui.training.run_record import RunRecord
from tests.ui.told_runs import ToldRun

WIDTH, HEIGHT = 600, 240
HUE = 0


class CountingPainter(QPainter):
    """Counts the lines it draws, one by one or in a row."""

    lines = 0

    @override
    def drawLines(self, lines: list[QLineF]) -> None:  # type: ignore[override]
        self.lines += len(lines)
        super().drawLines(lines)

    @override
    def drawPolyline(self, points: Any) -> None:
        self.lines += len(points) - 1
        super().drawPolyline(points)


class Plot:
    """A loss's curves in a view box of their own, seen as a picture without grid and axes.

    Attributes:
        changed: the parts that are to be painted anew.
        lines: how many lines the last picture took.
    """

    lines = 0

    def __init__(self, record: RunRecord, theme: Theme, qtbot: QtBot) -> None:
        self.box = pg.ViewBox(enableMenu=False)
        self._view = pg.GraphicsView()
        qtbot.addWidget(self._view)
        self._view.setCentralItem(self.box)
        self.box.resize(WIDTH, HEIGHT)
        self.curves = MetricCurves(self.box, record, lambda: record.numbers.loss, theme, HUE)
        self.changed: list[QRectF] = []
        self.curves.update = self._note  # type: ignore[method-assign, assignment]

    def show(self, steps: float, values: tuple[float, float] = (0.0, 1.0)) -> None:
        self.box.setRange(xRange=(0, steps), yRange=values, padding=0)
        self.curves.refresh()
        self.changed.clear()

    def picture(self, part: QRectF | None = None) -> NDArray[np.uint8]:
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        option = QStyleOptionGraphicsItem()
        option.exposedRect = self.curves.boundingRect() if part is None else part
        painter = CountingPainter(image)
        self.curves.paint(painter, option)
        painter.end()
        self.lines = painter.lines
        return np.array(image.constBits()).reshape(HEIGHT, WIDTH, 4)

    def ink(self, step: float, value: float) -> bool:
        """Whether anything is painted within three pixels of a point."""
        at = self.box.mapFromView(QPointF(step, value))
        column, row = round(at.x()), round(at.y())
        near = self.picture()[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4]
        return bool(near.any())

    def _note(self, rect: QRectF | None = None) -> None:
        self.changed.append(self.curves.boundingRect() if rect is None else rect)


@pytest.fixture
def plot(trainer: Trainer, theme: Theme, qtbot: QtBot) -> Plot:
    return Plot(RunRecord(trainer), theme, qtbot)


def falling(run: ToldRun, first: int, count: int) -> None:
    """Learn `count` batches, with losses that fall from 1 and rattle."""
    for step in range(first, first + count):
        run.learn(1, loss=0.1 + 0.8 * math.exp(-step / 300) + 0.05 * math.sin(step * 1.7))


@pytest.mark.parametrize(
    ("batches", "in_view"), [(40, 60), (500, 600), (2_000, 4_000)], ids=["few", "even", "thinned"]
)
def test_new_steps_change_no_more_than_the_strip_that_is_drawn_anew(
    plot: Plot, trainer: Trainer, batches: int, in_view: int
) -> None:
    run = ToldRun(trainer, epochs=8, batches=batches)
    run.begin()
    falling(run, 0, batches // 2)
    plot.show(in_view)
    learned = batches // 2
    before = plot.picture()
    for count in (1, 2, 3, 7, 13):
        falling(run, learned, count)
        learned += count
        plot.changed.clear()
        plot.curves.refresh()
        after = plot.picture()
        (strip,) = plot.changed
        differs = np.flatnonzero((before != after).any(axis=(0, 2)))
        assert len(differs)
        assert strip.left() <= differs[0]
        assert differs[-1] < strip.right()
        assert strip.width() < WIDTH / 3
        before = after


def test_a_part_that_is_painted_alone_looks_as_it_does_in_the_whole(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=4, batches=100)
    run.begin()
    for epoch in range(4):
        falling(run, 100 * epoch, 100)
        run.end_epoch()
    plot.show(400)
    whole = plot.picture()
    left, right = 260, 330
    part = plot.picture(QRectF(left, 0, right - left, HEIGHT))
    np.testing.assert_array_equal(part[:, left:right], whole[:, left:right])


def test_nothing_new_draws_nothing_and_an_epochs_end_draws_all(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=2, batches=10)
    run.begin()
    run.learn(10)
    plot.show(20)
    plot.curves.refresh()
    assert not plot.changed
    run.end_epoch()
    plot.curves.refresh()
    assert plot.changed == [plot.curves.boundingRect()]


def test_another_range_draws_all(plot: Plot, trainer: Trainer) -> None:
    run = ToldRun(trainer, epochs=2, batches=10)
    run.begin()
    run.learn(10)
    plot.show(20)
    plot.box.setRange(xRange=(0, 40), padding=0)
    assert plot.curves.boundingRect() in plot.changed


def test_a_run_without_validation_images_has_no_validation_curve(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=2, batches=20)
    run.begin()
    run.learn(20, loss=0.8)
    run.end_epoch(loss=0.8, validation_loss=None)
    run.learn(20, loss=0.8)
    run.end_epoch(loss=0.8, validation_loss=0.2)
    plot.show(60)
    assert plot.ink(40, 0.2)
    assert not plot.ink(20, 0.2)
    assert plot.ink(20, 0.8)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("batches", [40, 4_000])
def test_what_is_no_number_leaves_a_gap(
    plot: Plot, trainer: Trainer, loss: float, batches: int
) -> None:
    run = ToldRun(trainer, epochs=1, batches=batches)
    run.begin()
    fifth = batches // 5
    for value in (0.5, loss, 0.5):
        run.learn(fifth, loss=value)
    plot.show(batches)
    assert plot.ink(0.5 * fifth, 0.5)
    assert plot.ink(2.5 * fifth, 0.5)
    assert not plot.picture()[:, : WIDTH // 2][: HEIGHT // 2 - 5].any()


def test_a_value_far_outside_is_drawn_as_a_line_that_leaves_the_plot(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=1, batches=10)
    run.begin()
    for value in (0.5, 1e30, 0.5, 0.5):
        run.learn(1, loss=value)
    plot.show(10)
    assert plot.ink(1, 0.95)
    assert plot.ink(3, 0.5)


def test_a_lone_peak_among_ten_thousand_steps_is_seen(plot: Plot, trainer: Trainer) -> None:
    run = ToldRun(trainer, epochs=1, batches=20_000)
    run.begin()
    run.learn(12_345, loss=0.2)
    run.learn(1, loss=0.9)
    run.learn(7_000, loss=0.2)
    plot.show(20_000)
    assert plot.ink(12_346, 0.8)


def test_100_000_steps_are_drawn_by_the_pixel_and_one_more_by_a_strip(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=1000, batches=100)
    run.begin()
    run.learn(100_000)
    plot.show(100_100)
    plot.picture()
    assert WIDTH < plot.lines < 4 * WIDTH
    run.learn(1)
    plot.curves.refresh()
    (strip,) = plot.changed
    plot.picture(strip)
    assert 0 < plot.lines < WIDTH / 4


def test_epochs_have_markers_as_long_as_there_is_room_for_them(
    plot: Plot, trainer: Trainer
) -> None:
    run = ToldRun(trainer, epochs=400, batches=2)
    run.begin()
    for _epoch in range(400):
        run.learn(2, loss=0.9)
        run.end_epoch(loss=0.9, validation_loss=0.3)
    plot.show(800)
    assert not has_ink_beside(plot, 400, 0.3)
    plot.show(20)
    assert has_ink_beside(plot, 10, 0.3)


def has_ink_beside(plot: Plot, step: float, value: float) -> bool:
    """Whether a curve is wider at a point than its own stroke."""
    at = plot.box.mapFromView(QPointF(step, value))
    return bool(plot.picture()[round(at.y()) - 3, round(at.x())].any())
