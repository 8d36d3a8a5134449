"""The palette: every block kind to drag, double-click or find by typing into the network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QTreeWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core import settings as kept_settings
from cnnstudio.core.i18n import _
from cnnstudio.core.my_blocks import SUFFIX
from cnnstudio.core.settings import Settings
from cnnstudio.ui.editor.dragged import block_files
from cnnstudio.ui.editor.own_blocks import OwnBlocks
from cnnstudio.ui.editor.palette_sections import Entry, Search, sections
from cnnstudio.ui.editor.palette_tree import PaletteTree
from cnnstudio.ui.theme import M, S, Theme

FAVOURITE_KEY = "Ctrl+Shift+F"


class Palette(QWidget):
    """Lists block kinds and a person's own blocks.

    `chosen` carries the kind a person double-clicked or entered, `own_chosen` own blocks; `said`
    carries a notice.
    """

    chosen = Signal(str)
    own_chosen = Signal(object)
    said = Signal(object)

    def __init__(self, theme: Theme, settings: Settings | None = None) -> None:
        super().__init__()
        self._settings = settings or Settings()
        self.own = OwnBlocks(self)
        self._search = QLineEdit()
        self._tree = PaletteTree(theme)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._set_up_search()
        self._set_up_tree()
        column = QVBoxLayout(self)
        column.setContentsMargins(S, M, S, 0)
        column.setSpacing(S)
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        self._fill()
        self.own.changed.connect(self._fill)
        self.own.said.connect(self.said)
        theme.changed.connect(self._tree.viewport().update)

    def focus_search(self) -> None:
        """Put the keyboard focus into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def item(self, kind: str) -> QTreeWidgetItem:
        """Return the first row of a block kind, unfolded.

        Raises:
            KeyError: if there is none.
        """
        for row in self._tree.rows():
            entry = self._tree.entry_at(row)
            if entry is not None and entry.kind == kind:
                self._tree.expand(self._tree.indexFromItem(row).parent())
                return row
        raise KeyError(kind)

    @property
    def tree(self) -> PaletteTree:
        """The list itself, from which blocks are dragged."""
        return self._tree

    @property
    def search(self) -> QLineEdit:
        """The field in which one types what is looked for."""
        return self._search

    def _set_up_search(self) -> None:
        self._search.setPlaceholderText(_("Search blocks"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(_("Search blocks"))
        self._search.setToolTip(
            _("Type a part of a block's name or of what it does; Down goes to the list")
        )
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._choose_best)
        self._search.installEventFilter(self)

    def _set_up_tree(self) -> None:
        tree = self._tree
        tree.chosen.connect(self._add)
        tree.entered.connect(self._enter)
        tree.starred.connect(self._star)
        tree.folded.connect(self._note_fold)
        tree.typed.connect(self._type)
        tree.left.connect(self._go_up)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        keys = {FAVOURITE_KEY: self._star, "F2": self._rename, "Del": self._delete}
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), tree)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(partial(self._with_current, act))

    # What is shown

    def _fill(self) -> None:
        self._tree.fill(sections(self._settings.favourites, self.own.shelf.blocks))
        self._filter(self._search.text())

    def _filter(self, text: str) -> None:
        self._tree.show_only(Search(text), self._settings.folds)

    def _note_fold(self, key: str, closed: bool) -> None:
        if not self._search.text().strip():
            self._settings.folds[key] = closed

    def _star(self, entry: Entry) -> None:
        """Put a kind among the favourites, or take it out."""
        if not entry.kind:
            return
        favourites = self._settings.favourites
        if entry.kind in favourites:
            favourites.remove(entry.kind)
        else:
            favourites.append(entry.kind)
        kept_settings.save(self._settings)
        self._fill()

    # What a person does

    def _enter(self, entry: Entry) -> None:
        """Add an entry and stay in the list: who works by keys goes on to the next one there."""
        self._add(entry)
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_best(self) -> None:
        entry = self._tree.entry
        if entry is not None and self._search.text().strip():
            self._add(entry)
            self._search.clear()
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, entry: Entry) -> None:
        if entry.own is not None:
            self.own_chosen.emit(entry.own.nodes)
        else:
            self.chosen.emit(entry.kind)

    def _with_current(self, act: Callable[[Entry], None]) -> None:
        entry = self._tree.entry
        if entry is not None:
            act(entry)

    def _rename(self, entry: Entry) -> None:
        if entry.own is not None:
            self.own.ask_rename(entry.own)

    def _delete(self, entry: Entry) -> None:
        if entry.own is not None:
            self.own.delete(entry.own)

    def _type(self, letters: str) -> None:
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._search.insert(letters)

    def _go_up(self) -> None:
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._search or not isinstance(event, QKeyEvent):
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self._go_down()
            case Qt.Key.Key_Escape if self._search.text():
                self._search.clear()
            case _:
                return False
        return True

    def _go_down(self) -> None:
        if self._tree.currentItem() is None:
            self._tree.setCurrentItem(self._tree.headings()[0])
        self._tree.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_menu(self, point: QPoint) -> None:
        menu = self.menu_for(self._tree.entry_at(self._tree.itemAt(point)))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._tree.viewport().mapToGlobal(point))

    def menu_for(self, entry: Entry | None) -> QMenu:
        """Return the menu of an entry; None stands for the palette itself."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        if entry is not None:
            menu.addAction(_("&Add after the current block"), partial(self._add, entry))
            menu.addSeparator()
        if entry is not None and entry.own is None:
            text = (
                _("Take out of the &favourites") if entry.starred else _("Add to the &favourites")
            )
            menu.addAction(text, QKeySequence(FAVOURITE_KEY), partial(self._star, entry))
        if entry is not None and entry.own is not None:
            menu.addAction(_("&Rename…"), QKeySequence("F2"), partial(self._rename, entry))
            menu.addAction(_("&Delete"), QKeySequence("Del"), partial(self._delete, entry))
        if entry is None or entry.own is not None:
            menu.addAction(_("&Import blocks from files…"), self._ask_import)
            menu.addAction(_("&Show in folder"), self.own.show_folder)
        return menu

    def _ask_import(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Import blocks"), "", _("Blocks (*{suffix})").format(suffix=SUFFIX)
        )
        if names:
            self.own.take_in([Path(name) for name in names])

    # Files dropped here

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # What is dragged out of the palette is a file too, so that it can go into a folder.
        if event.source() is None and block_files(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.own.take_in(block_files(event.mimeData()))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.own.read_in_background()
