"""One image or text of the data, large, until it is clicked away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.i18n import _
from cnnstudio.ui.data.class_row_painting import paint_whole
from cnnstudio.ui.data.sample_store import Sample
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.theme import M, S, Theme

SIDE = 384
"""Pixels of a side of the place for an image."""


class Enlarged(QFrame):
    """A popup with an image and what it is; the arrow keys go on to its neighbours.

    `stepped` carries -1 or 1.
    """

    stepped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("surface", "card")
        self._picture = _Picture(theme)
        self._words = paragraph("body")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setFixedWidth(SIDE)
        self._caption = paragraph("body")
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setFixedWidth(SIDE)
        self._size = QLabel()
        self._size.setProperty("tone", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        for widget in (self._picture, self._words, self._caption, self._size):
            column.addWidget(widget)

    def show_sample(self, sample: Sample | None, caption: str) -> None:
        """Show an image or text and say what it is."""
        image = None if sample is None else sample.image
        text = "" if sample is None else sample.text
        self._picture.show_image(image)
        self._picture.setVisible(not text)
        self._words.setText(text)
        self._words.setVisible(bool(text))
        self._caption.setText(caption)
        self.setAccessibleName(caption)
        shown = "" if image is None else f"{image.height()}×{image.width()}"
        if sample is not None and image is None and not text:
            shown = _("This image cannot be read.")
        self._size.setText(shown)
        self.adjustSize()

    def open_beside(self, place: QRect) -> None:
        """Open beside a place on the screen, all of it in sight."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        corner = QPoint(place.right() + S, place.top())
        size = self.sizeHint()
        if corner.x() + size.width() > room.right():
            corner.setX(max(place.left() - S - size.width(), room.left()))
        corner.setY(max(min(corner.y(), room.bottom() - size.height()), room.top()))
        self.move(corner)
        self.show()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.close()
            case _other:
                super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close()


class _Picture(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self.setFixedSize(SIDE, SIDE)

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        if self._image is not None:
            paint_whole(painter, self.rect(), self._image)
        painter.end()
