"""Quiet colours for Python code, from the theme."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from cnnstudio.ui.theme import Theme

PARTS = re.compile(
    r"(?P<comment>#.*)"
    r'|(?P<string>f?"(?:[^"\\]|\\.)*")'
    r"|(?P<keyword>\b(?:import|from|def|return|for|in|raise|None|True|False)\b)"
    r"|(?P<number>(?<![\w.])\d[\d.]*(?:e-?\d+)?\b)"
    r"|(?P<layer>(?<=layers\.)\w+)"
)
"""The parts of a line that are coloured; each group is a key of the theme's `code` colours."""


class CodeColours(QSyntaxHighlighter):
    """Colours a document, a line at a time and only lines that have changed."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self._repaint)
        self._mix()

    @override
    def highlightBlock(self, text: str) -> None:
        for found in PARTS.finditer(text):
            start, end = found.span()
            self.setFormat(start, end - start, self._formats[found.lastgroup or ""])

    def _repaint(self) -> None:
        self._mix()
        self.rehighlight()

    def _mix(self) -> None:
        for part, color in self._theme.tokens.code.items():
            form = QTextCharFormat()
            form.setForeground(QColor(color))
            self._formats[part] = form
