"""The palette: every block kind, by family, to drag or double-click into the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.blocks import FAMILY_LABELS, LAYERS, Block, Family
from cnnstudio.core.i18n import _
from cnnstudio.ui.editor.dragged import KIND_MIME, kind_data
from cnnstudio.ui.theme import SMALL, M, S, Theme, font

_KIND_ROLE = Qt.ItemDataRole.UserRole


class Palette(QWidget):
    """Lists the block kinds; `chosen` carries the kind a person double-clicked or entered."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._search = QLineEdit()
        self._search.setPlaceholderText(_("Search blocks"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(_("Search blocks"))
        self._search.setToolTip(_("Type a part of a block's name or of what it does"))
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._choose_first)
        self._families: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._tree = _KindTree()
        self._tree.itemActivated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, 0)
        column.setSpacing(S)
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        self._fill()
        theme.changed.connect(self._fill)

    def focus_search(self) -> None:
        """Put the keyboard focus into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def item(self, kind: str) -> QTreeWidgetItem:
        """Return the row of a block kind.

        Raises:
            KeyError: if there is none.
        """
        for item in self._leaves():
            if item.data(0, _KIND_ROLE) == kind:
                return item
        raise KeyError(kind)

    @property
    def tree(self) -> QTreeWidget:
        """The list itself, from which blocks are dragged."""
        return self._tree

    def _fill(self) -> None:
        self._families.clear()
        self._tree.clear()
        for family in Family:
            kinds = [kind for kind in LAYERS if kind.family is family]
            if kinds:
                self._add_family(family, kinds)
        self._tree.expandAll()
        self._filter(self._search.text())

    def _add_family(self, family: Family, kinds: Sequence[type[Block]]) -> None:
        heading = QTreeWidgetItem([_(FAMILY_LABELS[family])])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setFont(0, font(SMALL, bold=True))
        heading.setForeground(0, self._theme.color("muted"))
        heading.setSizeHint(0, QSize(0, 26))
        self._tree.addTopLevelItem(heading)
        icon = self._theme.family_icon(family)
        leaves = []
        for kind in kinds:
            leaf = QTreeWidgetItem([kind.__name__])
            leaf.setIcon(0, icon)
            leaf.setData(0, _KIND_ROLE, kind.__name__)
            leaf.setToolTip(0, "\n".join([_(kind.lesson), _how_to_add()]))
            leaf.setSizeHint(0, QSize(0, 28))
            heading.addChild(leaf)
            leaves.append(leaf)
        self._families.append((heading, leaves))

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for heading, leaves in self._families:
            for leaf in leaves:
                seen = f"{leaf.text(0)} {heading.text(0)} {leaf.toolTip(0)}".casefold()
                leaf.setHidden(wanted not in seen)
            heading.setHidden(all(leaf.isHidden() for leaf in leaves))

    def _leaves(self) -> list[QTreeWidgetItem]:
        return [leaf for _heading, leaves in self._families for leaf in leaves]

    def _choose_first(self) -> None:
        first = next((leaf for leaf in self._leaves() if not leaf.isHidden()), None)
        if first is not None:
            self._choose(first)

    def _choose(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        kind = item.data(0, _KIND_ROLE)
        if kind:
            self.chosen.emit(kind)


class _KindTree(QTreeWidget):
    """A tree whose leaves are dragged as block kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(S)
        self.setIconSize(QSize(16, 16))
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Block kinds"))

    @override
    def mimeTypes(self) -> list[str]:
        return [KIND_MIME]

    @override
    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        return kind_data(items[0].data(0, _KIND_ROLE))


def _how_to_add() -> str:
    return _("Drag it into the network, or double-click to add it at the end.")
