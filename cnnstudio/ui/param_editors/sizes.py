"""The editor of a shape, whose number of axes is a person's to choose."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QToolButton
from typing_extensions import override

from cnnstudio.core.fields import Sizes, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.spins import WholeSpin

NARROW_FIELD, SMALL_BUTTON, PADDING = 42, 22, 3


class SizesEditor(Editor):
    """A shape, an axis a box; the buttons add and take away an axis.

    Where None is allowed, it is what is left when the last axis is taken away.
    """

    def __init__(self, field: Sizes) -> None:
        super().__init__()
        self._field = field
        self._spins: list[_BareSpin] = []
        self._marks: list[QLabel] = []
        for axis in range(field.max_rank):
            if axis:
                self._marks.append(QLabel(field.joint.strip()))
                self._row.addWidget(self._marks[-1])
            spin = _BareSpin(field.low, field.high, field.minus_one and _(field.minus_one))
            spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))
            self._spins.append(spin)
            self._row.addWidget(spin, 1)
        self._fewer = _small_button("−", _("One axis fewer"), lambda: self._resize(-1))
        self._more = _small_button("+", _("One axis more"), lambda: self._resize(1))
        self._none = QLabel(_(field.none_label) if field.optional else "")
        self._row.addWidget(self._none, 1)
        self._row.addWidget(self._fewer)
        self._row.addWidget(self._more)
        self._show_axes(field.max_rank)

    def _resize(self, by: int) -> None:
        self._show_axes(self._rank + by)
        self.edited.emit(self.value())

    def _show_axes(self, rank: int) -> None:
        self._rank = rank
        named = next((names for names in self._field.axes if len(names) == rank), ())
        for axis, spin in enumerate(self._spins):
            spin.setVisible(axis < rank)
            name = _(named[axis]) if axis < len(named) else _("axis {n}").format(n=axis + 1)
            spin.setToolTip(name)
            spin.setAccessibleName(name)
        for axis, mark in enumerate(self._marks, start=1):
            mark.setVisible(axis < rank)
        self._none.setVisible(rank == 0)
        self.setFocusProxy(self._spins[0] if rank else self._more)
        self._fewer.setEnabled(rank > (0 if self._field.optional else 1))
        self._more.setEnabled(rank < self._field.max_rank)

    @override
    def value(self) -> Value:
        chosen = (spin.chosen() for spin in self._spins[: self._rank])
        return tuple(-1 if number is None else number for number in chosen) or None

    @override
    def set_value(self, value: Value) -> None:
        self._show_axes(len(value or ()))
        for spin, number in zip(self._spins, value or (), strict=False):
            spin.choose(None if number == -1 else number)


class _BareSpin(WholeSpin):
    """A spin box without arrows: several numbers and two buttons share a line."""

    def __init__(self, low: int, high: int, none_label: str) -> None:
        super().__init__(low, high, none_label)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setMinimumWidth(NARROW_FIELD)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A style sheet that styles arrows leaves no room for the number where there are none.
        self.lineEdit().setGeometry(self.rect().adjusted(PADDING, 2, -PADDING, -2))


def _small_button(text: str, tip: str, action: Any) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setProperty("role", "flat")
    button.setFixedWidth(SMALL_BUTTON)
    button.clicked.connect(action)
    return button
