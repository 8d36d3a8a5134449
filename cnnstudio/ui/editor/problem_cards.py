"""The problems of a block, each with the buttons that mend it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.problems import Problem
from cnnstudio.ui.background import Latest
from cnnstudio.ui.editor.severity import LOOKS
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.open_design import Cures, OpenDesign
from cnnstudio.ui.theme import XS, S, Theme

if TYPE_CHECKING:
    from cnnstudio.core.repairs_site import Repair

ICON = 16
NARROWEST = 80
PATIENCE_MS = 80
"""Cures are looked for once a person pauses: each is tried by an analysis of its own."""


class ProblemCards(QWidget):
    """Shows problems one below the other; a click on a button mends the design."""

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._problems: tuple[Problem, ...] = ()
        self._cards: list[_ProblemCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._pause = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._pause.timeout.connect(self._look_for_cures)
        self._looking = Latest(self)
        self._looking.done.connect(self._offer)
        theme.changed.connect(self._restyle)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What the problems say."""
        return [card.text.text() for card in self._cards]

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons that mend the problems shown, from the top down."""
        return [button for card in self._cards for button in card.buttons]

    def buttons_of(self, place: int) -> list[QPushButton]:
        """Return the buttons that mend one of the problems shown, counted from the top."""
        return self._cards[place].buttons

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show other problems; their cures follow a moment later."""
        if problems:
            self._pause.start()
        if problems == self._problems:
            return
        self._problems = problems
        self._looking.cancel()
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [_ProblemCard(problem, self._theme) for problem in problems]
        for card in self._cards:
            self._column.addWidget(card)
        self.setVisible(bool(problems))

    def _look_for_cures(self) -> None:
        self._looking.start(self._design.cures([card.problem for card in self._cards]))

    def _offer(self, cures: Cures) -> None:
        if cures.network is not self._design.network or len(cures.repairs) != len(self._cards):
            return
        for card, repairs in zip(self._cards, cures.repairs, strict=True):
            card.offer(self._design, repairs)

    def _restyle(self) -> None:
        for card in self._cards:
            card.restyle()


class _ProblemCard(QFrame):
    def __init__(self, problem: Problem, theme: Theme) -> None:
        super().__init__()
        self.problem = problem
        self._theme = theme
        self._offered: tuple[Repair, ...] = ()
        self.buttons: list[QPushButton] = []
        self._icon = QLabel()
        self.text = paragraph(LOOKS[problem.severity][1], sentence(problem.message()))
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QHBoxLayout()
        words.setSpacing(S)
        words.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        words.addWidget(self.text, 1)
        self._cures = QVBoxLayout()
        self._cures.setContentsMargins(ICON + S, 0, 0, 0)
        self._cures.setSpacing(XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(words)
        column.addLayout(self._cures)
        self.restyle()

    def offer(self, design: OpenDesign, repairs: tuple[Repair, ...]) -> None:
        """Show a button for each repair."""
        if repairs == self._offered:
            return
        self._offered = repairs
        for button in self.buttons:
            self._cures.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(design, repair) for repair in repairs]

    def restyle(self) -> None:
        icon, tone = LOOKS[self.problem.severity]
        pixmap = self._theme.icon(icon, tone).pixmap(QSize(ICON, ICON), self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)

    def _button(self, design: OpenDesign, repair: Repair) -> QPushButton:
        button = _CureButton(repair.text)
        button.clicked.connect(partial(design.push, repair.step))
        self._cures.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return button


class _CureButton(QPushButton):
    """A button that shows as much of its text as there is room for; all of it is in the tooltip."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole = text
        self._size = super().sizeHint()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self.setToolTip(
            _("{repair}: mend the network so; Ctrl+Z takes it back").format(repair=text)
        )

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.Polish:
            self.setText(self._whole)
            self._size = super().sizeHint()
            self.updateGeometry()
        return done

    @override
    def sizeHint(self) -> QSize:
        return self._size

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self._size.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self._size.width() - self.fontMetrics().horizontalAdvance(self._whole)
        room = self.width() - beside
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
