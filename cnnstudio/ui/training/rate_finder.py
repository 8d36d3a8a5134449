"""The search for a learning rate: a button, the losses of the rates tried, and the one to take."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.rate_search import smoothed
from cnnstudio.core.run_messages import RATES_TO_TRY, RatesTried
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.theme import SMALL, XS, S, Theme, beside_icon, font

HEIGHT = 96
LINE = 16
_HIGHEST = 1.5
"""How many times the first loss the drawing reaches: beyond that a rate is only known to be bad."""


class RateFinder(QWidget):
    """Asks for a search, shows what comes of it, and offers the rate that was found.

    `asked` begins a search, `stop_asked` ends it, `taken` carries a rate that is to be the plan's.
    """

    asked = Signal()
    stop_asked = Signal()
    taken = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_searching = False
        self._objection = ""
        self._found: float | None = None
        self.button, self.use = QPushButton(), QPushButton()
        self.sketch = LossByRate(theme)
        self._words = paragraph("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.sketch)
        column.addWidget(self._words)
        column.addWidget(self.use, alignment=Qt.AlignmentFlag.AlignLeft)
        for part in (self.sketch, self._words, self.use):
            part.hide()
        self.button.clicked.connect(self._clicked)
        self.use.clicked.connect(self._take)
        theme.changed.connect(self._show)
        self._show()

    @property
    def is_searching(self) -> bool:
        """Whether a search goes on."""
        return self._is_searching

    @property
    def said(self) -> str:
        """What is said of the search."""
        return self._words.text()

    def allow(self, objection: str) -> None:
        """Allow a search; `objection` is why none can begin, empty if one can."""
        self._objection = objection
        self._show()

    def begin(self) -> None:
        """Take note that a search has been asked for."""
        self._is_searching, self._found = True, None
        self.sketch.show_losses(RatesTried(0, (), (), None))
        self._say(_("The rates are being tried on a copy of the network."))
        self._show()

    def take(self, tried: RatesTried) -> None:
        """Show what has been tried so far, or all of it with the rate that was found."""
        self._found = tried.suggestion
        self.sketch.show_losses(tried)
        self.sketch.show()
        count = len(tried.rates)
        self._say(_("{count:,} of {all:,} rates tried").format(count=count, all=RATES_TO_TRY))

    def end(self, failure: str = "") -> None:
        """Take note that the search has ended; `failure` is why it failed."""
        self._is_searching = False
        if failure:
            self._say(failure)
        elif self._found is None:
            self._say(_("No rate made the loss fall: the search was stopped, or nothing helps."))
        else:
            self._say(
                _(
                    "The loss is lowest at ten times {rate:g}; a tenth of that leaves room for "
                    "bad luck."
                ).format(rate=self._found)
            )
        self._show()

    def _say(self, text: str) -> None:
        self._words.setText(text)
        self._words.show()

    def _clicked(self) -> None:
        (self.stop_asked if self._is_searching else self.asked).emit()

    def _take(self) -> None:
        if self._found is not None:
            self.taken.emit(self._found)

    def _show(self) -> None:
        name = _("Stop the search") if self._is_searching else _("Find a learning rate")
        tip = (
            _("End the search; nothing of the network is changed")
            if self._is_searching
            else _("Try rates from tiny to huge on a copy of the network, to see which ones work")
        )
        self.button.setText(beside_icon(name))
        self.button.setIcon(self._theme.icon("square" if self._is_searching else "search", "text"))
        self.button.setAccessibleName(name)
        self.button.setEnabled(self._is_searching or not self._objection)
        self.button.setToolTip(tip if self.button.isEnabled() else self._objection)
        offers = self._found is not None and not self._is_searching
        self.use.setVisible(offers)
        if offers:
            self.use.setText(_("Use {rate:g}").format(rate=self._found))
            self.use.setAccessibleName(self.use.text())
            self.use.setToolTip(_("Make this the learning rate of the plan"))


class LossByRate(QWidget):
    """Draws the smoothed loss over the rates that were tried, on a logarithmic axis."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tried = RatesTried(0, (), (), None)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Loss by learning rate"))
        self.setToolTip(_("The loss, smoothed, of each learning rate that was tried"))
        theme.changed.connect(self.update)

    def show_losses(self, tried: RatesTried) -> None:
        """Draw what has been tried."""
        self._tried = tried
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(LINE, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(self.rect()).adjusted(XS, LINE, -XS, -LINE - XS)
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        losses = smoothed(self._tried.losses)
        if len(losses) < 2:
            return
        points = self._points(plot, losses)
        painter.save()
        painter.setClipRect(plot.adjusted(0, -1, 0, 1))
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()
        self._paint_words(painter, plot)

    def _points(self, plot: QRectF, losses: list[float]) -> list[QPointF]:
        lowest, highest = min(losses), _HIGHEST * losses[0]
        span = max(highest - lowest, 1e-9)
        return [
            QPointF(
                self._across(plot, rate), plot.bottom() - plot.height() * (loss - lowest) / span
            )
            for rate, loss in zip(self._tried.rates, losses, strict=True)
        ]

    def _across(self, plot: QRectF, rate: float) -> float:
        first, last = self._tried.rates[0], self._tried.rates[-1]
        return plot.left() + plot.width() * math.log(rate / first) / math.log(last / first)

    def _paint_words(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(font(SMALL, tabular=True))
        painter.setPen(self._theme.color("muted"))
        foot = QRectF(plot.left(), plot.bottom() + XS, plot.width(), LINE)
        first, last = self._tried.rates[0], self._tried.rates[-1]
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{first:.0e}")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{last:.0e}")
        found = self._tried.suggestion
        if found is None or not first <= found <= last:
            return
        x = self._across(plot, found)
        painter.setPen(QPen(self._theme.color("text"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(self._theme.color("text"))
        box = QRectF(x - 60, plot.top() - LINE, 120, LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{found:g}")
