"""An explanation told step by step: a clock that can be paused, turned back and ended."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.ui.viewer.explain.rows import Step

STEP_MS = 120


class Telling(QObject):
    """Goes through steps; `moved` carries the `Step` that is come to, None where it is over."""

    moved = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._at: int | None = None
        self._clock = QTimer(self, interval=STEP_MS)
        self._clock.timeout.connect(lambda: self.go(1))

    @property
    def at(self) -> int | None:
        """The step that is shown, from 0; None while nothing is told."""
        return self._at

    @property
    def runs(self) -> bool:
        """Whether the next step comes by itself."""
        return self._clock.isActive()

    def begin(self, steps: list[Step]) -> None:
        """Tell steps from the first one."""
        self._steps = steps
        if steps:
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

    def _show(self, place: int) -> None:
        self._at = place
        self.moved.emit(self._steps[place])
        self.changed.emit()
