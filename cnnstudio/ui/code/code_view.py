"""Code as one reads it: lines with numbers, some of them marked."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from cnnstudio.ui.code.colouring import CodeColours
from cnnstudio.ui.code.line_changes import LineChange, line_change
from cnnstudio.ui.theme import BODY, SMALL, M, S, Theme

_BAR = 4
_MOST_MARKED = 500
"""Marked lines that are painted; more do not fit on any screen."""


class CodeView(QPlainTextEdit):
    """Read-only code. `line_chosen` carries the line, from 1, that is clicked or moved to."""

    line_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[str] = [""]
        self._marked = range(0)
        self._bars: Mapping[int, QColor] = {}
        self._is_writing = False
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(BODY)
        self.setFont(fixed)
        # The numbers keep their distance, so that a mark has no gap.
        self.document().setDocumentMargin(0)
        self._margin = _Margin(self)
        self._colours = CodeColours(self.document(), theme)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_margin)
        self.cursorPositionChanged.connect(self._choose)
        theme.changed.connect(self._paint_anew)
        self._make_room()

    @property
    def marked(self) -> range:
        """The lines that are marked, counted from 1."""
        return self._marked

    def show_code(self, text: str, bars: Mapping[int, QColor]) -> None:
        """Show a text; what is unchanged stays as it is, and where one has scrolled to.

        Args:
            text: the code.
            bars: by line, counted from 1, the colour of the bar beside its number.
        """
        lines = text.removesuffix("\n").split("\n")
        change = line_change(self._lines, lines)
        self._lines, self._bars = lines, bars
        if change is not None:
            self._write(change)
        self._margin.update()

    def mark(self, lines: range) -> None:
        """Mark lines, counted from 1, and bring the first into sight if none of them is."""
        moved = lines != self._marked
        self._marked = lines
        self._paint_marks()
        if moved and lines and not self._sees(lines):
            self._bring(lines.start)

    def number_width(self) -> int:
        """Return the pixels that line numbers and bars take."""
        digits = max(2, len(str(self.blockCount())))
        return _BAR + S + self._number_metrics_width() * digits + M

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines in sight, and the bars of their blocks."""
        painter = QPainter(self._margin)
        painter.fillRect(event.rect(), self._theme.color("card"))
        font = self.font()
        font.setPixelSize(SMALL)
        painter.setFont(font)
        block = self.firstVisibleBlock()
        place = self.blockBoundingGeometry(block).translated(self.contentOffset())
        top, height, width = round(place.top()), round(place.height()), self._margin.width()
        while block.isValid() and top <= event.rect().bottom():
            line = block.blockNumber() + 1
            if line in self._marked:
                painter.fillRect(0, top, width, height, self._theme.color("selection"))
            if line in self._bars:
                painter.fillRect(0, top, _BAR, height, self._bars[line])
            painter.setPen(self._theme.color("text" if line in self._marked else "muted"))
            box = QRect(0, top, width - M, height)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line)
            )
            block, top = block.next(), top + height

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        box = self.contentsRect()
        self._margin.setGeometry(box.left(), box.top(), self.number_width(), box.height())

    def _write(self, change: LineChange) -> None:
        """Replace some lines of the document, and what is in sight stays there."""
        bar, first_seen = self.verticalScrollBar(), self.firstVisibleBlock().blockNumber()
        at, across = bar.value(), self.horizontalScrollBar().value()
        self._is_writing = True
        self.setUpdatesEnabled(False)
        _replace(QTextCursor(self.document()), self.blockCount(), change)
        if change.first + change.removed <= first_seen:
            at += len(change.lines) - change.removed
        bar.setValue(at)
        self.horizontalScrollBar().setValue(across)
        self.setUpdatesEnabled(True)
        self._is_writing = False

    def _choose(self) -> None:
        cursor = self.textCursor()
        if not self._is_writing and not cursor.hasSelection():
            self.line_chosen.emit(cursor.blockNumber() + 1)

    def _sees(self, lines: range) -> bool:
        first = self.firstVisibleBlock().blockNumber() + 1
        return lines.start < first + self._lines_in_sight() and lines.stop > first

    def _bring(self, line: int) -> None:
        self.verticalScrollBar().setValue(max(0, line - 1 - self._lines_in_sight() // 3))

    def _lines_in_sight(self) -> int:
        height = self.blockBoundingRect(self.firstVisibleBlock()).height()
        return max(1, int(self.viewport().height() / max(1.0, height)))

    def _paint_marks(self) -> None:
        marks = []
        for line in self._marked[:_MOST_MARKED]:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            mark.format.setBackground(self._theme.color("selection"))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)
        self._margin.update()

    def _paint_anew(self) -> None:
        self._paint_marks()
        self._make_room()

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)

    def _number_metrics_width(self) -> int:
        return self.fontMetrics().horizontalAdvance("0")

    def _scroll_margin(self, area: QRect, by: int) -> None:
        if by:
            self._margin.scroll(0, by)
        else:
            self._margin.update(0, area.y(), self._margin.width(), area.height())


class _Margin(QWidget):
    """The place of the line numbers."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._view.number_width(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = QPoint(0, event.position().toPoint().y())
        self._view.setTextCursor(self._view.cursorForPosition(point))
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)


def _replace(cursor: QTextCursor, count: int, change: LineChange) -> None:
    """Replace lines of a document that has `count` of them."""
    cursor.beginEditBlock()
    last = change.first + change.removed
    text = "\n".join(change.lines)
    start = cursor.document().findBlockByNumber
    if last < count:
        cursor.setPosition(start(change.first).position())
        cursor.setPosition(start(last).position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(f"{text}\n" if change.lines else "")
    else:
        # Without an end of line after the last one, that before the first goes or comes.
        head = change.first == 0
        cursor.setPosition(0 if head else start(change.first - 1).position())
        if not head:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text if head or not change.lines else f"\n{text}")
    cursor.endEditBlock()
