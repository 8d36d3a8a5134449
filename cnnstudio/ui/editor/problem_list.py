"""The list of all problems of a network: a line each, which leads to its block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.core.problems import Severity
from cnnstudio.ui.editor.card_text import card_fonts, wrapped_height
from cnnstudio.ui.editor.row_view import RowView
from cnnstudio.ui.editor.severity import LOOKS
from cnnstudio.ui.theme import RADIUS, XS, S, Theme

_ICON = 16
_MOST_HEIGHTS = 10_000
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class ToldProblem(NamedTuple):
    """A problem of a block, as it is said."""

    block: str
    severity: Severity
    text: str


class ProblemList(RowView):
    """Shows problems; `block_wanted` carries the uid of the block of one that was chosen."""

    block_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told = _Told()
        self._heights: dict[tuple[str, int], int] = {}
        self._adopt_theme()
        self.setModel(self._told)
        self.setEditTriggers(RowView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Problems"))
        self.setToolTip(_("Click a problem to go to its block"))
        self.clicked.connect(self._go)
        self.activated.connect(self._go)
        theme.changed.connect(self._adopt_theme)

    @property
    def problems(self) -> Sequence[ToldProblem]:
        """What is shown, from top to bottom."""
        return self._told.rows

    def show_problems(self, problems: Sequence[ToldProblem]) -> None:
        """Show other problems; the keyboard stays at its line."""
        row = self.currentIndex().row()
        self.forget_places()
        self._told.show(problems)
        if 0 <= row < len(problems):
            self.setCurrentIndex(self._told.index(row))
        self.lay_out()
        self.viewport().update()

    def _adopt_theme(self) -> None:
        self._font = card_fonts().plain
        self._heights.clear()
        self.lay_out()

    def _go(self, index: QModelIndex) -> None:
        self.block_wanted.emit(self._told.rows[index.row()].block)

    # The rows

    @override
    def row_heights(self) -> Sequence[int]:
        width = self._text_width(self.viewport().width())
        return [self._height(told.text, width) for told in self._told.rows]

    def _height(self, text: str, width: int) -> int:
        height = self._heights.get((text, width))
        if height is None:
            if len(self._heights) > _MOST_HEIGHTS:
                self._heights.clear()
            height = wrapped_height(self._font, width, text) + 2 * XS
            self._heights[text, width] = height
        return height

    @override
    def row_left(self, row: int) -> int:
        return 0

    @override
    def is_passed(self, row: int) -> bool:
        return False

    @override
    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        told, color, state = self._told.rows[index.row()], self._theme.color, option.state
        row = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected) and self.hasFocus()
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("selection" if chosen else "raised"))
            painter.drawRoundedRect(row, RADIUS, RADIUS)
        icon, tone = LOOKS[told.severity]
        mark = QRect(row.left(), row.top() + XS + 1, _ICON, _ICON)
        self._theme.icon(icon, tone).paint(painter, mark)
        painter.setFont(self._font)
        painter.setPen(color("text"))
        text = QRect(_ICON + S, row.top() + XS, self._text_width(row.width()), row.height())
        painter.drawText(text, _WRAP, told.text)

    @staticmethod
    def _text_width(width: int) -> int:
        return width - _ICON - 2 * S


class _Told(QAbstractListModel):
    """Problems as rows of text."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[ToldProblem] = ()

    def show(self, rows: Sequence[ToldProblem]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()].text
        return None
