"""The palette's list: sections that fold, rows that are dragged, starred and chosen by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.editor.dragged import KIND_MIME, OWN_MIME, kind_data, own_data
from cnnstudio.ui.editor.palette_rows import ENTRY_ROLE, PaletteDelegate, star_box
from cnnstudio.ui.editor.palette_sections import Entry, Search, Section, entry_tip
from cnnstudio.ui.theme import Theme


class PaletteTree(QTreeWidget):
    """Shows sections.

    `chosen` carries the entry a person double-clicked, `entered` one on which Enter was pressed,
    `starred` one whose star was clicked, `folded` a section's key and whether it was closed,
    `typed` letters for the search; `left` follows when the keyboard goes up out of the list.
    """

    chosen = Signal(object)
    entered = Signal(object)
    starred = Signal(object)
    folded = Signal(str, bool)
    typed = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._filling = False
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(16, 16))
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(PaletteDelegate(self, theme))
        self.setAccessibleName(_("Block kinds"))
        self.itemActivated.connect(self._activate)
        self.itemExpanded.connect(lambda item: self._tell_fold(item, closed=False))
        self.itemCollapsed.connect(lambda item: self._tell_fold(item, closed=True))

    def fill(self, sections: Sequence[Section]) -> None:
        """Show other sections."""
        self._filling = True
        place, kept = self.verticalScrollBar().value(), self.entry
        self.clear()
        for section in sections:
            heading = QTreeWidgetItem([section.title])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            heading.setData(0, ENTRY_ROLE, section)
            heading.setToolTip(0, _("Click to fold or unfold"))
            heading.addChildren([_leaf(entry) for entry in section.entries])
            self.addTopLevelItem(heading)
        self._filling = False
        again = next((row for row in self.rows() if _same(self._shown(row), kept)), None)
        if kept is not None and again is not None:
            self.setCurrentItem(again)
        self.verticalScrollBar().setValue(place)

    def show_only(self, search: Search, folds: Mapping[str, bool]) -> None:
        """Show what is looked for, the best of it current; without a search, what is unfolded."""
        self._filling = True
        best: list[tuple[tuple[int, int], QTreeWidgetItem]] = []
        for heading in self.headings():
            section: Section = heading.data(0, ENTRY_ROLE)
            rows = _rows_of(heading)
            for row in rows:
                entry: Entry = row.data(0, ENTRY_ROLE)
                row.setHidden(bool(search) and not search.finds(section, entry))
                if search and not row.isHidden():
                    best.append((search.rank(entry), row))
            heading.setHidden(all(row.isHidden() for row in rows))
            heading.setExpanded(bool(search) or not folds.get(section.key, section.folded))
        self._filling = False
        if best:
            self.setCurrentItem(min(best, key=lambda pair: pair[0])[1])
        elif search or not self.hasFocus():
            self.setCurrentIndex(QModelIndex())

    def headings(self) -> list[QTreeWidgetItem]:
        """Return the headings of the sections."""
        found = (self.topLevelItem(number) for number in range(self.topLevelItemCount()))
        return [heading for heading in found if heading is not None]

    def rows(self) -> list[QTreeWidgetItem]:
        """Return the rows of all sections, those that are hidden too."""
        return [row for heading in self.headings() for row in _rows_of(heading)]

    @property
    def entry(self) -> Entry | None:
        """The entry that is current, None for none or a heading."""
        return self._shown(self.currentItem())

    def entry_at(self, item: QTreeWidgetItem | None) -> Entry | None:
        """Return the entry of a row, None for a heading."""
        return self._shown(item)

    @staticmethod
    def _shown(item: QTreeWidgetItem | None) -> Entry | None:
        shown = item.data(0, ENTRY_ROLE) if item is not None else None
        return shown if isinstance(shown, Entry) else None

    def _activate(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        entry = self._shown(item)
        if entry is not None:
            self.chosen.emit(entry)

    def _tell_fold(self, item: QTreeWidgetItem, *, closed: bool) -> None:
        section = item.data(0, ENTRY_ROLE)
        if not self._filling and isinstance(section, Section):
            self.folded.emit(section.key, closed)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        entry = self._shown(item)
        if item is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif entry is None:
            item.setExpanded(not item.isExpanded())
        elif entry.kind and self._on_star(item, event):
            self.starred.emit(entry)
        else:
            super().mousePressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if item is not None and (self._shown(item) is None or self._on_star(item, event)):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def _on_star(self, item: QTreeWidgetItem, event: QMouseEvent) -> bool:
        entry = self._shown(item)
        row = self.visualItemRect(item)
        row.setLeft(0)
        row.setRight(self.viewport().width() - 1)
        return bool(entry and entry.kind) and star_box(row).contains(event.position().toPoint())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.left.emit,
            Qt.Key.Key_Space: lambda: self._toggle(item),
        }
        if event.key() == Qt.Key.Key_Up and self._is_first(item):
            self.left.emit()
        elif event.key() in keys:
            keys[event.key()]()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(item)
            if self.entry is not None:
                self.entered.emit(self.entry)
        elif event.text().strip() and event.text().isprintable() and not _is_command(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _toggle(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and self._shown(item) is None:
            item.setExpanded(not item.isExpanded())

    def _is_first(self, item: QTreeWidgetItem | None) -> bool:
        return item is None or self.itemAbove(item) is None

    @override
    def mimeTypes(self) -> list[str]:
        return [KIND_MIME, OWN_MIME]

    @override
    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        entry = self._shown(items[0])
        if entry is None:
            return QMimeData()
        return kind_data(entry.kind) if entry.own is None else own_data(entry.own)


def _rows_of(heading: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (heading.child(number) for number in range(heading.childCount()))
    return [row for row in found if row is not None]


def _leaf(entry: Entry) -> QTreeWidgetItem:
    leaf = QTreeWidgetItem([entry.name])
    leaf.setData(0, ENTRY_ROLE, entry)
    leaf.setToolTip(0, entry_tip(entry))
    if entry.own is not None:
        leaf.setData(
            0,
            Qt.ItemDataRole.AccessibleTextRole,
            _("{name}, a block of your own").format(name=entry.name),
        )
    return leaf


def _same(one: Entry | None, other: Entry | None) -> bool:
    if one is None or other is None:
        return False
    return one.kind == other.kind and (one.own is None or one.own == other.own)


def _is_command(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & (held | Qt.KeyboardModifier.MetaModifier))
