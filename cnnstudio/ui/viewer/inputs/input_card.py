"""The card of what entered a network whose Input takes no images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.mosaic import middle
from cnnstudio.core.pixels import as_pixels
from cnnstudio.core.seen_pixels import Pixels
from cnnstudio.ui.theme import XS, Theme
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.inputs.input_view import InputView, Shown

_CURVES = 4
"""Channels of a sequence that are drawn."""
_MOST_BARS = 128
_FILLING = "·"


class InputCard(QWidget):
    """What entered, its shape, and what else has to be known of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = InputView(theme)
        title = QLabel(_("As entered"))
        title.setProperty("tone", "section")
        self.shape_line, self.note = QLabel(), QLabel()
        for label in (self.shape_line, self.note):
            label.setProperty("tone", "small")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        for widget in (title, self.view, self.shape_line, self.note):
            column.addWidget(widget)
        self._depth: tuple[int, int] | None = None
        self._notes = ""

    def show_answer(self, answer: Probed, pixels: str, *, tokens: bool) -> None:
        """Show what entered.

        Args:
            answer: has it.
            pixels: the range of pixels, which says what black and white are.
            tokens: whether its numbers are those of words.
        """
        entered = answer.entered
        shape = entered.shape
        self._depth = (middle(shape[0]), shape[0]) if entered.ndim == 4 else None
        self.view.show_input(shown_of(answer, pixels, tokens=tokens))
        self.shape_line.setText(times(shape))
        notes = [note for note in (answer.note, _parts_shown(shape)) if note]
        self._notes = "\n".join(notes)
        self._say("")

    def clear(self) -> None:
        """Show nothing, for nothing has entered the network yet."""
        self._depth, self._notes = None, ""
        self.view.show_input(Shown())
        self.shape_line.setText("")
        self._say("")

    def show_field(self, pixels: Pixels | None) -> None:
        """Frame the places that a number sees; None where there are none."""
        if pixels is None or (pixels.last and min(pixels.last) < 0):
            self.view.mark(None)
            self._say("")
            return
        self.view.mark(pixels.first, pixels.last)
        if self._depth is None:
            self._say("")
        else:
            self._say(
                _("The number sees slices {first} to {last}").format(
                    first=pixels.first[0] + 1, last=pixels.last[0] + 1
                )
            )

    def _say(self, seen: str) -> None:
        self.note.setText("\n".join(text for text in (self._notes, seen) if text))


def shown_of(answer: Probed, pixels: str, *, tokens: bool) -> Shown:
    """Return what is drawn of what entered."""
    entered = answer.entered
    if answer.words:
        return Shown(words=tuple(word or _FILLING for word in answer.words))
    if tokens:
        return Shown(words=tuple(f"{int(number)}" for number in entered.reshape(-1)[:2000]))
    match entered.ndim:
        case 0 | 1:
            line = entered.reshape(-1, 1)
            return Shown(lines=line, bars=len(line) <= _MOST_BARS)
        case 2:
            return Shown(lines=entered[:, :_CURVES])
        case _:
            return Shown(image=_plane(entered, pixels))


def _plane(entered: NDArray[np.float32], pixels: str) -> QImage:
    while entered.ndim > 3:
        entered = entered[middle(entered.shape[0])]
    return picture_of(as_pixels(entered[..., :3], pixels))


def _parts_shown(shape: tuple[int, ...]) -> str:
    """Say which part of what entered is drawn, "" if all of it is."""
    channels = shape[-1]
    if len(shape) == 2 and channels > _CURVES:
        return _("The first {shown} of {count:,} channels are drawn").format(
            shown=_CURVES, count=channels
        )
    if len(shape) < 3:
        return ""
    said = []
    if len(shape) > 3:
        said.append(
            _("Slice {number} of {depth}").format(number=middle(shape[0]) + 1, depth=shape[0])
        )
    if channels == 2:
        said.append(_("The first of 2 channels, as grey"))
    elif channels > 3:
        said.append(
            _("The first 3 of {count:,} channels, as red, green and blue").format(count=channels)
        )
    return "\n".join(said)
