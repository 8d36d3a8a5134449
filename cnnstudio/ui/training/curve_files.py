"""The curves of a run in files: as PNG and SVG on white, and their numbers as CSV."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.ui.theme import BODY, LIGHT, SMALL, M, S, Theme, font
from cnnstudio.ui.training.plot_cell import PlotCell
from cnnstudio.ui.training.plot_kinds import KINDS, there_are
from cnnstudio.ui.training.run_plots import RunPlots
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.strokes import other_stroke, pen_of

WIDTH, PLOT_HEIGHT = 900, 280
"""Of a figure's plots, in pixels at 96 to the inch."""
PIXELS_PER_INCH = 96
SCALE = 2.0
"""Pixels of a PNG for each of the figure."""
LINE = 20
SAMPLE = 34
ROWS_AT_ONCE = 5_000


class Paper(Theme):
    """The light theme on white, for what is drawn into a file; the window keeps its own."""

    @override
    def _apply(self) -> None:
        self.tokens = replace(LIGHT, panel=LIGHT.card)


class CurveFigure:
    """The plots that are shown, in a column, with what they show in view.

    Args:
        plots: as they are in the window.
        record: has the numbers.
    """

    def __init__(self, plots: RunPlots, record: RunRecord) -> None:
        self._record = record
        self._theme = Paper()
        self._runs = plots.laid_over
        self._cells = [self._copy(plots, cell) for cell in plots.cells()]
        self._names = plots.axis_name
        count = len(self._cells)
        heading = LINE * len(self._runs) + S if self._runs else 0
        self._heading = heading
        height = 2 * M + heading + count * PLOT_HEIGHT + (count - 1) * M + LINE
        self.size = QSize(WIDTH + 2 * M, height)

    def paint(self, painter: QPainter) -> None:
        """Paint the figure with its upper left at the origin."""
        painter.fillRect(QRect(QPoint(), self.size), QColor(LIGHT.card))
        for number, run in enumerate(self._runs):
            self._paint_run(painter, number, run)
        top = M + self._heading
        for cell in self._cells:
            painter.save()
            painter.translate(M, top)
            # Without the background, which is the window's.
            cell.legend.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
            below = QRectF(0, cell.plot.y(), WIDTH, cell.plot.height())
            cell.plot.render_scene(painter, below)
            painter.restore()
            top += PLOT_HEIGHT + M
        painter.setFont(font(SMALL))
        painter.setPen(QColor(LIGHT.muted))
        line = QRect(M, self.size.height() - M - LINE, WIDTH, LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._names)

    def close(self) -> None:
        """Let go of the widgets that drew it."""
        for cell in self._cells:
            cell.deleteLater()
        self._theme.deleteLater()

    def _copy(self, plots: RunPlots, shown: PlotCell) -> PlotCell:
        cell = PlotCell(self._record, self._theme, shown.kind)
        cell.resize(WIDTH, PLOT_HEIGHT)
        cell.plot.look(
            is_log=shown.plot.is_log,
            shows_smooth=plots.smoothing > 0,
            others=plots.others_of(shown.kind),
        )
        steps = len(self._record.numbers.steps)
        cell.read(steps - 1, len(self._record.numbers.epoch_steps) - 1)
        # Lays it out, for it is never on screen.
        cell.grab()
        cell.plot.show_as(shown.plot)
        return cell

    def _paint_run(self, painter: QPainter, number: int, run: OtherRun) -> None:
        middle = M + number * LINE + LINE / 2
        painter.setPen(pen_of(other_stroke(number, validation=False), self._theme))
        painter.drawLine(QPoint(M, round(middle)), QPoint(M + SAMPLE, round(middle)))
        painter.setFont(font(BODY))
        painter.setPen(QColor(LIGHT.text))
        box = QRect(M + SAMPLE + S, M + number * LINE, WIDTH - SAMPLE - S, LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, run.name)


def save_picture(figure: CurveFigure, path: Path) -> None:
    """Write a figure as PNG.

    Raises:
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    image = QImage(figure.size * SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    figure.paint(painter)
    painter.end()
    # Not before, for the axes are drawn larger the more dots there are to an inch.
    image.setDotsPerMeterX(round(PIXELS_PER_INCH * SCALE / 0.0254))
    image.setDotsPerMeterY(round(PIXELS_PER_INCH * SCALE / 0.0254))
    with atomically(path) as scratch:
        # The file system says why not; Qt would only say that it is so.
        scratch.open("wb").close()
        if not image.save(str(scratch), "PNG"):  # type: ignore[call-overload]  # takes str alone
            raise _not_written(path)


def save_drawing(figure: CurveFigure, path: Path, title: str) -> None:
    """Write a figure as SVG.

    Raises:
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    with atomically(path) as scratch:
        scratch.open("wb").close()
        generator = QSvgGenerator()
        generator.setFileName(str(scratch))
        generator.setResolution(PIXELS_PER_INCH)
        generator.setSize(figure.size)
        generator.setViewBox(QRect(QPoint(), figure.size))
        generator.setTitle(title)
        painter = QPainter()
        if not painter.begin(generator):
            raise _not_written(path)
        figure.paint(painter)
        painter.end()


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of numbers, each as long as the first; NaN is written as nothing.

    Attributes:
        names: of the columns.
        columns: their numbers.
    """

    names: tuple[str, ...]
    columns: tuple[NDArray[np.generic], ...]

    def save(self, path: Path) -> None:
        """Write it as CSV.

        Raises:
            OSError: if it cannot be written; a file that was there is then as it was.
        """
        with atomically(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.names)
            for rows in self._parts():
                writer.writerows(rows)

    def _parts(self) -> Iterator[Iterable[Sequence[str]]]:
        for first in range(0, len(self.columns[0]), ROWS_AT_ONCE):
            some = (column[first : first + ROWS_AT_ONCE] for column in self.columns)
            yield zip(*map(_written, some), strict=True)


def table_of_batches(record: RunRecord) -> Table:
    """Return a record's numbers by batch; what it gains later does not change them."""
    count = len(record.numbers.steps)
    epochs, batches = record.numbers.stretches.locate_all(count)
    columns: dict[str, NDArray[np.generic]] = {
        "step": np.arange(1, count + 1),
        "epoch": epochs,
        "batch": batches,
    }
    for name in there_are(record):
        if KINDS[name].has_batches:
            columns[name] = KINDS[name].metric(record).batch.values
    return Table(tuple(columns), tuple(columns.values()))


def table_of_epochs(record: RunRecord) -> Table:
    """Return a record's numbers by epoch, under Keras's names."""
    ends = record.numbers.epoch_steps.values
    epochs = record.numbers.stretches.locate_all(len(record.numbers.steps))[0]
    columns: dict[str, NDArray[np.generic]] = {"epoch": epochs[ends - 1], "step": ends}
    shown = [name for name in there_are(record) if KINDS[name].has_epochs]
    for name in shown:
        columns[name] = KINDS[name].metric(record).train.values
    for name in shown:
        columns[f"val_{name}"] = KINDS[name].metric(record).validation.values
    return Table(tuple(columns), tuple(columns.values()))


def _written(column: NDArray[np.generic]) -> Iterable[str]:
    """Return numbers as text, with as many figures as a float32 holds."""
    if column.dtype.kind in "iu":
        return map(str, column.tolist())
    return ["" if math.isnan(value) else f"{value:.7g}" for value in column.tolist()]


def _not_written(path: Path) -> OSError:
    return OSError(_("{path} could not be written").format(path=path))
