"""A signal that comes no more often than a person can follow."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance


class Pacer(QTimer):
    """Emits a signal after what touches it, at most once in so many seconds."""

    def __init__(self, signal: SignalInstance, seconds: float, parent: QObject) -> None:
        super().__init__(parent)
        self._signal = signal
        self._seconds = seconds
        self._due = 0.0
        self.setSingleShot(True)
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.timeout.connect(self._tell)

    def touch(self, *, at_once: bool = False) -> None:
        """Emit when it is time, or in the next turn of the event loop."""
        if at_once:
            self.start(0)
        elif not self.isActive():
            wait = max(self._due - time.monotonic(), 0.0)
            self.start(math.ceil(wait * 1000))

    def _tell(self) -> None:
        self._due = time.monotonic() + self._seconds
        self._signal.emit()
