"""How the palette's rows look: headings that fold, kinds with a star, own blocks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget
from typing_extensions import override

from cnnstudio.ui.editor.palette_sections import Entry, Section
from cnnstudio.ui.theme import BODY, FAMILY_ICONS, RADIUS, SMALL, XS, S, Theme, font

HEADING = 28
ROW = 28
ICON = 16
STAR = 14
CHEVRON = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ENTRY_ROLE = Qt.ItemDataRole.UserRole
AnyIndex = QModelIndex | QPersistentModelIndex


def star_box(row: QRect) -> QRect:
    """Return where the star of a row is clicked, a little larger than it is drawn."""
    return QRect(row.right() - STAR - 2 * XS, row.top(), STAR + 2 * XS, row.height())


class PaletteDelegate(QStyledItemDelegate):
    """Paints sections and entries.

    The row that has the keyboard is filled with the accent, unlike a selected card of the list,
    which has an outline; the row that Enter takes from the search field has a pale surface.
    """

    def __init__(self, tree: QTreeWidget, theme: Theme) -> None:
        super().__init__(tree)
        self._tree = tree
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(80, ROW if isinstance(index.data(ENTRY_ROLE), Entry) else HEADING)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        shown = index.data(ENTRY_ROLE)
        # A row reaches from edge to edge, however deep it stands.
        row = QRect(0, option.rect.top(), self._tree.viewport().width(), option.rect.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(shown, Entry):
            self._paint_entry(painter, row, shown, option.state)
        elif isinstance(shown, Section):
            self._paint_section(painter, row, shown, option.state)
        painter.restore()

    def _paint_section(
        self,
        painter: QPainter,
        row: QRect,
        section: Section,
        state: QStyle.StateFlag,
    ) -> None:
        color = self._theme.color
        if self._tree.hasFocus() and state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("accent"), 2))
            painter.setBrush(color("selection"))
            painter.drawRoundedRect(row.toRectF().adjusted(1, 3, -1, -3), RADIUS, RADIUS)
        opened = bool(state & QStyle.StateFlag.State_Open)
        chevron = "chevron-down" if opened else "chevron-right"
        middle = row.center().y()
        mark = QRect(row.left() + XS, middle - CHEVRON // 2 + 1, CHEVRON, CHEVRON)
        self._theme.icon(chevron, "muted").paint(painter, mark)
        text = row.adjusted(XS + CHEVRON + XS, 0, -S, 0)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setFont(font(SMALL, bold=True))
        painter.setPen(color("text" if hovered else "muted"))
        painter.drawText(text, _LEFT, section.title)
        if not opened:
            painter.setFont(font(SMALL, tabular=True))
            painter.drawText(text, _RIGHT, str(len(section.entries)))

    def _paint_entry(
        self, painter: QPainter, row: QRect, entry: Entry, state: QStyle.StateFlag
    ) -> None:
        color = self._theme.color
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = chosen and self._tree.hasFocus()
        box = row.adjusted(0, 1, 0, -1)
        if chosen or hovered:
            surface = "accent" if focused else "selection" if chosen else "raised"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(surface))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        left = row.left() + S
        icon = QRect(left, row.center().y() - ICON // 2 + 1, ICON, ICON)
        self._paint_icon(painter, icon, entry, focused=focused)
        right = row.right() - XS
        if entry.kind and (entry.starred or hovered or focused):
            star = star_box(row).adjusted(XS, 0, -XS, 0)
            mark = QRect(star.left(), row.center().y() - STAR // 2 + 1, STAR, STAR)
            tone = "on_accent" if focused else "warning" if entry.starred else "muted"
            name = "star-filled" if entry.starred else "star"
            self._theme.icon(name, tone).paint(painter, mark)
            right = mark.left() - XS
        text = QRect(icon.right() + S, row.top(), right - icon.right() - S, row.height())
        painter.setFont(font(BODY))
        painter.setPen(color("on_accent" if focused else "text"))
        name = painter.fontMetrics().elidedText(
            entry.name, Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, _LEFT, name)

    def _paint_icon(self, painter: QPainter, box: QRect, entry: Entry, *, focused: bool) -> None:
        name = "package" if entry.own is not None else FAMILY_ICONS[entry.family]
        if focused:
            self._theme.icon(name, "on_accent").paint(painter, box)
        elif entry.own is not None:
            self._theme.icon(name, "muted").paint(painter, box)
        else:
            self._theme.family_icon(entry.family).paint(painter, box)
