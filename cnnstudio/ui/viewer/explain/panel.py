"""Below the maps: why the number that was clicked is what it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.explaining import Explanation
from cnnstudio.core.i18n import _
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.theme import BODY, XS, M, S, Theme, beside_icon, font
from cnnstudio.ui.viewer.compare.pins import Pin, PinKind
from cnnstudio.ui.viewer.elided import ElidedLabel
from cnnstudio.ui.viewer.explain import wording
from cnnstudio.ui.viewer.explain.figure import Figure
from cnnstudio.ui.viewer.explain.pieces import NOTHING, Step, pieces_of
from cnnstudio.ui.viewer.explain.story import story
from cnnstudio.ui.viewer.explain.telling import Telling

_ICON = QSize(16, 16)
_LOWEST = 150


class ExplainPanel(QWidget):
    """Shows an `Explanation`: in a line of figures, drawn below, and step by step if asked.

    `closed` follows its button or Esc; `moved` carries the `(down, right)` of an arrow key: the
    neighbour that is to be explained instead.
    """

    closed = Signal()
    moved = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._told: Explanation | None = None
        self.setProperty("surface", "panel")
        self.setAccessibleName(_("Why a number is what it is"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(_LOWEST)
        # Its beginning says whose number it is, its end which one.
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.story = ElidedLabel()
        self.title.setProperty("tone", "title")
        self.story.setProperty("tone", "muted")
        self.figures = _selectable(_("The number in one line of figures"))
        self.figures.setFont(font(BODY, bold=True, tabular=True))
        self.check = QLabel()
        self.check.setProperty("tone", "small")
        self.verdict = _selectable(_("What the map has"))
        self.verdict.setProperty("tone", "error")
        self.step_line = ElidedLabel()
        self.step_line.setFont(font(BODY, tabular=True))
        self.figure = Figure(theme)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.figure)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.telling = Telling(self)
        self.play, self.close_button = QToolButton(), QToolButton()
        self._lay_out()
        self.telling.moved.connect(self._show_step)
        self.telling.changed.connect(self._paint_icons)
        self.play.clicked.connect(self.tell)
        self.close_button.clicked.connect(self.closed)
        for child in (self.play, self.close_button):
            child.installEventFilter(self)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _lay_out(self) -> None:
        self.play.setProperty("role", "flat")
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.play.setIconSize(_ICON)
        self.play.setToolTip(
            _(
                "See how the number comes about, one term after another (P); Space pauses, the "
                "arrow keys go a step on or back, Esc ends it"
            )
        )
        self.close_button.setProperty("role", "flat")
        self.close_button.setIconSize(_ICON)
        self.close_button.setAccessibleName(_("Close the explanation"))
        self.close_button.setToolTip(_("Give the maps all the room again (Esc)"))
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self.title, 1)
        head.addWidget(self.play)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, S, 0, 0)
        column.setSpacing(XS)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(M)
        line.addWidget(self.story, 1)
        line.addWidget(self.check)
        column.addWidget(self.figures)
        column.addWidget(self.verdict)
        column.addLayout(line)
        column.addSpacing(XS)
        column.addWidget(self.area, 1)
        column.addWidget(self.step_line)
        self.step_line.setContentsMargins(0, 0, M, 0)

    @property
    def told(self) -> Explanation | None:
        """What is explained, None while nothing is."""
        return self._told

    def show_explanation(
        self,
        node: PlacedBlock,
        told: Explanation,
        labels: tuple[str, ...] = (),
        pin: Pin | None = None,
    ) -> None:
        """Explain a number of a block.

        Args:
            node: the block.
            told: the explanation.
            labels: names of its units, if they are classes.
            pin: whose number it is, None for the look of the moment.
        """
        self.telling.end()
        same = self._told is not None and (self._told.block, self._told.index) == (
            told.block,
            told.index,
        )
        self._told = told
        self.title.setText(_of_pin(wording.title(node, told, labels), pin))
        self.figures.setText(wording.figures(told))
        self.check.setText(wording.check(told))
        self.verdict.setText("" if told.agrees else wording.difference(told))
        self.verdict.setVisible(not told.agrees)
        self.story.setText(story(told))
        pieces = pieces_of(told, labels)
        self.figure.show_pieces(pieces)
        self.play.setEnabled(pieces.count > 0)
        self.step_line.setText("")
        if not same:
            self.area.verticalScrollBar().setValue(0)

    def say(self, text: str, heading: str = "") -> None:
        """Say why nothing is explained, or what to do."""
        self.telling.end()
        self._told = None
        self.title.setText(heading or _("Why a number is what it is"))
        self.figures.setText("")
        self.check.setText("")
        self.verdict.hide()
        self.story.setText(text)
        self.figure.show_pieces(NOTHING)
        self.play.setEnabled(False)
        self.step_line.setText("")

    def tell(self) -> None:
        """Begin to tell step by step; if it is being told, pause or go on."""
        pieces = self.figure.pieces
        if self.telling.at is not None:
            self.telling.pause()
        elif self._told is not None and pieces is not None:
            self.telling.begin(pieces.steps)

    def leave(self) -> None:
        """End the telling; if nothing is told, close."""
        if self.telling.at is not None:
            self.telling.end()
        else:
            self.closed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._use_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The arrow keys would otherwise lead from one button to the next.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            return key in _ARROWS and self._use_key(key)
        return super().eventFilter(watched, event)

    def _use_key(self, key: Qt.Key) -> bool:
        telling = self.telling.at is not None
        if key in _ARROWS:
            down, right = _ARROWS[key]
            if telling:
                self.telling.go(down + right)
            else:
                self.moved.emit(down, right)
        elif key == Qt.Key.Key_P or (key == Qt.Key.Key_Space and telling):
            self.tell()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _show_step(self, step: Step | None) -> None:
        self.figure.show_step(step)
        if step is None:
            self.step_line.setText("")
            return
        self.step_line.setText(step.text)
        row = self.figure.area_of(step.row).toRect()
        self.area.ensureVisible(0, row.center().y(), 0, row.height() // 2 + XS)

    def _paint_icons(self) -> None:
        runs = self.telling.runs
        self.play.setIcon(self._theme.icon("pause" if runs else "play"))
        name = _("Pause") if runs else _("Step by step")
        self.play.setText(beside_icon(name))
        self.play.setAccessibleName(name)
        self.close_button.setIcon(self._theme.icon("x"))


_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def _of_pin(number: str, pin: Pin | None) -> str:
    if pin is None:
        return number
    if pin.kind is PinKind.BLOCK:  # which the number is named by already
        return _("Pinned: {number}").format(number=number)
    return _("Pinned: {pin} · {number}").format(pin=pin.title, number=number)


def _selectable(name: str) -> QLabel:
    label = QLabel()
    label.setAccessibleName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
