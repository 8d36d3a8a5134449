"""Labels and lines as the panels use them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel


def paragraph(tone: str, text: str = "") -> QLabel:
    """Return a label that breaks its lines, in a tone of the style sheet."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("tone", tone)
    return label


def heading(text: str) -> QLabel:
    """Return the heading of a part of a panel."""
    label = QLabel(text)
    label.setProperty("tone", "section")
    return label


def rule() -> QFrame:
    """Return a thin line across a column."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setProperty("role", "line")
    return line
