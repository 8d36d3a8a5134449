"""Ctrl+C where maps have the keyboard, before the window's own Copy takes it for blocks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget
from typing_extensions import override


class CopyKey(QObject):
    """Calls `act` for the key of Copy in a place and all that is in it.

    Args:
        places: where it counts.
        act: what is done.
    """

    def __init__(self, places: tuple[QWidget, ...], act: Callable[[], object]) -> None:
        super().__init__(places[0])
        self._act = act
        for place in places:
            place.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._act()
                return True
        return False
