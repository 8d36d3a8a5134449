"""A sheet of the keys that the window's actions have, made from its menus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.i18n import _
from cnnstudio.ui.actions import plain
from cnnstudio.ui.labels import heading
from cnnstudio.ui.sheet import sheet
from cnnstudio.ui.theme import BODY, XL, XS, L, font
from cnnstudio.ui.viewer.look_key_words import LOOK_KEYS

_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Keys:
    """The actions of one menu that have a key.

    Attributes:
        menu: its title.
        rows: of each action its words and its keys as the system writes them.
    """

    menu: str
    rows: tuple[tuple[str, str], ...]


def keys_of(bar: QMenuBar | QMenu) -> Iterator[Keys]:
    """Yield the shortcuts of the menus in a menu bar or menu, each menu after what it lies in."""
    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            rows = tuple(_row(entry) for entry in menu.actions() if entry.shortcuts())
            if rows:
                yield Keys(plain(menu.title()), rows)
            yield from keys_of(menu)


def look_keys() -> Keys:
    """Return the keys of the Look page, which no menu has."""
    native = QKeySequence.SequenceFormat.NativeText
    rows = tuple((_(words), QKeySequence(key).toString(native)) for key, words in LOOK_KEYS)
    return Keys(_("While looking at maps"), rows)


def show_shortcuts(parent: QWidget, bar: QMenuBar) -> None:
    """Show every shortcut of a menu bar, and the keys that no menu has."""
    title = QLabel(_("Keyboard shortcuts"))
    title.setProperty("tone", "display")
    columns = [QVBoxLayout() for _column in range(_COLUMNS)]
    lengths = [0] * _COLUMNS
    for keys in (*keys_of(bar), look_keys()):
        shortest = lengths.index(min(lengths))
        columns[shortest].addWidget(_table(keys))
        lengths[shortest] += len(keys.rows) + 1
    body = QWidget()
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * XL)
    for column in columns:
        column.setSpacing(L)
        column.addStretch()
        row.addLayout(column)
    sheet(parent, _("Keyboard shortcuts"), title, body).open()


def _row(action: QAction) -> tuple[str, str]:
    # An undo names what it takes back; its icon's text never does.
    words = plain(action.iconText()).strip()
    native = QKeySequence.SequenceFormat.NativeText
    return words, "  ".join(keys.toString(native) for keys in action.shortcuts())


def _table(keys: Keys) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(XL)
    grid.setVerticalSpacing(XS)
    grid.setColumnStretch(0, 1)
    grid.addWidget(heading(keys.menu), 0, 0, 1, 2)
    for row, (words, shortcut) in enumerate(keys.rows, start=1):
        label = QLabel(shortcut)
        label.setFont(font(BODY, bold=True))
        grid.addWidget(QLabel(words), row, 0)
        grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
    return table
