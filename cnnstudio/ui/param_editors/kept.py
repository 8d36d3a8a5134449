"""What stands in an editor's place where there is nothing to edit."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit
from typing_extensions import override

from cnnstudio.core.fields import Value
from cnnstudio.core.kept_fields import Kept
from cnnstudio.ui.param_editors.editor import Editor

_LONGEST_SHOWN = 20_000
_MOST_LINES = 5


class KeptView(Editor):
    """A text that can be read and copied."""

    def __init__(self, field: Kept) -> None:
        super().__init__()
        self._field = field
        self._value: Value = None
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._row.addWidget(self._text)
        self.setFocusProxy(self._text)

    @override
    def value(self) -> Value:
        return self._value

    @override
    def set_value(self, value: Value) -> None:
        self._value = value
        shown = self._field.show(value)
        self._text.setPlainText(shown[:_LONGEST_SHOWN])
        line = self._text.fontMetrics().lineSpacing()
        lines = min(_MOST_LINES, 1 + len(shown) // 40)
        frame = self._text.height() - self._text.viewport().height()
        margin = 2 * round(self._text.document().documentMargin())
        self._text.setFixedHeight(lines * line + margin + max(2, min(frame, 8)))
