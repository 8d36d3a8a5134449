"""What the network makes of its input: the likeliest classes as bars, or what else comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.datasets import Dataset
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.objective import NUMBER_LOSSES
from cnnstudio.core.outcomes import Numbers, Outcome
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.view.captions import said_state
from cnnstudio.ui.numbers import probability_text, probability_texts
from cnnstudio.ui.theme import BODY, SMALL, XS, S, Theme, font
from cnnstudio.ui.viewer.inputs.outcome_view import OutcomeView, has_nan, heading, note

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
        self._texts: tuple[str, ...] = ()
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
        self._texts = probability_texts([guess.share for guess in guesses])
        self.setAccessibleDescription(
            "; ".join(
                f"{guess.label}: {text}" for guess, text in zip(guesses, self._texts, strict=True)
            )
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
        share = max(map(metrics.horizontalAdvance, ("> 99.9 %", *self._texts))) + S
        # Where there is little room, fewer classes are better than illegible ones.
        rows = max(1, min(MOST, self.height() // metrics.height()))
        high = min(_ROW, self.height() // rows)
        for row, guess in enumerate(self._guesses[:rows]):
            painter.setFont(font(BODY, bold=row == 0, tabular=True))
            line = QRect(0, row * high, self.width(), high)
            self._paint_guess(painter, line, (guess, self._texts[row]), (name, share))
        painter.end()

    def _paint_guess(
        self, painter: QPainter, line: QRect, said: tuple[Guess, str], sides: tuple[int, int]
    ) -> None:
        (guess, text), (name, share) = said, sides
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._theme.color("text"))
        label = painter.fontMetrics().elidedText(
            guess.label, Qt.TextElideMode.ElideRight, name - XS
        )
        painter.drawText(QRect(0, line.y(), name, line.height()), int(middle), label)
        right = QRect(line.width() - share, line.y(), share, line.height())
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
        self.bars, self.outcome = GuessBars(theme), OutcomeView(theme)
        self.outcome.hide()
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
        column.addWidget(self.outcome)
        column.addWidget(self.note)

    def show_answer(
        self, answer: Probed, caution: str = "", plan: TrainingPlan | None = None
    ) -> None:
        """Show what the network makes of its input.

        Args:
            answer: has it.
            caution: why that means little, "" for nothing.
            plan: says whether numbers are guessed, and no classes.
        """
        guesses = best_guesses(answer) if tells_classes(answer, plan) else ()
        outcome = None if guesses else answer.outcome
        self.heading.setText(_("Predicted class") if guesses else heading(outcome))
        self.bars.show_guesses(guesses)
        self.outcome.show_outcome(outcome)
        self.bars.setVisible(outcome is None)
        self.outcome.setVisible(outcome is not None)
        self.note.setText(_note(answer, guesses, outcome, caution))

    def clear(self) -> None:
        """Show nothing, for an image that has not entered the network yet."""
        self.heading.setText(_("Predicted class"))
        self.bars.show_guesses(())
        self.outcome.show_outcome(None)
        self.bars.show()
        self.outcome.hide()
        self.note.setText("")


def tells_classes(answer: Probed, plan: TrainingPlan | None) -> bool:
    """Return whether what came out are classes, as far as the plan does not ask for numbers."""
    return bool(answer.labels) and not (plan is not None and plan.loss in NUMBER_LOSSES)


def has_learned_here(answer: Probed) -> bool:
    """Return whether the weights come from training here alone: of a file's data nobody knows."""
    return answer.step > 0 and not answer.is_loaded


def of_these_classes(answer: Probed, dataset: Dataset | None) -> Probed:
    """Return an answer without the true class where the network's classes are not the data's.

    Args:
        answer: of an image of that data, or of any other.
        dataset: the plan's data, None while that is not known.
    """
    if not answer.labels or (dataset is not None and dataset.classes == len(answer.labels)):
        return answer
    return replace(answer, label=None)


def _note(answer: Probed, guesses: tuple[Guess, ...], outcome: Outcome | None, caution: str) -> str:
    if np.isnan(answer.probabilities).any() or has_nan(outcome):
        return _("NaN came out: the network has diverged, lower the learning rate")
    said = [_("In training mode: Dropout drops and BatchNormalization measures this one input")]
    if not answer.trains:
        said.clear()
    if guesses:
        said += _of_classes(answer, guesses, caution)
    elif outcome is None:
        said.append(_("This network does not end in the classes of its data, so it predicts none"))
    else:
        said += [note(outcome), _truth(answer, outcome), _state(answer)]
    return "\n".join(text for text in said if text)


def _of_classes(answer: Probed, guesses: tuple[Guess, ...], caution: str) -> list[str]:
    if caution and has_learned_here(answer):
        return [caution, _state(answer)]
    known = answer.label is not None and answer.label in answer.labels
    if answer.label is None or not known or any(guess.is_true for guess in guesses):
        return [_state(answer)]
    share = probability_text(float(answer.probabilities[answer.labels.index(answer.label)]))
    truth = _("True class: {label}, at {share}").format(label=answer.label, share=share)
    return [truth, _state(answer)] if answer.step or answer.is_loaded else [_state(answer)]


def _truth(answer: Probed, outcome: Outcome) -> str:
    """Say what a number is to be, where the data knows it."""
    if answer.label is None or not isinstance(outcome, Numbers):
        return ""
    return _("The data says {label}").format(label=answer.label)


def _state(answer: Probed) -> str:
    if answer.step == 0 and not answer.is_loaded:
        return _("Untrained: the weights are random, and so is this guess")
    return said_state(answer.step, is_loaded=answer.is_loaded)
