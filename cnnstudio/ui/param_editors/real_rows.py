"""Editors of several real numbers: an interval, a row of them, a penalty with its strength."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit
from typing_extensions import override

from cnnstudio.core.fields import Value
from cnnstudio.core.i18n import _
from cnnstudio.core.real_fields import (
    REGULARIZERS,
    USUAL_STRENGTH,
    Interval,
    Reals,
    Regularizer,
    reals_text,
)
from cnnstudio.ui.param_editors.editor import Editor
from cnnstudio.ui.param_editors.manners import calm, say_beside
from cnnstudio.ui.param_editors.spins import RealSpin


class IntervalEditor(Editor):
    """The lower and the upper end; where None is allowed, a box to tick stands for it."""

    def __init__(self, field: Interval) -> None:
        super().__init__()
        self._low = RealSpin(field.low, field.high, field.step)
        self._high = RealSpin(field.low, field.high, field.step)
        self._none = QCheckBox(_(field.none_label) if field.optional else "")
        self._none.setVisible(field.optional)
        self._none.setAccessibleName(self._none.text())
        self._none.setToolTip(_("Take the tick away to set these numbers by themselves"))
        for spin, name in ((self._low, _("lower end")), (self._high, _("upper end"))):
            spin.setToolTip(name)
            spin.setAccessibleName(name)
        self._row.addWidget(self._low, 1)
        self._row.addWidget(QLabel("…"))
        self._row.addWidget(self._high, 1)
        self._row.addWidget(self._none)
        self.setFocusProxy(self._none if field.optional else self._low)
        self._low.valueChanged.connect(lambda _value: self._moved(self._low))
        self._high.valueChanged.connect(lambda _value: self._moved(self._high))
        self._none.toggled.connect(self._toggled)

    def _moved(self, spin: RealSpin) -> None:
        """Push the other end along where the two would cross."""
        other = self._high if spin is self._low else self._low
        if self._low.value() > self._high.value():
            other.choose(spin.chosen())
        self.edited.emit(self.value())

    def _toggled(self, none: bool) -> None:
        self._enable(none)
        self.edited.emit(self.value())

    def _enable(self, none: bool) -> None:
        self._low.setDisabled(none)
        self._high.setDisabled(none)

    @override
    def value(self) -> Value:
        return None if self._none.isChecked() else (self._low.chosen(), self._high.chosen())

    @override
    def set_value(self, value: Value) -> None:
        blocked = self._none.blockSignals(True)
        self._none.setChecked(value is None)
        self._none.blockSignals(blocked)
        self._enable(value is None)
        if value is not None:
            self._low.choose(value[0])
            self._high.choose(value[1])


class RealsEditor(Editor):
    """A line of numbers with commas between them; what is no such line is left as it was.

    Where None is allowed, an empty line stands for it.
    """

    def __init__(self, field: Reals) -> None:
        super().__init__()
        self._field = field
        self._value: Value = None
        self._line = QLineEdit()
        self._line.setPlaceholderText(
            _(field.none_label) if field.optional else _("numbers, with commas between them")
        )
        self._line.setAccessibleName(_(field.label))
        self._line.setToolTip(_("One number, or several with commas between them"))
        calm(self._line)
        self._row.addWidget(self._line)
        self.setFocusProxy(self._line)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._settle)

    def _typed(self, text: str) -> None:
        if self._is_fit(text) and (value := self._read(text)) != self._value:
            self._value = value
            self.edited.emit(value)

    def _settle(self) -> None:
        if not self._is_fit(self._line.text()):
            expected = _("{typed} is not understood: expected {expected}").format(
                typed=self._line.text(), expected=self._field.expectation()
            )
            say_beside(self._line, expected)
        self._line.setText(self._shown(self._value))

    def _is_fit(self, text: str) -> bool:
        return self._read(text) is not None or (self._field.optional and not text.strip())

    def _shown(self, value: Value) -> str:
        return "" if value is None else reals_text(value)

    def _read(self, text: str) -> Value:
        """Return the numbers of a text, None if it is not a row of them or out of range."""
        try:
            return self._field.read([float(part) for part in text.replace("，", ",").split(",")])
        except ValueError:
            return None

    @override
    def value(self) -> Value:
        return self._value

    @override
    def set_value(self, value: Value) -> None:
        self._value = value
        if self._read(self._line.text()) != value:
            self._line.setText(self._shown(value))


class RegularizerEditor(Editor):
    """Which penalty, and how strong."""

    def __init__(self, field: Regularizer) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.addItems([_("none"), *REGULARIZERS])
        self._box.setAccessibleName(_(field.label))
        self._strength = RealSpin(0.0, field.high, 0.001)
        self._strength.choose(USUAL_STRENGTH)
        self._strength.setToolTip(_("Strength: what the penalty is multiplied with in the loss"))
        self._strength.setAccessibleName(_("strength"))
        calm(self._box)
        self._row.addWidget(self._box)
        self._row.addWidget(self._strength, 1)
        self.setFocusProxy(self._box)
        self._box.activated.connect(lambda _index: self._chosen())
        self._strength.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    def _chosen(self) -> None:
        self._strength.setEnabled(self._box.currentIndex() > 0)
        self.edited.emit(self.value())

    @override
    def value(self) -> Value:
        index = self._box.currentIndex()
        return (REGULARIZERS[index - 1], self._strength.chosen()) if index > 0 else None

    @override
    def set_value(self, value: Value) -> None:
        self._box.setCurrentIndex(0 if value is None else 1 + REGULARIZERS.index(value[0]))
        self._strength.setEnabled(value is not None)
        if value is not None:
            self._strength.choose(value[1])
