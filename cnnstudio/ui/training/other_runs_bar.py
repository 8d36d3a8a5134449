"""Which other runs are laid over the curves: a sample of each, its name, and a way to remove it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.other_run import OtherRun
from cnnstudio.ui.theme import SMALL, S, Theme, beside_icon, font
from cnnstudio.ui.training.strokes import other_stroke, pen_of

SAMPLE = QSize(34, 12)
LONGEST = 180
"""Pixels of a name."""


class OtherRunsBar(QScrollArea):
    """A row of buttons, one a run; `removed` carries the name of the one that is pressed."""

    removed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._runs: tuple[OtherRun, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Runs laid over the curves"))
        self.hide()
        theme.changed.connect(self._fill)

    def show_runs(self, runs: tuple[OtherRun, ...]) -> None:
        """Show these runs, nothing if there are none."""
        self._runs = runs
        self._fill()
        self.setVisible(bool(runs))

    def _fill(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        for number, run in enumerate(self._runs):
            line.addWidget(self._button(number, run.name))
        line.addStretch()
        self.setWidget(row)
        self.setFixedHeight(row.sizeHint().height())

    def _button(self, number: int, name: str) -> QToolButton:
        button = QToolButton()
        metrics = QFontMetrics(font(SMALL))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, LONGEST)
        button.setText(beside_icon(f"{shown}  ×"))
        button.setFont(font(SMALL))
        button.setIcon(self._sample(number))
        button.setIconSize(SAMPLE)
        button.setProperty("role", "flat")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        said = _("Take {name} away from the curves").format(name=name)
        button.setAccessibleName(said)
        button.setToolTip(said)
        button.clicked.connect(lambda: self.removed.emit(name))
        return button

    def _sample(self, number: int) -> QIcon:
        """Return what a run's curves look like."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(SAMPLE * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(other_stroke(number, validation=False), self._theme))
        middle = SAMPLE.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(SAMPLE.width(), middle))
        painter.end()
        return QIcon(picture)
