"""One editor for each sort of parameter, made from the parameter's own declaration."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.fields import Choice, Field, Flag, Integer, Margins, Pair, Real, Sizes, Value
from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import XS

NARROW_FIELD, SMALL_BUTTON = 44, 26


class Editor(Protocol):
    """A widget that shows and edits one value; `edited` carries a new value a person chose."""

    edited: Any

    def value(self) -> Value:
        """Return the value as it is shown."""

    def set_value(self, value: Value) -> None:
        """Show a value without telling anyone."""


@singledispatch
def make_editor(field: Field) -> Any:
    """Return an editor widget for a field; it satisfies `Editor`."""
    raise TypeError(f"no editor for {type(field).__name__}")


class _Row(QWidget):
    """A row of widgets that together edit one value."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(XS)


class _WholeSpin(QSpinBox):
    """A spin box for whole numbers; with `none_label` its lowest step means "not set"."""

    def __init__(self, low: int, high: int, none_label: str = "") -> None:
        super().__init__()
        self._optional = bool(none_label)
        self.setRange(low - 1 if self._optional else low, high)
        if self._optional:
            self.setSpecialValueText(none_label)
        _calm(self)

    def chosen(self) -> int | None:
        """Return the number, None for "not set"."""
        return None if self._optional and self.value() == self.minimum() else self.value()

    def choose(self, value: int | None) -> None:
        """Show a number, or None for "not set", without telling anyone."""
        _quietly(self, self.minimum() if value is None else value)


class _IntegerEditor(_Row):
    def __init__(self, field: Integer) -> None:
        super().__init__()
        self._spin = _WholeSpin(
            field.low, field.high, _(field.none_label) if field.optional else ""
        )
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    def value(self) -> Value:
        return self._spin.chosen()

    def set_value(self, value: Value) -> None:
        self._spin.choose(value)


class _PlainDoubleSpin(QDoubleSpinBox):
    """A spin box that writes numbers without needless zeros, and takes 1e-3."""

    @override
    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    @override
    def valueFromText(self, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return self.minimum()

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        try:
            value = float(text)
        except ValueError:
            partial = all(c in "0123456789.eE+-" for c in text)
            state = QValidator.State.Intermediate if partial else QValidator.State.Invalid
            return state, text, pos
        inside = self.minimum() <= value <= self.maximum()
        return (
            QValidator.State.Acceptable if inside else QValidator.State.Intermediate,
            text,
            pos,
        )


class _RealEditor(_Row):
    def __init__(self, field: Real) -> None:
        super().__init__()
        self._spin = _PlainDoubleSpin()
        self._spin.setDecimals(14)
        self._spin.setRange(field.low, field.high)
        self._spin.setSingleStep(field.step)
        if field.high / max(field.low, 1e-12) > 1e4 and field.low > 0:
            self._spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        _calm(self._spin)
        self._row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))

    def value(self) -> Value:
        return round(self._spin.value(), 14)

    def set_value(self, value: Value) -> None:
        _quietly(self._spin, value)


class _FlagEditor(_Row):
    def __init__(self, _field: Flag) -> None:
        super().__init__()
        self._box = QCheckBox()
        self._row.addWidget(self._box)
        self._row.addStretch()
        self.setFocusProxy(self._box)
        self._box.toggled.connect(self.edited.emit)

    def value(self) -> Value:
        return self._box.isChecked()

    def set_value(self, value: Value) -> None:
        blocked = self._box.blockSignals(True)
        self._box.setChecked(value)
        self._box.blockSignals(blocked)


class _ChoiceEditor(_Row):
    def __init__(self, field: Choice) -> None:
        super().__init__()
        self._options = field.options
        self._box = QComboBox()
        self._box.addItems([field.show(option) for option in field.options])
        self._box.setMaxVisibleItems(16)
        self._box.setMinimumContentsLength(8)
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        _calm(self._box)
        self._row.addWidget(self._box)
        self.setFocusProxy(self._box)
        self._box.activated.connect(lambda index: self.edited.emit(self._options[index]))

    def value(self) -> Value:
        return self._options[self._box.currentIndex()]

    def set_value(self, value: Value) -> None:
        self._box.setCurrentIndex(self._options.index(value))


class _PairEditor(_Row):
    """Height and width; where None is allowed, it stands for both."""

    def __init__(self, field: Pair) -> None:
        super().__init__()
        none = _(field.none_label) if field.optional else ""
        self._spins = [_WholeSpin(field.low, field.high, none and _("auto")) for _axis in (0, 1)]
        for axis, (spin, name) in enumerate(
            zip(self._spins, (_("height"), _("width")), strict=True)
        ):
            if axis:
                self._row.addWidget(QLabel("×"))
            spin.setToolTip(none or name)
            spin.setAccessibleName(name)
            self._row.addWidget(spin, 1)
            spin.valueChanged.connect(lambda _value, axis=axis: self._changed(axis))
        self.setFocusProxy(self._spins[0])

    def _changed(self, axis: int) -> None:
        chosen, other = self._spins[axis].chosen(), self._spins[1 - axis]
        if (chosen is None) != (other.chosen() is None):
            other.choose(chosen)
        self.edited.emit(self.value())

    def value(self) -> Value:
        pair = tuple(spin.chosen() for spin in self._spins)
        return None if None in pair else pair

    def set_value(self, value: Value) -> None:
        for axis, spin in enumerate(self._spins):
            spin.choose(None if value is None else value[axis])


class _MarginsEditor(_Row):
    """Rows at top and bottom, columns at left and right."""

    def __init__(self, field: Margins) -> None:
        super().__init__()
        names = (_("top"), _("bottom"), _("left"), _("right"))
        self._spins = [_WholeSpin(field.low, field.high) for _name in names]
        for spin, name in zip(self._spins, names, strict=True):
            spin.setToolTip(name)
            spin.setAccessibleName(name)
            self._row.addWidget(spin, 1)
            spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))
        self.setFocusProxy(self._spins[0])

    def value(self) -> Value:
        top, bottom, left, right = (spin.value() for spin in self._spins)
        return ((top, bottom), (left, right))

    def set_value(self, value: Value) -> None:
        for spin, number in zip(self._spins, (*value[0], *value[1]), strict=True):
            spin.choose(number)


class _SizesEditor(_Row):
    """A shape, an axis a box; the buttons add and take away an axis."""

    def __init__(self, field: Sizes) -> None:
        super().__init__()
        self._field = field
        self._spins: list[_WholeSpin] = []
        self._marks: list[QLabel] = []
        for axis in range(field.max_rank):
            if axis:
                self._marks.append(QLabel("×"))
                self._row.addWidget(self._marks[-1])
            spin = _WholeSpin(field.low, field.high)
            # Three numbers and two buttons share a line: there is no room for arrows.
            spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            spin.setMinimumWidth(NARROW_FIELD)
            spin.valueChanged.connect(lambda _value: self.edited.emit(self.value()))
            self._spins.append(spin)
            self._row.addWidget(spin, 1)
        self._fewer = _small_button("−", _("One axis fewer"), lambda: self._resize(-1))
        self._more = _small_button("+", _("One axis more"), lambda: self._resize(1))
        self._row.addWidget(self._fewer)
        self._row.addWidget(self._more)
        self.setFocusProxy(self._spins[0])
        self._show_axes(3)

    def _resize(self, by: int) -> None:
        self._show_axes(self._rank + by)
        self.edited.emit(self.value())

    def _show_axes(self, rank: int) -> None:
        self._rank = rank
        named = self._field.axes if rank == len(self._field.axes) else ()
        for axis, spin in enumerate(self._spins):
            spin.setVisible(axis < rank)
            name = _(named[axis]) if axis < len(named) else _("axis {n}").format(n=axis + 1)
            spin.setToolTip(name)
            spin.setAccessibleName(name)
        for axis, mark in enumerate(self._marks, start=1):
            mark.setVisible(axis < rank)
        self._fewer.setEnabled(rank > 1)
        self._more.setEnabled(rank < self._field.max_rank)

    def value(self) -> Value:
        return tuple(spin.value() for spin in self._spins[: self._rank])

    def set_value(self, value: Value) -> None:
        self._show_axes(len(value))
        for spin, number in zip(self._spins, value, strict=False):
            spin.choose(number)


class _FieldGuard(QObject):
    """Leaves to the window what is the window's, though a field would take it for its own.

    The wheel scrolls the form instead of changing a value that does not have the focus; undo and
    redo are those of the design, in which every keystroke already is.
    """

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            )
        turned = event.type() == QEvent.Type.Wheel
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


make_editor.register(Integer, _IntegerEditor)
make_editor.register(Real, _RealEditor)
make_editor.register(Flag, _FlagEditor)
make_editor.register(Choice, _ChoiceEditor)
make_editor.register(Pair, _PairEditor)
make_editor.register(Margins, _MarginsEditor)
make_editor.register(Sizes, _SizesEditor)


def _calm(widget: QAbstractSpinBox | QComboBox) -> None:
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_FieldGuard(widget))
    if isinstance(widget, QAbstractSpinBox):
        widget.setAccelerated(True)
        widget.setMinimumWidth(52)
        # The style sheet's padding does not reach the text of a spin box.
        widget.lineEdit().setTextMargins(XS, 0, 0, 0)


def _quietly(spin: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    """Show a value unless it is shown already, so that a half-typed text is left alone."""
    if spin.value() == value:
        return
    blocked = spin.blockSignals(True)
    spin.setValue(value)
    spin.blockSignals(blocked)


def _small_button(text: str, tip: str, action: Any) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setProperty("role", "flat")
    button.setFixedWidth(SMALL_BUTTON)
    button.clicked.connect(action)
    return button
