"""The gallery's cards side by side, filled one after another while nothing else is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem
from typing_extensions import override

from cnnstudio.core.analysis import analyse
from cnnstudio.core.i18n import _
from cnnstudio.core.templates import Template
from cnnstudio.ui.gallery.audience import Audience
from cnnstudio.ui.gallery.card import CARD_ROLE, HEIGHT, NARROWEST, Card, CardDelegate
from cnnstudio.ui.gallery.sketch import sketch
from cnnstudio.ui.theme import Theme


class CardList(QListWidget):
    """Shows templates.

    `entered` follows Enter or a double click on a card, `typed` carries letters for the search,
    `left` follows when the keyboard goes up out of the list, `card_changed` when another card is
    current or the current one has been filled.
    """

    entered = Signal()
    typed = Signal(str)
    left = Signal()
    card_changed = Signal()

    def __init__(self, theme: Theme, templates: Sequence[Template]) -> None:
        super().__init__()
        self._waiting: list[QListWidgetItem] = []
        self._audience = Audience.published()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._fill_next)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(CardDelegate(self, theme))
        self.setAccessibleName(_("Templates"))
        self.verticalScrollBar().setSingleStep(HEIGHT // 6)
        for template in templates:
            self.addItem(_item(Card(template)))
        self.itemDoubleClicked.connect(lambda _item: self.entered.emit())
        self.currentItemChanged.connect(lambda _new, _old: self.card_changed.emit())
        theme.changed.connect(self.viewport().update)

    @property
    def card(self) -> Card | None:
        """The current card, None if there is none."""
        item = self._current()
        return None if item is None else card_of(item)

    def cards(self) -> list[Card]:
        """Return the cards that are shown, in their order."""
        return [card_of(item) for item in self._shown()]

    @property
    def is_filled(self) -> bool:
        """Whether all cards are complete."""
        return not self._waiting

    def show_for(self, audience: Audience) -> None:
        """Show what the templates are for other data; the cards are filled in time."""
        self._audience = audience
        self._waiting = list(self._items())
        for item in self._waiting:
            self._put(item, audience.card(card_of(item)))
        self._timer.start()
        self.card_changed.emit()

    def show_only(self, text: str) -> None:
        """Show the cards in which all words of a text occur, the first of them current."""
        words = text.casefold().split()
        for item in self._items():
            item.setHidden(not all(word in _searched(card_of(item)) for word in words))
        shown = self._shown()
        if shown and (words or self._current() is None):
            self.setCurrentItem(shown[0])
        self.card_changed.emit()

    def _fill_next(self) -> None:
        """Complete one card, so that nobody waits for all of them."""
        if not self._waiting:
            self._timer.stop()
            return
        item = self._waiting.pop(0)
        card = card_of(item)
        network = self._audience.network_to_show(card.template)
        report = analyse(network)
        weights = None if card.obstacle else report.total_weights
        self._put(item, replace(card, weights=weights, sketch=sketch(network, report)))
        if item is self.currentItem():
            self.card_changed.emit()

    def _put(self, item: QListWidgetItem, card: Card) -> None:
        item.setData(CARD_ROLE, card)
        item.setToolTip("\n".join((card.paper_line(), _(card.template.about))))
        said = (_(card.template.title), card.weights_line(), card.obstacle, _(card.template.about))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, said)))

    def _current(self) -> QListWidgetItem | None:
        """Return the current item, None if there is none or it is hidden."""
        row = self.currentRow()
        return None if row < 0 or self.item(row).isHidden() else self.item(row)

    def _shown(self) -> list[QListWidgetItem]:
        return [item for item in self._items() if not item.isHidden()]

    def _items(self) -> Iterator[QListWidgetItem]:
        return (self.item(number) for number in range(self.count()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        columns = max(1, width // NARROWEST)
        # A pixel less, for Qt breaks a row that is exactly full.
        self.setGridSize(QSize((width - 1) // columns, HEIGHT))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Up and self._is_in_first_row():
            self.left.emit()
        elif event.text().strip() and event.text().isprintable() and not _is_command(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _is_in_first_row(self) -> bool:
        item, shown = self._current(), self._shown()
        if item is None or not shown:
            return True
        return self.visualItemRect(item).top() == self.visualItemRect(shown[0]).top()


def card_of(item: QListWidgetItem) -> Card:
    """Return what an item of the list shows."""
    card = item.data(CARD_ROLE)
    assert isinstance(card, Card)
    return card


def _item(card: Card) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setData(CARD_ROLE, card)
    return item


def _searched(card: Card) -> str:
    """Return everything a person may look a card up by, in both languages."""
    one = card.template
    said = (one.key, one.title, _(one.title), one.about, _(one.about), card.paper_line())
    return " ".join(said).casefold()


def _is_command(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & (held | Qt.KeyboardModifier.MetaModifier))
