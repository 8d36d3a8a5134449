"""Python's collector runs from the event loop alone while the studio is there."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cnnstudio.ui.garbage import GarbageCollector


class Ring:
    """Refers to itself, as only the collector can end it."""

    def __init__(self) -> None:
        self.me = self


def test_garbage_stays_in_the_midst_of_work_and_goes_from_the_event_loop(qtbot: QtBot) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    ring = weakref.ref(Ring())
    kept = [[number] for number in range(50 * gc.get_threshold()[0])]
    assert len(kept) > 0
    assert ring() is not None
    qtbot.waitUntil(lambda: ring() is None)
    collector.end()
    assert gc.isenabled()
    gc.disable()
