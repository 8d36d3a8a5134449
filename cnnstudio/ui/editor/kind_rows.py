"""How block kinds look in lists to choose from: icon, name, and what is said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from cnnstudio.core.blocks import Family
from cnnstudio.ui.theme import BODY, RADIUS, SMALL, XS, M, S, Theme, font

ICON = 16
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class KindRow:
    """A row: the name of a kind, its family, and what is said beside the name."""

    name: str
    family: Family
    beside: str = ""


class KindRowDelegate(QStyledItemDelegate):
    """Paints the `KindRow` of an item; the current one stands out by surface and a bar."""

    def __init__(self, view: QAbstractItemView, theme: Theme, height: int) -> None:
        super().__init__(view)
        self._theme = theme
        self._height = height

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, self._height)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: KindRow = index.data(Qt.ItemDataRole.UserRole)
        color = self._theme.color
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("selection" if chosen else "raised"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if chosen:
            painter.setBrush(color("accent"))
            painter.drawRoundedRect(
                QRect(box.left(), box.top() + XS, 3, box.height() - 2 * XS), 1, 1
            )
        icon = QRect(box.left() + M, box.center().y() - ICON // 2 + 1, ICON, ICON)
        self._theme.family_icon(row.family).paint(painter, icon)
        text = QRect(icon.right() + S, box.top(), box.right() - icon.right() - 2 * S, box.height())
        painter.setFont(font(BODY, bold=True))
        painter.setPen(color("text"))
        painter.drawText(text, _LEFT, row.name)
        used = painter.fontMetrics().horizontalAdvance(row.name) + M
        painter.setFont(font(SMALL, tabular=True))
        painter.setPen(color("muted"))
        rest = text.adjusted(used, 0, 0, 0)
        beside = painter.fontMetrics().elidedText(
            row.beside, Qt.TextElideMode.ElideRight, max(rest.width(), 0)
        )
        painter.drawText(rest, _LEFT, beside)
        painter.restore()
