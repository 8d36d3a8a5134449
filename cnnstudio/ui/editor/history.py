"""The undo history as a list under its button: a click goes back, or on, to any step."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.labels import heading, paragraph
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, RADIUS, SMALL, L, M, S, Theme, font

WIDTH = 300
ROW = 28
MOST_ROWS = 14
DOT = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Past:
    """A row of the history: a state of the design.

    Attributes:
        text: the step that led to it.
        offset: how many steps lie between the present state and it; below 0 for what was before.
        saved: whether it is what the file holds.
    """

    text: str
    offset: int
    saved: bool


class History(QFrame):
    """Shows the states of the open design, the oldest first, while it is open.

    It hears of no edit: nothing can be edited while it is on screen.
    """

    def __init__(self, design: OpenDesign, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._stack = design.undo_stack
        self._theme = theme
        self.setAccessibleName(_("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._list = _Steps()
        self._list.setItemDelegate(_StepDelegate(self._list, theme))
        self._list.setAccessibleName(_("Steps"))
        self._list.setToolTip(_("Click a step to see the design as it was after it"))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.itemClicked.connect(self._go)
        self._list.itemActivated.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(heading(_("History")))
        column.addWidget(self._list)
        column.addWidget(
            paragraph("small", _("A new change forgets the steps after the present one."))
        )
        self.setFixedWidth(WIDTH)

    @property
    def list(self) -> QListWidget:
        """The rows, of which the present state's is current when it opens."""
        return self._list

    def open_below(self, button: QWidget) -> None:
        """Show the history under a button of the window, with the keyboard in it."""
        self._fill()
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(0, button.height() + 2))
        screen = button.screen().availableGeometry()
        left = min(corner.x(), screen.right() - self.width())
        self.move(max(screen.left(), left), min(corner.y(), screen.bottom() - self.height()))
        self.show()
        self._list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        stack, now = self._stack, self._stack.index()
        self._list.clear()
        for index in range(stack.count() + 1):
            text = stack.text(index - 1) if index else _("As it was opened")
            row = Past(text, index - now, index == stack.cleanIndex())
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(row))
            self._list.addItem(item)
        self._list.setFixedHeight(ROW * min(stack.count() + 1, MOST_ROWS))
        self._list.setCurrentRow(now)
        self._list.scrollToItem(self._list.item(now), QListWidget.ScrollHint.PositionAtCenter)

    def _go(self, item: QListWidgetItem) -> None:
        """Bring the design to a state, and show the history from there."""
        place = self._list.verticalScrollBar().value()
        self._stack.setIndex(self._list.row(item))
        self._fill()
        self._list.verticalScrollBar().setValue(place)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("muted"), 1))
        painter.setBrush(self._theme.color("panel"))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS, RADIUS)


class _Steps(QListWidget):
    """A list in which Enter activates on every system."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.itemActivated.emit(item)
        else:
            super().keyPressEvent(event)


class _StepDelegate(QStyledItemDelegate):
    """Paints a dot and the step: full for what is done, a ring for what was undone."""

    def __init__(self, view: QListWidget, theme: Theme) -> None:
        super().__init__(view)
        self._theme = theme

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, ROW)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Past = index.data(Qt.ItemDataRole.UserRole)
        color = self._theme.color
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or hovered:
            painter.setBrush(color("selection" if chosen else "raised"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        present = row.offset == 0
        tone = color("accent" if present else "muted")
        painter.setPen(QPen(tone, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush if row.offset > 0 else tone)
        painter.drawEllipse(box.left() + S, box.center().y() - DOT // 2 + 1, DOT, DOT)
        text = box.adjusted(S + DOT + S, 0, -S, 0)
        if row.saved:
            painter.setFont(font(SMALL))
            painter.setPen(color("muted"))
            painter.drawText(text, _RIGHT, _("saved"))
            text.setRight(text.right() - painter.fontMetrics().horizontalAdvance(_("saved")) - L)
        painter.setFont(font(BODY, bold=present))
        painter.setPen(color("muted" if row.offset > 0 else "text"))
        words = painter.fontMetrics().elidedText(
            row.text, Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, _LEFT, words)
        painter.restore()


def _spoken(row: Past) -> str:
    if row.offset == 0:
        return _("{step}, the present state").format(step=row.text)
    if row.offset > 0:
        return _("{step}, undone").format(step=row.text)
    return row.text
