"""The settings of a source beside where it is: how many shapes, how long a text, which columns."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from cnnstudio.core.data.sources import (
    LONGEST_SEED,
    LONGEST_TEXT,
    MOST_SHAPES,
    MOST_WORDS,
    Arrays,
    DataSource,
    Texts,
)
from cnnstudio.core.fields import Integer
from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.data.offers import is_table
from cnnstudio.ui.param_editors.manners import calm
from cnnstudio.ui.param_editors.numbers import IntegerEditor
from cnnstudio.ui.theme import M, S

_NUMBERS = {
    "count": Integer(
        label=N_("Images"),
        help=N_("how many shapes are drawn: more teach more and take longer"),
        low=1,
        high=MOST_SHAPES,
    ),
    "seed": Integer(
        label=N_("Seed of the shapes"),
        help=N_("another seed draws other shapes; the same one draws the same"),
        low=0,
        high=LONGEST_SEED,
    ),
    "length": Integer(
        label=N_("Words a text"),
        help=N_("longer texts are cut, shorter ones filled up; the Input has this length"),
        low=1,
        high=LONGEST_TEXT,
    ),
    "words": Integer(
        label=N_("Known words"),
        help=N_("how many words have a number of their own, most frequent first"),
        low=3,
        high=MOST_WORDS,
    ),
}
_COLUMNS = {
    "images": (N_("Column of images"), N_("the column of paths, if it is not found by itself")),
    "texts": (N_("Column of texts"), N_("the column of texts, if it is not found by itself")),
    "labels": (N_("Column of classes"), N_("the column of classes, if it is not found by itself")),
}
_ARRAY_NAMES = {
    "images": (N_("Array of images"), N_("the name of the array, if it is not found by itself")),
    "labels": (N_("Array of classes"), N_("the name of the array, if it is not found by itself")),
}


class SourceOptions(QWidget):
    """Shows and edits the settings of a source; `edited` carries the source with a new one."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._source: DataSource | None = None
        self._numbers: dict[str, IntegerEditor] = {}
        self._texts: dict[str, QLineEdit] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)

    def show_source(self, source: DataSource) -> None:
        """Show the settings of a source."""
        before, self._source = self._source, source
        if (
            before is None
            or _settings(before) != _settings(source)
            or type(before) is not type(source)
        ):
            self._make(_settings(source))
        for name, editor in self._numbers.items():
            if editor.value() != getattr(source, name):
                editor.set_value(getattr(source, name))
        for name, line in self._texts.items():
            if line.text() != getattr(source, name):
                line.setText(getattr(source, name))
        self.setVisible(bool(self._numbers or self._texts))

    def _make(self, names: list[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._numbers, self._texts = {}, {}
        for place, name in enumerate(names):
            text, editor = self._editor(name)
            label = QLabel(text)
            label.setProperty("tone", "muted")
            label.setBuddy(editor)
            label.setToolTip(editor.toolTip())
            row, column = divmod(place, 2)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(editor, row, 2 * column + 1)

    def _editor(self, name: str) -> tuple[str, QWidget]:
        if name in _NUMBERS:
            field = _NUMBERS[name]
            editor = IntegerEditor(field)
            editor.edited.connect(lambda value: self._edit(name, value))
            self._numbers[name] = editor
            editor.setToolTip(_(field.help))
            editor.first.setToolTip(_(field.help))
            editor.first.setAccessibleName(_(field.label))
            return _(field.label), editor
        named, help_ = (_ARRAY_NAMES if isinstance(self._source, Arrays) else _COLUMNS)[name]
        line = QLineEdit()
        line.setPlaceholderText(_("by itself"))
        line.setAccessibleName(_(named))
        line.setToolTip(_(help_))
        calm(line)
        line.editingFinished.connect(lambda: self._edit(name, line.text().strip()))
        self._texts[name] = line
        return _(named), line

    def _edit(self, name: str, value: Any) -> None:
        source = self._source
        if source is not None and getattr(source, name) != value:
            self._source = replace(source, **{name: value})
            self.edited.emit(self._source)


def _settings(source: DataSource) -> list[str]:
    """Return the names of the settings that a source of this sort has, in their order."""
    names = [field.name for field in dataclasses.fields(source)]
    if isinstance(source, Texts) and not is_table(source.path):
        names = [name for name in names if name not in _COLUMNS]
    return [name for name in names if name in _NUMBERS or name in _COLUMNS]
