"""Where the window and its parts are, and how that is kept in the settings."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QSplitter, QWidget


def splitter_of(name: str, *parts: QWidget, stretch: int) -> QSplitter:
    """Return a splitter of parts side by side, of which the one at `stretch` takes the space."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setObjectName(name)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setStretchFactor(stretch, 1)
    return splitter


def hex_of(state: QByteArray) -> str:
    """Return what Qt says of a place or size as text for the settings."""
    return bytes(state.toHex().data()).decode()


def bytes_of(text: str) -> QByteArray:
    """Return what Qt said of a place or size, from the settings."""
    return QByteArray.fromHex(QByteArray(text.encode()))


def first_size(room: QSize) -> QSize:
    """Return the size of a window that opens for the first time, frame and title in sight."""
    return QSize(min(1280, room.width() - 16), min(800, room.height() - 48))
