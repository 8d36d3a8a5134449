"""Where a person says what the network is to learn from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.data.sources import DataSource, path_of
from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.data.offers import OFFERS, Offer, offer_of
from cnnstudio.ui.data.source_options import SourceOptions
from cnnstudio.ui.param_editors.manners import calm
from cnnstudio.ui.theme import S, Theme, beside_icon
from cnnstudio.ui.viewer.elided import ElidedLabel

_ICON = QSize(16, 16)
_WIDTH = 232
_LEAST_LETTERS = 10
_READ_AGAIN = N_("Look at the data anew, if its files have changed")
_STOP = N_("End the reading; what is known stays")


class SourceBar(QWidget):
    """A list of sources, the path of the chosen one, and its settings.

    `chosen` carries a `DataSource`; `again_wanted` asks for it to be read anew.
    """

    chosen = Signal(object)
    again_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._source: DataSource | None = None
        self._is_reading = False
        self.box = QComboBox()
        self._path = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.other, self.again = QToolButton(), QToolButton()
        self.options = SourceOptions()
        self._fill()
        self._arrange()
        self.box.activated.connect(lambda number: self.choose(OFFERS[number]))
        self.other.clicked.connect(self._choose_other)
        self.again.clicked.connect(self.again_wanted)
        self.options.edited.connect(self.chosen)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_source(self, source: DataSource) -> None:
        """Show which source is chosen."""
        self._source = source
        self.box.setCurrentIndex(offer_of(source))
        path = path_of(source)
        self._path.setText("" if path is None else str(path))
        self.other.setVisible(path is not None)
        self.options.show_source(source)

    def show_reading(self, is_reading: bool) -> None:
        """Offer to end the reading while there is one, and else to read again."""
        name, tip, icon = _("Read again"), _READ_AGAIN, "refresh-cw"
        if is_reading:
            name, tip, icon = _("Stop reading"), _STOP, "x"
        self.again.setAccessibleName(name)
        self.again.setToolTip(_(tip))
        self.again.setIcon(self._theme.icon(icon))
        self._is_reading = is_reading

    def choose(self, offer: Offer) -> None:
        """Choose a source, after asking for its path if it has one."""
        path = self._ask(offer) if offer.asks else ""
        if path is not None:
            self.chosen.emit(offer.at(path))
        elif self._source is not None:
            self.box.setCurrentIndex(offer_of(self._source))

    def _choose_other(self) -> None:
        if self._source is not None:
            self.choose(OFFERS[offer_of(self._source)])

    def _ask(self, offer: Offer) -> str | None:
        """Let the person choose a path; return None if they do not want to."""
        before = None if self._source is None else path_of(self._source)
        start = Path.home() if before is None else before.parent
        title = _(offer.asks)
        if not offer.endings:
            path = QFileDialog.getExistingDirectory(self, title, str(start))
        else:
            masks = " ".join(f"*.{ending}" for ending in offer.endings)
            every = _("All files (*)")
            kinds = f"{title} ({masks});;{every}"
            path, _kind = QFileDialog.getOpenFileName(self, title, str(start), kinds)
        return path or None

    def _fill(self) -> None:
        for number, offer in enumerate(OFFERS):
            self.box.addItem(_(offer.label))
            if offer.asks:
                self.box.setItemData(number, _(offer.asks), Qt.ItemDataRole.ToolTipRole)
        self.box.setMaxVisibleItems(16)
        self.box.setMinimumContentsLength(_LEAST_LETTERS)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMaximumWidth(_WIDTH)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setAccessibleName(_("What the network learns from"))
        self.box.setToolTip(
            _("Choose the data, or drop a folder, a table or arrays onto this page")
        )
        calm(self.box)

    def _arrange(self) -> None:
        self._path.setProperty("tone", "muted")
        for button, name, tip in (
            (self.other, _("Other…"), _("Take another folder or file of this sort")),
            (self.again, _("Read again"), _(_READ_AGAIN)),
        ):
            button.setText(beside_icon(name))
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.setIconSize(_ICON)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.again.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(self.box, 2)
        top.addWidget(self._path, 3)
        top.addWidget(self.other)
        top.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(top)
        column.addWidget(self.options)

    def _restyle(self) -> None:
        self.other.setIcon(self._theme.icon("folder-open"))
        self.show_reading(self._is_reading)
