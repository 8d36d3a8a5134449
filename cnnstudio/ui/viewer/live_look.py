"""Looks at a camera or video again and again: as soon as the last picture has been painted."""

from __future__ import annotations

import time
from pathlib import PurePath

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import CAMERA, LiveImage, Maps, Moment, Probed
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry, Standing

MOST_A_SECOND = 15
"""Looks at a camera or video."""
_UNPAINTED_MS = 400
"""So long is waited for maps to be painted, which a covered window does not do."""
_SHORTEST = 1.0 / MOST_A_SECOND
_UNASKED = (Standing.FAULTY, Standing.MUTED)


class LiveLook(QObject):
    """Has the inquiry look at the newest frame, while it plays and somebody looks.

    While a run goes on the inquiry itself looks again, at most as often as costs little. The
    engine closes camera and video whenever nobody looks. `changed` follows whatever is shown of
    it.

    Args:
        inquiry: asks the engine.
        trainer: tells it to close.
        painted: follows maps on the screen.
    """

    changed = Signal()

    def __init__(
        self, inquiry: Inquiry, trainer: Trainer, painted: SignalInstance, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._inquiry, self._trainer = inquiry, trainer
        self._image: LiveImage | None = None
        self._moment: Moment | None = None
        self._is_new = self._is_shown = False
        self._asked_at = 0.0
        self._let_go = False
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._look)
        self._unpainted = QTimer(self, singleShot=True, interval=_UNPAINTED_MS)
        self._unpainted.timeout.connect(self._be_painted)
        inquiry.probed.connect(self._take)
        inquiry.arrived.connect(self._arrive)
        inquiry.changed.connect(self._check_standing)
        painted.connect(self._be_painted)

    @property
    def image(self) -> LiveImage | None:
        """The camera or video looked at, None for none."""
        return self._image

    @property
    def plays(self) -> bool:
        """Whether it goes on."""
        return self._image is not None and self._image.plays

    @property
    def moment(self) -> Moment | None:
        """When the frame that is shown was, None before there is one."""
        return self._moment

    def open(self, source: str, *, plays: bool = True) -> None:
        """Play a camera or video, or look at the frame of it that was looked at last."""
        if self._image is None or self._image.source != source:
            self._moment = None
        self._show(LiveImage(source, plays))

    def play(self, *, on: bool) -> None:
        """Play on, or stay at the frame that is shown."""
        if self._image is not None and on != self._image.plays:
            self._show(LiveImage(self._image.source, on))

    def give_up(self) -> None:
        """Note that it has failed before its first frame; to play it asks again."""
        if self._image is not None:
            self._image = LiveImage(self._image.source, plays=False)
            self._rest()
            self.changed.emit()

    def toggle(self) -> None:
        """Play if it rests, rest if it plays."""
        self.play(on=not self.plays)

    def leave(self) -> None:
        """Look at it no longer."""
        if self._image is not None:
            self._image = self._moment = None
            self._rest()
            self._trainer.let_go()
            self.changed.emit()

    def set_shown(self, *, shown: bool) -> None:
        """Note whether somebody looks; where nobody does, camera and video are closed."""
        self._is_shown = shown
        if self._image is None:
            return
        if not shown:
            self._rest()
            self._trainer.let_go()
        elif self.plays:
            self._look()

    def _show(self, image: LiveImage) -> None:
        self._image = image
        self._rest()
        self._asked_at = time.monotonic()
        if self._inquiry.image == image:
            self._inquiry.ask()
        else:
            self._inquiry.look_at(image)
        self.changed.emit()

    def _rest(self) -> None:
        self._is_new = False
        self._next.stop()
        self._unpainted.stop()

    def _take(self, answer: Probed) -> None:
        if self._image is not None and answer.moment is not None:
            self._moment = answer.moment
            self.changed.emit()

    def _arrive(self, _maps: Maps) -> None:
        if self.plays and self._inquiry.asked_image == self._image:
            self._is_new = True
            self._unpainted.start()

    def _be_painted(self) -> None:
        self._unpainted.stop()
        if self._is_new and self.plays and self._is_shown:
            self._is_new = False
            wait = self._asked_at + _SHORTEST - time.monotonic()
            self._next.start(max(0, round(wait * 1000)))

    def _look(self) -> None:
        # While a run goes on the inquiry knows when the next look may be.
        if self.plays and self._is_shown and self._trainer.state is EngineState.READY:
            self._asked_at = time.monotonic()
            self._inquiry.ask()

    def _check_standing(self) -> None:
        """Close the camera while the network cannot be looked into; the next question opens it."""
        unasked = self._inquiry.standing in _UNASKED
        if unasked and not self._let_go and self.plays:
            self._trainer.let_go()
        self._let_go = unasked


def name_of(source: str) -> str:
    """Return what a camera or video is called."""
    if source.startswith(CAMERA):
        return _("Camera {number}").format(number=int(source.removeprefix(CAMERA)) + 1)
    return PurePath(source).name
