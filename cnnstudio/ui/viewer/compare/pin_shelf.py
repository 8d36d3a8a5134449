"""What is pinned, as a row of chips: each can be laid beside the maps, or taken away."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.theme import BODY, XS, S, Theme, beside_icon, font
from cnnstudio.ui.viewer.compare.pins import Pin, PinKind

_ICON = 20
_CROSS = 12
_WIDEST = 180
ICONS = {
    PinKind.IMAGE: "image",
    PinKind.BLOCK: "layers",
    PinKind.MOMENT: "history",
    PinKind.STATE: "save",
}


class PinShelf(QWidget):
    """Chips that are pressed while what they stand for is shown.

    `toggled` carries the number of a pin whose chip is clicked, `removed` that of one whose cross
    is; `difference_wanted` whether the difference is to be shown too.
    """

    toggled = Signal(int)
    removed = Signal(int)
    difference_wanted = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pins: list[Pin] = []
        self._active: tuple[int, ...] = ()
        self.chips: dict[int, QToolButton] = {}
        self.crosses: dict[int, QToolButton] = {}
        self._frames: dict[int, QFrame] = {}
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(XS)
        room = QWidget()
        room.setLayout(self._row)
        self._row.addStretch(1)
        area = QScrollArea()
        area.setWidget(room)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        label = QLabel(_("Beside"))
        label.setProperty("tone", "small")
        self.difference = QToolButton()
        self.difference.setText(beside_icon(_("Difference")))
        self.difference.setCheckable(True)
        self.difference.setProperty("role", "flat")
        self.difference.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.difference.setAccessibleName(_("Difference"))
        self.difference.setToolTip(
            _("Show number by number what differs: red where there is more now, blue where less")
        )
        self.difference.toggled.connect(self.difference_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(label)
        row.addWidget(area, 1)
        row.addWidget(self.difference)
        self.setFixedHeight(self.difference.sizeHint().height() + 2 * XS)
        theme.changed.connect(self._paint_icons)
        self.hide()

    def show_pins(self, pins: list[Pin], active: tuple[int, ...]) -> None:
        """List what is pinned, and press the chips of what is shown."""
        self._active = active
        if [p.number for p in pins] != [p.number for p in self._pins]:
            self._renew(pins)
        for number, chip in self.chips.items():
            chip.setChecked(number in active)
        self.difference.setEnabled(bool(active))
        self.setVisible(bool(pins))

    def _renew(self, pins: list[Pin]) -> None:
        """Take away the chips of pins that are gone, and add those of new ones at the end.

        The others stay, for the keyboard may be on one of them.
        """
        numbers = [pin.number for pin in pins]
        gone = [number for number in self.chips if number not in numbers]
        self._hand_focus_on(gone)
        self._pins = list(pins)
        for number in gone:
            del self.chips[number], self.crosses[number]
            frame = self._frames.pop(number)
            self._row.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        for pin in pins:
            if pin.number not in self.chips:
                self._row.insertWidget(self._row.count() - 1, self._framed(pin))
        self._order_tabs()
        self._paint_icons()

    def _order_tabs(self) -> None:
        """Have Tab go from chip to cross to the next chip and at last to the difference."""
        before: QWidget = self.difference
        for number, chip in self.chips.items():
            QWidget.setTabOrder(before, chip)
            QWidget.setTabOrder(chip, self.crosses[number])
            before = self.crosses[number]
        if before is not self.difference:
            QWidget.setTabOrder(before, self.difference)

    def _hand_focus_on(self, gone: list[int]) -> None:
        """Give the keyboard, if it is on a chip that goes, to the one beside it that stays."""
        # Of the window, for a menu or dialog may have the keyboard at the moment.
        focused = self.window().focusWidget()
        numbers = list(self.chips)
        for place, number in enumerate(numbers):
            if number in gone and focused in (self.chips[number], self.crosses[number]):
                beside = [*numbers[place + 1 :], *reversed(numbers[:place])]
                heir = next((other for other in beside if other not in gone), None)
                if heir is not None:
                    self.chips[heir].setFocus()

    def _framed(self, pin: Pin) -> QFrame:
        frame = QFrame()
        frame.setObjectName("segments")
        chip = QToolButton()
        chip.setCheckable(True)
        chip.setProperty("role", "segment")
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setIconSize(QSize(_ICON, _ICON))
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # As wide as it is while it is pressed, when its letters are bold.
        bold = QFontMetrics(font(BODY, bold=True))
        text = bold.elidedText(pin.title, Qt.TextElideMode.ElideMiddle, _WIDEST)
        chip.setText(beside_icon(text))
        chip.setMinimumWidth(bold.horizontalAdvance(beside_icon(text)) + _ICON + 5 * S)
        chip.setAccessibleName(pin.title)
        tip = _("{title}: click to lay it beside the maps, or to put it away (Delete unpins it)")
        chip.setToolTip(tip.format(title=pin.title))
        chip.clicked.connect(partial(self.toggled.emit, pin.number))
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), frame)
        delete.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        delete.activated.connect(partial(self.removed.emit, pin.number))
        cross = QToolButton()
        cross.setProperty("role", "flat")
        cross.setIconSize(QSize(_CROSS, _CROSS))
        cross.setAccessibleName(_("Unpin {title}").format(title=pin.title))
        cross.setToolTip(_("Unpin it (Delete)"))
        # Who clicks it goes on where the keyboard is.
        cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        cross.clicked.connect(partial(self.removed.emit, pin.number))
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(chip)
        row.addWidget(cross)
        self.chips[pin.number], self.crosses[pin.number] = chip, cross
        self._frames[pin.number] = frame
        return frame

    def _paint_icons(self) -> None:
        for pin in self._pins:
            self.chips[pin.number].setIcon(self._icon(pin))
        for cross in self.crosses.values():
            cross.setIcon(self._theme.icon("x"))
        self.difference.setIcon(self._theme.icon("diff"))

    def _icon(self, pin: Pin) -> QIcon:
        if pin.thumbnail is None:
            return self._theme.icon(ICONS[pin.kind])
        side = QSize(2 * _ICON, 2 * _ICON)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        return QIcon(QPixmap.fromImage(pin.thumbnail.scaled(side, keep)))
