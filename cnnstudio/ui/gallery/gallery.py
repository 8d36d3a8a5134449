"""The dialog in which one chooses a known network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.network import Network
from cnnstudio.core.templates import TEMPLATES, Template
from cnnstudio.ui.gallery.audience import Audience
from cnnstudio.ui.gallery.card_list import CardList
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.theme import XL, L, M, S, Theme

_SIZE = (1080, 720)
_SHARE_OF_PARENT = 0.94


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person has chosen: a template, and the network made of it."""

    template: Template
    network: Network


class Gallery(QDialog):
    """Shows the templates as cards; `chosen` carries a `Chosen`, and the dialog closes.

    It is gone for good once it is closed.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, dataset: Dataset, parent: QWidget | None = None) -> None:
        """Make the dialog, not yet shown.

        Args:
            theme: the colours.
            dataset: the data that networks are made for unless the published size is asked for.
            parent: the window it belongs to.
        """
        super().__init__(parent)
        self._audiences = (Audience.of(dataset), Audience.published())
        self._search = QLineEdit()
        self._size = QComboBox()
        self._list = CardList(theme, TEMPLATES)
        self._none = paragraph("muted")
        self._about = paragraph("small")
        self._open = QPushButton(_("Open"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Templates"))
        self._set_up_head(dataset)
        self._set_up_list()
        self._lay_out()
        self._fit(parent)
        self._list.show_for(self._audiences[0])
        self._list.show_only("")

    @property
    def cards(self) -> CardList:
        """The list of cards."""
        return self._list

    @property
    def search(self) -> QLineEdit:
        """The field in which one types what is looked for."""
        return self._search

    @property
    def size_box(self) -> QComboBox:
        """The choice between the data's size and the published one."""
        return self._size

    @property
    def open_button(self) -> QPushButton:
        """The button that opens the current card."""
        return self._open

    def _set_up_head(self, dataset: Dataset) -> None:
        self._search.setPlaceholderText(_("Search templates"))
        self._search.setAccessibleName(_("Search templates"))
        self._search.setToolTip(
            _("Type a part of a name, an author or a purpose; Down goes to the cards")
        )
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._list.show_only)
        self._search.installEventFilter(self)
        self._size.addItems(
            [
                _("For {data}: {shape}, {classes} classes").format(
                    data=_(dataset.title), shape=times(dataset.shape), classes=dataset.classes
                ),
                _("As published"),
            ]
        )
        self._size.setAccessibleName(_("Made for"))
        self._size.setToolTip(
            _("What the networks are made for: the data of the training plan, or their own")
        )
        self._size.currentIndexChanged.connect(
            lambda index: self._list.show_for(self._audiences[index])
        )

    def _set_up_list(self) -> None:
        self._list.entered.connect(self._choose)
        self._list.typed.connect(self._type)
        self._list.left.connect(lambda: self._search.setFocus(Qt.FocusReason.OtherFocusReason))
        self._list.card_changed.connect(self._follow)
        self._open.setProperty("role", "primary")
        self._open.setDefault(True)
        self._open.clicked.connect(self._choose)

    def _lay_out(self) -> None:
        title = QLabel(_("Templates"))
        title.setProperty("tone", "display")
        head = QHBoxLayout()
        head.setSpacing(M)
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self._size)
        head.addWidget(self._search)
        self._search.setMinimumWidth(220)
        self._search.setMaximumWidth(340)
        close = QPushButton(_("Close"))
        close.setToolTip(_("Close the gallery and keep the design as it is"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        foot.addWidget(self._about, 1)
        foot.addWidget(close)
        foot.addWidget(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(L)
        column.addLayout(head)
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        column.addLayout(foot)
        self._none.hide()
        for one, then in pairwise((self._search, self._size, self._list, self._open, close)):
            self.setTabOrder(one, then)
        self._search.setFocus()

    def _fit(self, parent: QWidget | None) -> None:
        width, height = _SIZE
        if parent is not None:
            window = parent.window()
            width = min(width, round(window.width() * _SHARE_OF_PARENT))
            height = min(height, round(window.height() * _SHARE_OF_PARENT))
        self.resize(width, height)

    def _follow(self) -> None:
        """Say of the current card what it has no room for, and whether it can be opened."""
        card = self._list.card
        self._open.setEnabled(card is not None and not card.obstacle)
        nothing = not self._list.cards()
        self._none.setVisible(nothing)
        self._none.setText(
            _("No template fits {typed}.").format(typed=f"“{self._search.text()}”")
            if nothing
            else ""
        )
        if card is None:
            self._about.setText("")
            self._open.setToolTip(_("Choose a template first"))
            return
        if card.obstacle:
            reason = _("{reason}. As published, it can be opened all the same.").format(
                reason=sentence(card.obstacle)
            )
            self._about.setText(reason)
            self._open.setToolTip(reason)
            return
        self._about.setText(card.paper_line())
        self._open.setToolTip(_("Open it as a new design; the one that is open can be saved first"))

    def _type(self, letters: str) -> None:
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._search.insert(letters)

    def _choose(self) -> None:
        card = self._list.card
        if card is None or card.obstacle:
            return
        network = self._audiences[self._size.currentIndex()].network(card.template)
        self.chosen.emit(Chosen(card.template, network))
        self.close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._search or not isinstance(event, QKeyEvent):
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self._list.setFocus(Qt.FocusReason.TabFocusReason)
            case Qt.Key.Key_Escape if self._search.text():
                self._search.clear()
            case _:
                return False
        return True
