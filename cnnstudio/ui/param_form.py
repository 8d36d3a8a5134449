"""A form made from declared parameters: labels, editors, and a fold for the rarer ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.fields import Field, Integer, Margins, Pair, Real, Sizes, Triple, Value
from cnnstudio.core.i18n import _
from cnnstudio.core.real_fields import Interval, Reals
from cnnstudio.ui.numbers import limit_text
from cnnstudio.ui.param_editors import Editor, make_editor
from cnnstudio.ui.theme import M, S, Theme, beside_icon

LABEL_WIDTH = 116
_NUMBERS = (Integer, Real, Pair, Triple, Margins, Sizes, Interval, Reals)
_STAND_INS = {"strides": "pool_size"}
"""By parameter, the one whose value it has while it is None, in Keras's names."""


class ParamForm(QWidget):
    """Shows and edits the values of some parameters.

    `edited` carries a parameter's name and its new value; values set from outside are not told. The
    editors of the rarer ones are made when they are first unfolded: half the form's cost.

    Args:
        fields: the parameters by name.
        theme: gives icons.
        fold: what the button is called that unfolds the rarer ones, "" for the usual name.
    """

    edited = Signal(str, object)

    def __init__(self, fields: Mapping[str, Field], theme: Theme, fold: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._fold_name = fold or _("More settings")
        self._fold_button: QToolButton | None = None
        self._shown: Collection[str] = fields
        self._editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._fields = fields
        self._values: Mapping[str, Value] = {}
        self._mixed: Mapping[str, str] = {}
        self._offered: dict[str, Collection[str]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        usual = {n: f for n, f in fields.items() if not f.advanced}
        if usual:
            column.addWidget(self._grid(usual))
        rare = {n: f for n, f in fields.items() if f.advanced}
        if rare:
            column.addWidget(self._fold(column, rare), alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()

    def set_values(self, values: Mapping[str, Value]) -> None:
        """Show values by parameter name."""
        self._values = values
        for name, editor in self._editors.items():
            if editor.value() != values[name]:
                editor.set_value(values[name])
            stand_in = values.get(_STAND_INS.get(name, ""))
            if stand_in is not None:
                editor.set_stand_in(stand_in)

    def show_only(self, names: Collection[str]) -> None:
        """Show the parameters of these names and hide the others, which do not count."""
        self._shown = names
        for name, editor in self._editors.items():
            editor.setVisible(name in names)
            self._labels[name].setVisible(name in names)
        if self._fold_button is not None:
            rare = (name for name, field in self._fields.items() if field.advanced)
            self._fold_button.setVisible(any(name in names for name in rare))

    def offer(self, name: str, options: Collection[str]) -> None:
        """Offer only some of the options of a parameter that has several."""
        self._offered[name] = options
        if name in self._editors:
            self._editors[name].offer(options)

    def labels(self) -> list[QLabel]:
        """Return the labels beside the editors, from the top down."""
        return [*self._labels.values()]

    def mark_mixed(self, mixed: Mapping[str, str]) -> None:
        """Mark the parameters in which several blocks differ.

        Args:
            mixed: their values, as a person reads them, by the parameter's name.
        """
        self._mixed = mixed
        for name, label in self._labels.items():
            named = _(self._fields[name].label)
            values = mixed.get(name)
            label.setText(named if values is None else _("{name} ≠").format(name=named))
            label.setToolTip(
                _tip(name, self._fields[name])
                if values is None
                else _("The blocks differ: {values}. A new value goes to all.").format(
                    values=values
                )
            )

    def focus_first(self) -> None:
        """Put the keyboard focus on the first parameter's editor."""
        next(iter(self._editors.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _grid(self, fields: Mapping[str, Field]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(S)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, (name, field) in enumerate(fields.items()):
            self._add_row(grid, row, name, field)
        return box

    def _add_row(self, grid: QGridLayout, row: int, name: str, field: Field) -> None:
        editor = make_editor(field)
        label = QLabel(_(field.label))
        label.setBuddy(editor)
        self._labels[name] = label
        tip = _tip(name, field)
        for widget in (label, editor, editor.first):
            widget.setToolTip(widget.toolTip() or tip)
        editor.setToolTip(tip)
        editor.first.setAccessibleName(_(field.label))
        editor.first.setAccessibleDescription(_(field.help))
        editor.setObjectName(name)
        editor.edited.connect(lambda value, name=name: self.edited.emit(name, value))
        self._editors[name] = editor
        grid.addWidget(label, row, 0)
        grid.addWidget(editor, row, 1)

    def _fold(self, column: QVBoxLayout, fields: Mapping[str, Field]) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setProperty("role", "flat")
        button.setText(beside_icon(self._fold_name))
        button.setAccessibleName(self._fold_name)
        button.setToolTip(_("Show the settings that are rarely changed"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(self._theme.icon("chevron-right", "muted"))
        content: QWidget | None = None

        def toggle(is_open: bool) -> None:
            nonlocal content
            if content is None:
                content = self._grid(fields)
                column.insertWidget(column.indexOf(button) + 1, content)
                if self._values:
                    self.set_values(self._values)
                self.mark_mixed(self._mixed)
                self.show_only(self._shown)
                for name in self._offered.keys() & self._editors.keys():
                    self._editors[name].offer(self._offered[name])
            content.setVisible(is_open)
            name = "chevron-down" if is_open else "chevron-right"
            button.setIcon(self._theme.icon(name, "muted"))

        button.toggled.connect(toggle)
        self._fold_button = button
        return button


def _tip(name: str, field: Field) -> str:
    text = _(field.help)
    if isinstance(field, _NUMBERS):
        low, high = limit_text(field.low), limit_text(field.high)
        text = _("{help}; from {low} to {high}").format(help=text, low=low, high=high)
    return _("{help} ({name})").format(help=text, name=name)
