"""When Python looks for garbage: from the event loop, never in the midst of a call into Qt.

Python's collector may run wherever something is allocated, in a slot that Qt calls while it holds
a lock too, and on any thread. If it finds a Qt object there, Qt destroys it, which takes locks as
well: in the worst case the one that is held, and the window stands still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_MILLISECONDS = 500


class GarbageCollector(QObject):
    """Collects in the window's thread, as often as Python would by itself, until `end`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_if_due)
        self._timer.start(_MILLISECONDS)

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()


def collect_if_due() -> None:
    """Collect what Python would have collected by now, by its own thresholds."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [count > threshold for count, threshold in zip(counts, thresholds, strict=True)]
    if due[0]:
        generation = 2 if due[1] and due[2] else 1 if due[1] else 0
        gc.collect(generation)
