"""Names with values beside them, as blocks and networks have: shapes, counts, sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cnnstudio.ui.theme import BODY, L, S, font


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, its name, and what it counts."""

    name: str
    value: str
    help: str = ""


class Figures(QWidget):
    """A table of figures, of which each keystroke changes a few values and seldom a name.

    Rich text would be less code, and costs a third of a frame each time.
    """

    def __init__(self, *, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__()
        self._align = align
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._shown: tuple[Figure, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(1, 1)

    @property
    def shown(self) -> tuple[Figure, ...]:
        """What is shown."""
        return self._shown

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show other figures."""
        self._shown = tuple(figures)
        while len(self._rows) < len(figures):
            self._add_row()
        for row, (name, value) in enumerate(self._rows):
            for label in (name, value):
                label.setVisible(row < len(figures))
        for (name, value), figure in zip(self._rows, figures, strict=False):
            _write(name, figure.name, figure.help)
            _write(value, figure.value, figure.help)

    def _add_row(self) -> None:
        name, value = QLabel(), QLabel()
        name.setProperty("tone", "muted")
        value.setFont(font(BODY, tabular=True))
        value.setAlignment(self._align | Qt.AlignmentFlag.AlignVCenter)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))


def _write(label: QLabel, text: str, tip: str) -> None:
    # A label lays its window out anew even for the text that it has.
    if label.text() != text:
        label.setText(text)
    if label.toolTip() != tip:
        label.setToolTip(tip)
