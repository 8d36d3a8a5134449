"""A row of thumbnails to pick an image from, by mouse or arrow keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.look_messages import ImageSource
from cnnstudio.ui.theme import SMALL, XS, M, Theme, font

SOURCE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `ImageSource` of an item."""
HEIGHT = 56
"""Pixels a thumbnail is high."""
_CAPTION = 16
_BAR = 10

Index = QModelIndex | QPersistentModelIndex


class Strip(QListView):
    """One row of images; `chosen` carries the `ImageSource` a person goes to.

    The model gives a `QImage` or None as decoration and the caption as display role.
    """

    chosen = Signal(object)

    def __init__(
        self, model: QAbstractListModel, width: int, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._silent = False
        self.setItemDelegate(_ThumbnailDelegate(width, theme, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(HEIGHT + _CAPTION + 2 * XS + _BAR)
        # Qt lays out thousands of rows at once and asks for their number at each of them, which is
        # quick if it need not ask Python.
        counted = QSortFilterProxyModel(self)
        counted.setSourceModel(model)
        self.setModel(counted)
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.changed.connect(self.viewport().update)

    @property
    def source(self) -> ImageSource | None:
        """The image gone to."""
        source: ImageSource | None = self.currentIndex().data(SOURCE_ROLE)
        return source

    def go_to(self, row: int) -> None:
        """Go to an image as a person does."""
        if 0 <= row < self.model().rowCount():
            self.setCurrentIndex(self.model().index(row, 0))

    def mark(self, row: int | None) -> None:
        """Mark an image as the one gone to, without saying so; None for none of them."""
        self._silent = True
        if row is None:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self.model().index(row, 0))
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._silent = False

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._silent:
            self.chosen.emit(current.data(SOURCE_ROLE))


class _ThumbnailDelegate(QStyledItemDelegate):
    def __init__(self, width: int, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._width = width
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._width + 2 * XS, HEIGHT + _CAPTION + 2 * XS)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect
        state: Any = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = selected and bool(state & QStyle.StateFlag.State_HasFocus)
        frame = QRect(cell.x() + XS, cell.y() + XS, self._width, HEIGHT)
        painter.save()
        if focused:
            painter.fillRect(cell, self._theme.color("selection"))
        self._paint_image(painter, frame, index.data(Qt.ItemDataRole.DecorationRole))
        token = "accent" if selected else "muted" if hovered else "border"
        width = 2 if selected else 1
        painter.setPen(QPen(self._theme.color(token), width))
        painter.drawRect(QRectF(frame).adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_caption(painter, frame, str(index.data()), selected=selected)
        painter.restore()

    def _paint_image(self, painter: QPainter, frame: QRect, image: QImage | None) -> None:
        painter.fillRect(frame, self._theme.color("card"))
        if image is None:
            icon = QRect(0, 0, 2 * M, 2 * M)
            icon.moveCenter(frame.center())
            self._theme.icon("image", "muted").paint(painter, icon)
            return
        # Few pixels stay pixels; a photograph is made smaller smoothly.
        smooth = image.height() > HEIGHT
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(frame), image, _cropped(image, frame))

    def _paint_caption(self, painter: QPainter, frame: QRect, text: str, *, selected: bool) -> None:
        painter.setFont(font(SMALL, bold=selected, tabular=True))
        painter.setPen(self._theme.color("text" if selected else "muted"))
        box = QRect(frame.x(), frame.bottom() + 3, frame.width(), _CAPTION)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)


def _cropped(image: QImage, frame: QRect) -> QRectF:
    """Return the middle of an image that has the frame's proportions."""
    scale = min(image.width() / frame.width(), image.height() / frame.height())
    part = QRectF(0, 0, frame.width() * scale, frame.height() * scale)
    part.moveCenter(QRectF(image.rect()).center())
    return part
