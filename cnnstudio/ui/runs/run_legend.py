"""Which curve is whose: a stroke, a name and the numbers of every run that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.runs.run_strokes import sample
from cnnstudio.ui.theme import SMALL, XS, S, font
from cnnstudio.ui.viewer.elided import ElidedLabel

WIDTH, NARROW = 232, 150


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the legend: its pen, its name, and its loss and accuracy in words."""

    pen: QPen
    name: str
    loss: str
    accuracy: str


class RunLegend(QScrollArea):
    """Lists the runs that are drawn with the numbers under the crosshair."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(_("Which curve is whose"))
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(S, 0, S, 0)
        self._grid.setHorizontalSpacing(S)
        self._grid.setVerticalSpacing(XS)
        self._grid.setColumnStretch(1, 1)
        self._is_narrow = False
        self._rows: list[tuple[QLabel, ...]] = []
        self._heads = (QLabel(), ElidedLabel(), QLabel(_("loss")), QLabel(_("accuracy")))
        for column, head in enumerate(self._heads):
            self._put(head, 0, column)
        self.setWidget(content)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the runs, from the top down."""
        return tuple(name.text() for _sample, name, *_numbers in self._rows)

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave out the numbers, or show them."""
        self._is_narrow = is_narrow
        self.setFixedWidth(NARROW if is_narrow else WIDTH)
        for labels in (self._heads, *self._rows):
            for label in labels[2:]:
                label.setHidden(is_narrow)
        self._heads[1].setHidden(is_narrow)

    def show_entries(self, heading: str, entries: Sequence[Entry]) -> None:
        """Show these runs, below a word on what their numbers are of."""
        self._heads[1].setText(heading)
        while len(self._rows) > len(entries):
            for label in self._rows.pop():
                self._grid.removeWidget(label)
                label.deleteLater()
        while len(self._rows) < len(entries):
            self._rows.append(self._new_row(len(self._rows) + 1))
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        for labels, entry in zip(self._rows, entries, strict=True):
            stroke, name, loss, accuracy = labels
            stroke.setPixmap(sample(entry.pen, self.devicePixelRatioF()))
            name.setText(entry.name)
            loss.setText(entry.loss)
            accuracy.setText(entry.accuracy)

    def _new_row(self, row: int) -> tuple[QLabel, ...]:
        labels = (QLabel(), ElidedLabel(), QLabel(), QLabel())
        for column, label in enumerate(labels):
            self._put(label, row, column)
            label.setHidden(self._is_narrow and column > 1)
        self._grid.setRowStretch(row, 0)
        return labels

    def _put(self, label: QLabel, row: int, column: int) -> None:
        label.setFont(font(SMALL, tabular=True))
        if row == 0:
            label.setProperty("tone", "small")
        side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag(0)
        self._grid.addWidget(label, row, column, side)
