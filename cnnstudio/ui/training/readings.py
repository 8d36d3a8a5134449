"""The newest numbers of a run, large enough to read from across the room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.metrics import MEAN_ABSOLUTE_ERROR
from cnnstudio.ui.numbers import accuracy_text, duration_text, loss_text, rate_text
from cnnstudio.ui.theme import DISPLAY, SMALL, XS, L, Theme, font
from cnnstudio.ui.training.plot_kinds import ACCURACY_HUE, LOSS_HUE, METRIC_HUE
from cnnstudio.ui.training.run_record import RunRecord

DOT = 4.0
RING = 1.5
WIDEST = 220


@dataclass(frozen=True, slots=True)
class Reading:
    """What a number is, why one would look at it, and the hue of its curve if it has one.

    A `hollow` dot stands for validation, as hollow markers do in the plots.
    """

    caption: str
    help: str
    hue: int | None = None
    hollow: bool = False


class Readings(QWidget):
    """A row of the numbers that tell how a run is going."""

    def __init__(self, record: RunRecord, theme: Theme) -> None:
        super().__init__()
        self._record = record
        self._usual, self._of_numbers = _readings(), _readings_of_numbers()
        self._tiles = [_Tile(reading, theme) for reading in self._usual]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(L)
        for tile in self._tiles:
            row.addWidget(tile, 1)
        row.addStretch()
        self.refresh()

    def refresh(self) -> None:
        """Show the numbers the record has now."""
        record = self._record
        error = record.numbers.metrics.get(MEAN_ABSOLUTE_ERROR)
        second, write = (
            (record.numbers.accuracy, accuracy_text) if error is None else (error, loss_text)
        )
        texts = (
            loss_text(record.numbers.loss.smooth.series.last),
            write(second.smooth.series.last),
            write(second.validation.last),
            rate_text(record.images_per_second),
            duration_text(record.seconds_left),
        )
        readings = self._usual if error is None else self._of_numbers
        for tile, reading, text in zip(self._tiles, readings, texts, strict=True):
            tile.show_reading(reading, text)


class _Tile(QWidget):
    """One number over its caption; painted, as a label would lay the window out anew each time."""

    def __init__(self, reading: Reading, theme: Theme) -> None:
        super().__init__()
        self._reading = reading
        self._theme = theme
        self._text = ""
        self.setToolTip(reading.help)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(WIDEST)
        theme.changed.connect(self.update)

    def show_reading(self, reading: Reading, text: str) -> None:
        """Show a number, as text, and what it is."""
        if (reading, text) != (self._reading, self._text):
            self._reading, self._text = reading, text
            self.setToolTip(reading.help)
            self.setAccessibleName(f"{reading.caption}: {text}")
            self.update()

    @override
    def sizeHint(self) -> QSize:
        number, caption = QFontMetrics(font(DISPLAY, bold=True)), QFontMetrics(font(SMALL))
        return QSize(number.horizontalAdvance("0") * 6, number.height() + self._height(caption))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        large, small = font(DISPLAY, bold=True, tabular=True), font(SMALL)
        number, caption = QFontMetrics(large), QFontMetrics(small)
        painter.setFont(large)
        painter.setPen(self._theme.color("text" if self._text.strip("–") else "faint"))
        text = number.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        # From the baseline, since a unit in Chinese makes a line higher than figures alone.
        painter.drawText(0, number.ascent(), text)
        painter.setFont(small)
        painter.setPen(self._theme.color("muted"))
        left = 0
        if self._reading.hue is not None:
            left = round(2 * DOT + XS)
            self._dot(painter, number.height() + self._height(caption) / 2, self._reading.hue)
        room = self.width() - left
        named = caption.elidedText(self._reading.caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, number.height(), room, self._height(caption)), 0, named)

    def _height(self, caption: QFontMetrics) -> int:
        return max(caption.height(), caption.boundingRect(self._reading.caption).height())

    def _dot(self, painter: QPainter, middle: float, hue: int) -> None:
        painter.save()
        color = QColor(self._theme.tokens.curves[hue])
        painter.setPen(QPen(color, RING))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._reading.hollow else color)
        painter.drawEllipse(QPointF(DOT, middle), DOT - RING / 2, DOT - RING / 2)
        painter.restore()


def _readings() -> tuple[Reading, ...]:
    return (
        Reading(
            _("loss"),
            _("How wrong the network is on the images it learns from, smoothed: lower is better"),
            LOSS_HUE,
        ),
        Reading(
            _("accuracy"),
            _("Share of the images it learns from that the network gets right, smoothed"),
            ACCURACY_HUE,
        ),
        Reading(
            _("validation accuracy"),
            _("Share of the images kept back that it got right after the last epoch: what counts"),
            ACCURACY_HUE,
            hollow=True,
        ),
        Reading(_("images a second"), _("How fast it learns, over the last seconds")),
        Reading(_("time left"), _("How long the run will still take at this speed")),
    )


def _readings_of_numbers() -> tuple[Reading, ...]:
    """Return what is read where a number is guessed, of which an accuracy says little."""
    loss, _accuracy, _validation, *others = _readings()
    return (
        loss,
        Reading(
            _("mean error"),
            _("How far off its guesses are on average on the images it learns from, smoothed"),
            METRIC_HUE,
        ),
        Reading(
            _("validation error"),
            _("How far off its guesses were on the images kept back after the last epoch"),
            METRIC_HUE,
            hollow=True,
        ),
        *others,
    )
