"""What the network takes the image for: the likeliest classes as bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.look_messages import Probed
from cnnstudio.ui.numbers import probability_text
from cnnstudio.ui.theme import BODY, SMALL, XS, S, Theme, font

MOST = 5
"""Classes shown."""
_ROW = 24
_BAR = 10
_ICON = 14


@dataclass(frozen=True, slots=True)
class Guess:
    """A class and its probability.

    Attributes:
        label: its name.
        share: its probability, 0 to 1.
        is_true: whether the image is known to be of it.
    """

    label: str
    share: float
    is_true: bool = False


def best_guesses(answer: Probed) -> tuple[Guess, ...]:
    """Return the likeliest classes, the likeliest first; NaN counts as least."""
    shares = np.nan_to_num(answer.probabilities, nan=-1.0)
    order = np.argsort(-shares, kind="stable")[:MOST]
    return tuple(
        Guess(answer.labels[i], float(answer.probabilities[i]), answer.labels[i] == answer.label)
        for i in order
    )


class GuessBars(QWidget):
    """A row a class: name, bar, percent, and a mark at the true one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._guesses: tuple[Guess, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Predicted classes"))
        self.setToolTip(_("The classes the network finds likeliest; ✓ marks the true one"))
        theme.changed.connect(self.update)

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """What is shown."""
        return self._guesses

    def show_guesses(self, guesses: tuple[Guess, ...]) -> None:
        """Show other classes."""
        self._guesses = guesses
        self.setAccessibleDescription(
            "; ".join(f"{guess.label}: {probability_text(guess.share)}" for guess in guesses)
        )
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, MOST * _ROW)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain = font(BODY, tabular=True)
        painter.setFont(plain)
        metrics = painter.fontMetrics()
        labels = [metrics.horizontalAdvance(guess.label) for guess in self._guesses]
        name = min(max(labels, default=0) + S, self.width() // 3)
        share = metrics.horizontalAdvance("> 99.9 %") + S
        # Where there is little room, fewer classes are better than illegible ones.
        rows = max(1, min(MOST, self.height() // metrics.height()))
        high = min(_ROW, self.height() // rows)
        for row, guess in enumerate(self._guesses[:rows]):
            painter.setFont(font(BODY, bold=row == 0, tabular=True))
            line = QRect(0, row * high, self.width(), high)
            self._paint_guess(painter, line, guess, (name, share))
        painter.end()

    def _paint_guess(
        self, painter: QPainter, line: QRect, guess: Guess, sides: tuple[int, int]
    ) -> None:
        name, share = sides
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._theme.color("text"))
        label = painter.fontMetrics().elidedText(
            guess.label, Qt.TextElideMode.ElideRight, name - XS
        )
        painter.drawText(QRect(0, line.y(), name, line.height()), int(middle), label)
        right = QRect(line.width() - share, line.y(), share, line.height())
        text = probability_text(guess.share)
        painter.drawText(right, int(Qt.AlignmentFlag.AlignRight | middle), text)
        left = name + _ICON + XS
        if guess.is_true:
            mark = QRect(name, line.center().y() - _ICON // 2, _ICON, _ICON)
            self._theme.icon("check", "success").paint(painter, mark)
        track = QRectF(
            left, line.y() + (line.height() - _BAR) / 2, line.width() - left - share, _BAR
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("border"))
        painter.drawRoundedRect(track, 3, 3)
        if guess.share > 0:
            track.setWidth(max(2.0, track.width() * guess.share))
            painter.setBrush(self._theme.color("success" if guess.is_true else "accent"))
            painter.drawRoundedRect(track, 3, 3)


class PredictionCard(QWidget):
    """The bars, a heading, and two lines kept for what must be known of them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(_("Predicted class"))
        self.heading.setProperty("tone", "section")
        self.bars = GuessBars(theme)
        self.note = QLabel()
        self.note.setProperty("tone", "small")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setFont(font(SMALL))
        self.note.setMinimumHeight(3 * self.note.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.heading)
        column.addWidget(self.bars)
        column.addWidget(self.note)

    def show_answer(self, answer: Probed, caution: str = "") -> None:
        """Show what the network makes of an image; `caution` is why that means little."""
        guesses = best_guesses(answer) if answer.labels else ()
        self.bars.show_guesses(guesses)
        self.note.setText(_note(answer, guesses, caution))

    def clear(self) -> None:
        """Show nothing, for an image that has not entered the network yet."""
        self.bars.show_guesses(())
        self.note.setText("")


def _trained(answer: Probed) -> str:
    if answer.step == 0:
        return _("With the weights of a file")
    return ngettext(
        "After {count:,} batch of training", "After {count:,} batches of training", answer.step
    ).format(count=answer.step)


def _note(answer: Probed, guesses: tuple[Guess, ...], caution: str) -> str:
    if not answer.labels:
        return _("This network does not end in the classes of its data, so it predicts none")
    if np.isnan(answer.probabilities).any():
        return _("The probabilities are NaN: the network has diverged, lower the learning rate")
    if answer.step == 0 and not answer.is_loaded:
        return _("Untrained: the weights are random, and so is this guess")
    trained = _trained(answer)
    if caution:
        return f"{caution}\n{trained}"
    if answer.label is None or any(guess.is_true for guess in guesses):
        return trained
    share = probability_text(float(answer.probabilities[answer.labels.index(answer.label)]))
    truth = _("True class: {label}, at {share}").format(label=answer.label, share=share)
    return f"{truth}\n{trained}"
