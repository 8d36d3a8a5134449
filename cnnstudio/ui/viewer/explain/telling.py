"""An explanation told step by step: a clock that can be paused, turned back and ended."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.ui.viewer.explain.rows import Step

SLOWEST_MS, FASTEST_MS = 1000, 40
"""How long a step stays: time to read `0.31 × −0.52 = −0.161, so far 0.2`, and to see it at all."""
LONGEST_MS = 12_000
"""How long the whole may take: many steps come quickly, and some of very many are left out."""


class Telling(QObject):
    """Goes through steps; `moved` carries the `Step` that is come to, None where it is over."""

    moved = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._at: int | None = None
        self._clock = QTimer(self, interval=SLOWEST_MS)
        self._clock.timeout.connect(self._go_on)
        self._stride = 1

    @property
    def at(self) -> int | None:
        """The step that is shown, from 0; None while nothing is told."""
        return self._at

    @property
    def seconds(self) -> float:
        """How long telling all of it takes, if nobody pauses it."""
        return math.ceil(len(self._steps) / self._stride) * self._clock.interval() / 1000

    @property
    def runs(self) -> bool:
        """Whether the next step comes by itself."""
        return self._clock.isActive()

    def begin(self, steps: list[Step]) -> None:
        """Tell steps from the first one."""
        self._steps = steps
        if steps:
            pace = LONGEST_MS // len(steps)
            self._clock.setInterval(min(SLOWEST_MS, max(FASTEST_MS, pace)))
            self._stride = math.ceil(len(steps) * self._clock.interval() / LONGEST_MS)
            self._clock.start()
            self._show(0)

    def pause(self) -> None:
        """Wait at this step, or go on from it."""
        if self._at is None:
            return
        if self._clock.isActive():
            self._clock.stop()
        else:
            self._clock.start()
        self.changed.emit()

    def go(self, steps: int) -> None:
        """Go on, or back; past the last step it is over."""
        if self._at is None:
            return
        place = max(0, self._at + steps)
        if place >= len(self._steps):
            self.end()
        else:
            self._show(place)

    def end(self) -> None:
        """Show everything again."""
        if self._at is not None:
            self._clock.stop()
            self._at = None
            self.moved.emit(None)
            self.changed.emit()

    def _go_on(self) -> None:
        """Go on by as many steps as the time demands, never over the last, which has the sum."""
        left = len(self._steps) - 1 - (self._at or 0)
        self.go(max(1, min(self._stride, left)))

    def _show(self, place: int) -> None:
        self._at = place
        self.moved.emit(self._steps[place])
        self.changed.emit()
